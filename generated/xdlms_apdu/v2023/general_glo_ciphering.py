# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""Any APDU ciphered with a global key."""

from __future__ import annotations

from xdlms.codec.axdr import read_octets, write_octets
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class GeneralGloCiphering(Encodable):
    """Any APDU ciphered with a global key.

    system_title: System title of the sender, 8 octets; empty when the other side knows it.
    ciphered_content: Security control octet, invocation counter, protected APDU.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("system_title", "ciphered_content")
    __match_args__ = ("system_title", "ciphered_content")
    TAG_PATH = b"\xdb"

    def __init__(
        self,
        system_title: bytes,
        ciphered_content: bytes,
    ) -> None:
        self.system_title = system_title
        self.ciphered_content = ciphered_content

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GeneralGloCiphering)
            and self.system_title == other.system_title
            and self.ciphered_content == other.ciphered_content
        )

    def __repr__(self) -> str:
        return f"GeneralGloCiphering(system_title={self.system_title!r}, ciphered_content={self.ciphered_content!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        system_title, at = read_octets(octets, at)
        ciphered_content, at = read_octets(octets, at)
        return cls(system_title, ciphered_content), at

    def write(self) -> bytes:
        return b"\xdb" + write_octets(self.system_title) + write_octets(self.ciphered_content)
