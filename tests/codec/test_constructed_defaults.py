"""DEFAULT of SEQUENCE, SEQUENCE OF and CHOICE, and of types over values with names, in both rules."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from compiling import compile_text

from xdlms.codec.decoding import Decoder
from xdlms.codec.encoding import Encoder
from xdlms.errors import DecodeError, EncodeError
from xdlms.tools.json_values import Builder

TEXT = """
Vendor DEFINITIONS ::= BEGIN
Message ::= CHOICE { all [1] IMPLICIT All, quick [2] IMPLICIT Quick }
limit INTEGER ::= 4
pick Pick ::= number : limit
All ::= SEQUENCE {
  pair   [0] Pair DEFAULT { a limit, b FALSE },
  empty  [1] SEQUENCE OF Small DEFAULT {},
  list   [2] SEQUENCE OF Small DEFAULT { 1, limit },
  pick   [3] Pick DEFAULT pick,
  none   [4] Pick DEFAULT nothing : NULL,
  either [5] CHOICE { flag [0] BOOLEAN, number [1] INTEGER } DEFAULT number : 1,
  deep   [6] SEQUENCE OF Pair DEFAULT { { a 1, b TRUE }, { a 2, b FALSE, c { 9 } } },
  flags  [7] SEQUENCE OF BOOLEAN DEFAULT { TRUE },
  name   [8] OBJECT IDENTIFIER DEFAULT { joint-iso-itu-t 16 limit },
  text   [9] GraphicString DEFAULT "x"
}
Quick ::= SEQUENCE {
  first  [0] Small,
  list   [1] SEQUENCE OF Small DEFAULT { 1, 2 },
  pair   [2] Pair DEFAULT { a limit, b FALSE },
  last   [3] Pick DEFAULT pick
}
Small ::= INTEGER (0..255)
Pair ::= SEQUENCE { a Small, b BOOLEAN, c SEQUENCE OF Small DEFAULT { 7 } }
Pick ::= CHOICE { number [0] Small, nothing [1] NULL }
END
"""


@pytest.fixture(scope="module", params=["axdr", "ber"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return compile_text(tmp_path_factory.mktemp("defaults"), TEXT, f'[roots]\nMessage = "{request.param}"\n')


def both_ways(package: Any, apdu: Any) -> bytes:
    """The octets of an APDU, the same on both paths, and read the same on both."""
    octets: bytes = apdu.encode()
    info = package.SYNTAX.types.of_class(type(apdu))
    assert Encoder(package.SYNTAX).whole(info, apdu) == octets
    assert type(apdu).decode(octets) == Decoder(package.SYNTAX, octets).whole(info) == apdu
    return octets


def test_a_default_that_is_changed_is_whole_again_in_the_next_value(package: Any) -> None:
    for make in (package.All, lambda: package.All.decode(package.All().encode()), lambda: read_json(package, {})):
        first = make()
        first.list.append(99)
        first.empty.append(1)
        first.deep[1].c.append(5)
        first.deep.pop(0)
        first.pair.a = 200
        first.either.value = 9
        second = make()
        assert (second.list, second.empty, second.pick) == ([1, 4], [], 4)
        assert second == package.All()
        assert first != second
        assert both_ways(package, first) != both_ways(package, second)


def read_json(package: Any, json: Any) -> Any:
    return Builder(package.SYNTAX).value(package.SYNTAX.types["All"].type, json)


def test_components_of_their_default_value_are_not_sent(package: Any) -> None:
    octets = both_ways(package, package.All())
    assert octets == both_ways(package, package.All(list=[1, 4], pair=package.Pair(4, False, [7]), flags=[True]))
    assert octets in (bytes((1, *[0] * 10)), b"\x30\x00")


def test_what_is_equal_in_python_is_the_default_only_where_it_is_so_in_asn1(package: Any) -> None:
    fields = {field.name: field for field in package.SYNTAX.types["All"].fields}
    flag, _ = package.SYNTAX.types.resolve(fields["either"].type).alternatives
    apdu = package.All(either=flag.wrapper(True) if flag.wrapper is not None else True)
    assert both_ways(package, apdu) != package.All().encode()
    assert package.All(list=(1, 4)).encode() == package.All().encode()
    with pytest.raises(EncodeError, match=r"expected bool, got int - at \$\.flags\[0\]"):
        package.All(flags=[1]).encode()


def test_none_stands_for_the_default_in_a_constructor_and_nowhere_else(package: Any) -> None:
    assert package.All(list=None, pair=None) == package.All()
    apdu = package.All()
    apdu.list = None
    with pytest.raises(EncodeError, match=r"expected list, got NoneType - at \$\.list"):
        apdu.encode()


def test_a_default_is_copied_pickled_shown_and_matched_like_other_values(package: Any) -> None:
    apdu = package.All()
    for other in (copy.deepcopy(apdu), copy.copy(apdu), pickle.loads(pickle.dumps(apdu))):
        assert other == apdu
        assert repr(other) == repr(apdu)
    assert "pair=Pair(a=4, b=False, c=[7])" in repr(apdu)
    match apdu:
        case package.All(package.Pair(4, False)):
            pass
        case _:
            raise AssertionError("no match")


def test_the_fast_path_has_the_defaults_too(package: Any) -> None:
    for apdu in (
        package.Quick(5),
        package.Quick(5, [1]),
        package.Quick(5, [1, 2], package.Pair(4, False, [])),
        package.Quick(5, last=package.Nothing()),
    ):
        both_ways(package, apdu)
    first = package.Quick.decode(package.Quick(5).encode())
    first.list.clear()
    assert package.Quick.decode(package.Quick(5).encode()) == package.Quick(5)


def test_a_default_that_is_sent_is_a_finding(package: Any) -> None:
    octets = package.Quick(5, [1, 3]).encode()
    sent = octets.replace(b"\x03", b"\x02") if octets[0] == 2 else octets.replace(b"\x02\x01\x03", b"\x02\x01\x02")
    decoder = Decoder(package.SYNTAX, sent)
    assert decoder.whole(package.SYNTAX.types["Quick"]) == package.Quick(5)
    assert [finding.rule for finding in decoder.findings] == ["default-sent"]
    assert package.Quick.decode(sent).encode() == package.Quick(5).encode()


def test_a_default_that_is_cut_off_is_an_error(package: Any) -> None:
    octets = package.All(list=[1, 2, 3], pick=package.Nothing()).encode()
    for end in range(len(octets)):
        with pytest.raises(DecodeError):
            package.All.decode(octets[:end])
