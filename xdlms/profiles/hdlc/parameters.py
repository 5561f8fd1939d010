"""What SNRM and UA negotiate: the parameters in their information field (IEC 62056-46).

Format identifier 81, group identifier 80, the length of the group, then the parameters, each an
identifier, a length and a value. A parameter that is not there has its default value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.codec.wording import counted
from xdlms.profiles.problems import FrameError, LinkFault

MAX_INFORMATION: Final = 2030
"""The greatest maximum information field length, in octets."""
MAX_WINDOW: Final = 7
"""The greatest window size, in frames."""

_FORMAT: Final = 0x81
_GROUP: Final = 0x80
_NAMES: Final = {
    0x05: "max_information_transmit",
    0x06: "max_information_receive",
    0x07: "window_transmit",
    0x08: "window_receive",
}
_HIGHEST: Final = {0x05: MAX_INFORMATION, 0x06: MAX_INFORMATION, 0x07: MAX_WINDOW, 0x08: MAX_WINDOW}
_LONGEST_VALUE: Final = 4


@dataclass(frozen=True, slots=True)
class LinkParameters:
    """The four parameters of a connection, as seen by the station that says them.

    `max_information_transmit` and `max_information_receive` are octets of information in a frame, 1 to 2030;
    `window_transmit` and `window_receive` are frames that may be unacknowledged, 1 to 7. Raises EncodeError
    for other values.
    """

    max_information_transmit: int = 128
    max_information_receive: int = 128
    window_transmit: int = 1
    window_receive: int = 1

    def __post_init__(self) -> None:
        for identifier, name in _NAMES.items():
            number: int = getattr(self, name)
            if not 1 <= number <= _HIGHEST[identifier]:
                reason = f"{name} {number} is not in 1..{_HIGHEST[identifier]}"
                raise EncodeError(ErrorCode.OUT_OF_RANGE, reason, path=f"$.{name}")

    def encode(self) -> bytes:
        """Return the information field, all four parameters in it."""
        group = bytearray()
        for identifier, number in ((0x05, self.max_information_transmit), (0x06, self.max_information_receive)):
            value = number.to_bytes(1 if number <= 0xFF else 2, "big")
            group += bytes((identifier, len(value))) + value
        for identifier, number in ((0x07, self.window_transmit), (0x08, self.window_receive)):
            group += bytes((identifier, 4)) + number.to_bytes(4, "big")
        return bytes((_FORMAT, _GROUP, len(group))) + bytes(group)

    @classmethod
    def decode(cls, information: bytes) -> LinkParameters:
        """Read an information field; an empty one means the defaults. Values of 1 to 4 octets are taken.

        Raises FrameError (PARAMETERS; TRUNCATED, TRAILING_OCTETS) for anything else: a station answers DM then.
        """
        if not information:
            return cls()
        if information[:2] != bytes((_FORMAT, _GROUP)):
            reason = f"the information begins with {information[:2].hex().upper()}, not 8180"
            raise FrameError(LinkFault.PARAMETERS, reason)
        if len(information) < 3:
            raise FrameError(LinkFault.TRUNCATED, "the group has no length", offset=2)
        end = 3 + information[2]
        if len(information) < end:
            reason = f"the group has {counted(information[2], 'octet')}"
            raise FrameError(LinkFault.TRUNCATED, reason, offset=len(information))
        if len(information) > end:
            raise FrameError(LinkFault.TRAILING_OCTETS, "octets behind the group", offset=end)
        values: dict[str, int] = {}
        place = 3
        while place < end:
            identifier = information[place]
            name = _NAMES.get(identifier)
            if name is None or name in values:
                what = "unknown" if name is None else "repeated"
                raise FrameError(LinkFault.PARAMETERS, f"{what} parameter {identifier:02X}", offset=place)
            if place + 1 >= end or place + 2 + information[place + 1] > end:
                raise FrameError(LinkFault.TRUNCATED, f"the group ends inside {name}", offset=end)
            length = information[place + 1]
            if not 1 <= length <= _LONGEST_VALUE:
                raise FrameError(LinkFault.PARAMETERS, f"{name} of {counted(length, 'octet')}", offset=place + 1)
            number = int.from_bytes(information[place + 2 : place + 2 + length], "big")
            if not 1 <= number <= _HIGHEST[identifier]:
                reason = f"{name} {number} is not in 1..{_HIGHEST[identifier]}"
                raise FrameError(LinkFault.PARAMETERS, reason, offset=place + 2)
            values[name] = number
            place += 2 + length
        return cls(**values)

    def agreed(self, peer: LinkParameters) -> LinkParameters:
        """Return what counts for this station after `peer` has said its own: in each direction the smaller value.

        What one station receives answers what the other transmits.
        """
        return LinkParameters(
            min(self.max_information_transmit, peer.max_information_receive),
            min(self.max_information_receive, peer.max_information_transmit),
            min(self.window_transmit, peer.window_receive),
            min(self.window_receive, peer.window_transmit),
        )
