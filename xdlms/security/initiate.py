"""What ciphering must know of a plain APDU: its first octet, and the dedicated key of an InitiateRequest.

The functions here see plaintext and keys, so they return what is wrong and do not raise it.
"""

from __future__ import annotations

from typing import NamedTuple

from xdlms.codec.axdr import Unusual, read_octets
from xdlms.codec.entry import shallow
from xdlms.codec.errors import DecodeError
from xdlms.codec.schema import Syntax, TypeTable
from xdlms.security.envelope import MAX_APDU_LENGTH
from xdlms.security.secret import Key, Problem, as_key
from xdlms.security.tags import ROOTS, ApduTags
from xdlms_apdu.v2023 import TYPES, decode


class PlainApdu(NamedTuple):
    """What sending must know of a plain APDU: its first octet, and whether a dedicated key is in it."""

    tag: int
    carries_key: bool


def plain_apdu(octets: object, tags: ApduTags) -> PlainApdu | Problem:
    """What sending must know of a plain APDU, or what is wrong with it."""
    if not isinstance(octets, bytes) or not octets:
        return Problem("an APDU is bytes, and not empty")
    if len(octets) > MAX_APDU_LENGTH:
        return Problem(f"an APDU of {len(octets)} octets is not ciphered")
    return PlainApdu(octets[0], octets[0] == tags.initiate_request and octets[1:2] != b"\x00")


def dedicated_key_in(initiate_request: bytes, tags: ApduTags) -> Key | Problem | None:
    """The dedicated key of an InitiateRequest; None: it has none.

    It is the first component, an OPTIONAL OCTET STRING: one octet says whether it is there.
    """
    if len(initiate_request) < 2 or initiate_request[0] != tags.initiate_request:
        return Problem("this is no InitiateRequest")
    if initiate_request[1] == 0:
        return None
    try:
        return as_key(read_octets(initiate_request, 2)[0])
    except (Unusual, IndexError):
        return Problem("the InitiateRequest is cut")


def decodes(octets: bytes, tags: ApduTags) -> bool:
    """Whether octets are an APDU at all: only that passes for one that may be plain.

    It is one of the newest edition, or of the edition or vendor's package that the tags are of.
    """
    try:
        decode(octets, strict=False)
    except DecodeError:
        return tags.types is not TYPES and _decodes_by(octets, tags)
    return True


def _decodes_by(octets: bytes, tags: ApduTags) -> bool:
    """Whether octets are an APDU of the edition that the tags are of."""
    from xdlms.codec.decoding import Decoder

    if not isinstance(tags.types, TypeTable):
        return False
    syntax = Syntax("", tags.types, ROOTS)
    try:
        shallow(Decoder(syntax, octets, strict=False).apdu)
    except DecodeError:
        return False
    return True
