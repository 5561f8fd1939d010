"""The compiler knows no type of the standard: with every name changed it writes the same codecs."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from compiling import compile_package
from conftest import package_of, vectors

from xdlms.errors import DecodeError

ROOT = Path(__file__).parents[1]
EDITIONS = ("2013", "2017", "2023")
FILES = ("acse.asn1", "xdlms.asn1")
VECTORS = ("initiate", "acse_plain", "ciphered_suite0", "ln_services", "sn_services", "axdr_data", "later_edition")

pytestmark = pytest.mark.clause("8")

SOME = {
    "XDLMS-APDU": "Message-Of-Meters",
    "ACSE-APDU": "Handshake",
    "AARQ-apdu": "Hello-apdu",
    "AARE-apdu": "Answer",
    "Conformance": "Abilities",
    "InitiateRequest": "StartPlease",
    "Get-Request": "Fetch",
    "Get-Request-Normal": "Fetch-One",
    "Get-Response": "Fetched",
    "Data-Access-Result": "Outcome",
    "Data": "Anything-At-All",
    "TypeDescription": "Kind",
    "Invoke-Id-And-Priority": "Label",
    "Unsigned8": "Octet",
    "ConfirmedServiceError": "Complaint",
}


def defined_types(edition: str) -> list[str]:
    """The types that an edition defines."""
    names = []
    for file in FILES:
        text = (ROOT / "asn1" / edition / file).read_text("utf-8")
        names += re.findall(r"^([A-Z][\w-]*)\s*::=", text, re.MULTILINE)
    return names


def renamed(text: str, names: dict[str, str]) -> str:
    """The text with whole names replaced."""
    return re.sub(r"(?<![\w-])[A-Z][\w-]*", lambda match: names.get(match[0], match[0]), text)


def outcome(package: Any, vector: dict[str, Any], names: dict[str, str]) -> Any:
    """All that a package makes of a vector, without the names of types."""
    octets = bytes.fromhex(vector["hex"])
    try:
        if vector["apdu"] == "Data":
            value = package.decode_type(names.get("Data", "Data"), octets)
            return value.encode(), repr(value.value), int(value.tag)
        report = package.decode_report(octets)
        strict = package.decode(octets)
    except DecodeError as error:
        return error.code, error.path, error.offset
    assert strict == report.apdu
    return report.canonical, [(f.rule, f.path, f.offset) for f in report.findings], strict.encode()


@pytest.mark.parametrize("every", [False, True], ids=["some", "every name"])
def test_with_other_names_the_codecs_are_the_same(tmp_path: Path, every: bool) -> None:
    names = SOME
    if every:
        names = {name: f"Thing-{number:03}" for number, name in enumerate(defined_types("2023"))}
    assert len(names) > 100 or not every
    changed = 0
    for file in FILES:
        text = (ROOT / "asn1" / "2023" / file).read_text("utf-8")
        (tmp_path / file).write_text(renamed(text, names), "utf-8")
        changed += renamed(text, names) != text
    binding = tmp_path / "binding.toml"
    # what the binding says of names that other editions have stays as it is
    binding.write_text(renamed((ROOT / "asn1" / "binding.toml").read_text("utf-8"), names), "utf-8")
    assert changed == 2
    package = compile_package(tmp_path, *(tmp_path / file for file in FILES), binding=binding, edition="2023")
    for new in names.values():
        assert new in package.TYPES
    for old in names:
        assert old not in package.TYPES
    original = package_of("2023")
    for vector in vectors(*VECTORS, "malformed"):
        assert outcome(package, vector, names) == outcome(original, vector, {}), vector["name"]


# No name of a type in the compiler


def python_words(path: Path) -> Iterator[tuple[int, str]]:
    """The words of a Python file that are code: names, and what stands in strings; docstrings are prose."""
    text = path.read_text("utf-8")
    prose = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            prose.add((node.value.lineno, node.value.col_offset))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            yield token.start[0], token.string
        elif token.type == tokenize.STRING and token.start not in prose:
            yield from ((token.start[0], word) for word in re.findall(r"[A-Za-z][\w-]*", token.string))


def template_words(path: Path) -> Iterator[tuple[int, str]]:
    """The words of a template, without its comments and the docstrings that it writes."""
    text = path.read_text("utf-8")
    for prose in (r"\{#.*?#\}", r'"""(?!\{).*?"""'):
        text = re.sub(prose, lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, word) for word in re.findall(r"[A-Za-z][\w-]*", line))


def standard_names() -> set[str]:
    """The names of the standard's types, in ASN.1 and in Python."""
    names: set[str] = set()
    for edition in EDITIONS:
        names.update(defined_types(edition))
        names.update(info.cls.__name__ for info in package_of(edition).TYPES.values() if info.cls is not None)
    return names


def sources() -> list[Path]:
    return [*sorted((ROOT / "generator").rglob("*.py")), *sorted((ROOT / "templates").rglob("*.jinja*"))]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_compiler_names_no_type_of_the_standard(path: Path) -> None:
    names = standard_names()
    words = python_words(path) if path.suffix == ".py" else template_words(path)
    assert [f"{path.name}:{line}: {word}" for line, word in words if word in names] == []


def test_the_search_for_names_finds_them(tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text('"""Prose about Data."""\n# and Data\nx = "a Get-Request here"\nData = f"{x}"\n', "utf-8")
    names = standard_names()
    assert [(line, word) for line, word in python_words(code) if word in names] == [(3, "Get-Request"), (4, "Data")]
    template = tmp_path / "t.jinja"
    template.write_text('{# Data #}\n"""About Data."""\nclass {{ x }}(Conformance): {% if "Data" %}\n', "utf-8")
    found = [(line, word) for line, word in template_words(template) if word in names]
    assert found == [(3, "Conformance"), (3, "Data")]


# The same input, the same octets


@pytest.mark.parametrize("edition", ["2023"])
def test_the_output_depends_on_nothing_but_the_input(tmp_path: Path, edition: str) -> None:
    """Neither on the order that sets have in a process, nor on the folder in which it runs."""
    texts = []
    for seed, folder in (("0", ROOT), ("1", tmp_path), ("4242", Path("/"))):
        out = tmp_path / f"out{seed}"
        files = [str(ROOT / "asn1" / edition / file) for file in FILES]
        options = ["--binding", str(ROOT / "asn1" / "binding.toml"), "--package", "made", "--out", str(out)]
        path = os.pathsep.join(str(ROOT / part) for part in (".", "generated", "generator"))
        subprocess.run(
            [sys.executable, "-m", "xdlms_codegen", *files, *options, "--edition", edition],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            cwd=folder,
            check=True,
            capture_output=True,
        )
        texts.append({file.name: file.read_bytes() for file in sorted((out / "made").glob("*.py"))})
    assert texts[0] == texts[1] == texts[2]
    assert len(texts[0]) > 20
