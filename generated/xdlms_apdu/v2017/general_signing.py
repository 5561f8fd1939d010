# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""Any APDU with a digital signature (ECDSA)."""

from __future__ import annotations

from xdlms.codec.axdr import read_octets, write_octets
from xdlms_apdu.v2017.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class GeneralSigning(Encodable):
    """Any APDU with a digital signature (ECDSA).

    transaction_id: Identifier of the exchange.
    originator_system_title: System title of the signer, 8 octets.
    recipient_system_title: System title of the one it is meant for, 8 octets.
    date_time: When it was signed: a Cosem-Date-Time, or empty.
    other_information: Anything the two sides agreed on; may be empty.
    content: The APDU.
    signature: The numbers r and s of the signature one after the other, of fixed width.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = (
        "transaction_id",
        "originator_system_title",
        "recipient_system_title",
        "date_time",
        "other_information",
        "content",
        "signature",
    )
    __match_args__ = (
        "transaction_id",
        "originator_system_title",
        "recipient_system_title",
        "date_time",
        "other_information",
        "content",
        "signature",
    )
    TAG_PATH = b"\xdf"

    def __init__(
        self,
        transaction_id: bytes,
        originator_system_title: bytes,
        recipient_system_title: bytes,
        date_time: bytes,
        other_information: bytes,
        content: bytes,
        signature: bytes,
    ) -> None:
        self.transaction_id = transaction_id
        self.originator_system_title = originator_system_title
        self.recipient_system_title = recipient_system_title
        self.date_time = date_time
        self.other_information = other_information
        self.content = content
        self.signature = signature

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GeneralSigning)
            and self.transaction_id == other.transaction_id
            and self.originator_system_title == other.originator_system_title
            and self.recipient_system_title == other.recipient_system_title
            and self.date_time == other.date_time
            and self.other_information == other.other_information
            and self.content == other.content
            and self.signature == other.signature
        )

    def __repr__(self) -> str:
        return (
            "GeneralSigning("
            f"transaction_id={self.transaction_id!r}, "
            f"originator_system_title={self.originator_system_title!r}, "
            f"recipient_system_title={self.recipient_system_title!r}, "
            f"date_time={self.date_time!r}, "
            f"other_information={self.other_information!r}, "
            f"content={self.content!r}, "
            f"signature={self.signature!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        transaction_id, at = read_octets(octets, at)
        originator_system_title, at = read_octets(octets, at)
        recipient_system_title, at = read_octets(octets, at)
        date_time, at = read_octets(octets, at)
        other_information, at = read_octets(octets, at)
        content, at = read_octets(octets, at)
        signature, at = read_octets(octets, at)
        return (
            cls(
                transaction_id,
                originator_system_title,
                recipient_system_title,
                date_time,
                other_information,
                content,
                signature,
            ),
            at,
        )

    def write(self) -> bytes:
        return (
            b"\xdf"
            + write_octets(self.transaction_id)
            + write_octets(self.originator_system_title)
            + write_octets(self.recipient_system_title)
            + write_octets(self.date_time)
            + write_octets(self.other_information)
            + write_octets(self.content)
            + write_octets(self.signature)
        )
