"""What carries APDUs: each fault of a link is a finding of its rule, and right frames have none."""

from __future__ import annotations

import pytest

from xdlms.check import links
from xdlms.check.rules import LINK_RULES, RULES
from xdlms.errors import Finding
from xdlms.profiles.framing import Framing, LinkFrame, LinkProblem, Packet, unframe
from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.crc import check_sequence
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.mbus import LongFrame
from xdlms.profiles.problems import LinkFault

APDU = bytes.fromhex("C001C1000100000100 00FF0200")
COMMAND = bytes.fromhex("E6E600")
CLIENT, SERVER = Address(0x10), Address(1, 0x11, 4)
MESSAGE = bytes.fromhex("0001 0010 0001 000D") + APDU


def hdlc(information: bytes = COMMAND + APDU, *, number: int = 0, more: bool = False) -> bytes:
    control = Control(FrameKind.INFORMATION, True, number, 0)
    return Frame(SERVER, CLIENT, control, information, more).encode()


def snrm(information: str) -> bytes:
    return Frame(SERVER, CLIENT, Control(FrameKind.SNRM, True), bytes.fromhex(information)).encode()


def body(octets: bytes) -> bytes:
    """A frame of this body: format, addresses, control, and what follows; its check sequence is right."""
    return b"\x7e" + octets + check_sequence(octets) + b"\x7e"


def header(octets: str) -> bytes:
    """A header with its check sequence."""
    return bytes.fromhex(octets) + check_sequence(bytes.fromhex(octets))


def mbus(control_information: int = 0x10, data: bytes = APDU) -> bytes:
    return LongFrame(0x53, 0xFF, control_information, b"\x01\x67" + data).encode()


def changed(octets: bytes, place: int) -> bytes:
    return octets[:place] + bytes((octets[place] ^ 0x55,)) + octets[place + 1 :]


def findings(octets: bytes, framing: Framing | None = None) -> list[Finding]:
    """All findings about the link."""
    found: list[Finding] = []
    for item in unframe(octets, framing).items:
        if isinstance(item, Packet):
            found += links.of_packet(item)
        elif isinstance(item, LinkFrame):
            found += links.of_frame(item)
        else:
            found.append(links.of_problem(item))
    return found


RIGHT = {
    "wrapper": MESSAGE + MESSAGE,
    "hdlc": hdlc() + hdlc(number=1),
    "hdlc segments": hdlc(COMMAND + APDU[:5], more=True) + hdlc(APDU[5:], number=1),
    "parameters": snrm("8180140502008006020080070400000001080400000001") + snrm(""),
    "mbus": mbus(),
    "mbus segments": mbus(0x00, APDU[:5]) + mbus(0x11, APDU[5:]),
}

# 1/17 in four octets, 16 in one: 7E A0.. (2) 00 02 00 23 (4) 21 (1) control (1) HCS (2), information from 11 on.
WRONG: dict[LinkFault, tuple[bytes, int]] = {
    LinkFault.TRUNCATED: (MESSAGE + MESSAGE[:-1], len(MESSAGE)),
    LinkFault.NOISE: (hdlc() + b"\x55\x55" + hdlc(number=1), len(hdlc())),
    LinkFault.VERSION: (MESSAGE + b"\x00\x02" + MESSAGE[2:] + MESSAGE, len(MESSAGE)),
    LinkFault.LENGTH: (MESSAGE + MESSAGE[:7] + b"\x0f" + MESSAGE[8:] + MESSAGE, len(MESSAGE)),
    LinkFault.ADDRESS: (hdlc() + body(header("A00D 020203 21 10") + b"\xe6\xe6"), len(hdlc())),
    LinkFault.CONTROL: (hdlc() + body(bytes.fromhex("A00A 00020023 21 FF")), len(hdlc())),
    LinkFault.HCS: (hdlc() + body(bytes.fromhex("A010 00020023 21 10 0000 E6E600 C0")), len(hdlc())),
    LinkFault.FCS: (hdlc() + changed(hdlc(number=1), 15), len(hdlc())),
    LinkFault.CHECKSUM: (mbus() + changed(mbus(), 12), len(mbus())),
    LinkFault.PARAMETERS: (snrm("8180 03 09 01 01"), 11 + 3),
    LinkFault.SEQUENCE: (mbus(0x12), 0),
    LinkFault.REPEATED: (
        hdlc(COMMAND + APDU[:5], more=True) * 2 + hdlc(APDU[5:], number=1),
        len(hdlc(COMMAND + APDU[:5])),
    ),
    LinkFault.INCOMPLETE: (mbus(0x00, APDU[:5]), 0),
}

NOT_IN_STREAMS = (LinkFault.TRAILING_OCTETS, LinkFault.FLAG, LinkFault.FORMAT, LinkFault.LIMIT)
"""Faults of a frame that is given alone, or to a receiver with a limit: a stream goes on in another way."""


def test_every_fault_has_its_example() -> None:
    assert {*WRONG, *NOT_IN_STREAMS} == {*LinkFault} == {*LINK_RULES}


@pytest.mark.parametrize("name", RIGHT)
def test_frames_that_are_right_have_no_findings(name: str) -> None:
    assert findings(RIGHT[name]) == []


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_of_the_link_is_a_finding_of_its_rule(fault: LinkFault) -> None:
    octets, at = WRONG[fault]
    found = [finding for finding in findings(octets) if finding.rule == LINK_RULES[fault].name]
    assert [(finding.path, finding.offset) for finding in found] == [("link", at)], findings(octets)
    (finding,) = found
    assert finding.rule == f"link-{fault.value}"
    assert (finding.severity, finding.clause) == (LINK_RULES[fault].severity, LINK_RULES[fault].clause)
    assert finding.message


@pytest.mark.parametrize("fault", NOT_IN_STREAMS)
def test_a_fault_that_a_receiver_tells_is_a_finding_of_its_rule(fault: LinkFault) -> None:
    finding = links.of_problem(LinkProblem(fault, 7, bytes(100), "why"))
    rule = RULES[finding.rule]
    assert rule is LINK_RULES[fault]
    assert (finding.offset, finding.octets, finding.message) == (7, bytes(32), "why")
    assert finding == links.of_fault(fault, 7, bytes(100), "why")


def test_an_apdu_without_the_llc_header_is_a_note_in_hdlc_alone() -> None:
    assert [(finding.rule, finding.offset, finding.octets) for finding in findings(hdlc(APDU))] == [
        ("link-llc", 11, APDU[:3])
    ]
    assert findings(hdlc()) == []


def test_a_frame_of_mbus_that_is_too_long_for_its_length_is_a_warning() -> None:
    apdu = APDU + bytes(244)
    data = bytes((0x53, 0xFF, 0x10, 0x01, 0x67)) + apdu
    octets = b"\x68" + bytes((len(data) & 0xFF,)) * 2 + b"\x68" + data + bytes((sum(data) & 0xFF, 0x16))
    assert [(finding.rule, finding.offset) for finding in findings(octets, Framing.MBUS)] == [("link-overflow", 0)]
    assert findings(mbus(), Framing.MBUS) == []
