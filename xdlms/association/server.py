"""The server of an association: its control function (Figure 10), and what it does in each state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xdlms.association.aare import (
    accepting,
    answer_protection,
    check_release,
    indication_of,
    initiate_response,
    narrowed,
    refused,
    refusing,
)
from xdlms.association.base import AARQ_TAG, ACSE_TAGS, RLRQ_TAG, Association, decode_acse, octets_of
from xdlms.association.control_function import ControlEvent, State
from xdlms.association.establishment import Candidate, judge, protection_of
from xdlms.association.events import AnswerNotSent, AuthenticationFailed, Event, OpenRefused
from xdlms.association.incoming import check_unconfirmed, decoded, is_from_a_server, is_unconfirmed
from xdlms.association.notifications import notification
from xdlms.association.server_services import ServerData
from xdlms.association.settings import ServerSettings
from xdlms.codec.errors import EncodeError
from xdlms.security import HlsHandshake, Protection, SecurityContext, SecurityStatus
from xdlms.security.suite import PLAIN_STATUS
from xdlms.security.tags import standard_tags
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives.association import Abort, AbortDiagnostics, NegotiatedXdlmsContext, Open, Release
from xdlms.services.primitives.ln import Action, DataNotification, EventNotification, Get, Set
from xdlms.services.primitives.sn import InformationReport, Read, Write
from xdlms.services.refusals import BY_SHORT_NAME, exception_for, service_error_for
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import AssociationResult

RESPONSES: Final = (Get.Response, Set.Response, Action.Response, Read.Response, Write.Response)
NOTIFICATIONS: Final = (EventNotification.Request, InformationReport.Request, DataNotification.Request)


class ServerAssociation(Association):
    """The server's side of one association, with one client.

    Args:
        settings: what is offered, and what is asked of the client.
        random: gives so many octets from a cryptographic source, for the challenge of HLS.
        security: the security context for notifications without an association, and of a pre-established one.
        protocol_connection_parameters: handed on in COSEM-OPEN.indication.

    Primitives that `send` takes: Open.Response, Release.Response, the `.Response` of Get, Set, Action, Read and
    Write, and the `.Request` of EventNotification, InformationReport and DataNotification.
    """

    __slots__ = (
        "_candidate",
        "_confirmed",
        "_data",
        "_least",
        "_own_security",
        "_parameters",
        "_random",
        "_release_status",
        "_settings",
    )

    def __init__(
        self,
        settings: ServerSettings,
        *,
        random: Callable[[int], bytes],
        security: SecurityContext | None = None,
        protocol_connection_parameters: object = None,
    ) -> None:
        super().__init__(security, settings.largest_apdu)
        self._settings = settings
        self._random = random
        self._own_security = security
        self._parameters = protocol_connection_parameters
        self._candidate: Candidate | None = None
        self._data: ServerData | None = None
        self._confirmed = True
        self._least = Protection.NONE
        self._release_status: SecurityStatus = PLAIN_STATUS

    @property
    def authenticated(self) -> bool:
        """Whether all services are open: there is an association, and HLS, if it is used, is done."""
        return self._state is State.ASSOCIATED and self._data is not None and self._data.authenticated

    def judge_by(self, settings: ServerSettings) -> None:
        """Judge the next AARQ by other settings; an association that is there goes on under those it began with."""
        self._settings = settings

    # The application

    def send(self, primitive: Any, *, now: float) -> None:
        if isinstance(primitive, Open.Response):
            self._open_response(primitive, now)
        elif isinstance(primitive, Release.Response):
            self._release_response(primitive)
        elif isinstance(primitive, RESPONSES):
            what = type(primitive).__qualname__
            self._next(ControlEvent.SERVICE_RESPONSE, what)
            self._services(what).respond(primitive, now)
        elif isinstance(primitive, NOTIFICATIONS):
            self._notify(primitive)
        else:
            raise LocalProtocolError(LocalFault.PARAMETER, f"a server does not send {type(primitive).__qualname__}")

    # The lower layer

    def connected(self, *, now: float) -> None:
        """The lower layer is connected; raises LocalProtocolError where it was already."""
        known = self._settings.pre_established
        if known is None:
            self._state = self._next(ControlEvent.CONNECTED, "a lower-layer connection")
            return
        state = self._next(ControlEvent.CONNECTED_PRE_ESTABLISHED, "a lower-layer connection")
        if known.application_context.ciphered != self._wire.ciphered:
            raise LocalProtocolError(
                LocalFault.PARAMETER,
                "the pre-established association and the security context do not agree on ciphering",
            )
        self._state = state
        self._confirmed = known.confirmed
        negotiated = NegotiatedXdlmsContext(
            conformance=known.conformance,
            server_max_receive_pdu_size=known.server_max_receive_pdu_size,
            vaa_name=known.application_context.vaa_name,
        )
        self._associate(known.application_context, negotiated, known.client_max_receive_pdu_size, None, now)

    def disconnected(self, *, now: float) -> None:
        """The client disconnected the lower layer: that releases the association, too."""
        if self._state is State.INACTIVE:
            return
        associated = self._state is State.ASSOCIATED
        self._state = self._next(ControlEvent.DISCONNECTED, "a disconnection")
        self._forget()
        self._wire.clear()
        if associated:
            self.tell(Release.Indication(use_rlrq_rlre=False))

    def receive_apdu(
        self, octets: bytes, *, now: float, confirmed: bool | None = None, broadcast: bool = False
    ) -> None:
        """Take an APDU from the lower layer. It never raises for what a peer sends.

        Args:
            octets: the APDU.
            now: seconds.
            confirmed: whether the frame tells that a response is expected; None: the APDU tells it.
            broadcast: whether it came to a broadcast address: it is then under the broadcast key, where it is
                ciphered, and nothing is answered.
        """
        octets = octets_of(octets)
        silent = broadcast or confirmed is False
        try:
            self._receive(octets, now, False if silent else confirmed, broadcast)
        except RemoteProtocolError as error:
            self._refuse(octets, error, silent)
        except LocalProtocolError as error:
            self.tell(AnswerNotSent(octets, error.reason))

    # Time

    def next_timeout(self) -> float | None:
        return None if self._data is None else self._data.next_timeout()

    def handle_timeout(self, *, now: float) -> None:
        if self._data is not None and self._data.handle_timeout(now):
            self._authentication_failed(AuthenticationFailed("pass 3 of HLS did not come in time"))

    # OPEN

    def _aarq(self, octets: bytes, confirmed: bool | None, broadcast: bool) -> None:
        state = self._after(ControlEvent.AARQ, "AARQ")
        if self._settings.pre_established is not None or broadcast:
            raise RemoteProtocolError(RemoteFault.NOT_ALLOWED_NOW, "no association is opened here", silent=True)
        aarq: apdu.AARQ = decode_acse(octets, apdu.AARQ)
        if self._state is State.ASSOCIATED:
            self._forget()
            self.tell(Abort.Indication(AbortDiagnostics.REPLACED, "the client sent another AARQ"))
        self._state = state
        candidate = Candidate(aarq, self._settings, self._random, confirmed)
        refusal = judge(candidate)
        if refusal is None:
            self._candidate = candidate
            self.tell(indication_of(candidate, self._parameters))
            return
        self._state = self._next(ControlEvent.OPEN_RESPONSE_REFUSED, "a refusal")
        if candidate.answered:
            aare = refused(aarq, refusal, self._settings.implementation_information)
            self._wire.post_plain(aare.encode())
        self.tell(
            OpenRefused(
                refusal.result,
                refusal.diagnostic,
                refusal.reason,
                refusal.error,
                aarq.calling_ap_title,
                aarq.calling_ae_invocation_id,
            )
        )

    def _open_response(self, response: Open.Response, now: float) -> None:
        accepted = response.result == AssociationResult.accepted
        event = ControlEvent.OPEN_RESPONSE_ACCEPTED if accepted else ControlEvent.OPEN_RESPONSE_REFUSED
        state = self._next(event, "COSEM-OPEN.response")
        candidate = self._candidate
        if candidate is None or candidate.initiate is None:
            raise LocalProtocolError(LocalFault.STATE, "no COSEM-OPEN.indication waits for a response")
        answered = candidate.answered
        status = PLAIN_STATUS if candidate.opened is None else candidate.opened.status
        wire = candidate.wire
        options = answer_protection(wire, status, response.security_options)
        if not accepted:
            aare = refusing(candidate, response)
            if response.xdlms_initiate_error is not None and answered:
                aare.user_information = wire.protected(response.xdlms_initiate_error.encode(), options)
            octets = aare.encode()
            self._state = state
            self._forget()
            if answered:
                self._wire.post_plain(octets)
            return
        negotiated = narrowed(candidate, response)
        aare = accepting(candidate, response, negotiated)
        aare.encode()  # before a counter is used for the InitiateResponse
        if answered:
            aare.user_information = wire.protected(initiate_response(negotiated), options)
            self._wire.post_plain(aare.encode())
        self._state = state
        self._wire.security = candidate.security
        self._confirmed = answered
        self._least = protection_of(candidate)
        self._candidate = None  # it holds the password and the dedicated key
        client_takes = candidate.initiate.client_max_receive_pdu_size
        self._associate(candidate.context, negotiated, client_takes, candidate.handshake, now)

    def _associate(
        self,
        context: ApplicationContext,
        negotiated: NegotiatedXdlmsContext,
        client_takes: int,
        handshake: HlsHandshake | None,
        now: float,
    ) -> None:
        self.application_context = context
        self.negotiated = negotiated
        self._wire.peer_takes(client_takes)
        self._data = ServerData(self, self._settings, context, negotiated.conformance, handshake, now)

    # RELEASE and ABORT

    def _rlrq(self, octets: bytes, broadcast: bool) -> None:
        state = self._after(ControlEvent.RLRQ, "RLRQ")
        if self._settings.pre_established is not None or broadcast:
            raise RemoteProtocolError(RemoteFault.NOT_ALLOWED_NOW, "this association is not released", silent=True)
        rlrq: apdu.RLRQ = decode_acse(octets, apdu.RLRQ)
        indication, status = check_release(rlrq, self._wire, self._least, strict=self._settings.strict)
        self._release_status = status
        self._state = state
        self._end_services()
        self.tell(indication)

    def _release_response(self, response: Release.Response) -> None:
        state = self._next(ControlEvent.RELEASE_RESPONSE, "COSEM-RELEASE.response")
        information = None
        if self._wire.ciphered and self.negotiated is not None:
            options = answer_protection(self._wire, self._release_status, response.security_options)
            information = self._wire.protected(initiate_response(self.negotiated), options)
        rlre = apdu.RLRE(response.reason, information).encode()
        self._state = state
        self._forget()
        self._wire.post_plain(rlre)

    def _authentication_failed(self, event: AuthenticationFailed) -> None:
        self._state = self._next(ControlEvent.AUTHENTICATION_FAILED, "a failed authentication")
        self._forget()
        self.tell(event)

    def _abort(self, diagnostics: AbortDiagnostics, message: str) -> None:
        if self._state is State.INACTIVE:
            return
        self._state = self._next(ControlEvent.LOST, "ABORT")
        self._forget()
        self._wire.clear()
        self.tell(Abort.Indication(diagnostics, message))

    def _end_services(self) -> None:
        data, self._data = self._data, None
        if data is not None:
            data.end()

    def _forget(self) -> None:
        self._end_services()
        super()._forget()
        self._candidate = None
        self._least = Protection.NONE
        self._release_status = PLAIN_STATUS
        self._confirmed = True
        self._wire.security = self._own_security
        self._wire.peer_takes(0)

    # Data transfer

    def _services(self, what: str) -> ServerData:
        if self._data is None:
            raise LocalProtocolError(LocalFault.STATE, f"{what}: there is no association")
        return self._data

    def _notify(self, request: Any) -> None:
        what = type(request).__qualname__
        self._next(ControlEvent.NOTIFICATION_REQUEST, what)
        if self._state is State.IDLE:
            if not self._settings.notifications_outside:
                raise LocalProtocolError(LocalFault.STATE, f"{what}: the profile has none without an association")
        elif not self.authenticated:
            raise LocalProtocolError(LocalFault.AUTHENTICATION_PENDING, f"{what} has to wait for HLS")
        conformance = None if self.negotiated is None else self.negotiated.conformance
        octets, options = notification(request, conformance, ciphered=self._wire.ciphered)
        self._wire.post(octets, options, confirmed=False)

    def _receive(self, octets: bytes, now: float, confirmed: bool | None, broadcast: bool) -> None:
        first = octets[0] if octets else -1
        if first == AARQ_TAG:
            self._aarq(octets, confirmed, broadcast)
        elif first == RLRQ_TAG:
            self._rlrq(octets, broadcast)
        elif first in ACSE_TAGS or is_from_a_server(octets):
            raise RemoteProtocolError(RemoteFault.UNKNOWN_SERVICE, "a server does not take this", silent=True)
        else:
            self._receive_data(octets, now, confirmed, broadcast)

    def _receive_data(self, octets: bytes, now: float, confirmed: bool | None, broadcast: bool) -> None:
        data, negotiated = self._data, self.negotiated
        if self._state is State.IDLE:
            raise RemoteProtocolError(
                RemoteFault.NO_ASSOCIATION, "there is no association", silent=is_unconfirmed(octets, confirmed)
            )
        self._after(ControlEvent.REQUEST_APDU, "a data transfer APDU")
        if data is None or negotiated is None:
            raise RemoteProtocolError(RemoteFault.NOT_ALLOWED_NOW, "the association is ending", silent=True)
        size = negotiated.server_max_receive_pdu_size
        if size and len(octets) > size:
            raise RemoteProtocolError(RemoteFault.TOO_LONG, f"an APDU of {len(octets)} octets, and {size} are taken")
        opened = self._open(octets, broadcast=broadcast)
        request = decoded(opened.apdu, strict=self._settings.strict)
        if standard_tags().sent_by_server(opened.apdu[0]):
            raise RemoteProtocolError(RemoteFault.UNKNOWN_SERVICE, "a server does not take this", silent=True)
        if not self._confirmed:
            check_unconfirmed(request, confirmed)
            confirmed = False
        outcome = data.receive(request, opened.status, confirmed=confirmed, now=now)
        if isinstance(outcome, AuthenticationFailed):
            self._authentication_failed(outcome)
        elif outcome is not None:
            self.tell(outcome)

    def _refuse(self, octets: bytes, error: RemoteProtocolError, silent: bool) -> None:
        """Answer, where the standard has an answer, and report."""
        if not (silent or error.silent or not self._confirmed or self._state is State.INACTIVE):
            first = error.first_octet
            if first is None:
                first = octets[0] if octets else 0
            if self._answers_by_short_name(first):
                error.answer = service_error_for(error.fault, first)
            else:
                error.answer = exception_for(
                    error.fault, expected=error.expected, edition_2013=self._settings.edition_2013
                )
        try:
            self._send_answer(error.answer)
        except (LocalProtocolError, EncodeError) as failure:
            error.answer = None
            self.tell(AnswerNotSent(octets, str(failure)))
        self._drop(octets, error, answered=error.answer is not None)

    def _send_answer(self, answer: Any) -> None:
        if isinstance(answer, apdu.ReadResponse | apdu.WriteResponse):
            self._wire.post(answer.encode(), None, confirmed=True)
        elif answer is not None:
            self._wire.post_plain(answer.encode())

    def _answers_by_short_name(self, first: int) -> bool:
        if self.application_context is not None:
            return self.application_context.by_short_name
        offered = self._settings.application_contexts
        return first in BY_SHORT_NAME or all(context.by_short_name for context in offered)

    def tell(self, event: Event) -> None:
        data = self._data
        if data is None or not data.keeps(event):
            super().tell(event)
