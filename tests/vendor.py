"""The example of a vendor, examples/vendor, as its reader has it: a copy, compiled, and perhaps installed."""

from __future__ import annotations

import importlib
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xdlms_codegen.cli import main

EXAMPLE = Path(__file__).parents[1] / "examples" / "vendor"
PACKAGE = "acme_apdu"
FILES = ("acme.asn1", "--binding", "binding.toml")
GENERATE = ("--package", PACKAGE, "--edition", "acme", "--out", ".")


def copy(folder: Path) -> Path:
    """A copy of the example in a folder, without what was made in it."""
    target = folder / "vendor"
    shutil.copytree(EXAMPLE, target, ignore=shutil.ignore_patterns(PACKAGE, "__pycache__", "dist", "*.egg-info"))
    return target


def compile_in(folder: Path, *, extends: str = "2023", package: str = PACKAGE) -> None:
    """The package, made in a copy of the example."""
    files = [str(folder / "acme.asn1"), "--binding", str(folder / "binding.toml")]
    options = ["--extends", extends, "--package", package, "--edition", package.removesuffix("_apdu")]
    code = main([*files, *options, "--out", str(folder)])
    if code != 0:
        raise AssertionError(f"the compiler says {code}")


def announce(folder: Path, name: str, package: str, *, distribution: str | None = None) -> None:
    """What `pip install` writes beside a package: who brings it, and its entry point."""
    info = folder / f"{distribution or name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution or name}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[xdlms.apdus]\n{name} = {package}\n", "utf-8")


def announce_example(folder: Path) -> None:
    """The example's own entry point."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    ((name, package),) = project["entry-points"]["xdlms.apdus"].items()
    announce(folder, name, package, distribution="acme_apdu")


@contextmanager
def importable(*folders: Path) -> Iterator[None]:
    """Folders as the last ones that Python looks in, and afterwards as if they had never been there."""
    path, known = list(sys.path), set(sys.modules)
    sys.path += map(str, folders)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = path
        forget(known)


def forget(known: set[str]) -> None:
    """Forget the modules that were loaded since, but for our own and the library's."""
    for name in set(sys.modules) - known:
        file = getattr(sys.modules[name], "__file__", None)
        if name.partition(".")[0] == PACKAGE or (file is not None and "pytest-" in file):
            del sys.modules[name]
    importlib.invalidate_caches()
