"""Random modules compared, and their references made: nothing escapes, every example is what it says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from codegen.random.author import modules
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from xdlms_codegen.diff.changes import Side
from xdlms_codegen.diff.difference import compare
from xdlms_codegen.diff.sides import Compared, compared
from xdlms_codegen.examples.reading import groups_of, read_apdu
from xdlms_codegen.job import Job, Source
from xdlms_codegen.model import SchemaError
from xdlms_codegen.reference.build import reference_files

QUICKLY = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def opened(text: str, rule: str) -> Iterator[tuple[Job, Compared]]:
    with tempfile.TemporaryDirectory() as folder:
        module, binding = Path(folder, "random.asn1"), Path(folder, "binding.toml")
        module.write_text(text, encoding="utf-8")
        binding.write_text(f'[roots]\n"Message" = "{rule}"\n', encoding="utf-8")
        job = Job((Source(module, "random.asn1"),), "random", "random", Source(binding, "binding.toml"))
        with ExitStack() as stack:
            try:
                side = stack.enter_context(compared(job))
            except SchemaError:
                reject()  # a type that both rules reach
            yield job, side


@pytest.mark.parametrize("rule", ["axdr", "ber"])
@given(data=st.data())
@QUICKLY
def test_every_example_is_read_by_the_side_that_writes_it(rule: str, data: st.DataObject) -> None:
    texts = [data.draw(modules(is_ber=rule == "ber")) for _ in range(2)]
    with opened(texts[0], rule) as (_, old), opened(texts[1], rule) as (_, new):
        assert compare(old, old).changes == ()
        for change in compare(old, new).changes:
            example = change.example
            assert example is not None, change.path
            outcome = example.old if example.side is Side.OLD else example.new
            assert outcome.is_value, f"{change.path}: {example.octets.hex()} {outcome.text}"
            assert b"".join(example.groups) == example.octets
            if not example.type:
                side = old if example.side is Side.OLD else new
                assert b"".join(groups_of(read_apdu(side.context, example.octets))) == example.octets


@pytest.mark.parametrize("rule", ["axdr", "ber"])
@given(data=st.data())
@QUICKLY
def test_a_reference_can_be_made_of_any_module(rule: str, data: st.DataObject) -> None:
    with opened(data.draw(modules(is_ber=rule == "ber")), rule) as (job, side):
        pages = reference_files(job, side.context)
        assert "message.md" in pages or "types.md" in pages
        assert all(text.startswith("<!-- Generated from random.asn1") for text in pages.values())
