# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""Answer to an AARQ: accepts or refuses the association; it carries COSEM-OPEN.response to the client."""

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
from xdlms.codec.numbers import Bit, NamedBits, NamedNumber
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
    from typing import ClassVar, Self, TypeAlias


class AAREProtocolVersion(Described, NamedBits):
    """Version of ACSE that the server has taken; left out when it is version1, else sent as 80 02 07 80."""

    __slots__ = ()
    WIDTH = 1
    NAMES: ClassVar[dict[int, str]] = {
        0: "version1",
    }
    version1 = Bit(0)


class AssociationResult(Described, NamedNumber):
    """Result of a request to open an association.

    Source: IEC 62056-5-3:2013, clauses 6.2, 7.2.4 and 8.
    """

    accepted = 0
    """The association is open; with HLS, only passes 3 and 4 are served until they succeed."""
    rejected_permanent = 1
    """Refused; the same request would be refused again."""
    rejected_transient = 2
    """Refused for now; the same request may succeed later."""


ASSOCIATION_RESULT_BY_NUMBER = {value.value: value for value in AssociationResult}


class AcseServiceUser(Described, NamedNumber):
    """Reason given by the application that uses ACSE."""

    null = 0
    """No diagnostic: the association is accepted."""
    no_reason_given = 1
    """Refused; user-information may say more."""
    application_context_name_not_supported = 2
    """The context is unknown or not offered."""
    calling_ap_title_not_recognized = 3
    """The client's system title is missing or unknown."""
    calling_ap_invocation_identifier_not_recognized = 4
    """The invocation of the calling process is not known."""
    calling_ae_qualifier_not_recognized = 5
    """The qualifier of the calling entity is not known."""
    calling_ae_invocation_identifier_not_recognized = 6
    """The user of the client is missing or not known."""
    called_ap_title_not_recognized = 7
    """The system title asked for is not that of the server."""
    called_ap_invocation_identifier_not_recognized = 8
    """The invocation of the called process is not known."""
    called_ae_qualifier_not_recognized = 9
    """The qualifier of the called entity is not known."""
    called_ae_invocation_identifier_not_recognized = 10
    """The invocation of the called entity is not known."""
    authentication_mechanism_name_not_recognised = 11
    """The mechanism is unknown, or not allowed for this client."""
    authentication_mechanism_name_required = 12
    """Authentication is due, but the AARQ names no mechanism."""
    authentication_failure = 13
    """Wrong password, or a challenge of a wrong length."""
    authentication_required = 14
    """Accepted: HLS goes on. Refused: no credentials."""


ACSE_SERVICE_USER_BY_NUMBER = {value.value: value for value in AcseServiceUser}


class AcseServiceProvider(Described, NamedNumber):
    """Reason given by ACSE itself."""

    null = 0
    """No diagnostic."""
    no_reason_given = 1
    """Refused without a reason."""
    no_common_acse_version = 2
    """The server has none of the proposed ACSE versions."""


ACSE_SERVICE_PROVIDER_BY_NUMBER = {value.value: value for value in AcseServiceProvider}

ResultSourceDiagnostic: TypeAlias = AcseServiceUser | AcseServiceProvider
"""Who gives the result, and why: the ACSE service user or the ACSE service provider.
"""


def read_result_source_diagnostic(octets: bytes, at: int, end: int) -> ResultSourceDiagnostic:
    """The alternative that fills the octets from `at` to `end`. Raises FAULTS."""
    tag, start, stop = header(octets, at, end)
    if stop != end:
        raise Unusual
    if tag == 0xA1:
        first = inside(octets, start, stop, 0x02)
        return ACSE_SERVICE_USER_BY_NUMBER[read_integer(octets, first, stop)]
    if tag == 0xA2:
        first = inside(octets, start, stop, 0x02)
        return ACSE_SERVICE_PROVIDER_BY_NUMBER[read_integer(octets, first, stop)]
    raise Unusual


def write_result_source_diagnostic(value: ResultSourceDiagnostic) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, AcseServiceUser):
        return element(0xA1, element(0x02, write_integer(ACSE_SERVICE_USER_BY_NUMBER[value])))
    if isinstance(value, AcseServiceProvider):
        return element(0xA2, element(0x02, write_integer(ACSE_SERVICE_PROVIDER_BY_NUMBER[value])))
    raise Unusual


class AARE(Encodable):
    """Answer to an AARQ: accepts or refuses the association; it carries COSEM-OPEN.response to the client.

    A refusal gives the proposed application context name back. The server sends no AARE when the
    InitiateRequest said response-allowed FALSE.

    protocol_version: Version of ACSE that the server has taken; left out when it is version1, else sent as 80 02 07
        80.
    application_context_name: The context of the association; on a refusal the proposed one.
    result: Whether the association is open.
    result_source_diagnostic: Who gives the result, and why: the ACSE service user or the ACSE service provider.
    responding_ap_title: System title of the server, 8 octets; sent in a ciphered context and for the HLS mechanisms
        5, 6 and 7 only.
    responding_ae_qualifier: Qualifier of the responding entity; may carry the server's certificate.
    responding_ap_invocation_id: Invocation of the responding process; absent in COSEM.
    responding_ae_invocation_id: Invocation of the responding entity; absent in COSEM.
    responder_acse_requirements: States the authentication functional unit: present with its bit set for HLS.
    mechanism_name: Authentication mechanism that the server goes on with, for HLS.
    responding_authentication_value: HLS: the challenge StoC, 8 to 64 octets (ECDSA: 32 to 64); absent otherwise.
    implementation_information: Text about the implementation; not used by COSEM.
    user_information: The InitiateResponse, or on a refusal by xDLMS a ConfirmedServiceError, plain or ciphered.

    Source: IEC 62056-5-3:2013, clauses 6.2, 7.2.1, 7.2.4 and 8; Annexes B and C.
    """

    __slots__ = (
        "protocol_version",
        "application_context_name",
        "result",
        "result_source_diagnostic",
        "responding_ap_title",
        "responding_ae_qualifier",
        "responding_ap_invocation_id",
        "responding_ae_invocation_id",
        "responder_acse_requirements",
        "mechanism_name",
        "responding_authentication_value",
        "implementation_information",
        "user_information",
        "_user_information_apdu",
    )
    __match_args__ = (
        "application_context_name",
        "result",
        "result_source_diagnostic",
        "protocol_version",
        "responding_ap_title",
        "responding_ae_qualifier",
        "responding_ap_invocation_id",
        "responding_ae_invocation_id",
        "responder_acse_requirements",
        "mechanism_name",
        "responding_authentication_value",
        "implementation_information",
        "user_information",
    )
    TAG_PATH = b"\x61"

    def __init__(
        self,
        application_context_name: ApplicationContextName,
        result: AssociationResult,
        result_source_diagnostic: ResultSourceDiagnostic,
        protocol_version: AAREProtocolVersion = AAREProtocolVersion.version1,
        responding_ap_title: ApTitle | None = None,
        responding_ae_qualifier: AeQualifier | None = None,
        responding_ap_invocation_id: ApInvocationIdentifier | None = None,
        responding_ae_invocation_id: AeInvocationIdentifier | None = None,
        responder_acse_requirements: AcseRequirements | None = None,
        mechanism_name: MechanismName | None = None,
        responding_authentication_value: AuthenticationValue | None = None,
        implementation_information: ImplementationData | None = None,
        user_information: AssociationInformation | None = None,
    ) -> None:
        self.protocol_version = protocol_version
        self.application_context_name = application_context_name
        self.result = result
        self.result_source_diagnostic = result_source_diagnostic
        self.responding_ap_title = responding_ap_title
        self.responding_ae_qualifier = responding_ae_qualifier
        self.responding_ap_invocation_id = responding_ap_invocation_id
        self.responding_ae_invocation_id = responding_ae_invocation_id
        self.responder_acse_requirements = responder_acse_requirements
        self.mechanism_name = mechanism_name
        self.responding_authentication_value = responding_authentication_value
        self.implementation_information = implementation_information
        self.user_information = user_information
        self._user_information_apdu: tuple[bytes, XdlmsApdu] | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AARE)
            and self.protocol_version == other.protocol_version
            and self.application_context_name == other.application_context_name
            and self.result == other.result
            and same(self.result_source_diagnostic, other.result_source_diagnostic)
            and self.responding_ap_title == other.responding_ap_title
            and self.responding_ae_qualifier == other.responding_ae_qualifier
            and self.responding_ap_invocation_id == other.responding_ap_invocation_id
            and self.responding_ae_invocation_id == other.responding_ae_invocation_id
            and self.responder_acse_requirements == other.responder_acse_requirements
            and self.mechanism_name == other.mechanism_name
            and same(self.responding_authentication_value, other.responding_authentication_value)
            and self.implementation_information == other.implementation_information
            and self.user_information == other.user_information
        )

    def __repr__(self) -> str:
        return (
            "AARE("
            f"protocol_version={self.protocol_version!r}, "
            f"application_context_name={self.application_context_name!r}, "
            f"result={self.result!r}, "
            f"result_source_diagnostic={self.result_source_diagnostic!r}, "
            f"responding_ap_title={self.responding_ap_title!r}, "
            f"responding_ae_qualifier={self.responding_ae_qualifier!r}, "
            f"responding_ap_invocation_id={self.responding_ap_invocation_id!r}, "
            f"responding_ae_invocation_id={self.responding_ae_invocation_id!r}, "
            f"responder_acse_requirements={self.responder_acse_requirements!r}, "
            f"mechanism_name={self.mechanism_name!r}, "
            f"responding_authentication_value={hidden(self.responding_authentication_value)}, "
            f"implementation_information={self.implementation_information!r}, "
            f"user_information={self.user_information!r})"
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
        protocol_version = AAREProtocolVersion.version1
        if tag == 0x80:
            protocol_version = int.__new__(AAREProtocolVersion, read_named_bits(octets, start, stop, 1))
            tag, start, stop = header(octets, stop, end)
        if tag != 0xA1:
            raise Unusual
        first = inside(octets, start, stop, 0x06)
        application_context_name = oid_of(octets[first:stop])
        tag, start, stop = header(octets, stop, end)
        if tag != 0xA2:
            raise Unusual
        first = inside(octets, start, stop, 0x02)
        result = ASSOCIATION_RESULT_BY_NUMBER[read_integer(octets, first, stop)]
        tag, start, stop = header(octets, stop, end)
        if tag != 0xA3:
            raise Unusual
        result_source_diagnostic = read_result_source_diagnostic(octets, start, stop)
        tag, start, stop = header(octets, stop, end)
        responding_ap_title = None
        if tag == 0xA4:
            first = inside(octets, start, stop, 0x04)
            responding_ap_title = octets[first:stop]
            tag, start, stop = header(octets, stop, end)
        responding_ae_qualifier = None
        if tag == 0xA5:
            first = inside(octets, start, stop, 0x04)
            responding_ae_qualifier = octets[first:stop]
            tag, start, stop = header(octets, stop, end)
        responding_ap_invocation_id = None
        if tag == 0xA6:
            first = inside(octets, start, stop, 0x02)
            responding_ap_invocation_id = read_integer(octets, first, stop)
            tag, start, stop = header(octets, stop, end)
        responding_ae_invocation_id = None
        if tag == 0xA7:
            first = inside(octets, start, stop, 0x02)
            responding_ae_invocation_id = read_integer(octets, first, stop)
            tag, start, stop = header(octets, stop, end)
        responder_acse_requirements = None
        if tag == 0x88:
            responder_acse_requirements = int.__new__(AcseRequirements, read_named_bits(octets, start, stop, 1))
            tag, start, stop = header(octets, stop, end)
        mechanism_name = None
        if tag == 0x89:
            mechanism_name = oid_of(octets[start:stop])
            tag, start, stop = header(octets, stop, end)
        responding_authentication_value = None
        if tag == 0xAA:
            responding_authentication_value = read_authentication_value(octets, start, stop)
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
            result,
            result_source_diagnostic,
            protocol_version,
            responding_ap_title,
            responding_ae_qualifier,
            responding_ap_invocation_id,
            responding_ae_invocation_id,
            responder_acse_requirements,
            mechanism_name,
            responding_authentication_value,
            implementation_information,
            user_information,
        )
        if user_information is not None:
            self._user_information_apdu = user_information, decode_xdlms_apdu(user_information)
        return self, end

    def write(self) -> bytes:
        return element(
            0x61,
            (
                b""
                if self.protocol_version == AAREProtocolVersion.version1
                else element(0x80, write_named_bits(AAREProtocolVersion(self.protocol_version), 1))
            )
            + element(0xA1, element(0x06, oid_contents(self.application_context_name)))
            + element(0xA2, element(0x02, write_integer(ASSOCIATION_RESULT_BY_NUMBER[self.result])))
            + element(0xA3, write_result_source_diagnostic(self.result_source_diagnostic))
            + (
                b""
                if self.responding_ap_title is None
                else element(0xA4, element(0x04, octets_of(self.responding_ap_title)))
            )
            + (
                b""
                if self.responding_ae_qualifier is None
                else element(0xA5, element(0x04, octets_of(self.responding_ae_qualifier)))
            )
            + (
                b""
                if self.responding_ap_invocation_id is None
                else element(0xA6, element(0x02, write_integer(self.responding_ap_invocation_id)))
            )
            + (
                b""
                if self.responding_ae_invocation_id is None
                else element(0xA7, element(0x02, write_integer(self.responding_ae_invocation_id)))
            )
            + (
                b""
                if self.responder_acse_requirements is None
                else element(0x88, write_named_bits(AcseRequirements(self.responder_acse_requirements), 1))
            )
            + (b"" if self.mechanism_name is None else element(0x89, oid_contents(self.mechanism_name)))
            + (
                b""
                if self.responding_authentication_value is None
                else element(0xAA, write_authentication_value(self.responding_authentication_value))
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
