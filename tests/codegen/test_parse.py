"""Files to the model: places, comments, what asn1tools would misread, and the check against it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import asn1tools
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Enumerated,
    Form,
    Import,
    Integer,
    Member,
    Null,
    ObjectIdentifier,
    OctetString,
    Range,
    Reference,
    Schema,
    SchemaError,
    Sequence,
    SequenceOf,
    SourceLocation,
    Tag,
    TagClass,
    TagMode,
    Type,
    Written,
)
from xdlms_codegen.parse import parse_files, parse_sources, parse_text
from xdlms_codegen.passes import run_passes
from xdlms_codegen.passes.checked_values import text_of

Parsed = Callable[..., Schema]
TypeAt = Callable[[Schema, str], Type]

OK = Path(__file__).parent.parent / "schemas" / "ok"


def members(type_: Type) -> tuple[Member, ...]:
    assert isinstance(type_, Sequence | Choice)
    return type_.members


def problems(caught: pytest.ExceptionInfo[SchemaError]) -> list[str]:
    return [str(problem) for problem in caught.value.problems]


class TestFiles:
    def test_a_file_that_cannot_be_read_is_a_problem_of_that_file_beside_the_others(self, tmp_path: Path) -> None:
        bad = tmp_path / "bad.asn1"
        bad.write_text("Meter")
        with pytest.raises(SchemaError) as caught:
            parse_files([tmp_path / "none.asn1", bad], names=lambda path: path.name)
        assert problems(caught) == [
            "bad.asn1:1:6: expected 'DEFINITIONS' behind the module name Meter, found the end of the file",
            "none.asn1:1:1: the file cannot be read: No such file or directory",
        ]

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(SchemaError, match="the file cannot be read"):
            parse_files([tmp_path])

    def test_a_file_given_twice_is_refused(self) -> None:
        with pytest.raises(SchemaError) as caught:
            parse_sources([("a.asn1", b"A DEFINITIONS ::= BEGIN END")] * 2)
        assert problems(caught) == ["a.asn1:1:1: the file is given twice"]

    def test_the_problems_of_all_files_are_reported_together_with_their_lines(self) -> None:
        with pytest.raises(SchemaError) as caught:
            parse_sources([("b.asn1", b"x"), ("a.asn1", b"\n\xff"), ("c.asn1", b"C DEFINITIONS ::= BEGIN END")])
        assert problems(caught) == [
            "a.asn1:2:1: the octet FF is not UTF-8; save the file as UTF-8",
            "b.asn1:1:1: expected the name of a module here, found x",
        ]
        assert caught.value.sources["a.asn1"] == ("", "\ufffd")

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_a_file_in_another_encoding_is_one_problem_and_not_more(self, encoding: str) -> None:
        text = "A DEFINITIONS ::= BEGIN\nT ::= NULL\nEND\n"
        other = b"B DEFINITIONS ::= BEGIN IMPORTS T FROM A; U ::= SEQUENCE { t T, l Lost } END"
        with pytest.raises(SchemaError) as caught:
            run_passes(parse_sources([("a.asn1", text.encode(encoding)), ("b.asn1", other)], in_part=True))
        first, second = problems(caught)
        assert re.fullmatch(r"a\.asn1:1:\d: the octet (FF|FE|00) is (not UTF-8|no text); save the file as UTF-8", first)
        assert second == "b.asn1:1:67: undefined type Lost"

    def test_a_file_that_cannot_be_read_may_have_what_others_import(self, tmp_path: Path) -> None:
        user = tmp_path / "user.asn1"
        user.write_text("A DEFINITIONS ::= BEGIN IMPORTS T, v FROM B; U ::= SEQUENCE { t T, l Lost } END")
        (tmp_path / "folder.asn1").mkdir()
        with pytest.raises(SchemaError) as caught:
            run_passes(parse_files([user, tmp_path / "folder.asn1"], names=lambda path: path.name, in_part=True))
        assert problems(caught) == [
            "folder.asn1:1:1: the file cannot be read: Is a directory",
            "user.asn1:1:70: undefined type Lost",
        ]

    def test_file_names_are_as_they_were_given_in_every_working_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "a.asn1").write_text("A DEFINITIONS ::= BEGIN END")
        monkeypatch.chdir(tmp_path)
        assert parse_files([Path("sub/a.asn1")]).modules[0].file == "sub/a.asn1"
        monkeypatch.chdir("sub")
        assert parse_files([Path("a.asn1")]).modules[0].file == "a.asn1"
        assert parse_files([Path("a.asn1")], names=lambda path: f"asn1/{path.name}").modules[0].file == "asn1/a.asn1"

    def test_no_files_are_an_empty_schema(self) -> None:
        assert parse_files([]) == Schema((), {})

    def test_a_text_has_one_module(self) -> None:
        assert parse_text("A DEFINITIONS ::= BEGIN END", "a").name == "A"
        with pytest.raises(SchemaError) as caught:
            parse_text("A DEFINITIONS ::= BEGIN END\nB DEFINITIONS ::= BEGIN END", "a")
        assert problems(caught) == ["a:2:1: a second module, where one was expected"]

    def test_the_lines_of_the_files_are_kept(self) -> None:
        schema = parse_sources([("a", b"\xef\xbb\xbf-- \xc3\xa4\r\nA DEFINITIONS ::= BEGIN\r\nEND\r\n")])
        assert schema.sources == {"a": ("-- ä", "A DEFINITIONS ::= BEGIN", "END")}


class TestModules:
    def test_the_tag_default_is_explicit_when_none_is_stated(self, parsed: Parsed) -> None:
        assert parsed("").modules[0].tag_default is TagMode.EXPLICIT
        assert parsed("", "Meter DEFINITIONS IMPLICIT TAGS ::= BEGIN").modules[0].tag_default is TagMode.IMPLICIT
        automatic = parsed("", "Meter DEFINITIONS AUTOMATIC TAGS ::= BEGIN").modules[0]
        assert (automatic.tag_default, automatic.automatic_tags) == (TagMode.IMPLICIT, True)

    def test_imports_have_their_places_and_values_are_resolved(self, parsed: Parsed) -> None:
        other = "Other { 1 2 } DEFINITIONS ::= BEGIN\nlimit INTEGER ::= most\nmost INTEGER ::= 7\nUnit ::= NULL\nEND"
        schema = parsed("IMPORTS Unit, limit FROM Other { 1 2 };\nA ::= INTEGER (0..limit)", other=other)
        place = SourceLocation("meter.asn1", 2, 9)
        assert schema.modules[0].imports == (Import(("Unit",), "Other", place, (place,)),)
        assert schema.modules[0].values == {"limit": schema.modules[1].values["limit"]}
        written = {name: value.value for name, value in schema.modules[1].values.items()}
        assert [(name, value.text) for name, value in written.items() if value] == [("limit", "most"), ("most", "7")]
        assert schema.modules[0].definitions[0].type == Integer(SourceLocation("meter.asn1", 3, 7), range=Range(0, 7))

    def test_definitions_keep_their_order_and_both_of_one_name(self, parsed: Parsed) -> None:
        schema = parsed("B ::= NULL\nA ::= BOOLEAN\nB ::= BOOLEAN")
        assert [(entry.name, type(entry.type)) for entry in schema.definitions()] == [
            ("B", Null),
            ("A", Boolean),
            ("B", Boolean),
        ]


class TestTypes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("NULL", Null),
            ("BOOLEAN", Boolean),
            ("INTEGER", Integer),
            ("OBJECT IDENTIFIER", ObjectIdentifier),
            ("OCTET STRING", OctetString),
            ("BIT STRING", BitString),
            ("ENUMERATED { a }", Enumerated),
            ("GeneralizedTime", CharacterString),
            ("SEQUENCE { }", Sequence),
            ("SEQUENCE OF NULL", SequenceOf),
            ("CHOICE { a NULL }", Choice),
            ("Other", Reference),
        ],
    )
    def test_each_type_has_its_class_and_the_place_where_it_is_written(
        self, parsed: Parsed, text: str, expected: type
    ) -> None:
        found = parsed(f"A ::=\n  [1] {text}").definitions()[0]
        assert isinstance(found.type, expected)
        assert found.type.tag == Tag(TagClass.CONTEXT, 1, TagMode.DEFAULT)
        assert found.type.location == SourceLocation("meter.asn1", 3, 7)
        assert found.location == SourceLocation("meter.asn1", 2, 1)

    def test_tags_have_class_number_and_mode(self, parsed: Parsed, type_at: TypeAt) -> None:
        schema = parsed("A ::= [APPLICATION 31] IMPLICIT SEQUENCE OF [PRIVATE 2] EXPLICIT NULL")
        assert type_at(schema, "A").tag == Tag(TagClass.APPLICATION, 31, TagMode.IMPLICIT)
        assert type_at(schema, "A.element").tag == Tag(TagClass.PRIVATE, 2, TagMode.EXPLICIT)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("INTEGER (0..255)", Range(0, 255)),
            ("INTEGER (-128..-1)", Range(-128, -1)),
            ("INTEGER (MIN..5)", Range(None, 5)),
            ("INTEGER (5..MAX)", Range(5, None)),
            ("INTEGER (5)", Range(5, 5)),
            ("INTEGER (low..high)", Range(-4, 4)),
            ("INTEGER", Range(None, None)),
        ],
    )
    def test_ranges(self, parsed: Parsed, text: str, expected: Range) -> None:
        found = parsed(f"A ::= {text}\nlow INTEGER ::= -4\nhigh INTEGER ::= 4").definitions()[0].type
        assert isinstance(found, Integer)
        assert found.range == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("OCTET STRING (SIZE (6))", Range(6, 6)),
            ("BIT STRING (SIZE (1..4))", Range(1, 4)),
            ("UTF8String (SIZE (1..MAX))", Range(1, None)),
            ("UTF8String (SIZE (MIN..4))", Range(0, 4)),
            ("SEQUENCE (SIZE (4)) OF NULL", Range(4, 4)),
            ("SEQUENCE SIZE (high) OF NULL", Range(4, 4)),
            ("SEQUENCE OF OCTET STRING (SIZE (4))", Range(0, None)),
            ("OCTET STRING", Range(0, None)),
        ],
    )
    def test_sizes(self, parsed: Parsed, text: str, expected: Range) -> None:
        found = parsed(f"A ::= {text}\nhigh INTEGER ::= 4").definitions()[0].type
        assert isinstance(found, OctetString | BitString | CharacterString | SequenceOf)
        assert found.size == expected

    def test_a_constraint_behind_a_reference_stays_with_it(self, parsed: Parsed, type_at: TypeAt) -> None:
        schema = parsed("A ::= SEQUENCE { a B (0..4), b B (SIZE (4)), c B }")
        types = [member.type for member in members(type_at(schema, "A"))]
        assert [(found.range, found.size) for found in types if isinstance(found, Reference)] == [
            (Range(0, 4), None),
            (None, Range(4, 4)),
            (None, None),
        ]

    def test_names_of_numbers_have_their_places(self, parsed: Parsed, type_at: TypeAt) -> None:
        schema = parsed("A ::= INTEGER { low (-1),\n  high (top) }\ntop INTEGER ::= 9")
        found = type_at(schema, "A")
        assert isinstance(found, Integer)
        assert [(name.name, name.number, name.location.line, name.location.column) for name in found.named] == [
            ("low", -1, 2, 17),
            ("high", 9, 3, 3),
        ]

    def test_an_enumeration_without_numbers_takes_those_that_are_free(self, parsed: Parsed) -> None:
        found = parsed("A ::= ENUMERATED { a, b (0), c, d (2), e, ..., f (9) }").definitions()[0].type
        assert isinstance(found, Enumerated)
        assert [name.number for name in found.named] == [1, 0, 3, 2, 4, 9]

    def test_a_marker_makes_extensible_and_additions_are_members(self, parsed: Parsed, type_at: TypeAt) -> None:
        schema = parsed(
            "A ::= SEQUENCE { a NULL, ..., b NULL }\nB ::= SEQUENCE { a NULL }\nC ::= CHOICE { a NULL, ... }"
        )
        found = [type_at(schema, name) for name in "ABC"]
        assert [[member.name for member in members(type_)] for type_ in found] == [["a", "b"], ["a"], ["a"]]
        assert [type_.extensible for type_ in found if isinstance(type_, Sequence | Choice)] == [True, False, True]


class TestWhatAsn1toolsMisreads:
    """The parser of record drops or changes these; they come out as they are written."""

    @pytest.mark.parametrize(
        ("text", "form", "expected"),
        [
            ("BIT STRING { low (0) } DEFAULT { low }", Form.BRACES, "{low}"),
            ("BIT STRING { low (0) } DEFAULT{}", Form.BRACES, "{}"),
            ("Flag DEFAULT TRUE", Form.BOOLEAN, "TRUE"),
            ("BOOLEAN DEFAULT FALSE", Form.BOOLEAN, "FALSE"),
            ("INTEGER { low (4) } DEFAULT low", Form.NAME, "low"),
            ("INTEGER DEFAULT -4", Form.NUMBER, "-4"),
            ("OCTET STRING DEFAULT 'AB CD'H", Form.HEX, "'ABCD'H"),
            ("BIT STRING DEFAULT '0101'B", Form.BITS, "'0101'B"),
            ('VisibleString DEFAULT "a ""b"" -- c"', Form.TEXT, '"a "b" -- c"'),
            ("CHOICE { a NULL } DEFAULT a : NULL", Form.CHOSEN, "a : NULL"),
            (
                "Flag DEFAULT { a -1, b { c(2) d, e }, f g : h : { } }",
                Form.BRACES,
                "{a -1, b {c(2) d, e}, f g : h : {}}",
            ),
            ("NULL DEFAULT NULL", Form.NULL, "NULL"),
        ],
    )
    def test_defaults(self, parsed: Parsed, text: str, form: Form, expected: str) -> None:
        body = f"A ::= SEQUENCE {{ a {text} }}\nFlag ::= BOOLEAN"
        default = members(parsed(body).definitions()[0].type)[0].default
        assert default is not None
        assert isinstance(default.value, Written)
        assert (default.value.form, text_of(default.value)) == (form, expected)
        assert default.location is not None
        place = body.splitlines()[0][default.location.column - 1 :]
        assert body.splitlines()[0].split("DEFAULT")[1].lstrip() == place

    def test_the_numbers_of_bits_are_numbers(self, parsed: Parsed) -> None:
        found = parsed("A ::= BIT STRING { low (0), high (7) }").definitions()[0].type
        assert isinstance(found, BitString)
        assert [(bit.name, bit.number) for bit in found.named] == [("low", 0), ("high", 7)]

    @pytest.mark.parametrize("blank", ["  ", "\t", "\n", " -- a comment -- ", " /* a\ncomment */ ", "\n\n-- one\n"])
    def test_any_blanks_and_comments_stand_between_two_words(self, parsed: Parsed, blank: str) -> None:
        types = [
            entry.type for entry in parsed(f"A ::= OCTET{blank}STRING\nB ::= OBJECT{blank}IDENTIFIER").definitions()
        ]
        assert [type(found) for found in types] == [OctetString, ObjectIdentifier]

    @pytest.mark.parametrize("word", ["NULL", "SET", "SEQUENCE", "INTEGER", "BIT", "END", "UTF8String", "IMPLICIT"])
    def test_names_may_begin_with_a_word_of_asn1(self, parsed: Parsed, word: str) -> None:
        schema = parsed(f"A ::= SEQUENCE {{ a {word}-Type, b [1] {word}-Type }}\n{word}-Type ::= NULL")
        assert [entry.name for entry in schema.definitions()] == ["A", f"{word}-Type"]
        assert [getattr(member.type, "name", None) for member in members(schema.definitions()[0].type)] == [
            f"{word}-Type",
            f"{word}-Type",
        ]

    def test_two_definitions_of_one_name_are_both_there(self, parsed: Parsed) -> None:
        schema = parsed("A ::= NULL\nA ::= BOOLEAN", other="Meter DEFINITIONS ::= BEGIN A ::= NULL END")
        assert [type(entry.type) for entry in schema.definitions()] == [Null, Boolean, Null]


class TestComments:
    def comments(self, type_: Type) -> list[str]:
        return [member.comment for member in members(type_)]

    def test_lines_above_a_type_are_its_comment_and_a_blank_line_ends_it(self, parsed: Parsed) -> None:
        schema = parsed(
            "-- far\n\n-- first\n--\n--   second\nA ::= NULL\nB ::= NULL -- behind\nC ::= SEQUENCE {\n} -- not"
        )
        assert [entry.comment for entry in schema.definitions()] == ["first\n\nsecond", "behind", ""]

    def test_a_comment_behind_a_member_is_in_front_of_the_comma_or_behind_it(self, parsed: Parsed) -> None:
        body = "A ::= SEQUENCE {\n a NULL, -- one\n b NULL -- two\n , c NULL -- three --, -- four\n d NULL } -- five"
        assert self.comments(parsed(body).definitions()[0].type) == ["one", "two", "three\nfour", ""]

    def test_lines_above_a_member_come_before_what_stands_behind_it(self, parsed: Parsed) -> None:
        body = "A ::= CHOICE {\n -- no\n\n -- above\n -- it\n a NULL, -- behind\n\n -- b\n b NULL }"
        assert self.comments(parsed(body).definitions()[0].type) == ["above\nit\nbehind", "b"]

    def test_an_aligned_line_below_goes_on_with_a_comment(self, parsed: Parsed) -> None:
        body = "A ::= SEQUENCE {\n a NULL,\t-- one\n\t\t-- two\n -- three\n b NULL }"
        assert self.comments(parsed(body).definitions()[0].type) == ["one\ntwo", "three"]

    def test_two_members_on_a_line_take_what_stands_behind_each(self, parsed: Parsed) -> None:
        body = "A ::= SEQUENCE {\n -- above\n a NULL, -- one -- b NULL -- two\n}"
        assert self.comments(parsed(body).definitions()[0].type) == ["above\none", "two"]

    def test_a_comment_behind_a_brace_is_of_the_outer_member(self, parsed: Parsed) -> None:
        body = "A ::= SEQUENCE {\n a CHOICE {\n  b NULL -- inner\n }, -- outer\n c NULL }"
        outer = parsed(body).definitions()[0].type
        assert self.comments(outer) == ["outer", ""]
        assert self.comments(members(outer)[0].type) == ["inner"]

    def test_names_of_numbers_have_comments(self, parsed: Parsed) -> None:
        found = parsed("A ::= ENUMERATED {\n -- above\n a (1),\n b -- behind\n}").definitions()[0].type
        assert isinstance(found, Enumerated)
        assert [name.comment for name in found.named] == ["above", "behind"]

    def test_stars_in_front_of_the_lines_of_a_comment_are_left_out(self, parsed: Parsed) -> None:
        assert parsed("/* one\n * two\n */\nA ::= NULL").definitions()[0].comment == "one\ntwo"

    def test_all_lines_above_a_module_are_its_comment(self) -> None:
        text = (
            "-- one\n----\n-- two\n\n-- three\nA DEFINITIONS ::= BEGIN END -- end\n-- four\nB DEFINITIONS ::= BEGIN END"
        )
        modules = parse_sources([("a", text.encode())]).modules
        assert [module.comment for module in modules] == ["one\n\ntwo\n\nthree", "four"]


class TestTheCheckAgainstAsn1tools:
    """What asn1tools reads must be what is written; nothing that it says is passed over."""

    BODY = (
        "IMPORTS Unit FROM Other;\nlimit INTEGER ::= 4\n"
        "A ::= SEQUENCE { a [1] INTEGER { x (1) } (0..4) OPTIONAL, "
        "b BIT STRING { y (0) } (SIZE (4)) DEFAULT {y}, ... }\n"
        "B ::= SEQUENCE OF ENUMERATED { z (3) }"
    )

    @staticmethod
    def change(path: list[str | int], value: object) -> Callable[[dict[str, Any]], None]:
        def change(found: dict[str, Any]) -> None:
            place: Any = found["Meter"]
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value

        return change

    @pytest.mark.parametrize(
        ("path", "value", "problem"),
        [
            (["types", "A", "type"], "SET", "4:7: asn1tools reads another type here (SET) than is written (SEQUENCE)"),
            (
                ["types", "A", "members", 0, "name"],
                "q",
                "4:18: asn1tools reads another name here (q) than is written (a)",
            ),
            (["types", "A", "members", 0, "type"], "REAL", "4:24: asn1tools reads another type here"),
            (["types", "A", "members", 0, "tag"], {"number": 2}, "4:20: asn1tools reads another tag here"),
            (["types", "A", "members", 0, "restricted-to"], [5], "4:43: asn1tools reads another restricted-to here"),
            (["types", "A", "members", 0, "named-numbers"], {}, "4:24: asn1tools reads another named numbers here"),
            (["types", "A", "members", 0, "optional"], False, "4:18: asn1tools reads another OPTIONAL here"),
            (["types", "A", "members", 0, "default"], 4, "4:18: asn1tools reads another DEFAULT here"),
            (["types", "A", "members", 0, "size"], [4], "4:24: asn1tools reads another size here"),
            (["types", "A", "members", 1, "size"], [5], "4:89: asn1tools reads another size here"),
            (["types", "A", "members", 1, "named-bits"], [("y", "1")], "4:61: asn1tools reads another named bits here"),
            (["types", "A", "members"], [], "4:7: asn1tools reads another number of members here"),
            (
                ["types", "A", "with-components"],
                [],
                "asn1tools reads something here that has no meaning: with-components",
            ),
            (["types", "B", "element", "values"], [("z", 4)], "5:19: asn1tools reads another values here"),
            (
                ["types", "B", "element_name"],
                "x",
                "5:7: asn1tools reads something here that has no meaning: element_name",
            ),
            (["types"], {}, "1:1: asn1tools reads another types here"),
            (["values"], {}, "1:1: asn1tools reads another values here"),
            (["imports"], {}, "1:1: asn1tools reads another imports here"),
            (["tags"], "IMPLICIT", "1:1: asn1tools reads another tag default here"),
            (["object-sets"], {"A": {}}, "1:1: asn1tools reads another object sets here"),
            (["parameters"], [], "1:1: asn1tools reads something here that has no meaning: parameters"),
        ],
    )
    def test_a_difference_is_a_problem_at_its_place(
        self,
        parsed: Parsed,
        monkeypatch: pytest.MonkeyPatch,
        path: list[str | int],
        value: object,
        problem: str,
    ) -> None:
        read = asn1tools.parse_string

        def changed(text: str) -> dict[str, Any]:
            found: dict[str, Any] = read(text)
            self.change(path, value)(found)
            return found

        monkeypatch.setattr(asn1tools, "parse_string", changed)
        with pytest.raises(SchemaError) as caught:
            parsed(self.BODY)
        assert any(problem in found for found in problems(caught)), problems(caught)

    def test_a_module_that_only_asn1tools_sees_is_a_problem(
        self, parsed: Parsed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read = asn1tools.parse_string
        monkeypatch.setattr(asn1tools, "parse_string", lambda text: read(text) | {"Second": {}})
        with pytest.raises(SchemaError, match="something here that has no meaning: Second"):
            parsed("A ::= NULL")

    def test_what_asn1tools_cannot_read_is_a_problem_at_its_place(
        self, parsed: Parsed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read = asn1tools.parse_string
        monkeypatch.setattr(asn1tools, "parse_string", lambda text: read(text.replace("NULL", "NULL NULL")))
        with pytest.raises(SchemaError) as caught:
            parsed("A ::=\n   NULL")
        assert problems(caught) == ["meter.asn1:4:1: asn1tools cannot read this: Expected ::="]


class TestHostileInput:
    def test_a_stack_that_is_nearly_full_gives_a_problem(self, parsed: Parsed, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(text: str) -> dict[str, Any]:
            return full(text)

        monkeypatch.setattr(asn1tools, "parse_string", full)
        with pytest.raises(SchemaError) as caught:
            parsed("A ::= NULL")
        assert problems(caught) == ["meter.asn1:1:1: asn1tools cannot read this: its types are nested too deep"]

    def test_types_as_deep_as_allowed_are_read(self, parsed: Parsed) -> None:
        body = "A ::= " + "SEQUENCE { a CHOICE { b " * 6 + "NULL" + " } }" * 6
        assert len(run_passes(parsed(body)).definitions()) == 12

    def test_long_chains_of_definitions_are_no_recursion(self, parsed: Parsed) -> None:
        many = 600
        chain = "".join(f"A{number} ::= CHOICE {{ a A{number + 1} }}\n" for number in range(many))
        values = "".join(f"v{number} INTEGER ::= v{number + 1}\n" for number in range(many))
        schema = run_passes(parsed(f"{chain}A{many} ::= INTEGER (0..v0)\n{values}v{many} INTEGER ::= 9"))
        assert schema.definitions()[0].name == f"A{many}"
        assert schema.definitions()[0].type == Integer(schema.definitions()[0].type.location, range=Range(0, 9))

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_no_change_of_a_good_file_gives_another_error(self, data: st.DataObject) -> None:
        octets = bytearray((OK / "02-as-published.asn1").read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.integers(0, len(octets) - 1))
            length = data.draw(st.integers(0, 12))
            new = data.draw(
                st.sampled_from([b"", b"}", b"{", b" ::= ", b"(", b"-- ", b"'", b'"', b"\xff", b" SET ", b","])
            )
            octets[place : place + length] = new
        with suppress(SchemaError):
            run_passes(parse_sources([("a", bytes(octets))]))


def test_the_text_of_the_working_folder_does_not_reach_the_schema(tmp_path: Path) -> None:
    (tmp_path / "a.asn1").write_text("A DEFINITIONS ::= BEGIN END")
    schema = parse_files([tmp_path / "a.asn1"], names=lambda path: os.path.relpath(path, tmp_path))
    assert str(tmp_path) not in repr(schema)


@pytest.mark.timeout(20)
def test_what_stands_where_parameters_may_is_read_once() -> None:
    with pytest.raises(SchemaError):
        parse_sources([("a", b"A DEFINITIONS ::= BEGIN\n::= { x } ::= NULL { y } ::= } ::= NULL\nEND\n")])
