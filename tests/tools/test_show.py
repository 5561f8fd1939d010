"""Values in words."""

from __future__ import annotations

import pytest

from xdlms.codec import schema
from xdlms.tools.editions import NAMES, syntax_of
from xdlms.tools.envelope import describe_control, is_ciphered, open_envelope
from xdlms.tools.show import (
    describe_data_octets,
    describe_number,
    describe_octets,
    describe_oid,
    hint_of,
    quoted,
)


@pytest.mark.clause("8")
@pytest.mark.parametrize(
    ("octet", "words"),
    [
        (0xC1, "invoke-id 1, confirmed, high priority"),
        (0x81, "invoke-id 1, unconfirmed, high priority"),
        (0x4F, "invoke-id 15, confirmed, normal priority"),
        (0x00, "invoke-id 0, unconfirmed, normal priority"),
        (0x10, "invoke-id 0, unconfirmed, normal priority, reserved bits 0x10 set"),
    ],
)
def test_invoke_id_and_priority_is_broken_down(octet: int, words: str) -> None:
    assert describe_number("invoke-id", octet) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0x40000007, "long-invoke-id 7, confirmed, normal priority"),
        (0x80CBC6FF, "long-invoke-id 13354751, unconfirmed, high priority"),
        (0x30000000, "long-invoke-id 0, self-descriptive, break on error, unconfirmed, normal priority"),
        (0x0F000000, "long-invoke-id 0, unconfirmed, normal priority, reserved bits 0xf000000 set"),
    ],
)
def test_long_invoke_id_and_priority_is_broken_down(number: int, words: str) -> None:
    assert describe_number("long-invoke-id", number) == words


def test_block_control_is_broken_down() -> None:
    assert describe_number("block-control", 0xC5) == "window 5, streaming, last block"
    assert describe_number("block-control", 0x00) == "window 0"


def test_short_names_are_read_as_patterns() -> None:
    assert describe_number("short-name", -0x600) == "FA00 Association SN"
    assert describe_number("short-name", 7) == "0007 LN referencing"
    assert describe_number("short-name", 0x100) == "0100"


def test_a_hint_without_words_says_nothing() -> None:
    assert describe_number("obis", 7) == ""


@pytest.mark.clause("7.2.2")
def test_registered_names_are_known() -> None:
    assert describe_oid("context-name", "2.16.756.5.8.1.3") == "LN referencing, with ciphering"
    assert describe_oid("mechanism-name", "2.16.756.5.8.2.5") == "HLS with GMAC"
    assert describe_oid("mechanism-name", "2.16.756.5.8.1.3") == ""
    assert describe_oid("context-name", "2.16.756.5.8.1.9") == ""
    assert describe_oid("context-name", "2.16.756.5.8.1.10") == ""
    assert describe_oid(None, "2.16.756.5.8.1.3") == ""


@pytest.mark.clause("5.4.8")
def test_a_system_title_is_three_letters_and_the_rest() -> None:
    assert describe_octets("system-title", bytes.fromhex("4D4D4D0000BC614E")) == "MMM 0000BC614E"
    assert describe_octets("system-title", bytes.fromhex("0102030000BC614E")) == ""
    assert describe_octets("system-title", b"MMM") == '"MMM"'


def test_octets_are_text_only_when_all_of_them_are_printable() -> None:
    assert describe_octets(None, b"KA6P") == '"KA6P"'
    assert describe_octets(None, b"KA6P\n") == ""
    assert describe_octets(None, b"") == ""
    assert describe_octets(None, "Zähler".encode()) == ""


def test_a_date_time_that_is_none_is_said_so() -> None:
    assert describe_octets("date-time", b"") == "not specified"
    assert describe_octets("date-time", b"abc") == "no date-time"


@pytest.mark.parametrize(
    ("tag", "octets", "words"),
    [
        ("octet-string", "07E50706020E3A1000FFC400", "2021-07-06 Tue 14:58:16.00 UTC+01:00"),
        ("octet-string", "0100010800FF", "1.0.1.8.0.255 active energy import"),
        ("octet-string", "303030313031", '"000101"'),
        ("octet-string", "FF0000000000", ""),
        ("date-time", "07E50706020E3A1000FFC400", "2021-07-06 Tue 14:58:16.00 UTC+01:00"),
        ("date-time", "000000000000000000000000", "no date-time"),
        ("date", "07E5070602", "2021-07-06 Tue"),
        ("time", "0E3A10FF", "14:58:16"),
        ("time", "FE3A10FF", "no time"),
    ],
)
def test_octets_in_data_are_told_by_what_they_look_like(tag: str, octets: str, words: str) -> None:
    assert describe_data_octets(tag, bytes.fromhex(octets)) == words


def test_what_a_terminal_could_take_for_a_command_is_escaped() -> None:
    assert quoted("a\x1b[31m\n") == '"a\\x1b[31m\\x0a"'
    assert quoted("\udcff") == '"\\xff"'
    assert quoted("\u202e") == '"\\u202e"'


@pytest.mark.parametrize("edition", NAMES)
def test_hints_are_found_through_names_of_types(edition: str) -> None:
    syntax = syntax_of(edition)
    hints = {
        "Invoke-Id-And-Priority": "invoke-id",
        "Cosem-Class-Id": "class-id",
        "Cosem-Object-Instance-Id": "obis",
        "ObjectName": "short-name",
        "Application-context-name": "context-name",
        "AP-title": "system-title",
        "Unsigned8": None,
    }
    assert {name: hint_of(syntax, schema.Named(name)) for name in hints} == hints


@pytest.mark.clause("5.4.6")
def test_the_security_header_of_a_ciphered_apdu() -> None:
    assert open_envelope(b"") is None
    assert open_envelope(bytes.fromhex("30012345")) is None
    assert open_envelope(bytes.fromhex("3001234567") + bytes(11)) is None
    both = open_envelope(bytes.fromhex("3001234567AABB") + bytes(12))
    assert both is not None
    assert (both.control, both.counter.hex(), both.content.hex(), len(both.tag)) == (0x30, "01234567", "aabb", 12)
    assert not both.is_readable
    encrypted = open_envelope(bytes.fromhex("2001234567AABB"))
    assert encrypted is not None
    assert (encrypted.content.hex(), encrypted.tag) == ("aabb", b"")
    authenticated = open_envelope(bytes.fromhex("1001234567C0") + bytes(12))
    assert authenticated is not None
    assert authenticated.is_readable


@pytest.mark.clause("5.4.6")
def test_the_security_control_octet_in_words() -> None:
    assert describe_control(0x30) == "suite 0, authenticated, encrypted, unicast key"
    assert describe_control(0xD1) == "suite 1, authenticated, compressed, broadcast key"
    assert describe_control(0x00) == "suite 0, neither authenticated nor encrypted, unicast key"
    assert is_ciphered("glo-get-request")
    assert is_ciphered("ded-actionRequest")
    assert not is_ciphered("get-request")
