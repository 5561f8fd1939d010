"""The DLMS/COSEM application layer (IEC 62056-5-3), compiled from its ASN.1.

Nothing is imported before it is used: the short names below load their modules on demand.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_MODULES = ("apdu", "data", "errors")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        from importlib import import_module

        return import_module(f"xdlms.{name}")
    raise AttributeError(f"module 'xdlms' has no attribute {name!r}")
