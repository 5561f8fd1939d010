# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""The xDLMS context that the server grants."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual
from xdlms_apdu.v2023.common import Conformance, Integer8, ObjectName, Unsigned8, Unsigned16
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_INITIATE_RESPONSE = Struct(">b")
_INITIATE_RESPONSE_2 = Struct(">B4s3s")
_INITIATE_RESPONSE_3 = Struct(">Hh")
_INITIATE_RESPONSE_4 = Struct(">B")


class InitiateResponse(Encodable):
    """The xDLMS context that the server grants.

    It is in the user-information of an AARE, and of an RLRE in a ciphered context.

    negotiated_quality_of_service: Not used by COSEM.
    negotiated_dlms_version_number: DLMS version of the association: 6.
    negotiated_conformance: Services and options that both sides have.
    server_max_receive_pdu_size: Largest APDU that the server can receive, in octets, ciphering included; 0 is no
        limit.
    vaa_name: 0x0007 for LN, 0xFA00 for SN referencing.

    Source: IEC 62056-5-3:2013, clauses 6.2, 7.2.4, 7.3.1 and 8.
    """

    __slots__ = (
        "negotiated_quality_of_service",
        "negotiated_dlms_version_number",
        "negotiated_conformance",
        "server_max_receive_pdu_size",
        "vaa_name",
    )
    __match_args__ = (
        "negotiated_dlms_version_number",
        "negotiated_conformance",
        "server_max_receive_pdu_size",
        "vaa_name",
        "negotiated_quality_of_service",
    )
    TAG_PATH = b"\x08"

    def __init__(
        self,
        negotiated_dlms_version_number: Unsigned8,
        negotiated_conformance: Conformance,
        server_max_receive_pdu_size: Unsigned16,
        vaa_name: ObjectName,
        negotiated_quality_of_service: Integer8 | None = None,
    ) -> None:
        self.negotiated_quality_of_service = negotiated_quality_of_service
        self.negotiated_dlms_version_number = negotiated_dlms_version_number
        self.negotiated_conformance = negotiated_conformance
        self.server_max_receive_pdu_size = server_max_receive_pdu_size
        self.vaa_name = vaa_name

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, InitiateResponse)
            and self.negotiated_quality_of_service == other.negotiated_quality_of_service
            and self.negotiated_dlms_version_number == other.negotiated_dlms_version_number
            and self.negotiated_conformance == other.negotiated_conformance
            and self.server_max_receive_pdu_size == other.server_max_receive_pdu_size
            and self.vaa_name == other.vaa_name
        )

    def __repr__(self) -> str:
        return (
            "InitiateResponse("
            f"negotiated_quality_of_service={self.negotiated_quality_of_service!r}, "
            f"negotiated_dlms_version_number={self.negotiated_dlms_version_number!r}, "
            f"negotiated_conformance={self.negotiated_conformance!r}, "
            f"server_max_receive_pdu_size={self.server_max_receive_pdu_size!r}, "
            f"vaa_name={self.vaa_name!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        has_negotiated_quality_of_service = octets[at]
        at += 1
        if has_negotiated_quality_of_service == 0:
            negotiated_quality_of_service = None
        elif has_negotiated_quality_of_service == 1:
            (negotiated_quality_of_service,) = _INITIATE_RESPONSE.unpack_from(octets, at)
            at += 1
        else:
            raise Unusual
        negotiated_dlms_version_number, prefix, negotiated_conformance = _INITIATE_RESPONSE_2.unpack_from(octets, at)
        at += 8
        if prefix != b"\x5f\x1f\x04\x00":
            raise Unusual
        server_max_receive_pdu_size, vaa_name = _INITIATE_RESPONSE_3.unpack_from(octets, at)
        at += 4
        return (
            cls(
                negotiated_dlms_version_number,
                int.__new__(Conformance, int.from_bytes(negotiated_conformance, "big")),
                server_max_receive_pdu_size,
                vaa_name,
                negotiated_quality_of_service,
            ),
            at,
        )

    def write(self) -> bytes:
        return (
            b"\x08"
            + (
                b"\x00"
                if self.negotiated_quality_of_service is None
                else b"\x01" + _INITIATE_RESPONSE.pack(self.negotiated_quality_of_service)
            )
            + _INITIATE_RESPONSE_4.pack(self.negotiated_dlms_version_number)
            + b"\x5f\x1f\x04\x00"
            + Conformance(self.negotiated_conformance).to_bytes(3, "big")
            + _INITIATE_RESPONSE_3.pack(self.server_max_receive_pdu_size, self.vaa_name)
        )
