"""BER identifiers: of every class, with numbers over 30, implicit and explicit; numbers of any width."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xdlms_codegen.lower.tags import first_octet, identifier, identifier_octets
from xdlms_codegen.model import SchemaError, Tag, TagClass, TagMode

BER = '[roots]\nMessage = "ber"\n'


@pytest.mark.parametrize(
    ("tag_class", "number", "constructed", "octets"),
    [
        (TagClass.CONTEXT, 0, False, "80"),
        (TagClass.CONTEXT, 30, True, "BE"),
        (TagClass.APPLICATION, 0, True, "60"),
        (TagClass.APPLICATION, 31, False, "5F1F"),
        (TagClass.PRIVATE, 128, True, "FF8100"),
        (TagClass.CONTEXT, 20_000, False, "9F819C20"),
    ],
)
def test_an_identifier_has_the_octets_of_its_tag(
    tag_class: TagClass, number: int, constructed: bool, octets: str
) -> None:
    found = identifier(Tag(tag_class, number, TagMode.IMPLICIT), constructed)
    assert bytes(identifier_octets(found)).hex().upper() == octets
    assert first_octet(found) == bytes.fromhex(octets)[0]


@pytest.mark.parametrize(
    ("number", "octets"),
    [(0, "A0030A0100"), (127, "A0030A017F"), (128, "A0040A020080"), (-1, "A0030A01FF"), (70_000, "A0050A03011170")],
)
def test_an_enumeration_in_ber_has_as_many_octets_as_its_number_needs(
    package_of_text: Callable[..., Any], number: int, octets: str
) -> None:
    package = package_of_text(
        f"Message ::= CHOICE {{ one [0] EXPLICIT Level }}\nLevel ::= ENUMERATED {{ some ({number}), other (5) }}", BER
    )
    apdu = package.decode(bytes.fromhex(octets))
    assert apdu.value == number
    assert apdu.encode().hex().upper() == octets


def test_an_enumeration_in_axdr_has_one_octet_and_a_number_beyond_it_is_a_problem(
    package_of_text: Callable[..., Any],
) -> None:
    with pytest.raises(SchemaError, match=r"high \(256\) in Message.one does not fit the one octet of A-XDR"):
        package_of_text("Message ::= CHOICE { one [0] ENUMERATED { low (0), high (256) } }")


def test_implicit_in_front_of_a_choice_is_explicit(package_of_text: Callable[..., Any]) -> None:
    package = package_of_text(
        "Message ::= CHOICE { one [0] IMPLICIT Inner }\n"
        "Inner ::= CHOICE { number [1] IMPLICIT INTEGER, flag [2] IMPLICIT BOOLEAN }",
        BER,
    )
    octets = bytes.fromhex("A003 81 01 05".replace(" ", ""))
    assert package.decode(octets).encode() == octets


@pytest.mark.parametrize("size", ["", " (SIZE (2))"])
@pytest.mark.parametrize(
    ("type_", "octets"),
    [("OCTET STRING", "420141420142"), ("INTEGER", "420101420102"), ("INTEGER (0..255)", "420101420102")],
)
def test_elements_with_an_application_tag_are_in_ber_inside_axdr(
    package_of_text: Callable[..., Any], size: str, type_: str, octets: str
) -> None:
    package = package_of_text(
        "Message ::= CHOICE { one [1] IMPLICIT One }\n"
        f"One ::= SEQUENCE {{ many SEQUENCE{size} OF Element }}\nElement ::= [APPLICATION 2] IMPLICIT {type_}"
    )
    count = "" if size else "02"
    whole = bytes.fromhex(f"01{count}{octets}")
    apdu = package.decode(whole)
    assert len(apdu.many) == 2
    assert apdu.encode() == whole
    assert package.One(apdu.many).encode() == whole


@pytest.mark.parametrize("kind", ["BMPString", "UniversalString"])
@pytest.mark.parametrize("rule", ["axdr", "ber"])
def test_a_string_of_several_octets_a_character_is_a_problem(
    package_of_text: Callable[..., Any], kind: str, rule: str
) -> None:
    with pytest.raises(SchemaError, match=f"^m.asn1:3:37: One.text.element is a {kind}, which is not supported"):
        package_of_text(
            f"Message ::= CHOICE {{ one [1] IMPLICIT One }}\nOne ::= SEQUENCE {{ text SEQUENCE OF {kind} }}",
            f'[roots]\nMessage = "{rule}"\n',
        )


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        *(("UTF8String", 12), ("NumericString", 18), ("PrintableString", 19), ("TeletexString", 20), ("T61String", 20)),
        *(("VideotexString", 21), ("IA5String", 22), ("UTCTime", 23), ("GeneralizedTime", 24), ("GraphicString", 25)),
        *(("VisibleString", 26), ("ISO646String", 26), ("GeneralString", 27)),
    ],
)
def test_every_other_string_has_its_universal_tag_in_ber_and_a_length_in_axdr(
    package_of_text: Callable[..., Any], kind: str, number: int
) -> None:
    body = f"Message ::= CHOICE {{ one [1] EXPLICIT {kind} }}"
    text = b"12" if kind == "GraphicString" else "12"
    for binding, octets in ((BER, bytes([0xA1, 4, number, 2, 0x31, 0x32])), ("", b"\x01\x0212")):
        package = package_of_text(body, binding)
        assert package.One(text).encode() == octets
        assert package.decode(octets).value == text


@pytest.mark.parametrize("default", ["{2 16 756}", "{ joint-iso-ccitt(2) country(16) 756 }"])
def test_a_default_object_identifier_is_not_sent(package_of_text: Callable[..., Any], default: str) -> None:
    body = (
        "Message ::= CHOICE { one [1] IMPLICIT One, two [2] IMPLICIT One }\nKey ::= OBJECT IDENTIFIER\n"
        f"One ::= SEQUENCE {{ a [0] IMPLICIT OBJECT IDENTIFIER DEFAULT {default},"
        f" b [1] IMPLICIT Key DEFAULT {default} }}"
    )
    for binding, absent, present in (
        ("", "010000", "010001022a03"),
        (BER, "a100", "a10481022a03"),
    ):
        package = package_of_text(body, binding)
        for octets, b in ((absent, "2.16.756"), (present, "1.2.3")):
            apdu = package.decode(bytes.fromhex(octets))
            assert (apdu.value.a, apdu.value.b) == ("2.16.756", b)
            assert apdu.encode().hex() == octets
