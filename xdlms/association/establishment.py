"""The server's side of establishment: each check of an AARQ, in its order, and what it answers (clause 7.2.4).

The called- components, the calling-AP-invocation-id and the quality of service are ignored, whatever
they hold. Each check below may refuse; the first that does decides the AARE. What the last ones find
out (security context, handshake, negotiated context) belongs to this one AARQ until it is accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xdlms.association.settings import SMALLEST_PDU_SIZE, ServerSettings
from xdlms.association.wire import Wire
from xdlms.codec.errors import DecodeError
from xdlms.security import (
    AuthenticationError,
    CounterStoreError,
    HlsHandshake,
    Protection,
    Role,
    SecurityContext,
    SecurityError,
    Unprotected,
    check_password,
)
from xdlms.services.conformance import NOTHING, negotiate
from xdlms.services.names import (
    LLS,
    LOWEST,
    TITLES_NEEDED,
    ApplicationContext,
    application_context_of,
    mechanism_of,
)
from xdlms.services.primitives.association import DLMS_VERSION, NegotiatedXdlmsContext
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import (
    AcseServiceProvider,
    AcseServiceUser,
    AssociationResult,
    ConfirmedServiceErrorInitiateError,
    InitiateRequest,
    ResultSourceDiagnostic,
    ServiceErrorInitiate,
)

TITLE_LENGTH: Final = 8
MIN_CHALLENGE: Final = 8
MIN_CHALLENGE_ECDSA: Final = 32
MAX_CHALLENGE: Final = 64
ECDSA: Final = 7


class Refusal:
    """How an AARQ is refused, and the reason in words for the application."""

    __slots__ = ("diagnostic", "error", "reason", "result")

    def __init__(
        self,
        diagnostic: ResultSourceDiagnostic,
        reason: str,
        *,
        result: AssociationResult = AssociationResult.rejected_permanent,
        error: ServiceErrorInitiate | None = None,
    ) -> None:
        self.diagnostic = diagnostic
        self.reason = reason
        self.result = result
        self.error = None if error is None else ConfirmedServiceErrorInitiateError(error)


class Candidate:
    """An AARQ that is being judged, and what is known of it so far.

    Args:
        aarq: the APDU.
        settings: what the server offers, and asks for.
        random: the source of the challenge of HLS.
        confirmed: whether the frame tells that an answer is expected; None: response-allowed tells it.
    """

    __slots__ = (
        "aarq",
        "challenge_source",
        "confirmed",
        "context",
        "handshake",
        "initiate",
        "mechanism",
        "negotiated",
        "opened",
        "security",
        "settings",
        "wire",
    )

    def __init__(
        self,
        aarq: apdu.AARQ,
        settings: ServerSettings,
        random: Callable[[int], bytes],
        confirmed: bool | None = None,
    ) -> None:
        self.aarq = aarq
        self.settings = settings
        self.challenge_source = random
        self.confirmed = confirmed
        self.context = ApplicationContext.LN
        self.mechanism = LOWEST
        self.security: SecurityContext | None = None
        self.wire = Wire(None, settings.largest_apdu)
        self.handshake: HlsHandshake | None = None
        self.opened: Unprotected | None = None
        self.initiate: InitiateRequest | None = None
        self.negotiated: NegotiatedXdlmsContext | None = None

    @property
    def answered(self) -> bool:
        """Whether the client expects an AARE."""
        if self.confirmed is not None:
            return self.confirmed
        return self.initiate is None or self.initiate.response_allowed

    @property
    def named_mechanism(self) -> int | None:
        """The mechanism that the AARQ names, if it names one that is registered."""
        name = self.aarq.mechanism_name
        return None if name is None else mechanism_of(name)

    @property
    def needs_titles(self) -> bool:
        """Whether both sides must tell their system titles."""
        return self.context.ciphered or self.named_mechanism in TITLES_NEEDED

    @property
    def asks_for_authentication(self) -> bool:
        """Whether the AARQ states the functional unit of authentication."""
        return bool(self.aarq.sender_acse_requirements)

    @property
    def must_authenticate(self) -> bool:
        """Whether credentials are required: by the server, or since the AARQ wants to be authenticated."""
        mechanism = self.named_mechanism
        wanted = mechanism is not None and mechanism != LOWEST and self.settings.allows(mechanism)
        return not self.settings.lowest or self.asks_for_authentication or wanted


def judge(candidate: Candidate) -> Refusal | None:
    """Go through the checks in their order; returns the first refusal, or None where the AARQ passes."""
    for check in CHECKS:
        refusal = check(candidate)
        if refusal is not None:
            return refusal
    return None


def acse_version(candidate: Candidate) -> Refusal | None:
    """Version 1 of ACSE is offered."""
    if apdu.AARQProtocolVersion.version1 in candidate.aarq.protocol_version:
        return None
    return Refusal(AcseServiceProvider.no_common_acse_version, "the AARQ does not offer version 1 of ACSE")


def application_context(candidate: Candidate) -> Refusal | None:
    """The application context is known and offered."""
    name = candidate.aarq.application_context_name
    context = application_context_of(name)
    if context is None or context not in candidate.settings.application_contexts:
        return Refusal(
            AcseServiceUser.application_context_name_not_supported, f"the application context {name} is not offered"
        )
    candidate.context = context
    return None


def calling_ap_title(candidate: Candidate) -> Refusal | None:
    """The client's system title is there and recognised, where the formulas or the context need it."""
    title = candidate.aarq.calling_ap_title
    provider = candidate.settings.security
    if not candidate.needs_titles:
        return None
    refused = AcseServiceUser.calling_ap_title_not_recognized
    if title is None or len(title) != TITLE_LENGTH:
        return Refusal(refused, "a calling-AP-title of 8 octets is needed")
    try:
        security = None if provider is None else provider(title, candidate.context.ciphered)
        if security is None:
            return Refusal(refused, f"the system title {title.hex().upper()} is not known")
        security.know_peer(title)
    except SecurityError as error:
        return Refusal(refused, str(error))
    candidate.security = security
    candidate.wire = Wire(security, candidate.settings.largest_apdu)
    return None


def client_user(candidate: Candidate) -> Refusal | None:
    """The client user id is there and known, where one is asked for."""
    known = candidate.settings.user_ids
    user = candidate.aarq.calling_ae_invocation_id
    if known is None or user in known:
        return None
    return Refusal(
        AcseServiceUser.calling_ae_invocation_identifier_not_recognized, f"the client user id {user} is not known"
    )


def functional_units(candidate: Candidate) -> Refusal | None:
    """The requirements field, where it is there, states the functional unit of authentication."""
    aarq = candidate.aarq
    if aarq.sender_acse_requirements is None or candidate.asks_for_authentication:
        return None
    plain = candidate.named_mechanism == LOWEST if aarq.mechanism_name is not None else True
    if candidate.settings.lowest and plain and aarq.calling_authentication_value is None:
        return None  # lowest level security says so by leaving the field out, or by 0
    return Refusal(AcseServiceUser.authentication_required, "the functional unit of authentication is switched off")


def credentials(candidate: Candidate) -> Refusal | None:
    """There are credentials, where they are required."""
    if not candidate.must_authenticate or candidate.aarq.calling_authentication_value is not None:
        return None
    return Refusal(AcseServiceUser.authentication_required, "there are no credentials")


def mechanism_named(candidate: Candidate) -> Refusal | None:
    """The mechanism is named, where authentication is required."""
    if not candidate.must_authenticate or candidate.aarq.mechanism_name is not None:
        return None
    return Refusal(AcseServiceUser.authentication_mechanism_name_required, "no authentication mechanism is named")


def mechanism_allowed(candidate: Candidate) -> Refusal | None:
    """The mechanism is known, and allowed for this client."""
    name = candidate.aarq.mechanism_name
    if name is None:
        return None
    mechanism = candidate.named_mechanism
    if mechanism is None or not candidate.settings.allows(mechanism):
        return Refusal(
            AcseServiceUser.authentication_mechanism_name_not_recognised,
            f"the authentication mechanism {name} is not allowed",
        )
    candidate.mechanism = mechanism
    return None


def authentication(candidate: Candidate) -> Refusal | None:
    """The password of LLS, or the challenge of HLS."""
    if candidate.mechanism == LOWEST:
        return None
    settings = candidate.settings
    value = candidate.aarq.calling_authentication_value
    user = candidate.aarq.calling_ae_invocation_id
    octets = value if isinstance(value, bytes) else None
    failed = AcseServiceUser.authentication_failure
    if candidate.mechanism == LLS:
        password = settings.password_for(user)
        try:
            if password is None:
                raise AuthenticationError
            check_password(password, octets)
        except AuthenticationError:
            return Refusal(failed, "the password is wrong")
        return None
    least = MIN_CHALLENGE_ECDSA if candidate.mechanism == ECDSA else MIN_CHALLENGE
    if octets is None or not least <= len(octets) <= MAX_CHALLENGE:
        return Refusal(failed, f"a challenge has {least} to 64 octets")
    try:
        function = settings.hls[candidate.mechanism](candidate.security, user)
        if function is None:
            return Refusal(failed, "there is no secret for this client")
        handshake = HlsHandshake(
            role=Role.SERVER,
            function=function,
            random=candidate.challenge_source,
            length=settings.challenge_length,
        )
        handshake.receive_challenge(octets)
    except SecurityError as error:
        return Refusal(failed, f"HLS cannot begin: {error}")
    candidate.handshake = handshake
    return None


def user_information(candidate: Candidate) -> Refusal | None:
    """It is an InitiateRequest, protected as it must be."""
    octets = candidate.aarq.user_information
    if octets is None:
        return _unreadable("there is no user-information")
    try:
        candidate.opened = opened = candidate.wire.open(octets)
    except CounterStoreError as error:
        return Refusal(AcseServiceUser.no_reason_given, str(error), result=AssociationResult.rejected_transient)
    except SecurityError as error:
        return _unreadable(f"the user-information: {error}")
    initiate = _initiate_request(opened, strict=candidate.settings.strict)
    if initiate is None:
        return _unreadable("the user-information is no InitiateRequest")
    candidate.initiate = initiate
    return None


def dedicated_key(candidate: Candidate) -> Refusal | None:
    """A dedicated key has the suite's length, and came with authentication and encryption."""
    initiate, opened = candidate.initiate, candidate.opened
    if initiate is None or opened is None or initiate.dedicated_key is None:
        return None
    security = candidate.security
    if security is None or not candidate.context.ciphered:
        return _unreadable("a dedicated key in a context without ciphering")
    try:
        security.take_dedicated_key(opened)
    except SecurityError:
        return _unreadable("the dedicated key has another length, or came without authentication and encryption")
    return None


def dlms_version(candidate: Candidate) -> Refusal | None:
    """The DLMS version is 6 at least; 6 is negotiated."""
    if candidate.initiate is None or candidate.initiate.proposed_dlms_version_number >= DLMS_VERSION:
        return None
    return _initiate_refusal(ServiceErrorInitiate.dlms_version_too_low, "the DLMS version is below 6")


def conformance(candidate: Candidate) -> Refusal | None:
    """At least one conformance bit is common, and fits the context."""
    initiate = candidate.initiate
    proposed = NOTHING if initiate is None else initiate.proposed_conformance
    common = negotiate(proposed, candidate.settings.conformance, by_short_name=candidate.context.by_short_name)
    if common == NOTHING:
        return _initiate_refusal(ServiceErrorInitiate.incompatible_conformance, "no service is common to both sides")
    candidate.negotiated = NegotiatedXdlmsContext(
        conformance=common,
        server_max_receive_pdu_size=candidate.settings.max_receive_pdu_size,
        dlms_version_number=DLMS_VERSION,
        vaa_name=candidate.context.vaa_name,
    )
    return None


def pdu_size(candidate: Candidate) -> Refusal | None:
    """The client takes APDUs of 12 octets at least, or of any length (0)."""
    size = 0 if candidate.initiate is None else candidate.initiate.client_max_receive_pdu_size
    if size == 0 or size >= SMALLEST_PDU_SIZE:
        return None
    return _initiate_refusal(ServiceErrorInitiate.pdu_size_too_short, f"the client takes {size} octets only")


def response_allowed(candidate: Candidate) -> Refusal | None:
    """Without an AARE the client never gets the challenge of HLS."""
    if candidate.handshake is None or candidate.answered:
        return None
    return _initiate_refusal(ServiceErrorInitiate.refused_by_the_vde_handler, "HLS without a response")


CHECKS: Final[tuple[Callable[[Candidate], Refusal | None], ...]] = (
    acse_version,
    application_context,
    calling_ap_title,
    client_user,
    functional_units,
    credentials,
    mechanism_named,
    mechanism_allowed,
    authentication,
    user_information,
    dedicated_key,
    dlms_version,
    conformance,
    pdu_size,
    response_allowed,
)
"""The checks, in their order. The dedicated key stands in the InitiateRequest, so that is read first; both refuse
with the same answer."""


def protection_of(candidate: Candidate) -> Protection:
    """How the InitiateRequest was protected: an RLRQ must be protected so, too."""
    return Protection.NONE if candidate.opened is None else candidate.opened.status.protection


def _initiate_request(opened: Unprotected, *, strict: bool) -> InitiateRequest | None:
    # It may hold a key: no error is raised, or kept, from here.
    try:
        found = apdu.decode(opened.apdu, strict=strict)
    except DecodeError:
        return None
    return found if isinstance(found, InitiateRequest) else None


def _unreadable(reason: str) -> Refusal:
    return Refusal(AcseServiceUser.no_reason_given, reason)


def _initiate_refusal(error: ServiceErrorInitiate, reason: str) -> Refusal:
    return Refusal(AcseServiceUser.no_reason_given, reason, error=error)
