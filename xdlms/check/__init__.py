"""Checks of APDUs against the abstract syntax, the encoding rules, and what the standard says beside them.

`apdu` checks one, `conversation` those of an exchange; `rules.RULES` is the table of all rules. Every deviation
is a Finding: the rule that it breaks, how grave that is, the field and the octet, what was expected and what was found.

=============== ===================================================================================
module          subject
=============== ===================================================================================
rules           the one table of rules
checker         one APDU: reading, the tree, its checks, what is inside it
tree, case      what the checks look at, and where they report
editions        whether another edition has what the one in use lacks
invocation      invoke-ids, references to objects
lists, blocks   lists that belong together; block transfer
initiate        InitiateRequest, InitiateResponse
association     AARQ, AARE, RLRQ, RLRE
services        ExceptionResponse, ConfirmedServiceError
date_time, data dates and times; self-describing values
ciphering       what protected APDUs tell without a key
deciphering     what they tell with keys
exchange        who sends what, and which request a response answers
messages        what an APDU is in an exchange: request or response, of which service, with which invoke-id
links           link faults as findings
pcap            network captures: the streams and datagrams in them
rules_page      the list of rules in the docs
=============== ===================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xdlms.check.checker import Checker
    from xdlms.codec.errors import Finding
    from xdlms.security.hls import Role
    from xdlms.security.keystore import KeyStore

__all__ = ["apdu", "conversation"]


def apdu(octets: bytes, *, edition: str = "2023", keys: KeyStore | None = None, package: Any = None) -> list[Finding]:
    """The findings of one whole APDU, in the order of its octets; none: it is as it should be.

    `edition` is one of "2013", "2017", "2023"; `package` a generated package of a vendor's, which takes its
    place. `keys` decipher what is ciphered, so that it is checked too.

    Raises ValueError for an edition that there is not; never for what the octets are.
    """
    return _checker(edition, keys, package).check(octets)


def conversation(
    messages: Iterable[tuple[Role, bytes]], *, edition: str = "2023", keys: KeyStore | None = None, package: Any = None
) -> list[Finding]:
    """The findings of the APDUs that a client and a server exchange, in their order: who sent it, and its octets.

    As `apdu` for each of them, and besides: that each side sends what is its own, and that a response answers a
    request. The path of a finding begins with the number of the APDU: ``$[0]`` is the first one. What the
    associations tell, system titles, dedicated keys and invocation counters, holds for all that follows.

    Raises ValueError for an edition that there is not, TypeError for a side that is no Role; never for what the
    octets are.
    """
    from xdlms.check.exchange import Conversation, check_all

    checker = _checker(edition, keys, package)
    return check_all(Conversation(checker.edition, checker), messages)


def _checker(edition: str, keys: KeyStore | None, package: Any) -> Checker:
    from xdlms.check.case import Edition
    from xdlms.check.checker import Checker
    from xdlms.check.deciphering import Deciphering
    from xdlms.check.editions import edition_of

    chosen = edition_of(edition) if package is None else Edition(package.SYNTAX)
    return Checker(chosen, None if keys is None else Deciphering(keys, chosen))
