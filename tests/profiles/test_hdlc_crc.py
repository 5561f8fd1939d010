"""Check sequences: ITU-T X.25, as IEC 62056-46 uses them."""

from hypothesis import given
from hypothesis import strategies as st

from xdlms.profiles.hdlc.crc import check_sequence, is_intact


def bit_by_bit(octets: bytes) -> bytes:
    """The definition: polynomial 0x1021 mirrored, FFFF in and out, low octet first."""
    register = 0xFFFF
    for octet in octets:
        register ^= octet
        for _ in range(8):
            register = register >> 1 ^ (0x8408 if register & 1 else 0)
    return (register ^ 0xFFFF).to_bytes(2, "little")


def test_wrong_check_octets_are_told() -> None:
    assert not is_intact(b"123456789\x6e\x91")
    assert not is_intact(b"")
    assert not is_intact(b"\x6e\x90")


def test_the_catalogue_value_of_crc_16_x_25() -> None:
    # "CRC-16/IBM-SDLC", also called X-25: the check value of 123456789 is 906E, sent 6E 90
    assert check_sequence(b"123456789") == b"\x6e\x90"


@given(st.binary(max_size=300))
def test_check_octets_are_those_of_the_definition(octets: bytes) -> None:
    assert check_sequence(octets) == bit_by_bit(octets)
    assert is_intact(octets + check_sequence(octets))


@given(st.binary(min_size=1, max_size=60), st.data())
def test_every_changed_bit_is_noticed(octets: bytes, data: st.DataObject) -> None:
    whole = bytearray(octets + check_sequence(octets))
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[bit // 8] ^= 1 << bit % 8
    assert not is_intact(bytes(whole))
