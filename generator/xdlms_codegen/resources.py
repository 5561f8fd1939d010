"""The files that the compiler brings along: templates and the abstract syntax of the editions.

In a wheel they lie inside this package, in a checkout beside it.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def resource(name: str) -> Path:
    """The folder ``templates`` or ``asn1``."""
    packaged = Path(str(files("xdlms_codegen"))) / name
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[2] / name
