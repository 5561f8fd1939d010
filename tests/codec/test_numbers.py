"""Numbers with names, named bits, bit strings."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from xdlms.apdu import (
    AARQProtocolVersion,
    AcseRequirements,
    AssociationResult,
    Conformance,
    DataAccessResult,
    DataTag,
    SetResponseNormal,
    decode,
    decode_report,
)
from xdlms.codec.numbers import BitString, NamedNumber, RawText, numeral
from xdlms.errors import DecodeError, EncodeError, ErrorCode

pytestmark = pytest.mark.clause("8")

# Numbers without a name


UNKNOWN = bytes.fromhex("C501C163")  # Set-Response-Normal, 99 is no data-access-result


def test_a_number_without_a_name_is_refused_by_strict_decoding() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(UNKNOWN)
    assert (caught.value.code, caught.value.path, caught.value.offset) == (ErrorCode.UNKNOWN_VALUE, "$.result", 3)


def test_a_number_without_a_name_is_kept_by_lenient_decoding() -> None:
    report = decode_report(UNKNOWN)
    result = report.apdu.result
    assert [(finding.rule, finding.offset, finding.octets) for finding in report.findings] == [
        ("unknown-value", 3, b"\x63")
    ]
    assert report.canonical == UNKNOWN
    assert report.apdu.encode() == UNKNOWN
    assert isinstance(result, DataAccessResult)
    assert (result, int(result), result.value, result.name) == (99, 99, 99, "unknown_99")
    assert not result.is_named
    assert DataAccessResult.success.is_named
    assert repr(result) == "<DataAccessResult.unknown_99: 99>"
    assert str(result) == "99"
    assert report.apdu == decode(UNKNOWN, strict=False)


def test_numbers_without_a_name_are_equal_by_number_and_not_remembered() -> None:
    one, other = DataAccessResult.unnamed(99), DataAccessResult.unnamed(99)
    assert one == other
    assert one is not other
    assert hash(one) == hash(other) == hash(99)
    assert len({one, other, 99}) == 1
    assert one != DataAccessResult.unnamed(98)
    assert one != DataAccessResult.success
    assert 99 not in list(DataAccessResult)
    assert len(DataAccessResult) == 16
    with pytest.raises(ValueError, match="99 is not a valid DataAccessResult"):
        DataAccessResult(99)


def test_a_number_that_has_a_name_is_its_one_value() -> None:
    assert DataAccessResult.unnamed(3) is DataAccessResult.read_write_denied


@pytest.mark.parametrize("number", [3, 99])
def test_numbers_are_pickled_and_copied(number: int) -> None:
    value = DataAccessResult.unnamed(number)
    for again in (
        *(pickle.loads(pickle.dumps(value, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        copy.copy(value),
        copy.deepcopy(value),
        copy.deepcopy([value])[0],
    ):
        assert again == value
        assert type(again) is DataAccessResult
        assert again.name == value.name
        assert (again is value) or number == 99


def test_a_plain_number_without_a_name_is_not_encoded() -> None:
    with pytest.raises(EncodeError) as caught:
        SetResponseNormal(0xC1, 99).encode()  # type: ignore[arg-type]  # the wrong value is the point
    assert (caught.value.code, caught.value.path) == (ErrorCode.UNKNOWN_VALUE, "$.result")


def test_named_integers_in_ber_are_treated_alike() -> None:
    # AARE with result 7
    octets = bytes.fromhex("6117A109060760857405080101A203020107A305A10302010D")
    with pytest.raises(DecodeError) as caught:
        decode(octets)
    assert (caught.value.code, caught.value.path, caught.value.offset) == (ErrorCode.UNKNOWN_VALUE, "$.result", 17)
    report = decode_report(octets)
    assert (report.apdu.result, type(report.apdu.result)) == (7, AssociationResult)
    assert report.canonical == octets


def test_names_are_those_of_the_abstract_syntax() -> None:
    assert [value.name for value in DataAccessResult][:4] == [
        "success",
        "hardware_fault",
        "temporary_failure",
        "read_write_denied",
    ]
    assert DataTag.null_data == 0
    assert DataTag["dont_care"] == 255
    assert all(isinstance(value, NamedNumber) for value in DataTag)


# Named bits


def test_the_first_named_bit_is_the_most_significant() -> None:
    assert Conformance.reserved_zero == 0x800000
    assert Conformance.action == 1
    assert Conformance.get == 0x000010
    conformance = Conformance(0x007E1F)
    assert list(conformance) == [
        "priority_mgmt_supported",
        "attribute0_supported_with_get",
        "block_transfer_with_get_or_read",
        "block_transfer_with_set_or_write",
        "block_transfer_with_action",
        "multiple_references",
        "get",
        "set",
        "selective_access",
        "event_notification",
        "action",
    ]
    assert conformance.encode() == bytes.fromhex("5F1F0400007E1F")
    assert Conformance.decode(bytes.fromhex("5F1F0400007E1F")) == conformance


def test_named_bits_are_combined_and_asked_for() -> None:
    both = Conformance.get | Conformance.set
    assert type(both) is Conformance
    assert both == 0x18
    assert Conformance.get in both
    assert Conformance.action not in both
    assert (Conformance.get | Conformance.action) not in both
    assert Conformance(0) in both
    assert both & Conformance.get == Conformance.get
    assert both ^ Conformance.get == Conformance.set
    assert ~Conformance(0) == 0xFFFFFF
    assert type(~both) is Conformance
    for combined in (0x10 | Conformance.set, 0x18 & both, 0x10 ^ both, Conformance.set | 0x10):
        assert type(combined) is Conformance
    assert (repr(both), str(both), str(Conformance(0))) == ("Conformance(0x000018)", "get set", "none")
    assert repr(AcseRequirements(1)) == "AcseRequirements(0x1)"
    assert hash(both) == hash(0x18)
    for again in (pickle.loads(pickle.dumps(both)), copy.copy(both), copy.deepcopy(both)):
        assert (again, type(again)) == (both, Conformance)


@pytest.mark.parametrize("wrong", [-1, 1 << 24, 1 << 50_000], ids=["-1", "25 bits", "50001 bits"])
def test_bits_that_there_are_not_are_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="24 bits"):
        Conformance(wrong)
    with pytest.raises(ValueError, match="24 bits"):
        Conformance.get | wrong


@pytest.mark.parametrize("wrong", [1.0, 1.5, "1", None, b"\x01"])
def test_named_bits_are_made_of_whole_numbers_only(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Conformance(wrong)


def test_combinations_are_not_remembered() -> None:
    assert not hasattr(Conformance, "_value2member_map_")
    assert Conformance(0x7E1F) is not Conformance(0x7E1F)


def test_named_bits_of_one_bit() -> None:
    assert AARQProtocolVersion.version1 == 1
    assert AARQProtocolVersion.version1.encode() == bytes.fromhex("03020780")
    assert AARQProtocolVersion(0).encode() == bytes.fromhex("030100")


# Bit strings


@pytest.mark.parametrize(
    ("octets", "length"),
    [(b"", 1), (b"\x00", 0), (b"\x00", 9), (b"\x00\x00", 8), (b"", -1), (b"", -8), (b"\x01", 7), (b"\xff\xff", 9)],
)
def test_a_bit_string_has_just_the_octets_that_its_bits_need(octets: bytes, length: int) -> None:
    with pytest.raises(ValueError, match="bits"):
        BitString(octets, length)


@pytest.mark.parametrize("wrong", [5, "0101", None, [1]])
def test_a_bit_string_is_made_of_octets(wrong: Any) -> None:
    with pytest.raises(TypeError):
        BitString(wrong)
    with pytest.raises((TypeError, ValueError)):
        BitString.of(wrong if wrong != "0101" else "01x1")


def test_a_bit_string() -> None:
    bits = BitString.of("0110000001")
    assert (bits.octets, bits.length, len(bits)) == (b"\x60\x40", 10, 10)
    assert [bits[index] for index in range(10)] == [character == "1" for character in "0110000001"]
    assert bits == BitString(bytearray(b"\x60\x40"), 10)
    assert bits != BitString.of("01100000010")
    assert bits != "0110000001"
    assert hash(bits) == hash(BitString.of("0110000001"))
    assert (str(bits), repr(bits)) == ("0110000001", "BitString.of('0110000001')")
    assert (BitString(b"\xff").length, str(BitString.of(""))) == (8, "")
    for index in (10, -1):
        with pytest.raises(IndexError):
            bits[index]
    for again in (pickle.loads(pickle.dumps(bits)), copy.copy(bits), copy.deepcopy(bits)):
        assert again == bits
    match bits:
        case BitString(octets, length):
            assert (octets, length) == (b"\x60\x40", 10)


def test_a_bit_string_does_not_change() -> None:
    bits = BitString.of("01")
    for change in (
        lambda: setattr(bits, "length", 1),
        lambda: setattr(bits, "octets", b""),
        lambda: setattr(bits, "other", 1),
        lambda: delattr(bits, "length"),
    ):
        with pytest.raises(AttributeError):
            change()
    assert str(bits) == "01"


def test_a_large_number_is_written_by_its_bits() -> None:
    assert numeral(-5) == "-5"
    assert numeral(2**128 - 1) == str(2**128 - 1)
    assert numeral(1 << 50_000) == "a number of 50001 bits"


def test_raw_text_is_a_string() -> None:
    text = RawText("a\udc80")
    assert text == "a\udc80"
    assert type(pickle.loads(pickle.dumps(text))) is RawText
