"""Types that no APDU of the standard uses and a vendor's may: every construct of A-XDR and BER that we encode."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from compiling import compile_text
from fuzzing import Differential, mutant, truncations
from hypothesis import HealthCheck, assume, given, settings
from strategies import Strategies

from xdlms.codec.decoding import Decoder
from xdlms.codec.encoding import Encoder
from xdlms.errors import DecodeError, EncodeError, ErrorCode

VENDOR = """
Vendor DEFINITIONS ::= BEGIN
Message ::= CHOICE {
    numbers      [1] IMPLICIT Numbers,
    strings      [2] IMPLICIT Strings,
    bits         [3] IMPLICIT Bits,
    nothings     [4] IMPLICIT SEQUENCE OF NULL,
    heaps        [5] IMPLICIT SEQUENCE OF Nothings,
    three        [6] IMPLICIT SEQUENCE SIZE (3) OF Small,
    few          [7] IMPLICIT SEQUENCE SIZE (1..3) OF Colour,
    tree         [8] IMPLICIT Tree,
    either       [9] Either,
    embedded     [10] IMPLICIT Embedded,
    empty        [11] IMPLICIT Empty,
    defaults     [12] IMPLICIT Defaults,
    nest         [13] Nest,
    empties      [14] IMPLICIT SEQUENCE OF Empty
}
Nothings ::= SEQUENCE OF NULL
Small ::= INTEGER (0..100)
Colour ::= ENUMERATED { red (0), green (7), blue (200) }
Level ::= INTEGER { low (-1), high (1000) }
Numbers ::= SEQUENCE {
    any        INTEGER,
    small      Small,
    offset     INTEGER (-5..300),
    wide       INTEGER (0..4294967296),
    level      Level,
    positive   INTEGER (1..MAX),
    flag       BOOLEAN,
    colour     Colour OPTIONAL
}
Strings ::= SEQUENCE {
    some       OCTET STRING (SIZE (1..4)),
    exact      OCTET STRING (SIZE (2)),
    text       VisibleString (SIZE (0..8)),
    four       VisibleString (SIZE (4)),
    words      UTF8String,
    graphic    GraphicString OPTIONAL,
    name       OBJECT IDENTIFIER
}
Bits ::= SEQUENCE {
    nine       BIT STRING (SIZE (9)),
    any        BIT STRING,
    some       BIT STRING (SIZE (2..20)),
    flags      Flags,
    loose      BIT STRING { one (0), four (3) }
}
Flags ::= BIT STRING { first (0), last (11) } (SIZE (12))
Tree ::= SEQUENCE { value Small, children SEQUENCE OF Tree }
Either ::= CHOICE { number [0] IMPLICIT Small, other [1] IMPLICIT Small, word [2] IMPLICIT UTF8String, void [3] NULL }
Nest ::= CHOICE { end [0] IMPLICIT NULL, deeper [1] Nest }
Empty ::= SEQUENCE { }
Defaults ::= SEQUENCE {
    small      Small DEFAULT 7,
    flag       BOOLEAN DEFAULT FALSE,
    colour     Colour DEFAULT green,
    text       VisibleString DEFAULT "abc",
    tree       Tree OPTIONAL
}
Embedded ::= SEQUENCE { before Small, inside Inside, after Small OPTIONAL }
Inside ::= [APPLICATION 40] IMPLICIT SEQUENCE {
    yes        [0] IMPLICIT BOOLEAN,
    colour     [1] IMPLICIT ENUMERATED { dim (2), bright (200) },
    list       [2] IMPLICIT SEQUENCE OF INTEGER,
    bits       [3] IMPLICIT BIT STRING OPTIONAL,
    choice     [4] CHOICE { a [0] IMPLICIT INTEGER (0..10), b [40] IMPLICIT UTF8String },
    seven      [5] IMPLICIT INTEGER DEFAULT 7,
    nothing    [6] CHOICE { none [0] IMPLICIT NULL, number [1] IMPLICIT INTEGER } OPTIONAL,
    name       [200] IMPLICIT OBJECT IDENTIFIER OPTIONAL,
    text       VisibleString (SIZE (1..5)) OPTIONAL
}
END
"""

BINDING = """
[roots]
"Message" = "axdr"
"""


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return compile_text(tmp_path_factory.mktemp("vendor"), VENDOR, BINDING)


def levels_of(value: Any) -> int:
    """The levels of a value of a type that holds itself."""
    return max(repr(value).count("Deeper("), repr(value).count("Tree(")) + 1


@pytest.mark.clause("7.2.3")
def test_random_values_encode_and_decode_to_themselves(vendor: Any) -> None:
    strategies = Strategies(vendor.SYNTAX)
    differential = Differential(vendor)

    @settings(max_examples=300, suppress_health_check=list(HealthCheck))
    @given(strategies.apdus())
    def apdus(apdu: Any) -> None:
        octets = apdu.encode()
        assume(levels_of(apdu) <= 32)
        assert vendor.decode(octets) == apdu
        differential.check(octets)

    apdus()
    assert differential.accepted >= 300
    for name in vendor.TYPES:
        values_of(vendor, strategies, name)()


def values_of(vendor: Any, strategies: Strategies, name: str) -> Any:
    """The round trip of a type's random values."""
    info = vendor.TYPES[name]

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(strategies.named(name))
    def values(value: Any) -> None:
        assume(levels_of(value) <= 32)
        octets = Encoder(vendor.SYNTAX).whole(info, value)
        assert vendor.decode_type(name, octets) == value
        assert octets.startswith(bytes(info.tag_path))

    return values


@pytest.mark.clause("7.2.3")
def test_mutated_octets_are_decoded_alike_or_refused(vendor: Any) -> None:
    strategies = Strategies(vendor.SYNTAX)
    differential = Differential(vendor)
    random = Random(6)

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(strategies.apdus())
    def run(apdu: Any) -> None:
        octets = apdu.encode()
        for cut in truncations(octets[:60]):
            differential.check(cut)
        for _ in range(20):
            differential.check(mutant(octets, [octets], random))

    run()
    assert differential.refused > 100
    assert differential.forgiven > 100


@pytest.mark.clause("7.2.3")
@pytest.mark.parametrize(
    ("number", "octets"),
    [
        # the examples of A-XDR: one octet up to 127, else 80 + number of octets, two's complement
        (0, "00"),
        (127, "7F"),
        (128, "820080"),
        (255, "8200FF"),
        (-1, "81FF"),
        (-128, "8180"),
        (-129, "82FF7F"),
        (32767, "827FFF"),
        (32768, "83008000"),
    ],
)
def test_an_integer_without_bounds_has_its_length_in_front_where_one_octet_is_not_enough(
    vendor: Any, number: int, octets: str
) -> None:
    assert Encoder(vendor.SYNTAX).whole(vendor.TYPES["Level"], vendor.Level.unnamed(number)).hex().upper() == octets
    decoder = Decoder(vendor.SYNTAX, bytes.fromhex(octets), strict=False)
    assert decoder.whole(vendor.TYPES["Level"]) == number


@pytest.mark.clause("7.2.3")
def test_elements_that_cost_no_octets_are_counted_for_the_whole_apdu(vendor: Any) -> None:
    # 82 FFFF and 83 010000: as many as allowed and one more
    assert len(vendor.decode(bytes.fromhex("04 82FFFF")).value) == 65535
    assert len(vendor.decode(bytes.fromhex("04 83010000")).value) == 65536
    for wrong in ("04 83010001", "04 84FFFFFFFF", "0E 84FFFFFFFF"):
        with pytest.raises(DecodeError) as caught:
            vendor.decode(bytes.fromhex(wrong))
        assert (caught.value.code, caught.value.path, caught.value.offset) == (ErrorCode.TOO_MANY, "$", 1)
    # a heap of heaps: the third one goes over the limit
    with pytest.raises(DecodeError) as caught:
        vendor.decode(bytes.fromhex("05 03 828000 828000 01"))
    assert (caught.value.code, caught.value.path, caught.value.offset) == (ErrorCode.TOO_MANY, "$[2]", 8)


@pytest.mark.clause("7.2.3")
def test_types_that_hold_themselves_are_bounded(vendor: Any) -> None:
    def tree(levels: int) -> bytes:
        return b"\x08" + b"\x01\x01" * (levels - 1) + b"\x01\x00"

    def nest(levels: int) -> bytes:
        return b"\x0d" + b"\x01" * (levels - 1) + b"\x00"

    for make in (tree, nest):
        assert vendor.decode(make(32)).encode() == make(32)
        with pytest.raises(DecodeError) as caught:
            vendor.decode(make(33))
        assert caught.value.code is ErrorCode.TOO_DEEP
        assert vendor.decode(make(60), max_depth=60).encode() == make(60)
        for levels in (300, 5000):
            for read in (vendor.decode, vendor.decode_report):
                with pytest.raises(DecodeError) as caught:
                    read(make(levels), max_depth=100_000)
                assert caught.value.code is ErrorCode.TOO_DEEP


@pytest.mark.clause("7.2.3")
def test_a_value_that_is_nested_too_deeply_is_an_encode_error(vendor: Any) -> None:
    tree = vendor.Tree(0, [])
    for _ in range(5000):
        tree = vendor.Tree(0, [tree])
    with pytest.raises(EncodeError) as caught:
        tree.encode()
    assert caught.value.code is ErrorCode.TOO_DEEP
    while tree.children:
        tree = tree.children.pop()


@pytest.mark.clause("7.2.3")
def test_true_in_ber_is_ff_and_another_octet_a_finding(vendor: Any) -> None:
    # 0A | small 01 | 7F28 len | 80 01 05 | 81 01 FE | A2 00 | A4 03 80 01 03 | then after: absent
    inside = bytes.fromhex("800105 810102 A200 A403800103")
    octets = b"\x0a\x01\x7f\x28" + bytes((len(inside),)) + inside + b"\x00"
    report = vendor.decode_report(octets)
    assert [(finding.rule, finding.offset) for finding in report.findings] == [("boolean-not-ff", 7)]
    assert report.apdu.inside.yes is True
    assert report.apdu.inside.colour.name == "dim"
    assert report.canonical == octets.replace(b"\x80\x01\x05", b"\x80\x01\xff")
