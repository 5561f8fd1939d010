"""What may stand in front of an APDU without being part of it: the gateway prefix, a lone LLC header.

A gateway request has E6, a response E7 in front: then the network id (one octet), the length of the
physical address (one octet), the address, and the whole APDU (IEC 62056-5-3, edition of 2016).
The three octets of an HDLC frame's LLC header could be read as such a prefix, of network E6 or E7 with
no address; where an APDU was copied out of a frame that is what they are.
"""

from __future__ import annotations

from typing import Final

GATEWAY_REQUEST: Final = 0xE6
GATEWAY_RESPONSE: Final = 0xE7
_LLC_HEADERS: Final = (b"\xe6\xe6\x00", b"\xe6\xe7\x00")


class Gateway:
    """A gateway prefix: whether of a `request`, the `network_id` (0 to 255) and the physical `address`."""

    __slots__ = ("address", "network_id", "request")

    def __init__(self, request: bool, network_id: int, address: bytes) -> None:
        self.request = request
        self.network_id = network_id
        self.address = address

    def encode(self) -> bytes:
        """The octets; raises ValueError for an address of more than 255 octets or another network id."""
        tag = GATEWAY_REQUEST if self.request else GATEWAY_RESPONSE
        return bytes((tag, self.network_id, len(self.address))) + self.address

    def __str__(self) -> str:
        direction = "request" if self.request else "response"
        return f"gateway {direction}, network {self.network_id}, address {self.address.hex().upper() or 'empty'}"


class Prefixed:
    """Octets without their prefix: the `gateway` or the `llc` header, and the `apdu` behind them."""

    __slots__ = ("apdu", "gateway", "llc")

    def __init__(self, apdu: bytes, gateway: Gateway | None = None, llc: bytes = b"") -> None:
        self.apdu = apdu
        self.gateway = gateway
        self.llc = llc


def take_prefix(octets: bytes) -> Prefixed:
    """The APDU behind what stands in front of it; octets that end inside a prefix are left as they are."""
    if octets[:1] == b"\xe6" and octets[:3] in _LLC_HEADERS and len(octets) > 3:
        inside = take_prefix(octets[3:])
        return Prefixed(inside.apdu, inside.gateway, octets[:3]) if not inside.llc else Prefixed(octets)
    if octets[:1] in (b"\xe6", b"\xe7") and len(octets) > 3:
        end = 3 + octets[2]
        if end < len(octets):
            return Prefixed(octets[end:], Gateway(octets[0] == GATEWAY_REQUEST, octets[1], octets[3:end]))
    return Prefixed(octets)
