"""Imports go downwards only, and only to what is installed with the package."""

from __future__ import annotations

import sys

import pytest

from packaging_support import Import, imports, modules

LAYERS = (
    ("xdlms.codec",),
    ("xdlms.errors",),
    ("xdlms_apdu", "xdlms.profiles"),
    ("xdlms.apdu", "xdlms.data"),
    ("xdlms.security",),
    ("xdlms.services",),
    ("xdlms.association",),
    ("xdlms.check",),
    ("xdlms.client", "xdlms.server", "xdlms.meter"),
    ("xdlms.blocking",),
    ("xdlms.tools",),
    ("xdlms.cli",),
)
"""From the bottom up; those in one row do not know each other."""

APPLICATION_LAYER = ("xdlms.security", "xdlms.services", "xdlms.association")
"""Knows nothing of what carries its APDUs."""

ON_DEMAND = ("xdlms.cli", "xdlms.tools")
"""May load the compiler, inside a function."""

THIRD_PARTY = {"xdlms.security": {"cryptography"}, "xdlms_codegen": {"asn1tools", "jinja2", "black"}}

ALL = {name: list(imports(name, path)) for name, path in modules().items()}


def layer(name: str) -> str:
    """The layer that a module is in; "" for the front of the package itself."""
    if name == "xdlms" or name.startswith("xdlms.__"):
        return ""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "xdlms" else parts[0]


def rank(found: str) -> int:
    return next((number for number, row in enumerate(LAYERS) if found in row), -1)


def ours(found: Import) -> bool:
    return found.imported.split(".")[0] in ("xdlms", "xdlms_apdu", "xdlms_codegen")


@pytest.mark.parametrize("name", sorted({layer(name) for name in ALL} - {"", "xdlms_codegen"}))
def test_a_layer_has_its_place(name: str) -> None:
    assert rank(name) >= 0


def test_imports_go_downwards() -> None:
    upwards = [
        str(found)
        for name, all_found in ALL.items()
        for found in all_found
        if ours(found)
        and layer(name) not in ("", "xdlms_codegen", layer(found.imported))
        and layer(found.imported) != "xdlms_codegen"
        and rank(layer(found.imported)) >= rank(layer(name))
    ]
    assert upwards == []


def test_the_front_of_the_package_imports_nothing_of_it() -> None:
    assert [str(found) for found in ALL["xdlms"] if ours(found)] == []


def test_the_codec_is_a_leaf() -> None:
    out = [f for name in ALL if layer(name) == "xdlms.codec" for f in ALL[name] if ours(f) and layer(f.imported) != "xdlms.codec"]
    assert [str(found) for found in out] == []


def test_the_application_layer_does_not_know_what_carries_it() -> None:
    found = [f for name in ALL if layer(name) in APPLICATION_LAYER for f in ALL[name]]
    assert [str(f) for f in found if layer(f.imported) == "xdlms.profiles"] == []


def test_the_compiler_and_the_run_time_do_not_know_each_other() -> None:
    compiler = [f for name in ALL if layer(name) == "xdlms_codegen" for f in ALL[name] if ours(f)]
    assert [str(f) for f in compiler if layer(f.imported) != "xdlms_codegen"] == []
    runtime = [f for name in ALL if layer(name) != "xdlms_codegen" for f in ALL[name]]
    loads = [f for f in runtime if layer(f.imported) == "xdlms_codegen"]
    assert [str(f) for f in loads if not (f.is_late and layer(f.importer) in ON_DEMAND)] == []


def test_other_packages_are_imported_where_they_belong() -> None:
    wrong = [
        str(found)
        for name, all_found in ALL.items()
        for found in all_found
        if not ours(found)
        and (top := found.imported.split(".")[0]) not in sys.stdlib_module_names
        and top not in THIRD_PARTY.get(layer(name), set())
    ]
    assert wrong == []
