# Generated from asn1/2013/acse.asn1, asn1/2013/xdlms.asn1: do not edit, run `make generate`.
"""Answer to an RLRQ; it carries COSEM-RELEASE.response to the client."""

from __future__ import annotations

from xdlms.codec.axdr import Unusual
from xdlms.codec.ber import END, contents, element, header, inside, octets_of, read_integer, write_integer
from xdlms.codec.numbers import NamedNumber
from xdlms_apdu.v2013.common import AssociationInformation
from xdlms_apdu.v2013.syntax import Described, Encodable
from xdlms_apdu.v2013.xdlms_apdu import XdlmsApdu, decode_xdlms_apdu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class ReleaseResponseReason(Described, NamedNumber):
    """Reason in the answer to a request to release an association.

    Source: IEC 62056-5-3:2013, clauses 6.3, 7.2.5 and 8.
    """

    normal = 0
    """The association has ended."""
    not_finished = 1
    """The server had not finished."""
    user_defined = 30
    """A reason of the application."""


RELEASE_RESPONSE_REASON_BY_NUMBER = {value.value: value for value in ReleaseResponseReason}


class RLRE(Encodable):
    """Answer to an RLRQ; it carries COSEM-RELEASE.response to the client.

    reason: Whether the association has ended.
    user_information: In a ciphered context the InitiateResponse of the AARE, protected in the same way; else absent.

    Source: IEC 62056-5-3:2013, clauses 6.3, 7.2.5 and 8; Annex C.
    """

    __slots__ = ("reason", "user_information", "_user_information_apdu")
    __match_args__ = ("reason", "user_information")
    TAG_PATH = b"\x63"

    def __init__(
        self,
        reason: ReleaseResponseReason | None = None,
        user_information: AssociationInformation | None = None,
    ) -> None:
        self.reason = reason
        self.user_information = user_information
        self._user_information_apdu: tuple[bytes, XdlmsApdu] | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RLRE) and self.reason == other.reason and self.user_information == other.user_information
        )

    def __repr__(self) -> str:
        return f"RLRE(reason={self.reason!r}, user_information={self.user_information!r})"

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
        reason = None
        if tag == 0x80:
            reason = RELEASE_RESPONSE_REASON_BY_NUMBER[read_integer(octets, start, stop)]
            tag, start, stop = header(octets, stop, end)
        user_information = None
        if tag == 0xBE:
            first = inside(octets, start, stop, 0x04)
            user_information = octets[first:stop]
            tag, start, stop = header(octets, stop, end)
        if tag != END:
            raise Unusual
        self = cls(reason, user_information)
        if user_information is not None:
            self._user_information_apdu = user_information, decode_xdlms_apdu(user_information)
        return self, end

    def write(self) -> bytes:
        return element(
            0x63,
            (
                b""
                if self.reason is None
                else element(0x80, write_integer(RELEASE_RESPONSE_REASON_BY_NUMBER[self.reason]))
            )
            + (
                b"" if self.user_information is None else element(0xBE, element(0x04, octets_of(self.user_information)))
            ),
        )
