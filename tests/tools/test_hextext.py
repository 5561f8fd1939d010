"""Hexadecimal digits as people write them, and files of captures."""

from __future__ import annotations

import pytest

from xdlms.tools.hextext import GIVE_UP, HexError, as_text, read_hex, read_lines


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("zz", 1),
        ("C0 0g", 5),
        ("C0-01", 3),
        ("0x", 2),
        ("0xC0 0x", 7),
        ("x0", 1),
        ("C0 01 ½", 7),
        ("C0\x0001", 3),
    ],
)
def test_what_is_no_digit_is_refused_at_its_column(text: str, column: int) -> None:
    with pytest.raises(HexError, match="no hexadecimal digit") as caught:
        read_hex(text)
    assert caught.value.column == column


@pytest.mark.parametrize(("text", "column"), [("C00", 3), ("0", 1), ("C0 01 8", 7), ("C0 018 00", 6), ("7:E0", 1)])
def test_half_an_octet_is_refused_where_its_group_ends(text: str, column: int) -> None:
    with pytest.raises(HexError, match="no whole number of octets") as caught:
        read_hex(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    "text",
    [
        "C0018100",
        "c0018100",
        "C0 01 81 00",
        "C0:01:81:00",
        "C001 8100",
        "0xC0018100",
        "0xC0 0x01 0x81 0x00",
        "0xC0, 0x1, 0x81, 0x0",
        "0XC0,0X01,0X81,0X00",
        "C0 01\n81 00\n",
        "\tC001\r\n8100 ",
    ],
)
def test_blanks_colons_commas_and_0x_are_allowed_between_octets(text: str) -> None:
    assert read_hex(text) == bytes.fromhex("C0018100")


def test_nothing_is_no_octets() -> None:
    assert read_hex("") == b""
    assert read_hex(" \n") == b""


@pytest.mark.parametrize(
    "octets", [b"\x00\x01", b"~\xa0\x2e", b"h\xfa\xfah", b"Gr\xfc\xdfe", b"\x1b[31m", b"\xff\xfeA", b"C0\x7f"]
)
def test_octets_that_are_no_text_are_binary(octets: bytes) -> None:
    assert as_text(octets) is None


@pytest.mark.parametrize(
    "octets",
    [b"C001\n", b"\xef\xbb\xbfC001\n", "C001\n".encode("utf-16"), b"\xff\xfeC\x000\x000\x001\x00\n\x00"],
)
def test_text_may_have_a_byte_order_mark(octets: bytes) -> None:
    assert as_text(octets) == "C001\n"


def test_comments_and_empty_lines_are_no_captures_and_count_as_lines() -> None:
    lines, wrong = read_lines("# größe\n\nC0 01\r\n  # more\n7EA0\n")
    assert [(line.number, line.octets.hex()) for line in lines] == [(3, "c001"), (5, "7ea0")]
    assert wrong == []


def test_a_comment_behind_a_capture_is_left_out() -> None:
    lines, wrong = read_lines("C0 0 # half\nC0 01 # GET, of 2 octets\nC4# no blank\n")
    assert [(line.number, line.octets.hex()) for line in lines] == [(2, "c001"), (3, "c4")]
    assert [(line.number, line.error.column) for line in wrong] == [(1, 4)]


def test_wrong_lines_are_told_and_the_others_kept() -> None:
    lines, wrong = read_lines("C001\nhello\n81\n8\n")
    assert [line.number for line in lines] == [1, 3]
    assert [(line.number, line.error.column) for line in wrong] == [(2, 1), (4, 1)]


def test_a_text_that_is_no_hexadecimal_digits_at_all_is_given_up() -> None:
    lines, wrong = read_lines("xyz\n" * (GIVE_UP * 3) + "C001\n")
    assert lines == []
    assert len(wrong) == GIVE_UP
    lines, wrong = read_lines("C001\n" + "xyz\n" * (GIVE_UP * 3))
    assert len(lines) == 1
    assert len(wrong) == GIVE_UP * 3
