"""Packages compiled for a test, from ASN.1 to an imported module."""

from __future__ import annotations

import importlib
import sys
from itertools import count
from pathlib import Path
from typing import Any

from xdlms_codegen.cli import main

_NUMBERS = count(1)


def compile_package(folder: Path, *sources: Path, binding: Path | None = None, edition: str = "test") -> Any:
    """The package that the compiler makes of the sources, imported under a name of its own."""
    name = f"compiled_{next(_NUMBERS)}"
    options = ["--binding", str(binding)] if binding else []
    code = main([*map(str, sources), "--package", name, "--out", str(folder), "--edition", edition, *options])
    if code != 0:
        raise AssertionError(f"the compiler says {code}")
    sys.path.insert(0, str(folder))
    try:
        importlib.invalidate_caches()
        package = importlib.import_module(name)
        importlib.import_module(f"{name}.types")
    finally:
        sys.path.remove(str(folder))
    return package


def compile_text(folder: Path, text: str, binding: str | None = None) -> Any:
    """As `compile_package`, from texts."""
    source = folder / "vendor.asn1"
    source.write_text(text, encoding="utf-8")
    if binding is None:
        return compile_package(folder, source)
    bound = folder / "binding.toml"
    bound.write_text(binding, encoding="utf-8")
    return compile_package(folder, source, binding=bound)
