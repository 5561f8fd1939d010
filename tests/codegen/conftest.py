"""Helpers of the tests of the compiler: schemas from short texts, and the problems of bad ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Choice, Problem, Schema, Sequence, SequenceOf, Type
from xdlms_codegen.parse import parse_sources

FILE = "meter.asn1"


@pytest.fixture
def parsed() -> Callable[..., Schema]:
    """Parses a body as the module Meter in meter.asn1, from line 2 on; other files by their names."""

    def parse(body: str, head: str = "Meter DEFINITIONS ::= BEGIN", **files: str) -> Schema:
        sources = [(FILE, f"{head}\n{body}\nEND\n".encode())]
        sources += [(f"{name}.asn1", text.encode()) for name, text in files.items()]
        return parse_sources(sources)

    return parse


@pytest.fixture
def type_at() -> Callable[[Schema, str], Type]:
    """Finds a type by its path, as ``Reading.volume``; ``element`` is that of a SEQUENCE OF."""

    def find(schema: Schema, path: str) -> Type:
        name, *steps = path.split(".")
        found: Type = next(definition.type for definition in schema.definitions() if definition.name == name)
        for step in steps:
            if isinstance(found, SequenceOf):
                assert step == "element"
                found = found.element
            else:
                assert isinstance(found, Sequence | Choice)
                found = next(member.type for member in found.members if member.name == step)
        return found

    return find


@pytest.fixture
def shown() -> Callable[[list[Problem]], list[str]]:
    """Shows problems in meter.asn1 as ``line:column: message``, in the order of their places."""

    def show(problems: list[Problem]) -> list[str]:
        return [str(problem).removeprefix(f"{FILE}:") for problem in sorted(problems)]

    return show
