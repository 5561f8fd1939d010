# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""Request to open an application association; it carries COSEM-OPEN.request to the server."""

from __future__ import annotations

from xdlms.codec.axdr import Unusual
from xdlms.codec.ber import (
    END,
    contents,
    element,
    header,
    inside,
    octets_of,
    oid_contents,
    oid_of,
    read_integer,
    read_named_bits,
    write_integer,
    write_named_bits,
)
from xdlms.codec.entry import hidden, same
from xdlms.codec.numbers import Bit, NamedBits
from xdlms_apdu.v2017.common import (
    AcseRequirements,
    AeInvocationIdentifier,
    AeQualifier,
    ApInvocationIdentifier,
    ApplicationContextName,
    ApTitle,
    AssociationInformation,
    AuthenticationValue,
    ImplementationData,
    MechanismName,
    read_authentication_value,
    write_authentication_value,
)
from xdlms_apdu.v2017.syntax import Described, Encodable
from xdlms_apdu.v2017.xdlms_apdu import XdlmsApdu, decode_xdlms_apdu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Self


class AARQProtocolVersion(Described, NamedBits):
    """Versions of ACSE that the client offers; left out when it is version1 only, else sent as 80 02 07 80."""

    __slots__ = ()
    WIDTH = 1
    NAMES: ClassVar[dict[int, str]] = {
        0: "version1",
    }
    version1 = Bit(0)


class AARQ(Encodable):
    """Request to open an application association; it carries COSEM-OPEN.request to the server.

    The components follow one another in the order of their tags. The server ignores the called- components
    and calling-AP-invocation-id, whatever they hold.

    protocol_version: Versions of ACSE that the client offers; left out when it is version1 only, else sent as 80 02
        07 80.
    application_context_name: Referencing method, and whether ciphered APDUs may be used.
    called_ap_title: System title of the server; ignored by it.
    called_ae_qualifier: Qualifier of the called application entity; ignored.
    called_ap_invocation_id: Invocation of the called process; ignored.
    called_ae_invocation_id: Invocation of the called entity; ignored.
    calling_ap_title: System title of the client, 8 octets; needed in a ciphered context and for the HLS mechanisms 5,
        6 and 7.
    calling_ae_qualifier: Qualifier of the calling entity; may carry the client's certificate.
    calling_ap_invocation_id: Invocation of the calling process; ignored.
    calling_ae_invocation_id: Identifier of the user of the client.
    sender_acse_requirements: States the authentication functional unit: present with its bit set for LLS and HLS,
        else absent.
    mechanism_name: Authentication mechanism; absent for lowest level security.
    calling_authentication_value: LLS: the password. HLS: the challenge CtoS, 8 to 64 octets (ECDSA: 32 to 64). Absent
        for lowest level security.
    implementation_information: Text about the implementation; not used by COSEM.
    user_information: The InitiateRequest, plain or ciphered.

    Source: IEC 62056-5-3:2013, clauses 6.2, 7.2.1, 7.2.4 and 8; Annexes B and C.
    """

    __slots__ = (
        "protocol_version",
        "application_context_name",
        "called_ap_title",
        "called_ae_qualifier",
        "called_ap_invocation_id",
        "called_ae_invocation_id",
        "calling_ap_title",
        "calling_ae_qualifier",
        "calling_ap_invocation_id",
        "calling_ae_invocation_id",
        "sender_acse_requirements",
        "mechanism_name",
        "calling_authentication_value",
        "implementation_information",
        "user_information",
        "_user_information_apdu",
    )
    __match_args__ = (
        "application_context_name",
        "protocol_version",
        "called_ap_title",
        "called_ae_qualifier",
        "called_ap_invocation_id",
        "called_ae_invocation_id",
        "calling_ap_title",
        "calling_ae_qualifier",
        "calling_ap_invocation_id",
        "calling_ae_invocation_id",
        "sender_acse_requirements",
        "mechanism_name",
        "calling_authentication_value",
        "implementation_information",
        "user_information",
    )
    TAG_PATH = b"\x60"

    def __init__(
        self,
        application_context_name: ApplicationContextName,
        protocol_version: AARQProtocolVersion = AARQProtocolVersion.version1,
        called_ap_title: ApTitle | None = None,
        called_ae_qualifier: AeQualifier | None = None,
        called_ap_invocation_id: ApInvocationIdentifier | None = None,
        called_ae_invocation_id: AeInvocationIdentifier | None = None,
        calling_ap_title: ApTitle | None = None,
        calling_ae_qualifier: AeQualifier | None = None,
        calling_ap_invocation_id: ApInvocationIdentifier | None = None,
        calling_ae_invocation_id: AeInvocationIdentifier | None = None,
        sender_acse_requirements: AcseRequirements | None = None,
        mechanism_name: MechanismName | None = None,
        calling_authentication_value: AuthenticationValue | None = None,
        implementation_information: ImplementationData | None = None,
        user_information: AssociationInformation | None = None,
    ) -> None:
        self.protocol_version = protocol_version
        self.application_context_name = application_context_name
        self.called_ap_title = called_ap_title
        self.called_ae_qualifier = called_ae_qualifier
        self.called_ap_invocation_id = called_ap_invocation_id
        self.called_ae_invocation_id = called_ae_invocation_id
        self.calling_ap_title = calling_ap_title
        self.calling_ae_qualifier = calling_ae_qualifier
        self.calling_ap_invocation_id = calling_ap_invocation_id
        self.calling_ae_invocation_id = calling_ae_invocation_id
        self.sender_acse_requirements = sender_acse_requirements
        self.mechanism_name = mechanism_name
        self.calling_authentication_value = calling_authentication_value
        self.implementation_information = implementation_information
        self.user_information = user_information
        self._user_information_apdu: tuple[bytes, XdlmsApdu] | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AARQ)
            and self.protocol_version == other.protocol_version
            and self.application_context_name == other.application_context_name
            and self.called_ap_title == other.called_ap_title
            and self.called_ae_qualifier == other.called_ae_qualifier
            and self.called_ap_invocation_id == other.called_ap_invocation_id
            and self.called_ae_invocation_id == other.called_ae_invocation_id
            and self.calling_ap_title == other.calling_ap_title
            and self.calling_ae_qualifier == other.calling_ae_qualifier
            and self.calling_ap_invocation_id == other.calling_ap_invocation_id
            and self.calling_ae_invocation_id == other.calling_ae_invocation_id
            and self.sender_acse_requirements == other.sender_acse_requirements
            and self.mechanism_name == other.mechanism_name
            and same(self.calling_authentication_value, other.calling_authentication_value)
            and self.implementation_information == other.implementation_information
            and self.user_information == other.user_information
        )

    def __repr__(self) -> str:
        return (
            "AARQ("
            f"protocol_version={self.protocol_version!r}, "
            f"application_context_name={self.application_context_name!r}, "
            f"called_ap_title={self.called_ap_title!r}, "
            f"called_ae_qualifier={self.called_ae_qualifier!r}, "
            f"called_ap_invocation_id={self.called_ap_invocation_id!r}, "
            f"called_ae_invocation_id={self.called_ae_invocation_id!r}, "
            f"calling_ap_title={self.calling_ap_title!r}, "
            f"calling_ae_qualifier={self.calling_ae_qualifier!r}, "
            f"calling_ap_invocation_id={self.calling_ap_invocation_id!r}, "
            f"calling_ae_invocation_id={self.calling_ae_invocation_id!r}, "
            f"sender_acse_requirements={self.sender_acse_requirements!r}, "
            f"mechanism_name={self.mechanism_name!r}, "
            f"calling_authentication_value={hidden(self.calling_authentication_value)}, "
            f"implementation_information={self.implementation_information!r}, "
            f"user_information={hidden(self.user_information)})"
        )

    @property
    def user_information_apdu(self) -> XdlmsApdu | None:
        """The APDU that user_information holds, or None; raises DecodeError."""
        # What `read` has decoded is handed out once: who gets it may change it.
        kept, self._user_information_apdu = self._user_information_apdu, None
        if kept is not None and kept[0] is self.user_information:
            return kept[1]
        return None if self.user_information is None else decode_xdlms_apdu(self.user_information)

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        start, end = contents(octets, at)
        tag, start, stop = header(octets, start, end)
        protocol_version = AARQProtocolVersion.version1
        if tag == 0x80:
            protocol_version = int.__new__(AARQProtocolVersion, read_named_bits(octets, start, stop, 1))
            tag, start, stop = header(octets, stop, end)
        if tag != 0xA1:
            raise Unusual
        first = inside(octets, start, stop, 0x06)
        application_context_name = oid_of(octets[first:stop])
        tag, start, stop = header(octets, stop, end)
        called_ap_title = None
        if tag == 0xA2:
            first = inside(octets, start, stop, 0x04)
            called_ap_title = octets[first:stop]
            tag, start, stop = header(octets, stop, end)
        called_ae_qualifier = None
        if tag == 0xA3:
            first = inside(octets, start, stop, 0x04)
            called_ae_qualifier = octets[first:stop]
            tag, start, stop = header(octets, stop, end)
        called_ap_invocation_id = None
        if tag == 0xA4:
            first = inside(octets, start, stop, 0x02)
            called_ap_invocation_id = read_integer(octets, first, stop)
            tag, start, stop = header(octets, stop, end)
        called_ae_invocation_id = None
        if tag == 0xA5:
            first = inside(octets, start, stop, 0x02)
            called_ae_invocation_id = read_integer(octets, first, stop)
            tag, start, stop = header(octets, stop, end)
        calling_ap_title = None
        if tag == 0xA6:
            first = inside(octets, start, stop, 0x04)
            calling_ap_title = octets[first:stop]
            tag, start, stop = header(octets, stop, end)
        calling_ae_qualifier = None
        if tag == 0xA7:
            first = inside(octets, start, stop, 0x04)
            calling_ae_qualifier = octets[first:stop]
            tag, start, stop = header(octets, stop, end)
        calling_ap_invocation_id = None
        if tag == 0xA8:
            first = inside(octets, start, stop, 0x02)
            calling_ap_invocation_id = read_integer(octets, first, stop)
            tag, start, stop = header(octets, stop, end)
        calling_ae_invocation_id = None
        if tag == 0xA9:
            first = inside(octets, start, stop, 0x02)
            calling_ae_invocation_id = read_integer(octets, first, stop)
            tag, start, stop = header(octets, stop, end)
        sender_acse_requirements = None
        if tag == 0x8A:
            sender_acse_requirements = int.__new__(AcseRequirements, read_named_bits(octets, start, stop, 1))
            tag, start, stop = header(octets, stop, end)
        mechanism_name = None
        if tag == 0x8B:
            mechanism_name = oid_of(octets[start:stop])
            tag, start, stop = header(octets, stop, end)
        calling_authentication_value = None
        if tag == 0xAC:
            calling_authentication_value = read_authentication_value(octets, start, stop)
            tag, start, stop = header(octets, stop, end)
        implementation_information = None
        if tag == 0x9D:
            implementation_information = octets[start:stop]
            tag, start, stop = header(octets, stop, end)
        user_information = None
        if tag == 0xBE:
            first = inside(octets, start, stop, 0x04)
            user_information = octets[first:stop]
            tag, start, stop = header(octets, stop, end)
        if tag != END:
            raise Unusual
        self = cls(
            application_context_name,
            protocol_version,
            called_ap_title,
            called_ae_qualifier,
            called_ap_invocation_id,
            called_ae_invocation_id,
            calling_ap_title,
            calling_ae_qualifier,
            calling_ap_invocation_id,
            calling_ae_invocation_id,
            sender_acse_requirements,
            mechanism_name,
            calling_authentication_value,
            implementation_information,
            user_information,
        )
        if user_information is not None:
            self._user_information_apdu = user_information, decode_xdlms_apdu(user_information)
        return self, end

    def write(self) -> bytes:
        return element(
            0x60,
            (
                b""
                if self.protocol_version == AARQProtocolVersion.version1
                else element(0x80, write_named_bits(AARQProtocolVersion(self.protocol_version), 1))
            )
            + element(0xA1, element(0x06, oid_contents(self.application_context_name)))
            + (b"" if self.called_ap_title is None else element(0xA2, element(0x04, octets_of(self.called_ap_title))))
            + (
                b""
                if self.called_ae_qualifier is None
                else element(0xA3, element(0x04, octets_of(self.called_ae_qualifier)))
            )
            + (
                b""
                if self.called_ap_invocation_id is None
                else element(0xA4, element(0x02, write_integer(self.called_ap_invocation_id)))
            )
            + (
                b""
                if self.called_ae_invocation_id is None
                else element(0xA5, element(0x02, write_integer(self.called_ae_invocation_id)))
            )
            + (b"" if self.calling_ap_title is None else element(0xA6, element(0x04, octets_of(self.calling_ap_title))))
            + (
                b""
                if self.calling_ae_qualifier is None
                else element(0xA7, element(0x04, octets_of(self.calling_ae_qualifier)))
            )
            + (
                b""
                if self.calling_ap_invocation_id is None
                else element(0xA8, element(0x02, write_integer(self.calling_ap_invocation_id)))
            )
            + (
                b""
                if self.calling_ae_invocation_id is None
                else element(0xA9, element(0x02, write_integer(self.calling_ae_invocation_id)))
            )
            + (
                b""
                if self.sender_acse_requirements is None
                else element(0x8A, write_named_bits(AcseRequirements(self.sender_acse_requirements), 1))
            )
            + (b"" if self.mechanism_name is None else element(0x8B, oid_contents(self.mechanism_name)))
            + (
                b""
                if self.calling_authentication_value is None
                else element(0xAC, write_authentication_value(self.calling_authentication_value))
            )
            + (
                b""
                if self.implementation_information is None
                else element(0x9D, octets_of(self.implementation_information))
            )
            + (
                b"" if self.user_information is None else element(0xBE, element(0x04, octets_of(self.user_information)))
            ),
        )
