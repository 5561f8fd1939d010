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
        b"\x0f" + MBUS,
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
    ],
)
def test_lengths_and_checksums_tell_the_framing(octets: bytes, framing: Framing) -> None:
    assert detect(octets) is framing


def test_every_beginning_of_a_plain_apdu_is_taken_as_an_apdu() -> None:
    # every tag there can be, in front of octets that are right in themselves
    for tag in range(256):
        assert detect(bytes((tag,)) + APDU) is Framing.NONE
        assert detect(bytes((tag,)) * 60) is Framing.NONE or tag == 0x68, f"{tag:02X}"
