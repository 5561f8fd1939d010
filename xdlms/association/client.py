"""The client of an association: its control function (Figure 9), and what it does in each state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xdlms.association.aarq import Proposal, confirm_of, initiate_error_of, judge, propose
from xdlms.association.base import AARE_TAG, ACSE_TAGS, RLRE_TAG, SERVICE_ERRORS, Association, decode_acse, octets_of
from xdlms.association.client_services import ClientData
from xdlms.association.control_function import ControlEvent, State
from xdlms.association.events import Authenticated, Disconnect
from xdlms.association.hls_passes import client_pass_3, pass_4_reply
from xdlms.association.notifications import NOTIFICATIONS
from xdlms.association.settings import ClientSettings
from xdlms.codec.errors import DecodeError, EncodeError
from xdlms.security import (
    HlsFunction,
    HlsHandshake,
    HlsState,
    SecurityContext,
    SecurityError,
    SecurityStatus,
)
from xdlms.security.suite import PLAIN_STATUS
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.events import Confirm, Failure, ServiceFailed
from xdlms.services.primitives.association import (
    Abort,
    AbortDiagnostics,
    NegotiatedXdlmsContext,
    Open,
    Release,
    ReleaseResult,
)
from xdlms.services.primitives.common import LocalOrRemote, ServiceClass
from xdlms.services.primitives.ln import TriggerEventNotificationSending
from xdlms.services.primitives.sn import SetMapperTable
from xdlms.services.wording import refusal_in_words
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import AcseServiceUser, AssociationResult

_ERROR_TAGS: Final = (apdu.ExceptionResponse.TAG_PATH[:1], apdu.ConfirmedServiceErrorInitiateError.TAG_PATH[:1])
"""How an ExceptionResponse and a ConfirmedServiceError begin."""


class ClientAssociation(Association):
    """The client's side of one association.

    Args:
        security: the security context; None where nothing is ciphered and no mechanism needs titles.
        hls: f of the HLS mechanism to prove oneself with; None for lowest level security and LLS.
        random: gives so many octets from a cryptographic source, for the challenge of HLS.
        settings: limits and time-outs.

    Primitives that `send` takes: Open, Release, Get (and Get.Next), Set, Action, Read (and Read.Next), Write,
    UnconfirmedWrite, each `.Request`; and the local ones TriggerEventNotificationSending and SetMapperTable. For a
    data transfer service it returns the invoke-id, by which the .confirm or ServiceFailed is known.
    """

    __slots__ = ("_data", "_deadline", "_handshake", "_hls", "_proposal", "_random", "_release", "_settings")

    def __init__(
        self,
        *,
        security: SecurityContext | None = None,
        hls: HlsFunction | None = None,
        random: Callable[[int], bytes] | None = None,
        settings: ClientSettings | None = None,
    ) -> None:
        self._settings = settings or ClientSettings()
        super().__init__(security, self._settings.largest_apdu)
        self._hls = hls
        self._random = random
        self._data = ClientData(self, self._settings)
        self._proposal: Proposal | None = None
        self._handshake: HlsHandshake | None = None
        self._release: Release.Request | None = None
        self._deadline: float | None = None

    @property
    def authenticated(self) -> bool:
        """Whether all services are open: there is an association, and HLS, if it is used, is done."""
        return self._state is State.ASSOCIATED and (self._handshake is None or self._handshake.state is HlsState.DONE)

    # The application

    def send(self, primitive: Any, *, now: float) -> int | None:
        if isinstance(primitive, Open.Request):
            self._open_request(primitive, now)
        elif isinstance(primitive, Release.Request):
            self._release_request(primitive, now)
        elif isinstance(primitive, SetMapperTable.Request):
            self._data.set_mapper_table(primitive)
        elif isinstance(primitive, TriggerEventNotificationSending.Request):
            if self._state is State.INACTIVE:
                raise LocalProtocolError(LocalFault.STATE, "there is no lower layer to trigger anything with")
            self.tell(primitive)
        else:
            what = self._data.name_of(primitive)
            self._next(ControlEvent.SERVICE_REQUEST, what)
            self._check_authenticated(what)
            return self._data.send(primitive, now)
        return None

    def cancel(self, invoke_id: int, *, now: float) -> None:
        """Give a data transfer service up; no event comes for it. Raises LocalProtocolError (UNKNOWN_REQUEST)."""
        self._data.cancel(invoke_id, now)

    def is_exhausted(self, *, now: float) -> bool:
        """Whether no invoke-id is left for a request, since answers to requests that were given up did not come."""
        return self._data.is_exhausted(now)

    # The lower layer

    def connected(self, *, now: float) -> None:
        """The lower layer is connected; raises LocalProtocolError where it was already."""
        self._state = self._next(ControlEvent.CONNECTED, "a lower-layer connection")

    def disconnected(self, *, now: float) -> None:
        """The lower layer was disconnected, as COSEM-RELEASE without RLRQ asked for; else it counts as lost."""
        release = self._release
        if self._state is not State.ASSOCIATION_RELEASE_PENDING or release is None or release.use_rlrq_rlre:
            self.lost(now=now)
            return
        self._state = self._next(ControlEvent.DISCONNECT_CONFIRMED, "a disconnection")
        self._forget()
        self._wire.clear()
        self.tell(Release.Confirm(use_rlrq_rlre=False, local_or_remote=LocalOrRemote.REMOTE))

    def receive_apdu(self, octets: bytes, *, now: float) -> None:
        """Take an APDU from the lower layer. It never raises for what a peer sends."""
        octets = octets_of(octets)
        try:
            self._receive(octets, now)
        except RemoteProtocolError as error:
            self._drop(octets, error)

    # Time

    def next_timeout(self) -> float | None:
        times = [time for time in (self._deadline, self._data.next_timeout()) if time is not None]
        return min(times, default=None)

    def handle_timeout(self, *, now: float) -> None:
        if self._deadline is not None and self._deadline <= now:
            self._deadline = None
            self._no_answer()
            return
        self._data.handle_timeout(now)

    # OPEN

    def _open_request(self, request: Open.Request, now: float) -> None:
        if self._settings.pre_established is not None:
            self._open_pre_established(request, now)
            return
        unanswered = request.service_class is ServiceClass.UNCONFIRMED
        event = ControlEvent.OPEN_REQUEST_UNANSWERED if unanswered else ControlEvent.OPEN_REQUEST
        state = self._next(event, "COSEM-OPEN.request")
        try:
            proposal = propose(request, self._wire, self._hls, self._random, self._settings.challenge_length)
        except (LocalProtocolError, EncodeError):
            if self._wire.security is not None:
                self._wire.security.forget_dedicated_key()  # it was made for nothing
            raise
        self._wire.post_plain(proposal.aarq, confirmed=not unanswered)
        self._proposal = proposal
        self._handshake = proposal.handshake
        self._state = state
        self.application_context = proposal.context
        if not unanswered:
            self._deadline = None if self._settings.timeout is None else now + self._settings.timeout
            return
        self.negotiated = NegotiatedXdlmsContext(
            conformance=proposal.initiate.proposed_conformance,
            server_max_receive_pdu_size=0,
            vaa_name=proposal.context.vaa_name,
        )
        self._associate(proposal.context.by_short_name, confirmed=False)
        self._confirm_locally(request, proposal.context.value)

    def _open_pre_established(self, request: Open.Request, now: float) -> None:
        state = self._next(ControlEvent.OPEN_REQUEST_UNANSWERED, "COSEM-OPEN.request")
        known = self._settings.pre_established
        if known is None or known.application_context.ciphered != self._wire.ciphered:
            raise LocalProtocolError(
                LocalFault.PARAMETER,
                "the pre-established association and the security context do not agree on ciphering",
            )
        self.negotiated = NegotiatedXdlmsContext(
            conformance=known.conformance,
            server_max_receive_pdu_size=known.server_max_receive_pdu_size,
            vaa_name=known.application_context.vaa_name,
        )
        self._state = state
        self.application_context = known.application_context
        self._associate(known.application_context.by_short_name, confirmed=known.confirmed)
        self._confirm_locally(request, known.application_context.value)

    def _associate(self, by_short_name: bool, *, confirmed: bool) -> None:
        if self.negotiated is not None:
            self._wire.peer_takes(self.negotiated.server_max_receive_pdu_size)
            self._data.open(self.negotiated.conformance, by_short_name=by_short_name, confirmed=confirmed)

    def _confirm_locally(self, request: Open.Request, context: str) -> None:
        self.tell(
            Open.Confirm(
                protocol_connection_parameters=request.protocol_connection_parameters,
                local_or_remote=LocalOrRemote.LOCAL,
                result=AssociationResult.accepted,
                failure_type=AcseServiceUser.null,
                application_context_name=context,
                negotiated_xdlms_context=self.negotiated,
            )
        )

    def _aare(self, octets: bytes, now: float) -> None:
        aare = decode_acse(octets, apdu.AARE)
        proposal = self._proposal
        accepted = aare.result == AssociationResult.accepted
        event = ControlEvent.AARE_ACCEPTED if accepted else ControlEvent.AARE_REJECTED
        state = self._after(event, "AARE")
        if proposal is None:
            raise RemoteProtocolError(RemoteFault.NOT_ALLOWED_NOW, "nothing was proposed")
        self._deadline = None
        if not accepted:
            error = initiate_error_of(aare, self._wire)
            self._state = state
            self._forget()
            self.tell(confirm_of(aare, proposal, None, error))
            return
        try:
            found = judge(aare, proposal, self._wire)
        except RemoteProtocolError as refused:
            failed = refused.fault is RemoteFault.AUTHENTICATION
            diagnostics = AbortDiagnostics.AUTHENTICATION_FAILED if failed else AbortDiagnostics.UNACCEPTABLE_AARE
            self._give_up(diagnostics, refused.reason)
            return
        self._state = state
        self.negotiated = found.negotiated
        self.tell(confirm_of(aare, proposal, found.negotiated, None, found.status))
        self._associate(proposal.context.by_short_name, confirmed=True)
        if self._handshake is not None:
            self._prove(self._handshake, proposal, now)

    # HLS

    def _prove(self, handshake: HlsHandshake, proposal: Proposal, now: float) -> None:
        """Pass 3."""
        try:
            request, options = client_pass_3(handshake, proposal.context, proposal.options)
            self._data.begin_pass_3(request, options, self._proved, now)
        except (SecurityError, LocalProtocolError) as error:
            self._give_up(AbortDiagnostics.NOT_SENT, f"HLS pass 3: {error}")

    def _proved(self, outcome: Confirm | ServiceFailed) -> None:
        """Pass 4."""
        handshake = self._handshake
        if self._state is not State.ASSOCIATED or handshake is None:
            return  # the association ends anyhow
        if isinstance(outcome, ServiceFailed):
            late = outcome.failure is Failure.TIME_OUT
            diagnostics = AbortDiagnostics.NO_RESPONSE if late else AbortDiagnostics.AUTHENTICATION_FAILED
            self._give_up(diagnostics, f"HLS pass 4: {outcome.message}")
            return
        try:
            handshake.verify(pass_4_reply(outcome))
        except SecurityError as error:
            self._give_up(AbortDiagnostics.AUTHENTICATION_FAILED, f"HLS pass 4: {error}")
            return
        self.tell(Authenticated())

    def _check_authenticated(self, what: str) -> None:
        if not self.authenticated:
            raise LocalProtocolError(
                LocalFault.AUTHENTICATION_PENDING, f"{what} has to wait until both sides have proved themselves (HLS)"
            )

    # RELEASE and ABORT

    def _release_request(self, request: Release.Request, now: float) -> None:
        state = self._next(ControlEvent.RELEASE_REQUEST, "COSEM-RELEASE.request")
        if self._settings.pre_established is not None:
            raise LocalProtocolError(LocalFault.STATE, "a pre-established association is not released")
        proposal = self._proposal
        rlrq = b""
        if request.use_rlrq_rlre:
            information = None
            if self._wire.ciphered and proposal is not None:
                options = request.security_options or proposal.options
                information = self._wire.protected(proposal.initiate.encode(), options)
            rlrq = apdu.RLRQ(request.reason, information).encode()
        self._state = state
        self._release = request
        self._data.close("the association is being released")
        self._deadline = None if self._settings.timeout is None else now + self._settings.timeout
        if request.use_rlrq_rlre:
            self._wire.post_plain(rlrq)
        else:
            self.tell(Disconnect(True, request.user_information))

    def _rlre(self, octets: bytes) -> None:
        rlre = decode_acse(octets, apdu.RLRE)
        state = self._after(ControlEvent.RLRE, "RLRE")
        if self._release is None or not self._release.use_rlrq_rlre:
            raise RemoteProtocolError(RemoteFault.NOT_ALLOWED_NOW, "an RLRE without an RLRQ")
        negotiated, status = self._released_context(rlre)
        self._state = state
        self._forget()
        self.tell(
            Release.Confirm(
                use_rlrq_rlre=True,
                local_or_remote=LocalOrRemote.REMOTE,
                reason=rlre.reason,
                negotiated_xdlms_context=negotiated,
                security_status=status,
            )
        )

    def _released_context(self, rlre: apdu.RLRE) -> tuple[NegotiatedXdlmsContext | None, SecurityStatus]:
        """What an RLRE carries, as far as it can be read: the association is over in any case."""
        if rlre.user_information is None:
            return None, PLAIN_STATUS
        try:
            opened = self._wire.open(rlre.user_information)
            response = apdu.decode(opened.apdu)
        except (SecurityError, DecodeError):
            return None, PLAIN_STATUS
        return (self.negotiated if isinstance(response, apdu.InitiateResponse) else None), opened.status

    def _no_answer(self) -> None:
        message = (
            f"no answer within {self._settings.timeout:g} s" if self._settings.timeout is not None else "no answer"
        )
        self._ended_without(AbortDiagnostics.NO_RESPONSE, message)

    def _refused(self, octets: bytes) -> bool:
        """Whether these octets answer OPEN or RELEASE with an error of a data transfer service; then it is over.

        Servers that do not know the addresses, or the service, answer so, and nothing more will come.
        """
        pending = (State.ASSOCIATION_PENDING, State.ASSOCIATION_RELEASE_PENDING)
        if self._state not in pending or octets[:1] not in _ERROR_TAGS:
            return False
        try:
            found: Any = apdu.decode(octets, strict=self._settings.strict)
        except DecodeError as error:
            raise RemoteProtocolError(RemoteFault.UNDECODABLE, str(error)) from error
        if type(found) not in (apdu.ExceptionResponse, *SERVICE_ERRORS):
            return False
        self._ended_without(AbortDiagnostics.REFUSED, f"the server answered {refusal_in_words(found)}")
        return True

    def _ended_without(self, diagnostics: AbortDiagnostics, message: str) -> None:
        """OPEN or RELEASE is over without AARE or RLRE."""
        release = self._release
        if self._state is not State.ASSOCIATION_RELEASE_PENDING or release is None:
            self._give_up(diagnostics, f"COSEM-OPEN: {message}")
            return
        self._state = State.INACTIVE
        self._forget()
        self._wire.clear()
        self.tell(
            Release.Confirm(
                use_rlrq_rlre=release.use_rlrq_rlre,
                local_or_remote=LocalOrRemote.LOCAL,
                result=ReleaseResult.FAILED,
                failure_type=diagnostics,
            )
        )
        self.tell(Disconnect())

    def _give_up(self, diagnostics: AbortDiagnostics, message: str) -> None:
        """End the association from this side: nothing more is sent, and the lower layer should go."""
        self._abort(diagnostics, message)
        self.tell(Disconnect())

    def _abort(self, diagnostics: AbortDiagnostics, message: str) -> None:
        if self._state is State.INACTIVE:
            return
        self._state = self._next(ControlEvent.LOST, "ABORT")
        self._data.close(message)
        self._forget()
        self._wire.clear()
        self.tell(Abort.Indication(diagnostics, message))

    def _forget(self) -> None:
        super()._forget()
        self._data.close("the association is over")
        self._proposal = None
        self._handshake = None
        self._release = None
        self._deadline = None
        self._wire.peer_takes(0)

    # What comes in

    def _receive(self, octets: bytes, now: float) -> None:
        first = octets[0] if octets else -1
        if first == AARE_TAG:
            self._aare(octets, now)
        elif first == RLRE_TAG:
            self._rlre(octets)
        elif first in ACSE_TAGS:
            raise RemoteProtocolError(RemoteFault.UNKNOWN_SERVICE, "AARQ and RLRQ are for servers")
        else:
            self._receive_data(octets, now)

    def _receive_data(self, octets: bytes, now: float) -> None:
        outside = self._state is State.IDLE and self._settings.notifications_outside
        if self._state is not State.ASSOCIATED and not outside:
            if self._refused(octets):
                return
            self._after(ControlEvent.RESPONSE_APDU, "a data transfer APDU")
        opened = self._open(octets)
        try:
            received = apdu.decode(opened.apdu, strict=self._settings.strict)
        except DecodeError as error:
            if self._state is State.ASSOCIATED and self._data.undecodable(opened.apdu, str(error), now):
                return
            raise RemoteProtocolError(RemoteFault.UNDECODABLE, str(error)) from error
        if isinstance(received, NOTIFICATIONS):
            self._after(ControlEvent.NOTIFICATION_APDU, type(received).__name__)
            self._data.notified(received, opened.status)
            return
        self._after(ControlEvent.RESPONSE_APDU, type(received).__name__)
        if isinstance(received, (apdu.ExceptionResponse, *SERVICE_ERRORS)):
            self._data.receive_error(received, opened.status, now)
        else:
            self._data.receive(received, opened.status, now)
