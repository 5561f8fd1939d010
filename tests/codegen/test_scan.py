"""Characters to tokens and comments, with their places."""

from __future__ import annotations

import pytest

from xdlms_codegen.model import SchemaError
from xdlms_codegen.scan import UNREAD, Kind, Scan, decode, decode_in_part, scan, split_lines


def spellings(text: str) -> list[str]:
    return [str(token) for token in scan(text, "f").tokens[:-1]]


def problems(found: Scan) -> list[str]:
    return [str(problem) for problem in found.problems]


def comments(found: Scan) -> list[tuple[str, int, int, int | None]]:
    return [(comment.text, comment.line, comment.column, comment.after) for comment in found.comments]


@pytest.mark.parametrize(
    ("octets", "place"),
    [
        (b"\xe4", "f:1:1"),
        (b"a\r\nbc\xe4", "f:2:3"),
        (b"a\rb\xff", "f:2:2"),
        ("ä".encode() + b"\xc3", "f:1:2"),
        (b"\xef\xbb\xbfa\xe4", "f:1:2"),
        (b"\xed\xa0\x80", "f:1:1"),
    ],
)
def test_an_octet_that_is_not_utf_8_is_an_error_at_its_place(octets: bytes, place: str) -> None:
    with pytest.raises(SchemaError, match=r"^\S+ the octet .. is not UTF-8; save the file as UTF-8$") as caught:
        decode(octets, "f")
    assert str(caught.value.problems[0].location) == place


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\n  \u2013", "f:2:3: the character U+2013 (EN DASH) is allowed in comments only"),
        ("a\x00", "f:1:2: the character U+0000 (control character) is allowed in comments only"),
        ("\ufeff", "f:1:1: the character U+FEFF (ZERO WIDTH NO-BREAK SPACE) is allowed in comments only"),
        ("a #", "f:1:3: the character # is not used in ASN.1"),
        ("_b", "f:1:1: '_' is not allowed in a name; write '-'"),
        ("a- b", "f:1:2: a name does not end with '-'"),
        ("9" * 101, "f:1:1: the number has more than 100 digits"),
        ("'12'B", "f:1:1: expected digits in apostrophes with B or H behind them, as '1010'B or 'AB'H"),
        ("'ab'H", "f:1:1: the digits A to F are written in capital letters, as 'AB'H"),
        ("'12", "f:1:1: expected digits in apostrophes with B or H behind them, as '1010'B or 'AB'H"),
        ('a "b\n', "f:1:3: the character string does not end"),
        (
            "a\n /* b\n /* c */",
            "f:2:2: the comment that begins here with /* does not end:"
            " comments nest, and /* stands inside it at line 3",
        ),
        ("/*/", "f:1:1: the comment that begins here with /* does not end"),
    ],
)
def test_what_begins_no_token_is_a_problem_at_its_place(text: str, problem: str) -> None:
    assert problems(scan(text, "f")) == [problem]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a \u2013 b", "LOWER WRONG LOWER END"),
        ("a- b", "LOWER LOWER END"),
        ("a [" + "9" * 101 + "] b", "LOWER SYMBOL WRONG SYMBOL LOWER END"),
        ("'12'B, b", "WRONG SYMBOL LOWER END"),
        ("'12, b", "WRONG SYMBOL LOWER END"),
        ("'ab'H) b", "WRONG SYMBOL LOWER END"),
        ('a "b, c\nd', "LOWER WRONG LOWER END"),
        ('a "b"\nc "d\ne "f"', "LOWER TEXT LOWER WRONG LOWER TEXT END"),
        ("a /* b /* c */ d", "LOWER LOWER END"),
        ("a /* b c d", "LOWER END"),
    ],
)
def test_behind_what_is_no_token_reading_goes_on(text: str, kinds: str) -> None:
    found = scan(text, "f")
    assert " ".join(token.kind.name for token in found.tokens) == kinds
    assert len(found.problems) == 1
    assert found.is_cut == ("b c d" in text)


def test_the_quotation_mark_that_is_missing_is_the_first_whose_string_goes_over_lines() -> None:
    found = scan('a "b",\nc "d,\ne "f",\ng', "f")
    assert problems(found) == ["f:2:3: the character string does not end"]
    assert [token.text for token in found.tokens] == ["a", "b", ",", "c", '"d,', "e", "f", ",", "g", ""]


def test_what_is_no_text_is_told_once_and_stands_between_tokens() -> None:
    for octets, problem in ((b"a\n b\xe4 \xe5 c", "f:2:3: the octet E4 is"), (b"a\n b\0\0c", "f:2:3: the octet 00 is")):
        text, found = decode_in_part(octets, "f")
        assert [str(each)[: len(problem)] for each in found] == [problem]
        unread = UNREAD * max(1, octets.count(0))
        assert [token.text for token in scan(text, "f", is_told=True).tokens][:3] == ["a", "b", unread]
        assert not scan(text, "f", is_told=True).problems
        assert scan(text, "f").problems


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["/*/* */ ", "/* ", '"\n', '"" ', "'0\n", "' ", "-\n", "a- ", "\0", "_", "'0,"])
def test_the_time_is_in_proportion_to_the_length_whatever_stands_there(piece: str) -> None:
    assert scan(piece * (500_000 // len(piece)) + "'", "f").problems


def test_a_byte_order_mark_is_skipped_and_all_line_ends_count() -> None:
    text = decode(b"\xef\xbb\xbfa\r\nb\rc\nd\n", "f")
    assert text == "a\nb\nc\nd\n"
    assert split_lines(text) == ("a", "b", "c", "d")
    assert [token.location.line for token in scan(text, "f").tokens] == [1, 2, 3, 4, 4]


@pytest.mark.parametrize(("text", "column"), [("", 1), ("\n\n", 1), ("a", 2), ("a -- b\n\n  \n", 7), (" a \n", 3)])
def test_the_end_of_the_file_is_behind_what_stands_last(text: str, column: int) -> None:
    location = scan(text, "f").tokens[-1].location
    assert (location.line, location.column) == (1, column)


def test_only_line_ends_split_lines() -> None:
    assert split_lines("a\x0cb\u2028c\x85d\n") == ("a\x0cb\u2028c\x85d",)


def test_tokens_have_their_kinds_and_places() -> None:
    found = scan("Name-a ::=\n\t[12] b..-3 '0 1'B 'A\nF'H \"x\"\"y\" ...", "f")
    assert [(token.kind, token.text, token.location.line, token.location.column) for token in found.tokens] == [
        (Kind.UPPER, "Name-a", 1, 1),
        (Kind.SYMBOL, "::=", 1, 8),
        (Kind.SYMBOL, "[", 2, 2),
        (Kind.NUMBER, "12", 2, 3),
        (Kind.SYMBOL, "]", 2, 5),
        (Kind.LOWER, "b", 2, 7),
        (Kind.SYMBOL, "..", 2, 8),
        (Kind.SYMBOL, "-", 2, 10),
        (Kind.NUMBER, "3", 2, 11),
        (Kind.BITS, "01", 2, 13),
        (Kind.HEX, "AF", 2, 20),
        (Kind.TEXT, 'x"y', 3, 5),
        (Kind.SYMBOL, "...", 3, 12),
        (Kind.END, "", 3, 15),
    ]
    assert [token.end_line for token in found.tokens if token.kind is Kind.HEX] == [3]


def test_tokens_are_shown_as_they_are_written() -> None:
    assert spellings("'01'B 'AF'H \"x\" a ::=") == ["'01'B", "'AF'H", '"x"', "a", "::="]
    assert str(scan("", "f").tokens[0]) == "the end of the file"


def test_a_character_string_over_lines_loses_the_blanks_at_the_line_end() -> None:
    assert spellings('"a \n  b"') == ['"ab"']


def test_a_comment_ends_with_its_line_or_with_two_hyphens() -> None:
    assert spellings("a -- b -- c -- d\ne --\nf---g\nh") == ["a", "c", "e", "f", "h"]
    assert spellings("a--b--c") == ["a", "c"]


def test_comments_in_slashes_nest_and_may_hold_hyphens_and_quotes() -> None:
    assert spellings('a /* b /* -- " */ c */ d /**/ e') == ["a", "d", "e"]


def test_two_hyphens_in_a_string_are_no_comment() -> None:
    assert spellings('"a -- b" c') == ['"a -- b"', "c"]


@pytest.mark.parametrize("hyphens", range(2, 14))
def test_a_line_of_hyphens_is_a_comment_whatever_their_number(hyphens: int) -> None:
    found = scan(f"a\n {'-' * hyphens} \nb", "f")
    assert [token.text for token in found.tokens] == ["a", "b", ""]
    assert comments(found) == [("", 2, 2, None)]


def test_comments_have_their_text_place_and_the_token_before_them() -> None:
    found = scan("-- one\na -- two --, /* three */\n  /* four\n   * five\n */ -- six", "f")
    assert comments(found) == [
        ("one", 1, 1, None),
        ("two", 2, 3, 0),
        ("three", 2, 14, 1),
        ("four", 3, 3, None),
        ("five", 4, 4, None),
        ("", 5, 2, None),
        ("six", 5, 5, None),
    ]


def test_a_comment_of_marks_alone_has_no_text() -> None:
    assert [comment.text for comment in scan("-- ======\n--\n/* ****** */", "f").comments] == ["", "", ""]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a_b c", "f:1:2: '_' is not allowed in a name; write '-'"),
        ("007 c", "f:1:1: the number 007 begins with 0"),
    ],
)
def test_a_name_or_number_that_is_written_wrongly_does_not_keep_the_rest_from_being_read(
    text: str, problem: str
) -> None:
    found = scan(text, "f")
    assert [str(each) for each in found.problems] == [problem]
    assert [token.text for token in found.tokens] == [*text.split(), ""]


def test_all_characters_that_begin_no_token_are_told_together() -> None:
    assert problems(scan("a # b\n##\n\u2013 007", "f")) == [
        "f:1:3: the character # is not used in ASN.1",
        "f:2:1: the character # is not used in ASN.1",
        "f:3:1: the character U+2013 (EN DASH) is allowed in comments only",
        "f:3:3: the number 007 begins with 0",
    ]
