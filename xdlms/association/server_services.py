"""The data transfer services of a server within its association, and HLS passes 3 and 4 in front of them."""

from __future__ import annotations

from typing import Any, Final

from xdlms.association.events import Authenticated, AuthenticationFailed, Event
from xdlms.association.hls_passes import is_pass_3, may_be_pass_3, refusal_of, server_pass_4, server_reply
from xdlms.association.settings import ServerSettings
from xdlms.security import HlsHandshake, HlsState, SecurityError, SecurityStatus
from xdlms.services.errors import LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.ln_server import LnServer
from xdlms.services.names import ApplicationContext
from xdlms.services.port import Port
from xdlms.services.primitives.common import ServiceClass
from xdlms.services.primitives.ln import Action
from xdlms.services.primitives.sn import Read
from xdlms.services.server import ServerServices
from xdlms.services.sn_server import SnServer
from xdlms_apdu.v2023 import Conformance

LARGEST_PASS_3: Final = 1024
"""Octets of the longest request in blocks that a client may send before it has proved itself."""
_HLS_BITS: Final = Conformance.action | Conformance.read | Conformance.parameterized_access
"""reply_to_HLS_authentication is served whatever was negotiated."""


class ServerData:
    """The data transfer services of a server.

    Args:
        port: the association.
        settings: limits and time-outs.
        context: the application context.
        conformance: the negotiated conformance.
        handshake: HLS, up to pass 2; None where it is not used.
        now: seconds.
    """

    __slots__ = ("_conformance", "_deadline", "_handshake", "_heard", "_port", "_services", "_settings")

    def __init__(
        self,
        port: Port,
        settings: ServerSettings,
        context: ApplicationContext,
        conformance: Conformance,
        handshake: HlsHandshake | None,
        now: float,
    ) -> None:
        self._port = port
        self._settings = settings
        self._conformance = conformance
        self._handshake = handshake
        self._heard: Action.Indication | Read.Indication | None = None
        self._deadline: float | None = None
        largest_value = settings.largest_value
        if handshake is not None:
            conformance |= _HLS_BITS
            largest_value = min(largest_value, LARGEST_PASS_3)
            if settings.authentication_timeout is not None:
                self._deadline = now + settings.authentication_timeout
        self._services: ServerServices
        if context.by_short_name:
            self._services = SnServer(port, conformance, timeout=settings.transfer_timeout, largest_value=largest_value)
        else:
            self._services = LnServer(
                port,
                conformance,
                timeout=settings.transfer_timeout,
                largest_value=largest_value,
                action_response_form=settings.action_response_form,
                strict_priority=settings.strict_priority,
            )

    @property
    def authenticated(self) -> bool:
        """Whether HLS, if it is used, is done."""
        return self._handshake is None or self._handshake.state is HlsState.DONE

    def receive(
        self, request: Any, status: SecurityStatus, *, confirmed: bool | None, now: float
    ) -> Authenticated | AuthenticationFailed | None:
        """Take a request; returns how pass 3 of HLS ended, where it was that.

        Raises:
            RemoteProtocolError: it cannot be served at all.
        """
        if not self.authenticated:
            if not may_be_pass_3(request):
                raise RemoteProtocolError(
                    RemoteFault.NOT_AUTHENTICATED, "only reply_to_HLS_authentication is served before HLS is done"
                )
            if status.form is not None and status.form.is_dedicated:
                raise RemoteProtocolError(
                    RemoteFault.NOT_AUTHENTICATED, "pass 3 of HLS is never under the dedicated key"
                )
        self._services.receive(request, status, confirmed=confirmed, now=now)
        heard, self._heard = self._heard, None
        return None if heard is None else self._prove(heard, now)

    def respond(self, response: Any, now: float) -> None:
        """Send the application's response; raises LocalProtocolError, EncodeError."""
        self._services.respond(response, now)

    def keeps(self, event: Event) -> bool:
        """Whether an event is for HLS, and not for the application."""
        if self._handshake is None or not isinstance(event, Action.Indication | Read.Indication):
            return False
        if self.authenticated and not is_pass_3(event):
            return False
        self._heard = event
        return True

    def end(self) -> None:
        """Forget everything: the association is over."""
        self._services.end()

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due, or None."""
        times = [time for time in (self._deadline, self._services.next_timeout()) if time is not None]
        return min(times, default=None)

    def handle_timeout(self, now: float) -> bool:
        """Let time pass; returns whether the client took too long to prove itself."""
        self._services.handle_timeout(now)
        return self._deadline is not None and self._deadline <= now

    def _prove(
        self, heard: Action.Indication | Read.Indication, now: float
    ) -> Authenticated | AuthenticationFailed | None:
        """Passes 3 and 4."""
        if isinstance(heard, Action.Indication) and heard.service_class is ServiceClass.UNCONFIRMED:
            raise RemoteProtocolError(
                RemoteFault.NOT_AUTHENTICATED, "reply_to_HLS_authentication is a confirmed service", silent=True
            )
        handshake = self._handshake
        if handshake is None or handshake.state is HlsState.DONE or not is_pass_3(heard):
            # HLS is done once; before it is done, nothing else is served.
            self._services.respond(refusal_of(heard), now)
            return None
        self._deadline = None
        try:
            handshake.verify(server_reply(heard))
            reply = handshake.reply()
        except SecurityError as error:
            return self._refused(heard, f"pass 3 of HLS: {error}", now)
        try:
            self._services.respond(server_pass_4(heard, reply), now)
        except LocalProtocolError as error:
            return AuthenticationFailed(f"pass 4 of HLS cannot be sent: {error}")
        self._services.allow(self._conformance, self._settings.largest_value)
        return Authenticated()

    def _refused(self, heard: Action.Indication | Read.Indication, message: str, now: float) -> AuthenticationFailed:
        try:
            self._services.respond(server_pass_4(heard, None), now)
        except LocalProtocolError as error:
            return AuthenticationFailed(f"{message}; the refusal cannot be sent: {error}")
        return AuthenticationFailed(message)
