# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""Proposal of the xDLMS context by the client."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import FLAG, Unusual, read_octets, write_octets
from xdlms.codec.entry import hidden
from xdlms_apdu.v2017.common import Conformance, Integer8, Unsigned8, Unsigned16
from xdlms_apdu.v2017.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_INITIATE_REQUEST = Struct(">b")
_INITIATE_REQUEST_2 = Struct(">B4s3s")
_INITIATE_REQUEST_3 = Struct(">H")
_INITIATE_REQUEST_4 = Struct(">B")


class InitiateRequest(Encodable):
    """Proposal of the xDLMS context by the client.

    It is in the user-information of an AARQ, and of an RLRQ in a ciphered context.
    Example: 01 00 00 00 06 5F1F0400007E1F 04B0.

    dedicated_key: Dedicated key that the client made for this association, 16 octets (suite 2: 32); only where
        ciphering is used.
    response_allowed: FALSE: the server sends no AARE.
    proposed_quality_of_service: Not used by COSEM; the server ignores it.
    proposed_dlms_version_number: Highest DLMS version of the client; 6 is sent.
    proposed_conformance: Services and options that the client wants to use.
    client_max_receive_pdu_size: Largest APDU that the client can receive, in octets, ciphering included: at least 12,
        or 0 for no limit.

    Source: IEC 62056-5-3:2013, clauses 6.2, 7.2.4, 7.3.1 and 8.
    """

    __slots__ = (
        "dedicated_key",
        "response_allowed",
        "proposed_quality_of_service",
        "proposed_dlms_version_number",
        "proposed_conformance",
        "client_max_receive_pdu_size",
    )
    __match_args__ = (
        "proposed_dlms_version_number",
        "proposed_conformance",
        "client_max_receive_pdu_size",
        "dedicated_key",
        "response_allowed",
        "proposed_quality_of_service",
    )
    TAG_PATH = b"\x01"

    def __init__(
        self,
        proposed_dlms_version_number: Unsigned8,
        proposed_conformance: Conformance,
        client_max_receive_pdu_size: Unsigned16,
        dedicated_key: bytes | None = None,
        response_allowed: bool = True,
        proposed_quality_of_service: Integer8 | None = None,
    ) -> None:
        self.dedicated_key = dedicated_key
        self.response_allowed = response_allowed
        self.proposed_quality_of_service = proposed_quality_of_service
        self.proposed_dlms_version_number = proposed_dlms_version_number
        self.proposed_conformance = proposed_conformance
        self.client_max_receive_pdu_size = client_max_receive_pdu_size

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, InitiateRequest)
            and self.dedicated_key == other.dedicated_key
            and self.response_allowed == other.response_allowed
            and self.proposed_quality_of_service == other.proposed_quality_of_service
            and self.proposed_dlms_version_number == other.proposed_dlms_version_number
            and self.proposed_conformance == other.proposed_conformance
            and self.client_max_receive_pdu_size == other.client_max_receive_pdu_size
        )

    def __repr__(self) -> str:
        return (
            "InitiateRequest("
            f"dedicated_key={hidden(self.dedicated_key)}, "
            f"response_allowed={self.response_allowed!r}, "
            f"proposed_quality_of_service={self.proposed_quality_of_service!r}, "
            f"proposed_dlms_version_number={self.proposed_dlms_version_number!r}, "
            f"proposed_conformance={self.proposed_conformance!r}, "
            f"client_max_receive_pdu_size={self.client_max_receive_pdu_size!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        has_dedicated_key = octets[at]
        at += 1
        if has_dedicated_key == 0:
            dedicated_key = None
        elif has_dedicated_key == 1:
            dedicated_key, at = read_octets(octets, at)
        else:
            raise Unusual
        has_response_allowed = octets[at]
        at += 1
        if has_response_allowed == 0:
            response_allowed = True
        elif has_response_allowed == 1:
            response_allowed = octets[at] != 0
            at += 1
        else:
            raise Unusual
        has_proposed_quality_of_service = octets[at]
        at += 1
        if has_proposed_quality_of_service == 0:
            proposed_quality_of_service = None
        elif has_proposed_quality_of_service == 1:
            (proposed_quality_of_service,) = _INITIATE_REQUEST.unpack_from(octets, at)
            at += 1
        else:
            raise Unusual
        proposed_dlms_version_number, prefix, proposed_conformance = _INITIATE_REQUEST_2.unpack_from(octets, at)
        at += 8
        if prefix != b"\x5f\x1f\x04\x00":
            raise Unusual
        (client_max_receive_pdu_size,) = _INITIATE_REQUEST_3.unpack_from(octets, at)
        at += 2
        return (
            cls(
                proposed_dlms_version_number,
                int.__new__(Conformance, int.from_bytes(proposed_conformance, "big")),
                client_max_receive_pdu_size,
                dedicated_key,
                response_allowed,
                proposed_quality_of_service,
            ),
            at,
        )

    def write(self) -> bytes:
        return (
            b"\x01"
            + (b"\x00" if self.dedicated_key is None else b"\x01" + write_octets(self.dedicated_key))
            + (
                b"\x00"
                if self.response_allowed is True
                else b"\x01" + _INITIATE_REQUEST_4.pack(FLAG[self.response_allowed])
            )
            + (
                b"\x00"
                if self.proposed_quality_of_service is None
                else b"\x01" + _INITIATE_REQUEST.pack(self.proposed_quality_of_service)
            )
            + _INITIATE_REQUEST_4.pack(self.proposed_dlms_version_number)
            + b"\x5f\x1f\x04\x00"
            + Conformance(self.proposed_conformance).to_bytes(3, "big")
            + _INITIATE_REQUEST_3.pack(self.client_max_receive_pdu_size)
        )
