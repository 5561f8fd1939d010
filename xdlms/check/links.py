"""What carries APDUs: the faults of frames, messages and segments as findings."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import LONGEST_QUOTE
from xdlms.check.rules import LINK_LLC, LINK_OVERFLOW, LINK_RULES
from xdlms.codec.errors import Finding
from xdlms.codec.rules import Rule
from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.packets import Framing, LinkFrame, Packet
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem

PATH: Final = "link"
"""The path of what is no part of an APDU."""

_WITH_PARAMETERS: Final = ("SNRM", "UA")
_FRAME_AROUND: Final = 3  # the frame check sequence and the flag behind the information


def of_problem(problem: LinkProblem) -> Finding:
    """A piece of the input that could not be used."""
    return _finding(LINK_RULES[problem.fault], problem.offset, problem.octets, problem.reason)


def of_fault(fault: LinkFault, offset: int, octets: bytes, reason: str) -> Finding:
    """A fault at an octet of the input."""
    return _finding(LINK_RULES[fault], offset, octets, reason)


def of_packet(packet: Packet) -> list[Finding]:
    """What is unusual in the way that an APDU came."""
    findings = []
    link, octets = packet.link, packet.apdu[:3]
    if link.framing is Framing.HDLC and link.llc is None:
        message = f"expected E6 E6 00 or E6 E7 00 in front of the APDU, found {octets.hex(' ').upper()}"
        findings.append(_finding(LINK_LLC, packet.locate(0), octets, message))
    if link.framing is Framing.MBUS and link.kind.endswith("overflowed"):
        message = "expected at most 255 octets in a frame, found more"
        findings.append(_finding(LINK_OVERFLOW, packet.offset, b"", message))
    return findings


def of_frame(frame: LinkFrame) -> list[Finding]:
    """What is wrong with a frame that carries no APDU: the parameters of SNRM and UA."""
    information = frame.information
    if frame.link.framing is not Framing.HDLC or not information:
        return []
    if frame.link.kind.split(" ")[0] not in _WITH_PARAMETERS:
        return []
    try:
        LinkParameters.decode(information)
    except FrameError as error:
        start = frame.offset + len(frame.octets) - _FRAME_AROUND - len(information)
        octets = information[error.offset :]
        return [_finding(LINK_RULES[LinkFault.PARAMETERS], start + error.offset, octets, error.reason)]
    return []


def _finding(rule: Rule, offset: int, octets: bytes, message: str) -> Finding:
    return Finding(rule.name, rule.severity, PATH, offset, octets[:LONGEST_QUOTE], message, rule.clause)
