"""Checks with keys: what a ciphered APDU holds, whether it is authentic, and whether its counter is fresh."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import Case, Edition
from xdlms.check.rules import (
    COUNTER_GOES_BACK,
    COUNTER_REPEATED,
    DECIPHERING_FAILED,
    NOT_DECIPHERED,
    NOT_VERIFIED,
)
from xdlms.check.tree import Node
from xdlms.codec import schema
from xdlms.security.decipher import Deciphered, Decipherer, DecipherStatus
from xdlms.security.keystore import KeyStore
from xdlms.security.suite import ENCRYPTION_BIT

_USER_INFORMATION: Final = "user-information"
_CONTENT: Final = "ciphered-content"


class Deciphering:
    """The keys at work on one capture, whose APDUs come in their order."""

    __slots__ = ("_decipherer",)

    def __init__(self, keys: KeyStore, edition: Edition) -> None:
        self._decipherer = Decipherer(keys, tags=edition.tags)

    def check(self, case: Case, root: Node | None) -> tuple[int, bytes] | None:
        """Deciphers what is ciphered in the APDU, and checks what comes out; `root` None: it cannot be read.

        Of an APDU that is ciphered as a whole, returns the octet that the plain one begins at, and the plain one.
        """
        result = self._decipherer.decipher(case.octets)
        if result is None or root is None:
            return None
        node = _place(root)
        if node is None:
            return None
        self._status(case, node, result)
        envelope = result.envelope
        if envelope is None or result.apdu is None:
            return None
        # GCM keeps the places: an octet of the plain APDU is where its ciphered octet stands.
        start = node.end - len(envelope.content)
        if envelope.control & ENCRYPTION_BIT:
            case.inside(case, result.apdu, start, node, None)
        return None if root.get(_USER_INFORMATION) is not None else (start, result.apdu)

    def _status(self, case: Case, node: Node, result: Deciphered) -> None:
        envelope = result.envelope
        if result.status is DecipherStatus.NOT_SUPPORTED:
            case.report(NOT_DECIPHERED, node, "this protection is not deciphered", end=node.start + 1)
        elif result.status is DecipherStatus.FAILED and envelope is not None:
            case.report(DECIPHERING_FAILED, node, "none of the keys fits, or the octets were changed", end=node.start)
        elif result.status is DecipherStatus.UNVERIFIED:
            case.report(NOT_VERIFIED, node, "deciphered without verifying a tag", end=node.start)
        if envelope is None:
            return
        start = node.end - len(envelope.content) - len(envelope.header) + 1
        end = start + len(envelope.header) - 1
        counter = envelope.invocation_counter
        if result.repeats is not None:
            message = f"expected a fresh invocation counter, found {counter}, which APDU {result.repeats} had"
            case.report(COUNTER_REPEATED, node, message, start=start, end=end)
        elif result.goes_back:
            message = f"expected an invocation counter above those before, found {counter}"
            case.report(COUNTER_GOES_BACK, node, message, start=start, end=end)


def _place(root: Node) -> Node | None:
    """The OCTET STRING whose end is the ciphered content: of the APDU, or of the one in user-information."""
    information = root.get(_USER_INFORMATION)
    node = root if information is None else information.only
    if node is None:
        return None
    content = node.get(_CONTENT)
    if content is not None:
        return content
    return node if isinstance(node.type, schema.Octets) else None
