"""Other editions: whether one of them has what the edition in use lacks."""

from __future__ import annotations

from functools import cache
from typing import Final

from xdlms.apdus import EDITIONS, load
from xdlms.check.case import Edition
from xdlms.codec.data import DEEPEST
from xdlms.codec.decoding import Decoder
from xdlms.codec.entry import shallow
from xdlms.codec.errors import DecodeError
from xdlms.codec.rules import UNKNOWN_VALUE

NAMES: Final = EDITIONS
"""The editions of IEC 62056-5-3, the oldest first."""
NEWEST: Final = NAMES[-1]


@cache
def edition_of(name: str) -> Edition:
    """An edition, one of NAMES. Raises ValueError for another name."""
    if name not in NAMES:
        raise ValueError(f"there is no edition {name!r}; there are {', '.join(NAMES)}")
    return Edition(load(name).SYNTAX)


def edition_with_apdu(tag: int, edition: Edition) -> tuple[str, str] | None:
    """The oldest other edition with an APDU of this first octet, and the APDU's name; None where there is none."""
    for name in NAMES:
        other = edition_of(name)
        if other.syntax is not edition.syntax and tag in other.alternatives:
            return name, other.alternatives[tag]
    return None


class OtherReadings:
    """The same octets as the other editions read them; each is read when it is first asked for."""

    __slots__ = ("_edition", "_octets", "_places")

    def __init__(self, octets: bytes, edition: Edition) -> None:
        self._octets = octets
        self._edition = edition
        self._places: dict[str, tuple[frozenset[int], int]] = {}

    def edition_that_takes(self, offset: int) -> str | None:
        """The oldest other edition that knows the tag or value at an octet; None where none does."""
        for name in NAMES:
            if edition_of(name).syntax is self._edition.syntax:
                continue
            unknown, end = self._read(name)
            if offset < end and offset not in unknown:
                return name
        return None

    def _read(self, name: str) -> tuple[frozenset[int], int]:
        """The octets with values that an edition does not name, and how far it can read."""
        if name not in self._places:
            decoder = Decoder(edition_of(name).syntax, self._octets, strict=False, max_depth=DEEPEST)
            end = len(self._octets)
            try:
                shallow(decoder.apdu)
            except DecodeError as error:
                end = error.offset or 0
            found = frozenset(finding.offset for finding in decoder.findings if finding.rule == UNKNOWN_VALUE.name)
            self._places[name] = found, end
        return self._places[name]
