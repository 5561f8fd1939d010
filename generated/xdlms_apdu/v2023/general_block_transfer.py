# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""One block of any APDU, cut after protection."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import read_octets, write_octets
from xdlms_apdu.v2023.common import Unsigned8, Unsigned16
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias

BlockControl: TypeAlias = Unsigned8
"""Control of a general block transfer, in one octet.

Bits 0 to 5 are the window: the number of blocks that the sender of the octet can receive. 0x40 is streaming: more
blocks follow without waiting. 0x80 is set on the last block. Window 0 without streaming is unconfirmed.

Source: IEC 62056-5-3, added by the edition of 2016.
"""

_GENERAL_BLOCK_TRANSFER = Struct(">BHH")
_GENERAL_BLOCK_TRANSFER_2 = Struct(">1sBHH")


class GeneralBlockTransfer(Encodable):
    """One block of any APDU, cut after protection.

    block_control: Window, streaming and last block.
    block_number: Number of the block, counted from 1.
    block_number_ack: Last block received without a gap before it; 0 for none.
    block_data: Part of the APDU; empty when the block only acknowledges.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("block_control", "block_number", "block_number_ack", "block_data")
    __match_args__ = ("block_control", "block_number", "block_number_ack", "block_data")
    TAG_PATH = b"\xe0"

    def __init__(
        self,
        block_control: BlockControl,
        block_number: Unsigned16,
        block_number_ack: Unsigned16,
        block_data: bytes,
    ) -> None:
        self.block_control = block_control
        self.block_number = block_number
        self.block_number_ack = block_number_ack
        self.block_data = block_data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GeneralBlockTransfer)
            and self.block_control == other.block_control
            and self.block_number == other.block_number
            and self.block_number_ack == other.block_number_ack
            and self.block_data == other.block_data
        )

    def __repr__(self) -> str:
        return (
            "GeneralBlockTransfer("
            f"block_control={self.block_control!r}, "
            f"block_number={self.block_number!r}, "
            f"block_number_ack={self.block_number_ack!r}, "
            f"block_data={self.block_data!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        block_control, block_number, block_number_ack = _GENERAL_BLOCK_TRANSFER.unpack_from(octets, at)
        at += 5
        block_data, at = read_octets(octets, at)
        return cls(block_control, block_number, block_number_ack, block_data), at

    def write(self) -> bytes:
        return _GENERAL_BLOCK_TRANSFER_2.pack(
            b"\xe0", self.block_control, self.block_number, self.block_number_ack
        ) + write_octets(self.block_data)
