"""The communication profiles of Annex A, by name, with their parameters.

A profile says how a client and a server are identified, what carries the APDUs, how an association is tied to the
lower-layer connection, and how services that are not answered, or not asked for, are carried. Above the links nothing
depends on which profile it is; this table is what an application asks when it has to choose one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from xdlms.profiles.hdlc.llc import LLC_SIZE
from xdlms.profiles.hdlc.segmentation import APDU_LIMIT
from xdlms.profiles.wrapper import HEADER_SIZE
from xdlms.profiles.wrapper_link import LARGEST_DATAGRAM


class LowerLayer(StrEnum):
    """How an association is tied to its lower layer. The set is closed."""

    CONNECTED = "connected"
    """The lower layer is connected before COSEM-OPEN; disconnecting it releases the association too."""
    CONNECTIONLESS = "connectionless"
    """There is nothing to connect; an association ends with RLRQ and RLRE."""


@dataclass(frozen=True, slots=True)
class ProfileParameter:
    """A parameter of a profile (Protocol_Connection_Parameters among them): what it says, and its range in words."""

    name: str
    meaning: str
    range: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunicationProfile:
    """One communication profile.

    Args:
        name: as Annex A calls it.
        source: the part of IEC 62056 that specifies its lower layers.
        schemes: of the URLs that choose it here; none: there is no carrier for it here.
        lower_layer: how associations are tied to it.
        client_addresses, server_addresses: the range of the service access points.
        largest_apdu: octets of the longest APDU that it carries.
        unconfirmed_in_frames: whether frames tell confirmed services from unconfirmed ones, so that response-allowed
            and the service class bit have no meaning.
        uses_release: whether RLRQ and RLRE are mandatory, as Use_RLRQ_RLRE says.
        event_notification: how EventNotification and InformationReport are carried.
        trigger: what TriggerEventNotificationSending does.
        parameters: what is told to connect.
    """

    name: str
    source: str
    schemes: tuple[str, ...]
    lower_layer: LowerLayer
    client_addresses: range
    server_addresses: range
    largest_apdu: int
    unconfirmed_in_frames: bool
    uses_release: bool
    event_notification: str
    trigger: str
    parameters: tuple[ProfileParameter, ...] = field(default=())

    @property
    def is_carried(self) -> bool:
        """Whether a link of this profile can be had here."""
        return bool(self.schemes)


_HDLC_PARAMETERS: Final = (
    ProfileParameter("physical", "lower HDLC address, of the meter on a shared line", "0 to 16383, or none"),
    ProfileParameter("address_size", "octets of the server address", "1, 2 or 4; 0: the shortest"),
    ProfileParameter("max_info", "octets of the information field of a frame, either way", "1 to 2030"),
    ProfileParameter("window", "frames that are sent before they are acknowledged, either way", "1 to 7"),
    ProfileParameter("timeout", "seconds that a client waits before it asks again", "above 0; 3 unless told"),
    ProfileParameter("retries", "how often in a row a client asks again", "0 or more; 3 unless told"),
    ProfileParameter("open", "how a serial line is opened", "mode-e: IEC 62056-21, at 300 baud first; or not at all"),
    ProfileParameter("meter", "device address in mode E", "up to 32 digits, letters and blanks; or any meter"),
    ProfileParameter("baud", "speed of a serial line", "50 to 4000000 bits a second; 9600 unless told"),
    ProfileParameter("format", "data bits, parity and stop bits of a serial line", "8N1 unless told; 8E1, 7E1, ..."),
)
_WRAPPER_PARAMETERS: Final = (
    ProfileParameter("host", "name or address of the host", "of the Internet Protocol"),
    ProfileParameter("port", "port of TCP or UDP", "1 to 65535; 4059 is registered"),
)
_PORTS: Final = range(0x10000)

PROFILES: Final[Mapping[str, CommunicationProfile]] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            CommunicationProfile(
                name="3-layer, connection-oriented, HDLC based",
                source="IEC 62056-46",
                schemes=("hdlc", "hdlc+tcp"),
                lower_layer=LowerLayer.CONNECTED,
                client_addresses=range(0x80),
                server_addresses=range(0x4000),
                largest_apdu=APDU_LIMIT - LLC_SIZE,
                unconfirmed_in_frames=True,
                uses_release=False,
                event_notification="in UI frames, when the client polls, or at once where the line allows it",
                trigger="an empty UI frame with the poll bit set",
                parameters=_HDLC_PARAMETERS,
            ),
            CommunicationProfile(
                name="TCP-UDP/IP based, TCP",
                source="IEC 62056-47",
                schemes=("tcp",),
                lower_layer=LowerLayer.CONNECTED,
                client_addresses=_PORTS,
                server_addresses=_PORTS,
                largest_apdu=0xFFFF,
                unconfirmed_in_frames=False,
                uses_release=True,
                event_notification="in wrapper messages, at once",
                trigger="nothing: servers send by themselves",
                parameters=_WRAPPER_PARAMETERS,
            ),
            CommunicationProfile(
                name="TCP-UDP/IP based, UDP",
                source="IEC 62056-47",
                schemes=("udp",),
                lower_layer=LowerLayer.CONNECTIONLESS,
                client_addresses=_PORTS,
                server_addresses=_PORTS,
                largest_apdu=LARGEST_DATAGRAM - HEADER_SIZE,
                unconfirmed_in_frames=False,
                uses_release=True,
                event_notification="in wrapper messages, at once",
                trigger="nothing: servers send by themselves",
                parameters=_WRAPPER_PARAMETERS,
            ),
            CommunicationProfile(
                name="S-FSK PLC",
                source="IEC 62056-8-3",
                schemes=(),
                lower_layer=LowerLayer.CONNECTIONLESS,
                client_addresses=range(0x100),
                server_addresses=range(0x100),
                largest_apdu=0xFFFF,
                unconfirmed_in_frames=True,
                uses_release=True,
                event_notification="by the alarm and discover services of its own layer",
                trigger="its own layer's discover service",
                parameters=(
                    ProfileParameter("mac-address", "address of the station on the power line", "0 to 4095"),
                    ProfileParameter("l-sap", "LLC address of client or server", "0 to 255"),
                ),
            ),
        )
    }
)
"""The profiles by their names."""


def profile_of(scheme: str) -> CommunicationProfile | None:
    """The profile that URLs with this scheme choose; None: there is none."""
    return next((profile for profile in PROFILES.values() if scheme in profile.schemes), None)


def carried() -> Iterator[CommunicationProfile]:
    """The profiles that a link can be had for here."""
    return (profile for profile in PROFILES.values() if profile.is_carried)
