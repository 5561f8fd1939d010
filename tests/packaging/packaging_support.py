"""The modules of the three packages, and what each imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = {"xdlms": ROOT, "xdlms_apdu": ROOT / "generated", "xdlms_codegen": ROOT / "generator"}
"""Each package and the folder it is in."""


@dataclass(frozen=True, slots=True)
class Import:
    """An import of a module by another; `is_late` when it is inside a function."""

    importer: str
    imported: str
    line: int
    is_late: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def modules() -> dict[str, Path]:
    """Every module by its dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in sorted((folder / package).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path) -> Iterator[Import]:
    """Every import in a module, wherever it stands; there are no relative ones."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {id(node) for outer in ast.walk(tree) if _is_function(outer) for node in ast.walk(outer)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            targets = [f"{node.module}.{alias.name}" for alias in node.names] if not node.level else ["."]
        else:
            continue
        for target in targets:
            yield Import(name, target, node.lineno, id(node) in late)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
