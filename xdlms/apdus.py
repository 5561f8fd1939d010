"""Generated packages by the names that people give: an edition, or a vendor's own.

A distribution announces the package that it brings in its metadata, and is then found by that name::

    [project.entry-points."xdlms.apdus"]
    acme = "acme_apdu"
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import Final

from xdlms.codec.schema import Syntax

GROUP: Final = "xdlms.apdus"
"""The group of entry points that announce packages."""

EDITIONS: Final = ("2013", "2017", "2023")
"""The editions of IEC 62056-5-3 that are here always."""


def names() -> tuple[str, ...]:
    """The names that are known: the editions, then what is installed."""
    return (*EDITIONS, *sorted({point.name for point in entry_points(group=GROUP)} - set(EDITIONS)))


def load(name: str) -> ModuleType:
    """The package of an edition, as "2023"; of an entry point; or that can be imported by this name.

    Raises ImportError, with the reason, where there is none, where it cannot be loaded, and where what
    is called so was not made by `xdlms generate`.
    """
    module = _module_of(name)
    if not all(part.isidentifier() for part in module.split(".")):
        raise ImportError(_unknown(name))
    try:
        package = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise ImportError(_unknown(name)) from None
    if not isinstance(getattr(package, "SYNTAX", None), Syntax):
        raise ImportError(f"{module} is no package of APDUs: `xdlms generate` makes those")
    return package


def _module_of(name: str) -> str:
    if name in EDITIONS:
        return f"xdlms_apdu.v{name}"
    return next((point.value for point in entry_points(group=GROUP) if point.name == name), name)


def _unknown(name: str) -> str:
    return f"there are no APDUs called {name!r}: known are {', '.join(names())}, and every package that can be imported"
