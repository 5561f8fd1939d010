"""What is decided before an association begins: limits, time-outs, and what a server asks of its clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from xdlms.security import HlsFunction, Secret, SecurityContext
from xdlms.services.conformance import LN_OFFERED, SN_OFFERED
from xdlms.services.names import LLS, LOWEST, ApplicationContext
from xdlms.services.primitives.association import LARGEST_PDU_SIZE
from xdlms.services.values import ActionResponseForm
from xdlms_apdu.v2023 import Conformance

SMALLEST_PDU_SIZE: Final = 12
"""The smallest PDU size that may be proposed or answered, in octets; 0 stands for no limit."""

SecurityProvider: TypeAlias = Callable[[bytes, bool], SecurityContext | None]
"""The security context for a client's system title, and whether ciphered APDUs are allowed; None: the title is not
recognised. Each association needs a fresh one."""
PasswordProvider: TypeAlias = Callable[[int | None], Secret | None]
"""The password of LLS for a client user id (None: no id was given); None: there is none."""
HlsProvider: TypeAlias = Callable[[SecurityContext | None, int | None], HlsFunction | None]
"""f of HLS for an association, with its security context, and a client user id; None: it cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreEstablished:
    """An association that exists as soon as the lower layer is connected, without AARQ and AARE.

    Args:
        application_context: the referencing method, and whether ciphered APDUs are allowed.
        conformance: services and options.
        client_max_receive_pdu_size, server_max_receive_pdu_size: 12 to 65535 octets, 0: no limit.
        confirmed: whether confirmed services are available.
    """

    application_context: ApplicationContext
    conformance: Conformance
    client_max_receive_pdu_size: int = LARGEST_PDU_SIZE
    server_max_receive_pdu_size: int = LARGEST_PDU_SIZE
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    """How a client behaves.

    Args:
        timeout: seconds for the answer to OPEN, to RELEASE and to a service, or for the next block; None: for ever.
        stale_for: seconds after which an answer that did not come is not expected any more, so that its invoke-id
            (SN: the association) serves again; None: never.
        in_flight: LN requests on their way at a time, 1 to 16. A server drops a long response when another
            request comes, so more than 1 suits requests with short responses only.
        largest_value: octets of the longest response in blocks that is kept.
        largest_apdu: octets of the longest APDU that the profile carries, for a server without a limit.
        challenge_length: octets of the challenge CtoS of HLS, 8 to 64.
        action_response_form: which form of a long ACTION.response to prefer where both are possible.
        service_class_bit: whether confirmed requests say so in their service-class bit; FALSE is for profiles where
            the frame tells it, and the bit has no meaning.
        notifications_outside: whether EventNotification, InformationReport and DataNotification are taken
            without an association.
        strict: FALSE also takes the known quirks of meters in the field.
        pre_established: parameters of a pre-established association; COSEM-OPEN.request then sends nothing.
    """

    timeout: float | None = 5.0
    stale_for: float | None = 60.0
    in_flight: int = 1
    largest_value: int = 1 << 24
    largest_apdu: int = LARGEST_PDU_SIZE
    challenge_length: int = 16
    action_response_form: ActionResponseForm = ActionResponseForm.STANDARD
    service_class_bit: bool = True
    notifications_outside: bool = True
    strict: bool = True
    pre_established: PreEstablished | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """What a server offers to a client, and asks of it. One object serves any number of associations.

    Args:
        application_contexts: the contexts that are offered.
        conformance: the services and options that are supported.
        max_receive_pdu_size: octets of the longest APDU that is taken, 12 to 65535, 0: no limit.
        lowest: whether clients need no credentials.
        password: the password of LLS, or what gives it; None: LLS is not allowed.
        hls: f of each HLS mechanism that is allowed, by its number.
        security: gives the security context for a client's system title; needed for ciphered contexts and for the
            mechanisms whose formulas use the titles.
        user_ids: the client user ids that are known; None: none is asked for.
        challenge_length: octets of the challenge StoC, 8 to 64.
        implementation_information: sent in every AARE.
        pre_established: parameters of a pre-established association; there is no AARQ then.
        authentication_timeout: seconds for pass 3 of HLS; None: for ever.
        transfer_timeout: seconds that a client may take between two blocks; None: for ever.
        largest_value: octets of the longest request in blocks that is kept.
        largest_apdu: octets of the longest APDU that the profile carries, for a client without a limit.
        action_response_form: what the blocks of a long ACTION.response hold.
        edition_2013: answer with the service errors of ExceptionResponse that clients of 2013 know.
        strict_priority: refuse priority high where it was not negotiated. By default it is ignored, since many
            clients send it always.
        notifications_outside: whether EventNotification, InformationReport and DataNotification may be sent without
            an association.
        strict: FALSE also takes the known quirks of clients in the field.
    """

    application_contexts: frozenset[ApplicationContext] = frozenset({ApplicationContext.LN})
    conformance: Conformance = field(default_factory=lambda: LN_OFFERED | SN_OFFERED)
    max_receive_pdu_size: int = LARGEST_PDU_SIZE
    lowest: bool = True
    password: Secret | PasswordProvider | None = None
    hls: Mapping[int, HlsProvider] = field(default_factory=dict)
    security: SecurityProvider | None = None
    user_ids: frozenset[int] | None = None
    challenge_length: int = 16
    implementation_information: bytes | None = None
    pre_established: PreEstablished | None = None
    authentication_timeout: float | None = 30.0
    transfer_timeout: float | None = 60.0
    largest_value: int = 1 << 20
    largest_apdu: int = LARGEST_PDU_SIZE
    action_response_form: ActionResponseForm = ActionResponseForm.STANDARD
    edition_2013: bool = False
    strict_priority: bool = False
    notifications_outside: bool = False
    strict: bool = True

    def allows(self, mechanism: int) -> bool:
        """Whether a client may use this authentication mechanism."""
        if mechanism == LOWEST:
            return self.lowest
        if mechanism == LLS:
            return self.password is not None
        return mechanism in self.hls

    def password_for(self, user_id: int | None) -> Secret | None:
        """The password of LLS for a client user."""
        return self.password if isinstance(self.password, Secret | None) else self.password(user_id)
