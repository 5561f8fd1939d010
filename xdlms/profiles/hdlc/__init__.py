"""HDLC as DLMS/COSEM uses it (IEC 62056-46; ISO/IEC 13239, frame format type 3).

Frames are in `frame`, `address`, `control`, `crc`, `llc`, `parameters`, `information`, `rejection`; a stream of them
in `reader` and `segmentation`; a line, with all its connections, in `primary` (client) and `secondary` (server),
which follow the tables of `states`.
"""

from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame, FrameHeader
from xdlms.profiles.hdlc.llc import Llc
from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.hdlc.reader import FrameReader
from xdlms.profiles.hdlc.segmentation import ApduAssembler, AssembledApdu, cut_into_segments
from xdlms.profiles.hdlc.settings import HdlcSettings

__all__ = [
    "Address",
    "ApduAssembler",
    "AssembledApdu",
    "Control",
    "Frame",
    "FrameHeader",
    "FrameKind",
    "FrameReader",
    "HdlcSettings",
    "LinkParameters",
    "Llc",
    "cut_into_segments",
]
