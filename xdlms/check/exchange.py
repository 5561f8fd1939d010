"""Checks of a whole conversation: who sends what, and which request a response answers.

An APDU that cannot be read in the clear (ciphered, or in blocks of a general block transfer) is a request or a
response of which no more is known, so that nothing is said against what may belong to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from xdlms.check.case import Edition
from xdlms.check.checker import Checker
from xdlms.check.rules import RESPONSE_INVOKE_ID, RESPONSE_WITHOUT_REQUEST, WRONG_SENDER
from xdlms.codec.entry import octets_of
from xdlms.codec.errors import Finding
from xdlms.codec.rules import Rule
from xdlms.security.hls import Role

_ACSE: Final = {"aarq": "association", "aare": "association", "rlrq": "release", "rlre": "release"}
_OPENED: Final = frozenset({"aarq", "rlrq"})
_UNSOLICITED: Final = frozenset({"eventnotificationrequest", "informationreportrequest", "datanotification"})
_REFUSALS: Final = frozenset({"exceptionresponse", "confirmedserviceerror"})
_UNCONFIRMED: Final = frozenset({"unconfirmedwriterequest"})
_WITH_INVOKE_ID: Final = frozenset({"get", "set", "action"})
_WITH_LONG_INVOKE_ID: Final = frozenset({"access"})
_REQUEST: Final = "request"
_RESPONSE: Final = "response"
_INVOKE_ID: Final = 0x0F
_GENERAL: Final = "general"
"""So begin the APDUs that hold another one, ciphered, signed or in blocks."""
_ANY: Final = "any"
_UNKNOWN: Final = -1
"""The invoke-id of a request that is not in the clear."""


class _Message:
    """What an APDU is in a conversation: its service, its `sender` (None: either), and its invoke-id."""

    __slots__ = ("invoke_id", "is_refusal", "is_request", "is_response", "may_be_answered", "name", "sender", "service")

    def __init__(self, name: str, octets: bytes) -> None:
        plain = name.replace("-", "").lower()
        hidden = plain.startswith(("glo", "ded"))
        base = plain[3:] if hidden else plain
        self.is_request = base in _OPENED or (base.endswith(_REQUEST) and base not in _UNSOLICITED)
        is_answer = base in _ACSE and base not in _OPENED
        self.is_response = is_answer or (base.endswith(_RESPONSE) and base not in _REFUSALS)
        self.name = name
        self.is_refusal = base in _REFUSALS
        self.service = _ACSE.get(base) or base.removesuffix(_REQUEST).removesuffix(_RESPONSE)
        # The service class does not tell: where it says unconfirmed, the frame may say otherwise (Annex D).
        self.may_be_answered = self.is_request and base not in _UNCONFIRMED
        has_id = self.service in _WITH_INVOKE_ID | _WITH_LONG_INVOKE_ID
        self.invoke_id = _UNKNOWN if hidden or has_id else 0
        if self.service in _WITH_INVOKE_ID and not hidden and len(octets) > 2:
            self.invoke_id = octets[2] & _INVOKE_ID
        elif self.service in _WITH_LONG_INVOKE_ID and not hidden and len(octets) > 4:
            self.invoke_id = int.from_bytes(octets[2:5], "big")
        self.sender: Role | None = None
        if self.is_request:
            self.sender = Role.CLIENT
        elif self.is_response or self.is_refusal or base in _UNSOLICITED:
            self.sender = Role.SERVER


class Conversation:
    """The checks of one conversation, whose APDUs come in their order."""

    __slots__ = ("_checker", "_edition", "_number", "_waiting")

    def __init__(self, edition: Edition, checker: Checker) -> None:
        self._edition = edition
        self._checker = checker
        self._number = 0
        self._waiting: list[tuple[str, int]] = []
        """The requests that are not answered: service and invoke-id, the oldest first."""

    def check(self, role: Role, octets: bytes) -> list[Finding]:
        """The findings of the next APDU, which the side `role` sent; the paths begin with its number, from ``$[0]``."""
        prefix = f"$[{self._number}]"
        self._number += 1
        found = self._of_message(role, octets_of(octets)) + self._checker.check(octets)
        return [_moved(finding, prefix) for finding in sorted(found, key=lambda each: each.offset)]

    def _of_message(self, role: Role, octets: bytes) -> list[Finding]:
        name = self._edition.alternatives.get(octets[0]) if octets and self._edition.tags is not None else None
        if name is None:
            return []
        message = _Message(name, octets)
        if message.sender is not None and message.sender is not role:
            text = f"expected it from the {message.sender.value}, found it from the {role.value}"
            return [_finding(WRONG_SENDER, octets, 0, 1, f"{name}: {text}")]
        if message.service.startswith(_GENERAL) and role is Role.CLIENT:
            self._waiting = [each for each in self._waiting if each[0] != _ANY] + [(_ANY, _UNKNOWN)]
        elif name in _OPENED:
            # A new association, or the end of one: what it has not answered is void.
            self._waiting = [(message.service, 0)]
        elif message.may_be_answered:
            self._waiting.append((message.service, message.invoke_id))
        elif message.is_refusal:
            del self._waiting[:1]  # it says nothing of which request it refuses
        elif message.is_response:
            return self._answer(message, octets)
        return []

    def _answer(self, message: _Message, octets: bytes) -> list[Finding]:
        """A response: the request that it answers waits no more."""
        same = [each for each in self._waiting if each[0] == message.service]
        fitting = [each for each in same if message.invoke_id in (each[1], _UNKNOWN) or each[1] == _UNKNOWN]
        if fitting:
            self._waiting.remove(fitting[0])
            return []
        if (_ANY, _UNKNOWN) in self._waiting:
            return []
        if same:
            self._waiting.remove(same[0])
            expected = ", ".join(str(each[1]) for each in same)
            text = f"expected the invoke-id {expected} of a request that waits, found {message.invoke_id}"
            start, end = (2, 3) if message.service in _WITH_INVOKE_ID else (1, 5)
            return [_finding(RESPONSE_INVOKE_ID, octets, start, end, text)]
        text = f"{message.name}: there is no request before it that it could answer"
        return [_finding(RESPONSE_WITHOUT_REQUEST, octets, 0, 1, text)]


def check_all(conversation: Conversation, messages: Iterable[tuple[Role, bytes]]) -> list[Finding]:
    """The findings of all messages, in their order."""
    return [finding for role, octets in messages for finding in conversation.check(role, octets)]


def _finding(rule: Rule, octets: bytes, start: int, end: int, message: str) -> Finding:
    return Finding(rule.name, rule.severity, "$", start, octets[start:end], message, rule.clause)


def _moved(finding: Finding, prefix: str) -> Finding:
    return Finding(
        finding.rule,
        finding.severity,
        prefix + finding.path[1:],
        finding.offset,
        finding.octets,
        finding.message,
        finding.clause,
    )
