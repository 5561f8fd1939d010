"""Which framing octets have, when nobody says it."""

import pytest

from xdlms.profiles.detect import detect
from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.mbus import LongFrame
from xdlms.profiles.packets import Framing
from xdlms.profiles.wrapper import WrapperMessage

APDU = bytes.fromhex("C001C1000100000100 00FF0200")
HDLC = Frame(Address(1, 0x11), Address(0x10), Control(FrameKind.UI), b"\xe6\xe6\x00" + APDU).encode()
WRAPPER = WrapperMessage(0x10, 1, APDU).encode()
MBUS = LongFrame(0x53, 0xFF, 0x10, b"\x01\x67" + APDU).encode()


HDLC_WITH_MBUS = Frame(Address(1, 0x11), Address(0x10), Control(FrameKind.UI), b"\xe6\xe7\x00" + MBUS).encode()
WITH_HDLC = WrapperMessage(0x10, 1, b"\xc4\x01\xc1\x00\x09" + bytes((len(HDLC),)) + HDLC).encode()
MBUS_WITH_HDLC = LongFrame(0x53, 0xFF, 0x10, b"\x01\x67" + HDLC).encode()
MBUS_WITH_WRAPPER = LongFrame(0x53, 0xFF, 0x10, b"\x01\x67" + WRAPPER * 2).encode()
NKE = bytes.fromhex("1040014116")


def longer(message: bytes, lie: int) -> bytes:
    """A wrapper message whose length lies."""
    return message[:6] + (int.from_bytes(message[6:8], "big") + lie).to_bytes(2, "big") + message[8:]


def changed(octets: bytes, place: int) -> bytes:
    return octets[:place] + bytes((octets[place] ^ 0x55,)) + octets[place + 1 :]


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        APDU,
        b"\x00",
        b"\x7e",
        b"\x7e\xa0",
        b"\x68\x07\x07",
        b"\x00\x01",
        bytes.fromhex("0001 0010 0001 0005 C001"),  # a wrapper header that promises more
        bytes.fromhex("0001 0010 0001 0000"),  # and one that promises nothing
        bytes.fromhex("0002 0010 0001 0002 C001"),
        bytes.fromhex("7E0001020304057E"),  # no format of type 3
        bytes.fromhex("7EA0030102037E00"),  # a length that no frame has
        bytes.fromhex("7EA0070202020202027E"),  # no address
        bytes.fromhex("7EA014032193AABB") + bytes(20),  # neither closing flag nor HCS
        bytes.fromhex("68070868 53FF110167AABB3016"),
        bytes.fromhex("68070767 53FF110167AABB3016"),
        b"\x68" * 3,
        b"\x10\x40\x01\x42\x16",  # a short frame with a wrong checksum
        b"\xe5\x00\xe5",
        b"\xc4\x01" + WRAPPER,
        bytes(range(256)) * 20,  # a wrapper header, by chance, and no message behind it
        WRAPPER + b"what follows speaks against it",
    ],
)
def test_what_only_begins_like_a_frame_is_taken_as_an_apdu(octets: bytes) -> None:
    assert detect(octets) is Framing.NONE


@pytest.mark.parametrize(
    ("octets", "framing"),
    [
        (HDLC, Framing.HDLC),
        (HDLC + HDLC[1:], Framing.HDLC),
        (b"/?!\r\n" + HDLC, Framing.HDLC),
        (b"\x68\x01\x01\x68" + HDLC, Framing.HDLC),
        (changed(HDLC, 10) + HDLC, Framing.HDLC),
        (changed(HDLC, 10), Framing.HDLC),
        (changed(HDLC, 2), Framing.HDLC),
        (HDLC[:-1], Framing.HDLC),
        (HDLC[:12], Framing.HDLC),
        (HDLC[:4], Framing.HDLC),
        (HDLC[:-1] + b"\x00\x00", Framing.HDLC),
        (WRAPPER, Framing.WRAPPER),
        (WRAPPER * 3, Framing.WRAPPER),
        (WRAPPER + WRAPPER[:9], Framing.WRAPPER),
        (WRAPPER + b"\r\n", Framing.WRAPPER),
        (WRAPPER * 2 + b"what follows is damaged", Framing.WRAPPER),
        (WRAPPER + b"damaged" * 3 + WRAPPER, Framing.WRAPPER),
        (WrapperMessage(1, 16, HDLC).encode(), Framing.WRAPPER),
        (WrapperMessage(1, 16, MBUS).encode(), Framing.WRAPPER),
        (MBUS, Framing.MBUS),
        (MBUS * 2, Framing.MBUS),
        (MBUS + HDLC, Framing.MBUS),
        (changed(MBUS, 8), Framing.MBUS),
        (MBUS[:9], Framing.MBUS),
        (b"\x0f" + MBUS, Framing.MBUS),
        (MBUS[5:] + MBUS, Framing.MBUS),
        (changed(MBUS, 1) + MBUS, Framing.MBUS),
        (b"\xe5" + MBUS, Framing.MBUS),
        (NKE + MBUS, Framing.MBUS),
        (NKE + b"\xe5", Framing.MBUS),
        (b"\xe5", Framing.MBUS),
        (HDLC[1:9] + MBUS * 3 + HDLC, Framing.MBUS),
        (HDLC[1:9] + MBUS + HDLC * 3, Framing.HDLC),
        (changed(HDLC_WITH_MBUS, 5) + HDLC, Framing.HDLC),
        (changed(MBUS_WITH_HDLC, 5) + MBUS, Framing.MBUS),
        (b"\x00" + changed(MBUS_WITH_HDLC, 5) + MBUS * 2, Framing.MBUS),
        (changed(MBUS_WITH_WRAPPER, 5) + MBUS, Framing.MBUS),
        (b"\x00" + HDLC + MBUS, Framing.HDLC),
        (HDLC_WITH_MBUS, Framing.HDLC),
        (WRAPPER[5:] + WRAPPER * 2, Framing.WRAPPER),
        (changed(WRAPPER, 1) + WRAPPER * 2, Framing.WRAPPER),
        (longer(WRAPPER, 1) + WRAPPER, Framing.WRAPPER),
        (longer(WRAPPER, -1) + WRAPPER, Framing.WRAPPER),
        (longer(WRAPPER, 5000) + WRAPPER, Framing.WRAPPER),
        (WRAPPER[:-3] + WRAPPER, Framing.WRAPPER),
        (WITH_HDLC + WITH_HDLC[:-1], Framing.WRAPPER),
        (changed(WITH_HDLC, 1) + WITH_HDLC * 2, Framing.WRAPPER),
    ],
)
def test_lengths_and_checksums_tell_the_framing(octets: bytes, framing: Framing) -> None:
    assert detect(octets) is framing


def test_every_beginning_of_a_plain_apdu_is_taken_as_an_apdu() -> None:
    # every tag there can be, in front of octets that are right in themselves
    for tag in range(256):
        assert detect(bytes((tag,)) + APDU) is Framing.NONE
        assert detect(bytes((tag,)) * 60) is Framing.NONE or tag in (0x68, 0xE5), f"{tag:02X}"


# --- with somebody who knows APDUs


def is_apdu(octets: bytes) -> bool:
    return octets in (APDU, WITH_HDLC[8:], b"\xc4" + HDLC, b"\xc4" + WRAPPER * 2, b"\xc4" + MBUS)


@pytest.mark.parametrize("value", [HDLC, WRAPPER * 2, MBUS])
def test_an_apdu_with_a_frame_as_a_value_has_no_framing(value: bytes) -> None:
    assert detect(b"\xc4" + value) is not Framing.NONE
    assert detect(b"\xc4" + value, is_apdu) is Framing.NONE
    assert detect(b"\xc5" + value, is_apdu) is not Framing.NONE


@pytest.mark.parametrize(
    "octets",
    [
        b"\xc4\x01" + WRAPPER,
        WRAPPER[5:] + WRAPPER,
        changed(WRAPPER, 1) + WRAPPER,
        WRAPPER + b"what follows speaks against it",
        changed(WITH_HDLC, 9) + b"noise" + WITH_HDLC,
    ],
)
def test_an_apdu_in_a_wrapper_message_tells_it(octets: bytes) -> None:
    assert detect(octets, is_apdu) is Framing.WRAPPER
    assert detect(octets, lambda octets: False) is detect(octets)


def test_a_wrapper_message_of_nobody_is_not_believed() -> None:
    zeros = WrapperMessage(0, 1, bytes(9)).encode()
    assert detect(b"\xc4" + zeros * 2) is Framing.NONE
    assert detect(b"\xc4" + WrapperMessage(2, 1, bytes(9)).encode() * 2) is Framing.WRAPPER


def test_not_every_place_is_looked_at_for_an_apdu() -> None:
    looked = 0

    def never(octets: bytes) -> bool:
        nonlocal looked
        looked += len(octets)
        return False

    octets = b"\xff" + b"\x00\x01\x00\x01\x00\x02\x10\x00" * 2000
    detect(octets, never)
    assert 0 < looked <= 5 * len(octets)
