"""No circles: what a module imports when it is loaded never leads back to it.

Which layer may import which, and that every module can be imported alone, is tested in tests/packaging.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = {"xdlms": ROOT, "xdlms_apdu": ROOT / "generated", "xdlms_codegen": ROOT / "generator"}


def modules() -> dict[str, Path]:
    """Every module by its dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in sorted((folder / package).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs when a module is loaded: not in functions, not for type checkers alone."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from statements(statement.orelse)
            continue
        yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from statements(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            yield from statements(handler.body)


def loaded_by(text: str, known: set[str]) -> set[str]:
    """Our modules that are loaded with a module: those it names, and what is imported from a package."""
    found = set()
    for statement in statements(ast.parse(text).body):
        if isinstance(statement, ast.Import):
            names = [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            names = [f"{statement.module}.{alias.name}" for alias in statement.names]
        else:
            continue
        for name in names:
            # `from package import module` is that module, `from module import name` the module
            found.add(name if name in known else name.rpartition(".")[0])
    return found & known


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A circle in the graph, its first module at both ends; empty when there is none."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph[name]):
            found = visit(other, [*path, name])
            if found:
                return found
        done.add(name)
        return []

    return next((found for name in graph if (found := visit(name, []))), [])


def test_no_module_imports_itself_by_way_of_others() -> None:
    files = modules()
    graph = {name: loaded_by(path.read_text("utf-8"), set(files)) - {name} for name, path in files.items()}
    assert len(graph) > 150
    assert sum(map(len, graph.values())) > 300
    assert circle(graph) == []


def test_the_leaf_imports_nothing_but_itself_and_the_standard_library() -> None:
    files = modules()
    for name, path in files.items():
        if name.startswith("xdlms.codec"):
            others = loaded_by(path.read_text("utf-8"), set(files))
            assert {other for other in others if not other.startswith("xdlms.codec")} == set(), name


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    text = "import x.a\nif TYPE_CHECKING:\n    import x.b\ndef f():\n    import x.c\n"
    text += "try:\n    from x import d\nfinally:\n    pass"
    assert loaded_by(text, {"x", "x.a", "x.b", "x.c", "x.d"}) == {"x.a", "x.d"}
