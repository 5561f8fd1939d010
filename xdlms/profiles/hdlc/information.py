"""The information field of SNRM, UA, DISC and DM: parameters and user information (IEC 62056-46; ISO/IEC 13239).

Format identifier 81, then groups. Group 80 holds the parameters and has a length; group FF, the last one, is the user
data subfield: all octets behind its identifier are the users', the link hands them on and looks at none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.problems import FrameError, LinkFault

_FORMAT: Final = 0x81
_PARAMETERS: Final = 0x80
_USER_DATA: Final = 0xFF


@dataclass(frozen=True, slots=True)
class SetupInformation:
    """What SNRM, UA, DISC or DM say.

    `parameters` None: no group of parameters, which means the defaults in SNRM and UA; `user_information` is
    empty for none.
    """

    parameters: LinkParameters | None = None
    user_information: bytes = b""

    def encode(self) -> bytes:
        """Return the information field, empty if there is nothing to say."""
        octets = b"" if self.parameters is None else self.parameters.encode()
        if not self.user_information:
            return octets
        return (octets or bytes((_FORMAT,))) + bytes((_USER_DATA,)) + self.user_information

    @classmethod
    def decode(cls, information: bytes) -> SetupInformation:
        """Read an information field; an empty one says nothing.

        Raises FrameError (PARAMETERS, TRUNCATED, TRAILING_OCTETS) for anything else: a server answers DM then.
        """
        if not information:
            return cls()
        if information[0] != _FORMAT:
            raise FrameError(LinkFault.PARAMETERS, f"the information begins with {information[0]:02X}, not 81")
        place = 1
        parameters = None
        if information[1:2] == bytes((_PARAMETERS,)):
            # The group is as long as its length says; what stands behind may be the users'.
            place = 3 + information[2] if len(information) > 2 else len(information)
            parameters = LinkParameters.decode(information[:place])
        if place >= len(information):
            if parameters is None:
                raise FrameError(LinkFault.TRUNCATED, "there is no group behind the format identifier", offset=place)
            return cls(parameters)
        if information[place] != _USER_DATA:
            reason = f"unknown group {information[place]:02X}"
            raise FrameError(LinkFault.PARAMETERS, reason, offset=place)
        return cls(parameters, information[place + 1 :])
