"""What an alternative is in Python: the value itself, the class of its SEQUENCE, or a class of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xdlms.codec.numbers import BitString
from xdlms_codegen.model import SchemaError

Compile = Callable[..., Any]


def test_a_sequence_of_one_alternative_is_that_alternatives_class_with_the_whole_path(package_of_text: Compile) -> None:
    package = package_of_text(
        "Message ::= CHOICE { get [192] Get }\nGet ::= CHOICE { normal [1] IMPLICIT Get-Normal }\n"
        "Get-Normal ::= SEQUENCE { x INTEGER (0..255) }"
    )
    assert package.GetNormal(7).encode() == b"\xc0\x01\x07"
    assert package.TYPES["Get-Normal"].tag_path == (0xC0, 0x01)


def test_a_sequence_of_two_alternatives_has_a_class_for_each_around_it(package_of_text: Compile) -> None:
    package = package_of_text(
        "Message ::= CHOICE { one [1] IMPLICIT Both, two [2] IMPLICIT Both }\nBoth ::= SEQUENCE { x BOOLEAN }"
    )
    assert package.decode(b"\x02\x01") == package.Two(package.Both(True))
    assert package.One(package.Both(True)) != package.Two(package.Both(True))


ANSWER = (
    "Message ::= CHOICE {{ one [1] IMPLICIT One }}\nOne ::= SEQUENCE {{ answer Answer }}\nAnswer ::= CHOICE {{ {} }}"
)


def test_values_that_python_tells_apart_stand_for_themselves(package_of_text: Compile) -> None:
    package = package_of_text(ANSWER.format("flag [0] BOOLEAN, text [1] OCTET STRING, none [2] NULL"))
    for value, octets in ((True, b"\x01\x00\x01"), (b"a", b"\x01\x01\x01a"), (None, b"\x01\x02")):
        assert package.One(value).encode() == octets
        assert package.decode(octets).answer is value or package.decode(octets).answer == value


def test_values_that_python_does_not_tell_apart_have_classes(package_of_text: Compile) -> None:
    package = package_of_text(ANSWER.format("flag [0] BOOLEAN, number [1] INTEGER (0..255), text [2] OCTET STRING"))
    assert package.decode(b"\x01\x00\x01").answer == package.Flag(True)
    assert package.decode(b"\x01\x01\x01").answer == package.Number(1)
    assert package.decode(b"\x01\x02\x01a").answer == b"a"
    assert package.One(package.Flag(True)) != package.One(package.Number(1))
    with pytest.raises(ValueError, match="answer"):
        package.One(1).encode()


def test_alternatives_of_one_name_have_their_choices_name_in_front(package_of_text: Compile) -> None:
    package = package_of_text(
        "Message ::= CHOICE { one [1] IMPLICIT OCTET STRING, deep [2] Deep }\n"
        "Deep ::= CHOICE { one [1] IMPLICIT OCTET STRING, two [2] IMPLICIT OCTET STRING }"
    )
    assert package.decode(b"\x01\x01a") == package.MessageOne(b"a")
    assert package.decode(b"\x02\x01\x01a") == package.DeepOne(b"a")
    assert package.decode(b"\x02\x02\x01a") == package.Two(b"a")


def test_an_alternative_without_a_tag_cannot_be_sent_in_axdr(package_of_text: Compile) -> None:
    with pytest.raises(SchemaError, match="flag in Answer needs a tag: A-XDR sends its number"):
        package_of_text(ANSWER.format("flag BOOLEAN, text [2] OCTET STRING"))


def test_null_in_a_choice_that_may_be_absent_has_a_class(package_of_text: Compile) -> None:
    package = package_of_text(
        "Message ::= CHOICE { one [1] IMPLICIT One }\nOne ::= SEQUENCE { outer Outer OPTIONAL, last BOOLEAN }\n"
        "Outer ::= CHOICE { inner [0] Inner, octets [1] IMPLICIT OCTET STRING }\n"
        "Inner ::= CHOICE { nothing [0] IMPLICIT NULL, number [1] IMPLICIT INTEGER (0..255) }"
    )
    for text, value in (("010001", None), ("0101000001", package.Nothing()), ("010100010701", 7)):
        read = package.decode(bytes.fromhex(text))
        assert read.outer == value
        assert read == package.One(True, value)
        assert read.encode().hex() == text


def test_null_in_a_choice_in_ber_that_may_be_absent_has_a_class(package_of_text: Compile) -> None:
    package = package_of_text(
        "Message ::= CHOICE { one [1] IMPLICIT One }\nOne ::= SEQUENCE { answer [0] Answer OPTIONAL, last BOOLEAN }\n"
        "Answer ::= CHOICE { nothing [0] IMPLICIT NULL, octets [1] IMPLICIT OCTET STRING }",
        '[roots]\nMessage = "ber"\n',
    )
    nothing = package.Nothing()
    for text, value in (("a1030101ff", None), ("a107a00280000101ff", nothing), ("a108a0038101610101ff", b"a")):
        read = package.decode(bytes.fromhex(text))
        assert read.value.answer == value
        assert package.MessageOne(package.One(True, value)).encode().hex() == text


@pytest.mark.parametrize("rule", ["axdr", "ber"])
def test_null_itself_cannot_be_optional(package_of_text: Compile, rule: str) -> None:
    with pytest.raises(SchemaError) as caught:
        package_of_text(
            "Message ::= CHOICE { one [1] IMPLICIT One }\nNo ::= NULL\n"
            "One ::= SEQUENCE { a [0] NULL OPTIONAL, b [1] No OPTIONAL, c [2] NULL DEFAULT NULL, d [3] NULL }",
            f'[roots]\nMessage = "{rule}"\n',
        )
    assert [str(problem) for problem in caught.value.problems] == [
        "m.asn1:4:20: One.a is NULL and OPTIONAL: None cannot say if it is there; write BOOLEAN",
        "m.asn1:4:41: One.b is NULL and OPTIONAL: None cannot say if it is there; write BOOLEAN",
    ]


DATA = (
    "Message ::= CHOICE {{ one [1] IMPLICIT Data }}\n"
    "Data ::= CHOICE {{ list [1] SEQUENCE OF Data, row [2] SEQUENCE OF Data, more [3] IMPLICIT {} }}"
)
SELF_DESCRIBING = '[self-describing."Data"]\nlist = "list"\nrecord = "row"\n'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("INTEGER", -129), ("INTEGER (0..16777215)", 65536), ("INTEGER { a (1) } (0..255)", 1)),
        *(("ENUMERATED { a (0) }", 0), ("OBJECT IDENTIFIER", "2.16"), ("SEQUENCE OF INTEGER", [1, 2])),
        *(("BIT STRING (SIZE (3))", BitString.of("101")), ("IA5String", "ab"), ("GraphicString", b"ab")),
        *(("OCTET STRING (SIZE (1..3))", b"ab"), ("UTF8String (SIZE (3))", "äöü"), ("INTEGER (0..100)", 100)),
        *(("NULL", None), ("BOOLEAN", True), ("INTEGER (0..65535)", 1), ("INTEGER (-128..127)", -1)),
        *(("INTEGER (-2147483648..2147483647)", -1), ("INTEGER (0..18446744073709551615)", 2)),
        *(("OCTET STRING (SIZE (3))", b"abc"), ("OCTET STRING", b"ab"), ("VisibleString", "ab"), ("UTF8String", "ä")),
    ],
)
def test_what_can_stand_in_data_is_read_as_it_was_written(package_of_text: Compile, text: str, value: object) -> None:
    package = package_of_text(DATA.format(text), SELF_DESCRIBING)
    octets = package.One(package.Data.of(3, value)).encode()
    assert package.decode(octets).value.value == value


def test_a_float_in_data_has_four_octets_or_eight(package_of_text: Compile) -> None:
    with pytest.raises(
        SchemaError, match=r"Data\.more cannot be a float: a float is an OCTET STRING of the size 4 or 8"
    ):
        package_of_text(DATA.format("OCTET STRING (SIZE (3))"), SELF_DESCRIBING + 'float = ["more"]\n')
