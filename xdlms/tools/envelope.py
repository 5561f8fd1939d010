"""What a ciphered APDU tells without a key (IEC 62056-5-3:2013, clause 5.4.6).

Behind the length stand the security control octet, the invocation counter (4 octets), then: authenticated
only, the plain APDU and the tag; encrypted only, the ciphertext; both, the ciphertext and the tag.
"""

from __future__ import annotations

from typing import Final

SUITE_BITS: Final = 0x0F
AUTHENTICATED: Final = 0x10
ENCRYPTED: Final = 0x20
BROADCAST_KEY: Final = 0x40
COMPRESSED: Final = 0x80
HEADER_LENGTH: Final = 5
TAG_LENGTH: Final = 12
_CIPHERED: Final = ("glo-", "ded-")


def is_ciphered(name: str) -> bool:
    """Whether an alternative of XDLMS-APDU holds a ciphered APDU, by its ASN.1 name."""
    return name.startswith(_CIPHERED)


class Envelope:
    """The public parts of ciphered octets: `control`, `counter`, `content` and `tag`.

    `tag` is empty where none is sent. `content` is the plain APDU where nothing is encrypted.
    """

    __slots__ = ("content", "control", "counter", "tag")

    def __init__(self, control: int, counter: bytes, content: bytes, tag: bytes) -> None:
        self.control = control
        self.counter = counter
        self.content = content
        self.tag = tag

    @property
    def is_readable(self) -> bool:
        """Whether the content is a plain APDU: authenticated only, and not compressed."""
        return not self.control & (ENCRYPTED | COMPRESSED)


def open_envelope(octets: bytes) -> Envelope | None:
    """The parts of ciphered octets; None where they are too short for them."""
    if len(octets) < HEADER_LENGTH:
        return None
    control = octets[0]
    end = len(octets) - (TAG_LENGTH if control & AUTHENTICATED else 0)
    if end < HEADER_LENGTH:
        return None
    return Envelope(control, octets[1:HEADER_LENGTH], octets[HEADER_LENGTH:end], octets[end:])


def describe_control(control: int) -> str:
    """The bits of a security control octet in words."""
    words = [f"suite {control & SUITE_BITS}"]
    words += [
        word
        for bit, word in ((AUTHENTICATED, "authenticated"), (ENCRYPTED, "encrypted"), (COMPRESSED, "compressed"))
        if control & bit
    ]
    if not control & (AUTHENTICATED | ENCRYPTED):
        words.append("neither authenticated nor encrypted")
    words.append("broadcast key" if control & BROADCAST_KEY else "unicast key")
    return ", ".join(words)
