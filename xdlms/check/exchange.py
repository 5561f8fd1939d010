"""Checks of a whole conversation: who sends what, and which request a response answers.

An APDU that cannot be read in the clear (ciphered, and no key deciphers it; or in blocks of a general block transfer)
is a request or a response of which no more is known, so that nothing is said against what may belong to it. Nor is
anything said of what the editions of the standard do not have: a vendor's APDU may be anybody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from xdlms.check.case import Edition
from xdlms.check.checker import Checker
from xdlms.check.editions import NAMES, edition_of
from xdlms.check.messages import UNKNOWN, Message
from xdlms.check.rules import (
    RESPONSE_INVOKE_ID,
    RESPONSE_PRIORITY,
    RESPONSE_RESULTS,
    RESPONSE_WITHOUT_REQUEST,
    WRONG_SENDER,
)
from xdlms.codec.entry import octets_of
from xdlms.codec.errors import Finding, Severity
from xdlms.codec.rules import Rule
from xdlms.security.hls import Role

_MOST_WAITING: Final = 256
"""Requests that may wait at once; of more, the oldest are forgotten. A client has 16 invoke-ids."""


class _Request:
    """A request that waits: service and invoke-id, whether its priority is high, how many elements it has."""

    __slots__ = ("elements", "invoke_id", "is_high", "service")

    def __init__(self, message: Message, elements: int | None) -> None:
        self.service = message.service
        self.invoke_id = message.invoke_id
        self.is_high = message.is_high
        self.elements = elements


class Conversation:
    """The checks of one conversation, whose APDUs come in their order."""

    __slots__ = (
        "_checker",
        "_edition",
        "_is_unconfirmed",
        "_may_wait",
        "_notified",
        "_number",
        "_standard",
        "_waiting",
    )

    def __init__(self, edition: Edition, checker: Checker) -> None:
        self._edition = edition
        self._checker = checker
        self._number = 0
        self._standard = {name for each in NAMES for name in edition_of(each).alternatives.values()}
        self._waiting: list[_Request] = []
        """The requests that are not answered, the oldest first."""
        self._may_wait: dict[Role, bool] = dict.fromkeys(Role, False)
        """Whether a side has sent what nobody can read, and what may have been anything."""
        self._is_unconfirmed = False
        """Whether a request was sent that has no response, and can be refused all the same."""
        self._notified: list[int] = []
        """The long invoke-ids of the notifications that are not confirmed."""

    def check(self, role: Role, octets: bytes) -> list[Finding]:
        """The findings of the next APDU, which the side `role` sent; the paths begin with its number, from ``$[0]``.

        Raises TypeError where `role` is no Role.
        """
        if not isinstance(role, Role):
            raise TypeError(f"expected a Role, found {type(role).__name__}")
        prefix = f"$[{self._number}]"
        self._number += 1
        octets = octets_of(octets)
        own, plain = self._checker.check_inside(octets)
        is_sound = all(finding.severity is not Severity.ERROR for finding in own)
        found = [*self._of_message(role, octets, plain, is_sound=is_sound), *own]
        return [_moved(finding, prefix) for finding in sorted(found, key=lambda each: each.offset)]

    def _of_message(
        self, role: Role, octets: bytes, plain: tuple[int, bytes] | None, *, is_sound: bool
    ) -> list[Finding]:
        start, inner = (0, octets) if plain is None else plain
        # What was protected is told by the APDU inside; of that which is no APDU of the standard, nothing.
        name = self._edition.alternatives.get(inner[0]) if inner and self._edition.tags is not None else None
        if name is None or name not in self._standard:
            self._may_wait[role] = True
            return []
        message = Message(name, inner)
        if message.sender is not None and message.sender is not role:
            text = f"expected it from the {message.sender.value}, found it from the {role.value}"
            return [_finding(WRONG_SENDER, inner, start, (0, 1), f"{name}: {text}")]
        if message.holds_another:
            self._may_wait[role] = True
        elif message.opens:
            # A new association, or the end of one: what it has not answered is void.
            self._may_wait[role] = self._is_unconfirmed = False
            self._waiting = [_Request(message, None)]
        elif message.is_request:
            self._asked(message, is_sound=is_sound)
        elif message.is_refusal:
            return self._refused(message, inner, start)
        elif message.is_response:
            return self._answered(message, inner, start, is_sound=is_sound)
        elif message.is_notification:
            self._notified = [*self._notified, message.invoke_id][-_MOST_WAITING:]
        elif message.is_confirmation:
            return self._confirmed(message, inner, start)
        return []

    def _asked(self, message: Message, *, is_sound: bool) -> None:
        if not message.may_be_answered:
            self._is_unconfirmed = True
            return
        self._waiting.append(_Request(message, message.elements if is_sound else None))
        if len(self._waiting) > _MOST_WAITING:
            del self._waiting[0]
            self._may_wait[Role.CLIENT] = True

    def _refused(self, message: Message, octets: bytes, start: int) -> list[Finding]:
        """An error for a whole request; it does not say for which."""
        if self._waiting:
            del self._waiting[0]
            return []
        if self._may_wait[Role.CLIENT] or self._is_unconfirmed:
            self._is_unconfirmed = False
            return []
        return [_unasked(message, octets, start)]

    def _answered(self, message: Message, octets: bytes, start: int, *, is_sound: bool) -> list[Finding]:
        """A response: the request that it answers waits no more."""
        same = [each for each in self._waiting if each.service == message.service]
        ids = (message.invoke_id, UNKNOWN)
        fitting = [each for each in same if each.invoke_id in ids or message.invoke_id == UNKNOWN]
        if fitting:
            self._waiting.remove(fitting[0])
            return self._compared(fitting[0], message, octets, start) if is_sound else []
        if self._may_wait[Role.CLIENT]:
            return []
        if same:
            self._waiting.remove(same[0])
            expected = ", ".join(str(each.invoke_id) for each in same)
            text = f"expected the invoke-id {expected} of a request that waits, found {message.invoke_id}"
            return [_finding(RESPONSE_INVOKE_ID, octets, start, message.where, text)]
        return [_unasked(message, octets, start)]

    def _compared(self, request: _Request, message: Message, octets: bytes, start: int) -> list[Finding]:
        """What a response has of its request beside the invoke-id."""
        found = []
        if request.is_high is not None and message.is_high is not None and request.is_high is not message.is_high:
            words = {True: "high", False: "normal"}
            text = f"expected the {words[request.is_high]} priority of the request, found {words[message.is_high]}"
            found.append(_finding(RESPONSE_PRIORITY, octets, start, message.where, text))
        if None not in (request.elements, message.elements) and request.elements != message.elements:
            text = f"expected {request.elements} results as the request has elements, found {message.elements}"
            found.append(_finding(RESPONSE_RESULTS, octets, start, (0, 1), text))
        return found

    def _confirmed(self, message: Message, octets: bytes, start: int) -> list[Finding]:
        """A notification that was received."""
        for known in (message.invoke_id, UNKNOWN):
            if known in self._notified:
                self._notified.remove(known)
                return []
        if self._may_wait[Role.SERVER] or message.invoke_id == UNKNOWN:
            return []
        if self._notified:
            expected = ", ".join(map(str, self._notified))
            text = f"expected the long-invoke-id {expected} of a notification, found {message.invoke_id}"
            return [_finding(RESPONSE_INVOKE_ID, octets, start, message.where, text)]
        return [_unasked(message, octets, start)]


def check_all(conversation: Conversation, messages: Iterable[tuple[Role, bytes]]) -> list[Finding]:
    """The findings of all messages, in their order."""
    return [finding for role, octets in messages for finding in conversation.check(role, octets)]


def _unasked(message: Message, octets: bytes, start: int) -> Finding:
    text = f"{message.name}: there is no request before it that it could answer"
    if message.is_confirmation:
        text = f"{message.name}: there is no notification before it that it could confirm"
    return _finding(RESPONSE_WITHOUT_REQUEST, octets, start, (0, 1), text)


def _finding(rule: Rule, octets: bytes, base: int, where: tuple[int, int], message: str) -> Finding:
    start, end = where
    return Finding(rule.name, rule.severity, "$", base + start, octets[start:end], message, rule.clause)


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
