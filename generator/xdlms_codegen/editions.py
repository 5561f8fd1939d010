"""The editions of the standard that we ship: the files each is written in, and the package it becomes.

The command line names them before it knows whether the compiler's tools are installed, so importing this
module needs none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from xdlms_codegen.resources import resource

if TYPE_CHECKING:
    from xdlms_codegen.job import Job

EDITIONS = ("2013", "2017", "2023")
"""Their names, oldest first."""

MODULES = ("acse.asn1", "xdlms.asn1")
"""The files of an edition, in the folder of its name."""

FAMILY = "xdlms_apdu"
"""The package that holds a package for each edition."""

FAMILY_FILES: Mapping[str, str] = MappingProxyType(
    {
        "__init__.py": "# Generated from asn1/: do not edit, run `make generate`.\n"
        '"""The APDUs of DLMS/COSEM, one package for each edition of IEC 62056-5-3."""\n',
        "py.typed": "",
    }
)
"""What it holds besides."""


def edition_job(edition: str) -> Job:
    """What makes the package of an edition; files are named from the top of the source tree, wherever it is."""
    from xdlms_codegen.job import Job, Source

    folder = resource("asn1")
    sources = [Source(folder / edition / module, f"asn1/{edition}/{module}") for module in MODULES]
    binding = Source(folder / "binding.toml", "asn1/binding.toml")
    later = tuple(f"{FAMILY}.v{other}" for other in EDITIONS[EDITIONS.index(edition) + 1 :])
    return Job(tuple(sources), f"{FAMILY}.v{edition}", edition, binding, command="make generate", later=later)


def generated_folder() -> Path | None:
    """The folder of the source tree that the editions are written to; None where there is only an installation."""
    root = resource("asn1").parent
    if not (root / "pyproject.toml").is_file():
        return None
    return (root.relative_to(Path.cwd()) if root.is_relative_to(Path.cwd()) else root) / "generated"
