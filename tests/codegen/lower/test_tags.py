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
