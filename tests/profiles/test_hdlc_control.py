"""The control field, all 256 of it."""

import pytest

from xdlms.codec.errors import EncodeError
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.problems import FrameError, LinkFault

INFORMATION = FrameKind.INFORMATION


@pytest.mark.parametrize("octet", [0x09, 0x0B, 0x23, 0x33, 0x83 ^ 0x40, 0xEF, -1, 256])
def test_other_control_fields_are_refused(octet: int) -> None:
    with pytest.raises(FrameError) as caught:
        Control.decode(octet)
    assert caught.value.fault is LinkFault.CONTROL


@pytest.mark.parametrize(
    ("kind", "send", "receive"),
    [
        (INFORMATION, None, 1),
        (INFORMATION, 1, None),
        (INFORMATION, 8, 1),
        (INFORMATION, 1, -1),
        (FrameKind.RR, None, None),
        (FrameKind.RR, 1, 1),
        (FrameKind.RNR, None, 8),
        (FrameKind.UI, 1, None),
        (FrameKind.SNRM, None, 0),
    ],
)
def test_sequence_numbers_where_they_belong_only(kind: FrameKind, send: int | None, receive: int | None) -> None:
    with pytest.raises(EncodeError):
        Control(kind, False, send, receive)


@pytest.mark.parametrize(
    ("octet", "control", "text"),
    [
        (0x93, Control(FrameKind.SNRM, True), "SNRM P/F"),
        (0x73, Control(FrameKind.UA, True), "UA P/F"),
        (0x53, Control(FrameKind.DISC, True), "DISC P/F"),
        (0x1F, Control(FrameKind.DM, True), "DM P/F"),
        (0x97, Control(FrameKind.FRMR, True), "FRMR P/F"),
        (0x13, Control(FrameKind.UI, True), "UI P/F"),
        (0x03, Control(FrameKind.UI), "UI"),
        (0x10, Control(INFORMATION, True, 0, 0), "I N(S)=0 N(R)=0 P/F"),
        (0xEC, Control(INFORMATION, False, 6, 7), "I N(S)=6 N(R)=7"),
        (0x31, Control(FrameKind.RR, True, None, 1), "RR N(R)=1 P/F"),
        (0xE5, Control(FrameKind.RNR, False, None, 7), "RNR N(R)=7"),
    ],
)
def test_each_frame_has_its_octet(octet: int, control: Control, text: str) -> None:
    assert Control.decode(octet) == control
    assert control.encode() == octet
    assert str(control) == text


def test_what_is_defined_is_written_as_it_was_read_and_nothing_else_is() -> None:
    defined = 0
    for octet in range(256):
        try:
            control = Control.decode(octet)
        except FrameError:
            continue
        assert control.encode() == octet
        defined += 1
    assert defined == 128 + 2 * 16 + 2 * 6  # I; RR and RNR; the unnumbered ones
