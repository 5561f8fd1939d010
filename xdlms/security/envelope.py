"""The octets of a ciphered APDU (clause 5.4.6; Figure 5): tag, length, security header, content.

glo- and ded- APDUs are OCTET STRINGs; general-glo- and general-ded-ciphering have the system title of
the sender in front. Nothing here needs a key.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from xdlms.codec.axdr import Unusual, read_length, read_octets, write_octets
from xdlms.security.suite import HEADER_LENGTH, SUITE_BITS, TITLE_LENGTH, Form
from xdlms.security.tags import ApduTags, CipheredTag

MAX_APDU_LENGTH: Final = 1 << 30
"""Octets of the longest APDU that is ciphered; the primitives take less than twice as many."""

OCTETS: Final = tuple(bytes((value,)) for value in range(256))


class Envelope:
    """The public fields of a ciphered APDU.

    `tag` is its first octet; `meaning` what that says; `system_title` the sender's where it is sent
    (empty: known from the association); `header` the security control octet and the invocation counter;
    `content` what follows.
    """

    __slots__ = ("content", "header", "meaning", "system_title", "tag")

    def __init__(self, tag: int, meaning: CipheredTag, system_title: bytes, header: bytes, content: bytes) -> None:
        self.tag = tag
        self.meaning = meaning
        self.system_title = system_title
        self.header = header
        self.content = content

    @property
    def form(self) -> Form:
        return self.meaning.form

    @property
    def control(self) -> int:
        """The security control octet."""
        return self.header[0]

    @property
    def suite(self) -> int:
        """The suite id of the security control octet."""
        return self.header[0] & SUITE_BITS

    @property
    def invocation_counter(self) -> int:
        return int.from_bytes(self.header[1:], "big")

    def __repr__(self) -> str:
        return (
            f"<{self.form.value} {self.tag:02X}, security control {self.control:02X}, invocation counter "
            f"{self.invocation_counter}, {len(self.content)} octets>"
        )


Fields: TypeAlias = tuple[CipheredTag, bytes, bytes, bytes]
"""What the first octet says, the system title that is sent (or empty), the security header, and the content."""


def fields(octets: bytes, tags: ApduTags) -> Fields | None:
    """The fields of a ciphered APDU, or None for anything else: a plain one, or one that is malformed."""
    if not octets:
        return None
    meaning = tags.ciphered.get(octets[0])
    if meaning is None:
        return None
    title = b""
    try:
        length, at = octets[1], 2
        if meaning.general:
            title, at = read_octets(octets, 1)
            length, at = read_length(octets, at)
        elif length > 0x7F:
            length, at = read_length(octets, 1)
    except (Unusual, IndexError):
        return None
    if at + length != len(octets) or length <= HEADER_LENGTH or len(title) not in (0, TITLE_LENGTH):
        return None
    content = at + HEADER_LENGTH
    return meaning, title, octets[at:content], octets[content:]


def parse(octets: bytes, tags: ApduTags) -> Envelope | None:
    """The fields as an object, for people and tools."""
    found = fields(octets, tags)
    return None if found is None else Envelope(octets[0], *found)


def build(tag: int, system_title: bytes | None, header: bytes, content: bytes) -> bytes:
    """The octets of a ciphered APDU; `system_title` is None for glo- and ded-."""
    title = b"" if system_title is None else write_octets(system_title)
    return OCTETS[tag] + title + write_octets(header + content)


def ciphered_length(length: int, *, general: bool, authenticated: bool) -> int:
    """Octets of the ciphered APDU for a plain one of `length` octets: what block sizes must allow for."""
    body = HEADER_LENGTH + length + (12 if authenticated else 0)
    return 1 + (1 + TITLE_LENGTH if general else 0) + _length_octets(body) + body


def largest_plain_length(limit: int, *, general: bool, authenticated: bool) -> int:
    """The most octets of a plain APDU that still fits in `limit` octets once ciphered; 0 where none does."""
    length = max(limit - ciphered_length(0, general=general, authenticated=authenticated), 0)
    while length and ciphered_length(length, general=general, authenticated=authenticated) > limit:
        length -= 1
    return length


def _length_octets(length: int) -> int:
    return 1 if length < 0x80 else 1 + (length.bit_length() + 7) // 8
