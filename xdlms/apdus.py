"""Generated packages by the names that people give: an edition, or a vendor's own.

A distribution announces the package that it brings in its metadata, and is then found by that name::

    [project.entry-points."xdlms.apdus"]
    acme = "acme_apdu"
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Final

from xdlms.codec.schema import Syntax

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

GROUP: Final = "xdlms.apdus"
"""The group of entry points that announce packages."""

EDITIONS: Final = ("2013", "2017", "2023")
"""The editions of IEC 62056-5-3 that are here always, the oldest first."""


def names() -> tuple[str, ...]:
    """The names that are known: the editions, then what is installed."""
    return (*EDITIONS, *sorted({point.name for point in _announced()} - set(EDITIONS)))


def load(name: str) -> ModuleType:
    """The package of an edition, as "2023"; of an entry point; or that can be imported by this name.

    The first of these that there is: an entry point comes before a package that is called as it is. Only
    packages are imported, so that a name given by mistake does not run a module.

    Raises ImportError, with the reason, where there is none, where it cannot be loaded, and where what
    is called so was not made by `xdlms generate`.
    """
    module = _module_of(name)
    problem = _problem_with(module)
    if problem is not None and module != name:
        raise ImportError(f"{name!r} is installed as {module!r}, {problem}")
    if problem is not None:
        raise ImportError(f"{name!r} is {problem}: known are {', '.join(names())}, and packages that can be imported")
    try:
        package = import_module(module)
    except (ImportError, SyntaxError) as error:
        raise ImportError(f"the package {module!r} cannot be loaded: {error}") from error
    except Exception as error:  # it is somebody else's code, and may fail in any way
        raise ImportError(f"the package {module!r} cannot be loaded: {type(error).__name__}: {error}") from error
    if not isinstance(getattr(package, "SYNTAX", None), Syntax):
        raise ImportError(f"{module!r} is no package of APDUs: `xdlms generate` makes those")
    return package


def _announced() -> EntryPoints:
    from importlib.metadata import entry_points  # slow to load, and an edition needs it not

    return entry_points(group=GROUP)


def _module_of(name: str) -> str:
    """The package that a name stands for; the name itself where nobody announces it."""
    if name in EDITIONS:
        return f"xdlms_apdu.v{name}"
    modules = sorted({point.value for point in _announced() if point.name == name})
    if len(modules) > 1:
        raise ImportError(f"{name!r} is installed more than once, as the packages {', '.join(map(repr, modules))}")
    return modules[0] if modules else name


def _problem_with(module: str) -> str | None:
    """Why nothing of this name is to be imported; None where it is a package."""
    if not all(part.isidentifier() for part in module.split(".")):
        return "no name of a package"
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):  # there is nothing to look in; a module without a spec of its own
        spec = None
    if spec is None:
        return "no package that there is"
    return "a module, not a package" if spec.submodule_search_locations is None else None
