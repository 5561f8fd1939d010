"""The way out of an association: protection, PDU sizes, and the APDUs that wait to be sent."""

from __future__ import annotations

from typing import NamedTuple

from xdlms.security import (
    DecipheringError,
    Form,
    KeySet,
    SecurityContext,
    SecurityError,
    SecurityStatus,
    Unprotected,
)
from xdlms.security.secret import Masked
from xdlms.security.suite import PLAIN_STATUS, PROTECTIONS
from xdlms.security.tags import standard_tags
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.primitives.common import SecurityOptions

USUAL = SecurityOptions()


class OutgoingApdu(NamedTuple):
    """An APDU to send, and whether it is a confirmed service's: HDLC sends the others in UI frames."""

    octets: bytes
    confirmed: bool


class Wire:
    """Protects what goes out, and opens what comes in.

    Args:
        security: the security context; None where nothing is ever ciphered.
        largest_apdu: octets of the longest APDU that the profile carries.
    """

    __slots__ = ("_asked", "_found", "_largest_apdu", "_outgoing", "limit", "security")

    def __init__(self, security: SecurityContext | None, largest_apdu: int) -> None:
        self.security = security
        self._largest_apdu = largest_apdu
        self.limit = largest_apdu
        """Octets of the longest APDU that may be sent now, ciphering included."""
        self._outgoing: list[OutgoingApdu] = []
        self._asked: object = None  # what room was asked for last, and what was found: it is asked for twice an APDU
        self._found = 0

    def peer_takes(self, max_receive_pdu_size: int) -> None:
        """Keep to the peer's PDU size from now on; 0: it has none."""
        self.limit = min(max_receive_pdu_size or self._largest_apdu, self._largest_apdu)

    @property
    def ciphered(self) -> bool:
        """Whether ciphered APDUs are allowed (Table 34)."""
        return self.security is not None and self.security.ciphered

    def take(self) -> list[OutgoingApdu]:
        """The APDUs to send; they are forgotten here."""
        taken, self._outgoing = self._outgoing, []
        return taken

    def clear(self) -> None:
        """Forget what was not sent: there is nobody to send it to."""
        self._outgoing.clear()

    # Out

    def room(self, options: SecurityOptions | None) -> int:
        """The most octets of a plain APDU that may be sent with this protection; less than 1: none."""
        security = self._context_for(options)
        if security is None:
            return self.limit
        chosen = options or USUAL
        form = self._form(chosen)
        asked = (self.limit, chosen.protection, form, security.policy)
        if asked != self._asked:
            self._found = security.largest_plain_length(self.limit, protection=chosen.protection, form=form)
            self._asked = asked
        return self._found

    def answer_options(self, status: SecurityStatus) -> SecurityOptions | None:
        """Protect an answer as what it answers was, and at least as the policy asks."""
        if self.security is None or status.form is None:
            return None
        protection = PROTECTIONS[int(status.protection) | int(self.security.policy.required)]
        return SecurityOptions(protection, status.form)

    def post(self, apdu: bytes, options: SecurityOptions | None, *, confirmed: bool) -> None:
        """Protect an APDU and let it wait to be sent; raises LocalProtocolError, and then nothing is sent."""
        room = self.room(options)
        if len(apdu) > room:
            raise LocalProtocolError(
                LocalFault.TOO_LONG, f"an APDU of {len(apdu)} octets, and the peer takes {max(room, 0)}"
            )
        self._outgoing.append(OutgoingApdu(self.protected(apdu, options), confirmed))

    def post_plain(self, apdu: bytes, *, confirmed: bool = True) -> None:
        """Let an APDU that is never ciphered as a whole wait to be sent: of ACSE, or an ExceptionResponse."""
        self._outgoing.append(OutgoingApdu(apdu, confirmed))

    def protected(self, apdu: bytes, options: SecurityOptions | None) -> bytes:
        """The octets of a protected APDU; raises LocalProtocolError (SECURITY)."""
        held = Masked(apdu)  # an InitiateRequest holds the dedicated key, and this frame can raise
        del apdu
        security = self._context_for(options)
        if security is None:
            return held.octets
        chosen = options or USUAL
        try:
            return security.protect(
                held.octets, protection=chosen.protection, form=self._form(chosen), key_set=chosen.key_set
            )
        except SecurityError as error:
            raise LocalProtocolError(LocalFault.SECURITY, str(error)) from error

    # In

    def open(self, octets: bytes, *, broadcast: bool = False) -> Unprotected:
        """The plain APDU in a received one; raises SecurityError."""
        security = self.security
        if security is not None:
            return security.unprotect(octets, key_set=KeySet.BROADCAST if broadcast else KeySet.UNICAST)
        if octets and octets[0] in standard_tags().protected:
            raise DecipheringError
        return Unprotected(octets, PLAIN_STATUS)

    # Within

    def _context_for(self, options: SecurityOptions | None) -> SecurityContext | None:
        """The security context, if it has anything to do with an APDU to send; raises LocalProtocolError."""
        if self.security is not None and self.security.ciphered:
            return self.security
        if options is not None and options.protection:
            raise LocalProtocolError(
                LocalFault.SECURITY, "the application context is one without ciphering: all APDUs are plain"
            )
        return None

    def _form(self, options: SecurityOptions) -> Form:
        if options.form is not None:
            return options.form
        dedicated = self.security is not None and self.security.has_dedicated_key
        broadcast = options.key_set is KeySet.BROADCAST
        return Form.SERVICE_DED if dedicated and not broadcast else Form.SERVICE_GLO
