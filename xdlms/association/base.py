"""What both roles have in common: the state, the lower layer, the way out for APDUs and events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Final, get_args

from xdlms.association.control_function import ControlEvent, State, next_state
from xdlms.association.events import ApduDropped, Event
from xdlms.association.wire import OutgoingApdu, Wire
from xdlms.codec.errors import DecodeError
from xdlms.security import CounterStoreError, ReplayError, SecurityContext, SecurityError, SecurityStatus, Unprotected
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives.association import AbortDiagnostics, NegotiatedXdlmsContext
from xdlms.services.primitives.common import SecurityOptions
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import ConfirmedServiceError

AARQ_TAG: Final = apdu.AARQ.TAG_PATH[0]
AARE_TAG: Final = apdu.AARE.TAG_PATH[0]
RLRQ_TAG: Final = apdu.RLRQ.TAG_PATH[0]
RLRE_TAG: Final = apdu.RLRE.TAG_PATH[0]
ACSE_TAGS: Final = frozenset({AARQ_TAG, AARE_TAG, RLRQ_TAG, RLRE_TAG})
SERVICE_ERRORS: Final[tuple[type, ...]] = get_args(ConfirmedServiceError)


class Association(ABC):
    """One application association, on one side of it.

    It does no input or output, reads no clock and makes no random numbers. Whoever drives it tells it
    of the lower layer (`connected`, `disconnected`, `lost`), gives it whole APDUs as they come
    (`receive_apdu`) and the application's primitives (`send`), and after each of these calls must take what
    `apdus_to_send` and `events` give. When `next_timeout` says so, `handle_timeout` is due. `now` is a
    number of seconds that never goes back, the same clock in all calls.

    `send` raises LocalProtocolError, and EncodeError for a value that the abstract syntax does not allow; then
    nothing was sent and nothing changed. Nothing that a peer sends makes any call raise: it is answered where
    the standard says so, and reported in an event.
    """

    __slots__ = ("_events", "_state", "_wire", "application_context", "negotiated")

    def __init__(self, security: SecurityContext | None, largest_apdu: int) -> None:
        self._state = State.INACTIVE
        self._events: list[Event] = []
        self._wire = Wire(security, largest_apdu)
        self.application_context: ApplicationContext | None = None
        """The application context of the association; None while there is none."""
        self.negotiated: NegotiatedXdlmsContext | None = None
        """What was negotiated; None while there is no association."""

    # What the driver takes

    @property
    def state(self) -> State:
        """The state of the control function."""
        return self._state

    @property
    def security(self) -> SecurityContext | None:
        """The security context in use."""
        return self._wire.security

    def events(self) -> list[Event]:
        """What happened since the last call, in order."""
        taken, self._events = self._events, []
        return taken

    def apdus_to_send(self) -> list[bytes]:
        """The APDUs to send now, in order; they are given once."""
        return [outgoing.octets for outgoing in self._wire.take()]

    def units_to_send(self) -> list[OutgoingApdu]:
        """As `apdus_to_send`, telling also whether each is a confirmed service's, for profiles that ask for it."""
        return self._wire.take()

    @abstractmethod
    def send(self, primitive: Any, *, now: float) -> int | None:
        """Take a primitive of the application."""

    @abstractmethod
    def connected(self, *, now: float) -> None:
        """The lower layer is connected; raises LocalProtocolError where it was already."""

    @abstractmethod
    def receive_apdu(self, octets: bytes, *, now: float) -> None:
        """Take an APDU from the lower layer. It never raises for what a peer sends."""

    @abstractmethod
    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due, or None."""

    @abstractmethod
    def handle_timeout(self, *, now: float) -> None:
        """Let time pass: end what has waited too long."""

    @abstractmethod
    def disconnected(self, *, now: float) -> None:
        """The lower layer was disconnected in order: by the client to release, or as the client asked for."""

    def lost(self, *, now: float) -> None:
        """The lower layer broke; without one, nothing happens."""
        self._abort(AbortDiagnostics.LOWER_LAYER_LOST, "the lower-layer connection is lost")

    # For the services: their Port

    def room(self, options: SecurityOptions | None) -> int:
        """Octets of the longest plain APDU that may be sent with this protection."""
        return self._wire.room(options)

    def answer_options(self, status: SecurityStatus) -> SecurityOptions | None:
        """How to protect the answer to an APDU that came so."""
        return self._wire.answer_options(status)

    def post(self, apdu: bytes, options: SecurityOptions | None, *, confirmed: bool = True) -> None:
        """Let an APDU wait to be sent; raises LocalProtocolError."""
        self._wire.post(apdu, options, confirmed=confirmed)

    def post_error(self, apdu: bytes) -> None:
        """Let an ExceptionResponse or ConfirmedServiceError wait to be sent, plain."""
        self._wire.post_plain(apdu)

    def tell(self, event: Event) -> None:
        """Let an event wait for the application."""
        self._events.append(event)

    # Within

    def _next(self, event: ControlEvent, what: str) -> State:
        """The state after an event of the own application; raises LocalProtocolError where it is not allowed."""
        state = next_state(self._state, event)
        if state is None:
            raise LocalProtocolError(LocalFault.STATE, f"{what} is not allowed in the state {self._state}")
        return state

    def _after(self, event: ControlEvent, what: str) -> State:
        """The state after an APDU of the peer; raises RemoteProtocolError where it is not allowed."""
        state = next_state(self._state, event)
        if state is None:
            raise RemoteProtocolError(
                RemoteFault.NOT_ALLOWED_NOW, f"{what} is not allowed in the state {self._state}", silent=True
            )
        return state

    def _open(self, octets: bytes, *, broadcast: bool = False) -> Unprotected:
        """The plain APDU in a received one; raises RemoteProtocolError, chained to what the security layer said."""
        try:
            return self._wire.open(octets, broadcast=broadcast)
        except ReplayError as error:
            raise RemoteProtocolError(RemoteFault.REPLAY, str(error), expected=error.expected) from error
        except CounterStoreError as error:
            raise RemoteProtocolError(RemoteFault.NO_COUNTER, str(error)) from error
        except SecurityError as error:
            raise RemoteProtocolError(RemoteFault.DECIPHERING, str(error)) from error

    def _drop(self, octets: bytes, error: RemoteProtocolError, *, answered: bool = False) -> None:
        cause = error.__cause__
        known = cause if isinstance(cause, DecodeError | SecurityError) else None
        self.tell(ApduDropped(octets, error.fault, error.reason, answered, known))

    @abstractmethod
    def _abort(self, diagnostics: AbortDiagnostics, message: str) -> None:
        """End everything, if there is anything."""

    def _forget(self) -> None:
        """The association is over: forget what belonged to it."""
        self.application_context = None
        self.negotiated = None
        if self._wire.security is not None:
            self._wire.security.forget_dedicated_key()


def octets_of(octets: object) -> bytes:
    """A received APDU as bytes; raises TypeError for anything that is no octets."""
    if isinstance(octets, bytes):
        return octets
    if isinstance(octets, bytearray | memoryview):
        return bytes(octets)
    raise TypeError(f"an APDU is bytes, not {type(octets).__name__}")


def decode_acse(octets: bytes, kind: Any) -> Any:
    """An APDU of ACSE. Quirks of the field are taken: what counts is checked behind.

    Raises:
        RemoteProtocolError: UNDECODABLE.
    """
    try:
        return kind.decode(octets, strict=False)
    except DecodeError as error:
        raise RemoteProtocolError(RemoteFault.UNDECODABLE, str(error)) from error
