"""The link that belongs to an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from xdlms.codec.errors import EncodeError
from xdlms.profiles.hdlc import HdlcSettings, LinkParameters
from xdlms.profiles.hdlc.parameters import MAX_INFORMATION, MAX_WINDOW
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.profiles.link import Link, Saps
from xdlms.profiles.wrapper import LONGEST_APDU
from xdlms.profiles.wrapper_link import MOST_ASSOCIATIONS, WrapperLink
from xdlms.transports.address import Address, AddressError, Scheme
from xdlms.transports.line_settings import SerialSettings
from xdlms.transports.mode_e import opening_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOptions:
    """Limits of a link.

    Args:
        largest_apdu: octets of the longest APDU that is taken, 1 to 65535.
        most_associations: how many associations a link carries at a time, at least 1.
        accepts: which associations may begin with an APDU of the peer; None: all at a server, none at a client.
    """

    largest_apdu: int = LONGEST_APDU
    most_associations: int = MOST_ASSOCIATIONS
    accepts: Callable[[Saps], bool] | None = None


def make_link(address: Address, *, server: bool, options: LinkOptions) -> Link:
    """A new link of the profile that the address names.

    Raises:
        AddressError: an option is unknown, or out of range.
    """
    check_options(address)
    settings = SerialSettings.of(address)
    opening_of(address, settings.baud if address.scheme is Scheme.HDLC_SERIAL else None)
    if address.scheme in (Scheme.TCP, Scheme.UDP):
        return WrapperLink(
            server=server,
            datagrams=address.scheme is Scheme.UDP,
            limit=options.largest_apdu,
            most_associations=options.most_associations,
            accepts=options.accepts,
        )
    lower = _number(address, "physical", 0) if "physical" in dict(address.options) else None
    try:
        if server:
            return SecondaryLink(_hdlc_settings(address, _SERVER), accepts=options.accepts, physical=lower)
        said = _hdlc_settings(address, LinkParameters())
        return PrimaryLink(said, physical=lower, address_size=_number(address, "address_size", 0))
    except EncodeError as error:
        raise AddressError(f"{address}: {error}") from error


def check_options(address: Address) -> None:
    """Raise AddressError for an option that the scheme does not have."""
    known = _OPTIONS.get(address.scheme, frozenset())
    names = [name for name, _ in address.options]
    for name in names:
        if names.count(name) > 1:
            raise AddressError(f"{address}: {name} is given twice")
        if name not in known:
            having = f"its options are {', '.join(sorted(known))}" if known else "it has none"
            raise AddressError(f"{address}: {address.scheme} has no option {name!r}; {having}")


_DIGITS: Final = re.compile(r"[0-9]{1,7}\Z", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?\Z")
_HDLC_OPTIONS: Final = frozenset(
    {"physical", "address_size", "max_info", "window", "retries", "timeout", "open", "meter"}
)
_OPTIONS: Final = {
    Scheme.HDLC_TCP: _HDLC_OPTIONS,
    Scheme.HDLC_SERIAL: _HDLC_OPTIONS | {"baud", "format"},
}


_SERVER: Final = LinkParameters(MAX_INFORMATION, MAX_INFORMATION, MAX_WINDOW, MAX_WINDOW)
"""What a server can do; clients propose what they want of it."""


def _hdlc_settings(address: Address, usual: LinkParameters) -> HdlcSettings:
    size = _number(address, "max_info", usual.max_information_transmit)
    window = _number(address, "window", usual.window_transmit)
    return HdlcSettings(
        parameters=LinkParameters(
            max_information_transmit=size,
            max_information_receive=size,
            window_transmit=window,
            window_receive=window,
        ),
        response_timeout=_seconds(address, "timeout", HdlcSettings().response_timeout),
        retries=_number(address, "retries", HdlcSettings().retries),
        baud=_number(address, "baud", 9600) if address.scheme is Scheme.HDLC_SERIAL else 0,
    )


def _number(address: Address, name: str, default: int) -> int:
    text = address.option(name, str(default))
    if not _DIGITS.match(text):
        raise AddressError(f"{address}: {name} is a number, not {text!r}")
    return int(text)


def _seconds(address: Address, name: str, default: float) -> float:
    text = address.option(name, str(default))
    if not _SECONDS.match(text):
        raise AddressError(f"{address}: {name} is a number of seconds, not {text!r}")
    return float(text)
