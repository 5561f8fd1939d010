"""Numbers in messages agree with their nouns."""

from __future__ import annotations

import pytest

from xdlms.codec.wording import are, counted
from xdlms.profiles.mbus import LongFrame
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.tools.editions import syntax_of
from xdlms.tools.reading import Target, read


@pytest.mark.parametrize(("count", "words"), [(0, "0 octets are"), (1, "1 octet is"), (2, "2 octets are")])
def test_one_is_one_and_everything_else_more(count: int, words: str) -> None:
    assert f"{counted(count, 'octet')} {are(count)}" == words


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        ("010200", "the count says 2 elements, 1 octet is left"),
        ("0101", "the count says 1 element, 0 octets are left"),
        ("0902AA", "the length says 2 octets, 1 is left"),
        ("0901", "the length says 1 octet, 0 are left"),
        ("040980", "9 bits need 2 octets, 1 is left"),
        ("0401", "1 bit needs 1 octet, 0 are left"),
        ("0407FF", "the 1 bit behind the bit-string is not 0"),
        ("0406FF", "the 2 bits behind the bit-string are not 0"),
        ("0000", "1 octet left over"),
    ],
)
def test_errors_of_data_agree_in_number(octets: str, message: str) -> None:
    reading = read(Target("2023", syntax_of("2023").types["Data"]), bytes.fromhex(octets))
    assert reading.error is not None
    assert message in str(reading.error)


def test_errors_of_links_agree_in_number() -> None:
    frame = LongFrame(0x53, 0xFF, 0x10).encode()
    with pytest.raises(FrameError, match=r"^1 octet behind the frame"):
        LongFrame.decode(frame + b"\x00")
    with pytest.raises(FrameError, match="3 are there"):
        WrapperMessage.decode(bytes(3))
    with pytest.raises(FrameError, match=r"^the APDU has 1 octet, 0 are there"):
        WrapperMessage.decode(bytes.fromhex("0001000100100001"))
    with pytest.raises(FrameError, match=r"^1 octet behind the message"):
        WrapperMessage.decode(bytes.fromhex("000100010010000000"))
    assert str(LinkProblem(LinkFault.NOISE, 5, b"a", "noise")) == "noise - at octet 5 (1 octet)"
