"""The binding: every entry does something, or is a problem at its line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from xdlms.codec import schema
from xdlms_codegen.examples.codecs import codecs_in_memory
from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.model import SchemaError
from xdlms_codegen.render import texts_of

MODULE = """\
Meter DEFINITIONS ::= BEGIN
Message ::= CHOICE { reading [1] IMPLICIT Reading, key [2] IMPLICIT Key, number [3] IMPLICIT Number }
Reading ::= SEQUENCE {
  number Number,
  numbers SEQUENCE OF Number,
  key Key,
  inner OCTET STRING,
  level ENUMERATED { low (0), high (1) },
  flags BIT STRING { up (0) } (SIZE (8)),
  mode Mode,
  value Value
}
Number ::= Small
Small ::= INTEGER (0..255)
Mode ::= INTEGER { off (0), on (1) } (0..255)
Key ::= OCTET STRING
Value ::= CHOICE {
  list [1] IMPLICIT SEQUENCE OF Value,
  record [2] IMPLICIT SEQUENCE OF Value,
  count [3] IMPLICIT INTEGER (0..255),
  real [4] IMPLICIT OCTET STRING (SIZE (4))
}
END
"""

Compile = Callable[[str], Any]
NUMBERS = count(1)


def job(folder: Path, binding: str, module: str = MODULE) -> Job:
    (folder / "meter.asn1").write_text(module, encoding="utf-8")
    (folder / "b.toml").write_text(binding, encoding="utf-8")
    return Job(
        (Source(folder / "meter.asn1", "meter.asn1"),),
        f"bound_{next(NUMBERS)}",
        "1",
        Source(folder / "b.toml", "b.toml"),
    )


@pytest.fixture
def compiled(tmp_path: Path) -> Iterator[Compile]:
    """Compiles the module with a binding, and imports the package."""
    opened = []

    def compile_with(binding: str) -> Any:
        _, plan = plan_job(job(tmp_path, binding))
        opened.append(codecs_in_memory(plan.package, texts_of(plan)))
        opened[-1].__enter__()
        return sys.modules[plan.package]

    yield compile_with
    for each in opened:
        each.__exit__(None, None, None)


SELF = '[self-describing."Value"]\nlist = "list"\nrecord = "record"\n'


@pytest.mark.parametrize(
    ("binding", "problem"),
    [
        ("x = \n", "1:5: the binding is no TOML: invalid value"),
        ("[rots]\n", "1:1: the binding has no table rots; it has roots, self-describing, contains,"),
        ("[where-present.extend]\n", "1:1: the binding has no table where-present.extend; it has roots,"),
        ("roots = 1\n", "1:1: roots is a table"),
        ('[roots]\n"Massage" = "axdr"\n', "2:1: nothing in the schema is called Massage, in the table roots"),
        ('[roots]\n"Message" = "der"\n', "2:1: the root Message has the rule der; there are axdr and ber"),
        ('[roots]\n"Message" = 1\n', "2:1: Message in roots is a text"),
        ('[roots]\n"Reading" = "axdr"\n', "2:1: Reading is no CHOICE, so it cannot be a root"),
        ('[contains]\n"Key" = "Reading"\n', "2:1: Key is said to contain Reading, which is no root"),
        ('[contains]\n"Reading.level" = "Message"\n', "2:1: Reading.level is no OCTET STRING, so it contains no APDU"),
        ('[contains]\n"Reading.nmber" = "Message"\n', "2:1: nothing in the schema is called Reading.nmber"),
        ('[secret]\n"Key" = "yes"\n', "2:1: Key in secret is true or false"),
        ('[show]\n"Reading.level" = "obis"\n', "2:1: Reading.level is shown as it is: only INTEGER, OCTET STRING and"),
        ('[show]\n"Mode" = "obis"\n', "2:1: Mode is shown as it is"),
        (
            '[names]\n"Key" = "class"\n',
            "2:1: 'class' is no name for a class: a capital letter, then letters and digits",
        ),
        ('[names]\n"Key" = "Meter-Key"\n', "2:1: 'Meter-Key' is no name for a class"),
        ('[names]\n"Key" = "None"\n', "2:1: 'None' is no name for a class"),
        ('[names]\n"Reading.key" = "K"\n', "2:1: Reading.key has no class of its own: types and alternatives have"),
        (
            '[prefixed]\n"Reading" = true\n',
            "2:1: Reading is no CHOICE, so it has no alternatives to be called after it",
        ),
        ('[float]\n"Value.real" = true\n', "2:1: Value.real is no alternative of a self-describing CHOICE"),
        ('[self-describing]\n"Value" = 1\n', "2:1: Value in self-describing is a table"),
        ('[self-describing."Reading"]\nlist = "a"\n', "1:1: Reading is no CHOICE, so it cannot be self-describing"),
        ('[self-describing."Value"]\nlist = "list"\n', "1:1: the self-describing Value has no record"),
        (f"{SELF}lost = 1\n", "4:1: the self-describing Value has no lost; it has list, record, compact,"),
        (f'{SELF}compact = "none"\n', "4:1: nothing in the schema is called Value.none, for compact of Value"),
        (f"{SELF}float = 1\n", "4:1: float of Value is a list of texts"),
        ('[reserved]\n"230" = "x"\n', "2:1: 230 is no octet: two hexadecimal digits"),
        ('[reserved]\n"E6" = true\n', "2:1: E6 in reserved is a text"),
        ("reserved = 1\n", "1:1: reserved is a table"),
        ('[size]\n"Key" = -1\n', "2:1: the size of Key is a number"),
    ],
)
def test_a_wrong_entry_is_a_problem_at_its_line(tmp_path: Path, binding: str, problem: str) -> None:
    with pytest.raises(SchemaError) as caught:
        plan_job(job(tmp_path, binding))
    found = [str(each) for each in caught.value.problems]
    assert any(each.startswith(f"b.toml:{problem}") for each in found), found


def test_all_wrong_entries_are_reported_together(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        plan_job(job(tmp_path, '[show]\n"A" = "x"\n"B" = "y"\n[names]\n"C" = "Z"\n'))
    assert len(caught.value.problems) == 3


def test_a_wrong_size_does_not_hide_the_other_entries(tmp_path: Path) -> None:
    binding = '[size]\n"Reading" = 3\n"Key" = "x"\n[show]\n"A" = "x"\n[names]\n"Key" = "class"\n'
    with pytest.raises(SchemaError) as caught:
        plan_job(job(tmp_path, binding))
    assert [str(problem) for problem in caught.value.problems] == [
        "b.toml:2:1: Reading is nothing that has a size",
        "b.toml:3:1: the size of Key is a number",
        "b.toml:5:1: nothing in the schema is called A, in the table show",
        "b.toml:7:1: 'class' is no name for a class: a capital letter, then letters and digits",
    ]


def test_problems_of_the_schema_and_of_the_binding_are_reported_together(tmp_path: Path) -> None:
    module = MODULE.replace("key Key,", "key SET { a NULL },").replace("Small ::= INTEGER (0..255)", "Small ::= Lost")
    binding = '[show]\n"Reading.lost" = "x"\n"Mode.lost" = "x"\n[size]\n"Number" = 4\n'
    with pytest.raises(SchemaError) as caught:
        plan_job(job(tmp_path, binding, module))
    assert [str(problem) for problem in caught.value.problems] == [
        "b.toml:3:1: nothing in the schema is called Mode.lost, in the table show",
        "b.toml:5:1: Number is nothing that has a size",
        "meter.asn1:6:7: SET is not defined for A-XDR in COSEM",
        "meter.asn1:14:11: undefined type Lost",
    ]


def test_a_binding_that_is_no_toml_does_not_hide_the_problems_of_the_schema(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        plan_job(job(tmp_path, "[show\n", MODULE.replace("Small ::= INTEGER (0..255)", "Small ::= Lost")))
    first, second = (str(problem) for problem in caught.value.problems)
    assert first.startswith("b.toml:1:6: the binding is no TOML")
    assert second == "meter.asn1:14:11: undefined type Lost"


@pytest.mark.parametrize("other", ["[1] IMPLICIT Key", "[2] IMPLICIT Lost"])
def test_clashes_of_python_names_are_reported_with_the_problems_of_the_schema(tmp_path: Path, other: str) -> None:
    module = MODULE.replace("[2] IMPLICIT Key", other).replace("inner OCTET", "a-b NULL, a-B NULL, inner OCTET")
    with pytest.raises(SchemaError) as caught:
        plan_job(job(tmp_path, "", module))
    first, second = (str(problem) for problem in caught.value.problems)
    assert first.startswith("meter.asn1:2:")
    assert "tag [1] is used twice" in first or "undefined type Lost" in first
    assert second == "meter.asn1:7:13: a-B and a-b are both a_b in Python, in Reading"


def test_what_need_not_be_present_is_no_problem_and_works_where_it_is(compiled: Compile) -> None:
    package = compiled('[where-present.names]\n"Kay" = "Other"\n"Key" = "MeterKey"\n[where-present.size]\n"Kay" = 3\n')
    assert package.MeterKey is bytes


def test_without_roots_the_choice_that_nothing_uses_is_one_in_axdr(compiled: Compile) -> None:
    package = compiled("")
    assert package.Value
    assert package.SYNTAX.roots == ("Message",)
    assert package.TYPES["Message"].rule == "A-XDR"


def test_a_hint_reaches_numbers_under_another_name_their_uses_and_lists_of_them(compiled: Compile) -> None:
    types = compiled('[show]\n"Number" = "class-id"\n').TYPES
    assert types.resolve(types["Number"].type).show == "class-id"
    fields = {field.name: types.resolve(field.type) for field in types["Reading"].fields}
    assert fields["number"].show == "class-id"
    assert types.resolve(fields["numbers"].element).show == "class-id"
    assert types["Small"].type.show is None


def test_a_hint_for_one_component_is_for_that_alone(compiled: Compile) -> None:
    types = compiled('[show]\n"Reading.number" = "short-name"\n"Reading.numbers" = "class-id"\n').TYPES
    fields = {field.name: types.resolve(field.type) for field in types["Reading"].fields}
    assert fields["number"].show == "short-name"
    assert fields["numbers"].element.show == "class-id"
    assert types.resolve(types["Number"].type).show is None


def test_a_secret_type_is_hidden_wherever_it_stands(compiled: Compile) -> None:
    for binding in ('[secret]\n"Key" = true\n', '[secret]\n"Reading.key" = true\n'):
        package = compiled(binding + SELF)
        level, flags = package.ReadingLevel.low, package.ReadingFlags.up
        value = package.Value.decode(b"\x03\x07")
        shown = repr(package.Reading(1, [2], b"secret", b"inside", level, flags, package.Mode.on, value))
        assert "key=<6 octets>" in shown
        assert "secret" not in shown
        assert "inside" in shown
    assert "octets" not in repr(compiled("").Key(b"secret"))


def test_floats_may_be_named_in_the_table_of_the_choice_or_one_by_one(compiled: Compile) -> None:
    octets = b"\x04\x3f\x80\x00\x00"
    assert compiled(SELF).Value.decode(octets).value == octets[1:]
    for binding in (f'{SELF}float = ["real"]\n', f'{SELF}[float]\n"Value.real" = true\n'):
        assert compiled(binding).Value.decode(octets).value == 1.0


def test_the_names_of_a_prefixed_choice_stand_in_front(compiled: Compile) -> None:
    package = compiled('[prefixed]\n"Message" = true\n')
    assert package.decode(b"\x02\x01\x07") == package.MessageKey(b"\x07")


def test_the_size_of_a_type_is_as_if_its_module_gave_it(compiled: Compile) -> None:
    package = compiled('[size]\n"Key" = 3\n')
    described = package.TYPES.resolve(package.TYPES["Key"].type)
    assert isinstance(described, schema.Octets)
    assert (described.low, described.high) == (3, 3)
    assert package.decode(b"\x02abc").encode() == b"\x02abc"
