"""What an alternative is in Python: the value itself, the class of its SEQUENCE, or a class of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

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
