"""What an APDU is in a conversation: request or response, of which service, who sends it, and its invoke-id."""

from __future__ import annotations

from typing import Final

from xdlms.security.hls import Role

_ACSE: Final = {"aarq": "association", "aare": "association", "rlrq": "release", "rlre": "release"}
_OPENED: Final = frozenset({"aarq", "rlrq"})
_NOTIFICATION: Final = "datanotification"
_UNSOLICITED: Final = frozenset({"eventnotificationrequest", "informationreportrequest", _NOTIFICATION})
_CONFIRMATION: Final = "datanotificationconfirm"
_REFUSALS: Final = frozenset({"exceptionresponse", "confirmedserviceerror"})
_UNCONFIRMED: Final = frozenset({"unconfirmedwriterequest"})
_WITH_INVOKE_ID: Final = frozenset({"get", "set", "action"})
_WITH_LONG_INVOKE_ID: Final = frozenset({"access", _NOTIFICATION})
_REQUEST: Final = "request"
_RESPONSE: Final = "response"
_CONFIRM: Final = "confirm"
_INVOKE_ID: Final = 0x0F
_HIGH_PRIORITY: Final = 0x80
_GENERAL: Final = "general"
"""So begin the APDUs that hold another one, ciphered, signed or in blocks."""

# The first octets of what has a list, and where the number of its elements stands.
_LISTS: Final = {
    **dict.fromkeys((b"\xc0\x03", b"\xc1\x04", b"\xc3\x03", b"\xc4\x03", b"\xc5\x05", b"\xc7\x03"), 3),
    **dict.fromkeys((b"\x05", b"\x06", b"\x0c", b"\x0d"), 1),
}
# What an element of such a list begins with where it is about a block: its number of elements is that of no other.
_BLOCKS: Final = {0x05: (5, 6, 7), 0x06: (5, 6, 7), 0x0C: (2, 3), 0x0D: (2,)}

UNKNOWN: Final = -1
"""The invoke-id of an APDU that has one and does not tell it."""


class Message:
    """An APDU of a conversation.

    `service`; whether it `is_request`, `is_response`, `is_refusal` (it does not say of what), `is_notification` or
    its `is_confirmation`, or `holds_another`; its `sender` (None: either side), `invoke_id` (UNKNOWN where it is
    hidden; 0 where the service has none), whether its priority `is_high` (None: not told), and the number of
    `elements` of its list (None: it has none).
    """

    __slots__ = (
        "elements",
        "holds_another",
        "invoke_id",
        "is_confirmation",
        "is_high",
        "is_notification",
        "is_refusal",
        "is_request",
        "is_response",
        "may_be_answered",
        "name",
        "opens",
        "sender",
        "service",
        "where",
    )

    def __init__(self, name: str, octets: bytes) -> None:
        plain = name.replace("-", "").lower()
        hidden = plain.startswith(("glo", "ded"))
        base = plain[3:] if hidden else plain
        self.name = name
        self.opens = base in _OPENED
        self.is_request = self.opens or (base.endswith(_REQUEST) and base not in _UNSOLICITED)
        is_answer = base in _ACSE and not self.opens
        self.is_response = is_answer or (base.endswith(_RESPONSE) and base not in _REFUSALS)
        self.is_refusal = base in _REFUSALS
        self.is_notification = base == _NOTIFICATION
        self.is_confirmation = base == _CONFIRMATION
        self.holds_another = base.startswith(_GENERAL)
        kind = base.removesuffix(_REQUEST).removesuffix(_RESPONSE).removesuffix(_CONFIRM)
        self.service = _ACSE.get(base) or kind
        # The service class does not tell: where it says unconfirmed, the frame may say otherwise (Annex D).
        self.may_be_answered = self.is_request and base not in _UNCONFIRMED
        self.where = (0, 1)
        """From which octet to which the invoke-id stands."""
        self.invoke_id = 0
        self.is_high: bool | None = None
        self._identify(octets, hidden=hidden)
        self.elements = None if hidden else _elements(octets)
        self.sender: Role | None = None
        if self.is_request or self.is_confirmation:
            self.sender = Role.CLIENT
        elif self.is_response or self.is_refusal or base in _UNSOLICITED:
            self.sender = Role.SERVER

    def _identify(self, octets: bytes, *, hidden: bool) -> None:
        if self.service in _WITH_INVOKE_ID:
            self.where = (2, 3)
        elif self.service in _WITH_LONG_INVOKE_ID:
            self.where = (1, 5)
        else:
            return
        start, end = self.where
        if hidden or len(octets) < end:
            self.invoke_id = UNKNOWN
            return
        self.is_high = bool(octets[start] & _HIGH_PRIORITY)
        # The long one has its options in the first of four octets.
        self.invoke_id = octets[2] & _INVOKE_ID if start == 2 else int.from_bytes(octets[2:5], "big")


def _elements(octets: bytes) -> int | None:
    """The number of elements of the list that an APDU has; None where it has none, or one that is about blocks."""
    at = _LISTS.get(octets[:2], _LISTS.get(octets[:1]))
    if at is None or len(octets) <= at:
        return None
    first, behind = octets[at], at + 1
    if first & 0x80:
        behind += first & 0x7F
        first = int.from_bytes(octets[at + 1 : behind], "big")
    if octets[behind : behind + 1] and octets[behind] in _BLOCKS.get(octets[0], ()):
        return None
    return first
