"""Whose a frame is: the rules for the addresses of stations on an HDLC line (IEC 62056-46)."""

from __future__ import annotations

from collections.abc import Collection

from xdlms.profiles.hdlc.address import ALL_STATIONS, CALLING_PHYSICAL_DEVICE, NO_STATION, Address
from xdlms.profiles.problems import FrameError, LinkFault


def octets_of_part(address: Address) -> int:
    """Octets of the upper part of an address, 1 or 2, which is also those of the lower one."""
    return 2 if address.size == 4 else 1


def is_to_everybody(destination: Address) -> bool:
    """Whether a frame is a broadcast: to all logical devices, or to all physical ones."""
    return ALL_STATIONS[octets_of_part(destination)] in (destination.upper, destination.lower)


def is_client(source: Address) -> bool:
    """Whether a client can have this address: one octet, not nobody's, not everybody's."""
    return source.size == 1 and source.upper not in (NO_STATION, ALL_STATIONS[1])


def hears(
    destination: Address, devices: Collection[int] | None, physical: int | None, *, is_calling: bool = False
) -> bool:
    """Whether the server with these logical devices (None: all) and lower address (None: any) hears a frame.

    `is_calling` says that it opened the line, so that the calling device's address is its own, too.
    """
    part = octets_of_part(destination)
    upper, lower = destination.upper, destination.lower
    if NO_STATION in (upper, lower):
        return False
    if upper != ALL_STATIONS[part] and devices is not None and upper not in devices:
        return False
    if lower == CALLING_PHYSICAL_DEVICE[part]:
        return is_calling
    return physical is None or lower in (None, physical, ALL_STATIONS[part])


def check_one_station(*addresses: Address) -> None:
    """Raise FrameError if an address is nobody's or everybody's: neither can answer to P = 1."""
    for address in addresses:
        for part in (address.upper, address.lower):
            if part in (NO_STATION, ALL_STATIONS[octets_of_part(address)]):
                raise FrameError(LinkFault.ADDRESS, f"no station can answer at address {address}")


def is_from(source: Address, peer: Address) -> bool:
    """Whether a frame from `source` is from `peer`; the calling device may answer with its own lower address."""
    if source.upper != peer.upper:
        return False
    calling = peer.size > 1 and peer.lower == CALLING_PHYSICAL_DEVICE[octets_of_part(peer)]
    return source.lower == peer.lower or calling
