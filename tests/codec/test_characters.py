"""A string type has its own characters, and no others, in both rules and on both paths."""

from __future__ import annotations

from typing import Any

import pytest
from compiling import compile_text

from xdlms.codec.decoding import Decoder
from xdlms.codec.encoding import Encoder
from xdlms.errors import DecodeError, EncodeError

TEXT = """
Vendor DEFINITIONS ::= BEGIN
Message ::= CHOICE {
  visible [1] IMPLICIT VisibleString,
  few     [2] IMPLICIT PrintableString,
  digits  [3] IMPLICIT NumericString,
  ascii   [4] IMPLICIT IA5String,
  general [5] IMPLICIT GeneralString,
  utf8    [6] IMPLICIT UTF8String,
  all     [7] IMPLICIT All,
  numbers [8] IMPLICIT Numbers
}
All ::= SEQUENCE { few [0] PrintableString (SIZE (2)), digits [1] NumericString, ascii [2] IA5String }
Numbers ::= SEQUENCE {
  high [0] INTEGER (0..MAX), low [1] INTEGER (MIN..10), one [2] INTEGER (7), long [3] OCTET STRING (SIZE (2..MAX))
}
END
"""


@pytest.fixture(scope="module", params=["axdr", "ber"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return compile_text(tmp_path_factory.mktemp("characters"), TEXT, f'[roots]\nMessage = "{request.param}"\n')


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("Visible", "ab\n", 2),
        ("Visible", "\x7f", 0),
        ("Few", "a*", 1),
        ("Few", "a@b", 1),
        ("Digits", "12a", 2),
        ("Digits", "-1", 0),
        ("Ascii", "caf\xe9", 3),
        ("General", "\xe9", 0),
    ],
)
def test_a_character_that_the_type_lacks_is_refused(package: Any, name: str, text: str, wrong: int) -> None:
    apdu = getattr(package, name)(text)
    with pytest.raises(EncodeError, match=f"^character {wrong} is none of [A-Za-z5]+String"):
        apdu.encode()
    good = getattr(package, name)("1" * len(text)).encode()
    octets = good[: -len(text)] + text.encode("latin-1")
    with pytest.raises(DecodeError, match=f"octet {ord(text[wrong]):02X} is no character of a") as caught:
        package.decode(octets)
    assert caught.value.offset == len(octets) - len(text) + wrong
    lenient = package.decode(octets, strict=False)
    assert lenient.encode() == octets


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Visible", " ~"),
        ("Few", "Az 09'()+,-./:=?"),
        ("Digits", "12 34"),
        ("Ascii", "a\tb\r\n\x00\x7f"),
        ("General", "\x1b[0m"),
        ("Utf8", "\xe9\n\x00"),
    ],
)
def test_all_characters_of_the_type_go_and_come(package: Any, name: str, text: str) -> None:
    apdu = getattr(package, name)(text)
    octets = apdu.encode()
    info = package.SYNTAX.types.of_class(type(apdu))
    assert Encoder(package.SYNTAX).whole(info, apdu) == octets
    assert type(apdu).decode(octets) == Decoder(package.SYNTAX, octets).whole(info) == apdu


def test_components_are_held_to_their_characters_too(package: Any) -> None:
    apdu = package.All("A1", "1 2", "\t")
    assert type(apdu).decode(apdu.encode()) == apdu
    for wrong in (package.All("A*", "1", ""), package.All("AB", "x", ""), package.All("AB", "1", "\x80")):
        with pytest.raises(EncodeError, match="is none of"):
            wrong.encode()


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((-1, 0, 7, b"ab"), r"-1 is less than 0 - at \$.high"),
        ((0, 11, 7, b"ab"), r"11 is more than 10 - at \$.low"),
        ((0, 0, 8, b"ab"), r"8 is not 7 - at \$.one"),
        ((0, 0, 7, b"a"), r"expected at least 2 octets, got 1 - at \$.long"),
    ],
)
def test_a_number_outside_its_range_is_told_with_the_bound_that_there_is(
    package: Any, numbers: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(EncodeError, match=message):
        package.Numbers(*numbers).encode()
