"""Every module: it can be imported alone, and imports downwards only, and only what is installed with it."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"xdlms": ROOT, "xdlms_apdu": ROOT / "generated", "xdlms_codegen": ROOT / "generator"}
"""Each package and the folder it is in."""

LAYERS = (
    ("xdlms.codec",),
    ("xdlms.errors",),
    ("xdlms_apdu", "xdlms.profiles"),
    ("xdlms.apdu", "xdlms.apdus"),
    ("xdlms.data",),
    ("xdlms.security",),
    ("xdlms.services",),
    ("xdlms.association",),
    ("xdlms.transports",),
    ("xdlms.check",),
    ("xdlms.client", "xdlms.server"),
    ("xdlms.meter",),
    ("xdlms.blocking",),
    ("xdlms.tools",),
    ("xdlms.cli",),
)
"""From the bottom up; those in one row do not know each other."""

APPLICATION_LAYER = ("xdlms.security", "xdlms.services", "xdlms.association")
"""Knows nothing of what carries its APDUs."""

LOADS_THE_COMPILER = ("xdlms.cli", "xdlms.tools")
"""On demand: inside a function."""

OTHER_PACKAGES = {"xdlms.security": {"cryptography"}, "xdlms_codegen": {"asn1tools", "jinja2", "black"}}


@dataclass(frozen=True, slots=True)
class Import:
    """An import by a module; `is_late` when it is inside a function."""

    importer: str
    imported: str
    line: int
    is_late: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"

    @property
    def is_ours(self) -> bool:
        return self.imported.split(".")[0] in PACKAGES


def modules() -> dict[str, Path]:
    """Every module by its dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in sorted((folder / package).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(name: str, path: Path) -> list[Import]:
    """Every import in a module, wherever it stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    late = {id(node) for function in functions for node in ast.walk(function)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # A relative import has a name that is in no layer, and so is refused.
            targets = [f"{node.module}.{alias.name}" if not node.level else "." for alias in node.names]
        else:
            continue
        found += [Import(name, target, node.lineno, id(node) in late) for target in targets]
    return found


MODULES = modules()
IMPORTS = [found for name, path in MODULES.items() for found in imports_of(name, path)]


def layer(name: str) -> str:
    """The layer that a module is in; "xdlms" for the front of the package itself."""
    parts = name.split(".")
    if parts[0] != "xdlms" or len(parts) == 1 or parts[1].startswith("__"):
        return parts[0]
    return ".".join(parts[:2])


def rank(layer: str) -> int:
    return next((number for number, row in enumerate(LAYERS) if layer in row), -1)


def shown(is_wrong: Callable[[Import], bool]) -> list[str]:
    """The imports that are wrong, for people."""
    return [str(found) for found in IMPORTS if is_wrong(found)]


def test_every_layer_has_its_place() -> None:
    assert {name for name in map(layer, MODULES) if rank(name) < 0} == {"xdlms", "xdlms_codegen"}


def test_imports_go_downwards() -> None:
    def is_upwards(found: Import) -> bool:
        above, below = layer(found.importer), layer(found.imported)
        return found.is_ours and min(rank(above), rank(below)) >= 0 and above != below and rank(below) >= rank(above)

    assert shown(is_upwards) == []


def test_only_known_layers_are_imported() -> None:
    known = {*(name for row in LAYERS for name in row), "xdlms", "xdlms_codegen"}
    assert shown(lambda found: found.is_ours and layer(found.imported) not in known) == []


def test_the_front_of_the_package_imports_nothing_of_it() -> None:
    assert shown(lambda found: found.importer == "xdlms" and found.is_ours) == []


def test_the_application_layer_does_not_know_what_carries_it() -> None:
    carriers = "xdlms.profiles"
    assert shown(lambda found: layer(found.importer) in APPLICATION_LAYER and layer(found.imported) == carriers) == []


def test_the_compiler_imports_nothing_of_the_run_time() -> None:
    def is_wrong(found: Import) -> bool:
        return layer(found.importer) == "xdlms_codegen" and found.is_ours and layer(found.imported) != "xdlms_codegen"

    assert shown(is_wrong) == []


def test_the_run_time_loads_the_compiler_only_on_demand() -> None:
    def is_wrong(found: Import) -> bool:
        if layer(found.imported) != "xdlms_codegen" or layer(found.importer) == "xdlms_codegen":
            return False
        return not found.is_late or layer(found.importer) not in LOADS_THE_COMPILER

    assert shown(is_wrong) == []


@pytest.mark.clause("4.1")
def test_both_sides_have_a_control_function_acse_and_services_and_the_client_the_sn_mapper() -> None:
    def knows(module: str, known: str) -> bool:
        below = {module}
        while True:
            more = {found.imported for found in IMPORTS if found.importer in below and found.is_ours} | below
            more |= {name.rpartition(".")[0] for name in more} & MODULES.keys()
            if more == below:
                return known in below
            below = more

    sides = {"client": ("aarq", "services.client"), "server": ("aare", "services.server")}
    for side, (acse, services) in sides.items():
        for part in ("association.control_function", f"association.{acse}", services):
            assert knows(f"xdlms.association.{side}", f"xdlms.{part}"), (side, part)
    assert knows("xdlms.association.client", "xdlms.services.mapper")


@pytest.mark.clause("Annex E")
def test_other_packages_are_imported_where_they_belong() -> None:
    def is_wrong(found: Import) -> bool:
        top = found.imported.split(".")[0]
        allowed = OTHER_PACKAGES.get(layer(found.importer), set())
        return not found.is_ours and top not in sys.stdlib_module_names and top not in allowed

    assert shown(is_wrong) == []


ONE_BY_ONE = """
import os, sys, traceback
import asn1tools, black, cryptography.hazmat.primitives.ciphers.aead, jinja2
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            __import__(name)
        except BaseException:
            print(f"--- {name}", traceback.format_exc(), sep="\\n", file=sys.stderr, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""
"""Imports each module in a process that has none of ours: the parent has only what others wrote, to be quick."""


def python(*arguments: str) -> str:
    """What Python says, on both streams, with our packages and nothing else of ours to import."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PACKAGES.values()))}
    command = [sys.executable, "-W", "error", *arguments]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.decode()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_every_module_can_be_imported_alone() -> None:
    # A __main__ is there to be run.
    assert python("-c", ONE_BY_ONE, *(name for name in MODULES if not name.endswith("__main__"))) == ""


@pytest.mark.parametrize("package", ["xdlms", "xdlms_codegen"])
def test_a_package_can_be_run(package: str) -> None:
    assert python("-m", package, "--help").startswith("usage: ")


@pytest.mark.parametrize(
    ("module", "others"),
    [
        ("xdlms", ("xdlms.", "xdlms_apdu", "xdlms_codegen", "cryptography")),
        ("xdlms.apdu", ("xdlms_apdu.v2013", "xdlms_codegen", "cryptography", "xdlms.profiles", "dataclasses")),
        ("xdlms.profiles.framing", ("xdlms_apdu", "xdlms_codegen", "cryptography", "xdlms.security")),
        ("xdlms_codegen.cli", ("xdlms.", "xdlms_apdu", "asn1tools", "jinja2", "black")),
    ],
)
def test_a_module_does_not_load_what_it_does_not_need(module: str, others: tuple[str, ...]) -> None:
    loaded = python("-c", f"import sys, {module}; print(*sys.modules, sep='\\n')").splitlines()
    assert module in loaded
    assert [name for name in loaded if name.startswith(others)] == []
