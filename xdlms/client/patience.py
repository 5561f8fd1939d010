"""How long a client waits: for an answer, and for a link that repairs its line meanwhile.

A user who says nothing gets `USUAL_TIMEOUT`: time for the meter to answer, and on top of it what the link needs to ask
again for what the line has lost; and it counts anew whenever something gets through, since a long answer takes
long on a slow line. It does so for an hour at most, so that no peer that always says a little more is waited for
without an end. A user who gives a number gets that number: it bounds the whole, the repair of the line with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xdlms.profiles.link import Link, RepairsLine


class UsualTimeout(float):
    """Seconds that nobody asked for: what a link needs to repair its line comes on top."""

    __slots__ = ()


USUAL_TIMEOUT: Final = UsualTimeout(5.0)
"""Seconds in which a meter answers, if it does; over a link that repairs its line, longer."""
LONGEST_PROGRESS: Final = 3600.0
"""Seconds for which progress puts the end off: at 300 baud, 65535 octets with the frames around them come in less."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client waits.

    Args:
        timeout: seconds until an answer, or its next block, must have come; None: for ever.
        after_progress: whether they count anew when the link gets something through, for `LONGEST_PROGRESS` at most.
    """

    timeout: float | None
    after_progress: bool = False

    @classmethod
    def with_link(cls, timeout: float | None, link: Link) -> Patience:
        """What a `timeout` means over a link."""
        if isinstance(timeout, UsualTimeout) and isinstance(link, RepairsLine):
            return cls(timeout + link.longest_repair, after_progress=True)
        return cls(timeout)

    def ends(self, due: float, progress: float | None) -> float:
        """When to give up what is due at `due`, if the link got something through at `progress` last."""
        if not self.after_progress or self.timeout is None or progress is None:
            return due
        return max(due, min(progress + self.timeout, due + LONGEST_PROGRESS))
