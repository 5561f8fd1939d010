"""Links made from the options of an address: what stands behind the question mark of hdlc+tcp:// and hdlc://."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from xdlms.codec.errors import EncodeError
from xdlms.profiles.hdlc.parameters import MAX_INFORMATION, MAX_WINDOW, LinkParameters
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.profiles.hdlc.settings import HdlcSettings
from xdlms.profiles.link import Saps

NAMES: Final = frozenset(
    (
        "physical",
        "address_size",
        "max_info",
        "window",
        "response_timeout",
        "inter_octet_timeout",
        "retries",
        "inactivity",
    )
)
"""The options that are understood here; see docs/hdlc.md."""


def client_link(options: Mapping[str, str]) -> PrimaryLink:
    """The client's link for an address. Raises ValueError with the option that is wrong; others are left alone."""
    physical = _number(options, "physical", None)
    try:
        return PrimaryLink(_settings(options), physical=physical, address_size=_number(options, "address_size", 0) or 0)
    except EncodeError as error:
        raise ValueError(f"options of the address: {error.reason}") from None


def server_link(
    options: Mapping[str, str], *, devices: Iterable[int] | None = None, accepts: Callable[[Saps], bool] | None = None
) -> SecondaryLink:
    """The server's link for an address; `devices` and `accepts` as `SecondaryLink` has them.

    Raises ValueError with the option that is wrong; others are left alone.
    """
    physical = _number(options, "physical", None)
    try:
        return SecondaryLink(_settings(options), devices=devices, accepts=accepts, physical=physical)
    except EncodeError as error:
        raise ValueError(f"options of the address: {error.reason}") from None


def _settings(options: Mapping[str, str]) -> HdlcSettings:
    longest = _number(options, "max_info", MAX_INFORMATION) or 0
    window = _number(options, "window", MAX_WINDOW) or 0
    settings = HdlcSettings(LinkParameters(longest, longest, window, window))
    settings = replace(settings, retries=_number(options, "retries", settings.retries) or 0)
    settings = replace(settings, response_timeout=_seconds(options, "response_timeout", settings.response_timeout))
    settings = replace(
        settings, inter_octet_timeout=_seconds(options, "inter_octet_timeout", settings.inter_octet_timeout)
    )
    return replace(settings, inactivity_timeout=_seconds(options, "inactivity", settings.inactivity_timeout))


def _number(options: Mapping[str, str], name: str, default: int | None) -> int | None:
    text = options.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise ValueError(f"option {name}: {text!r} is not a number")
    return int(text)


def _seconds(options: Mapping[str, str], name: str, default: float) -> float:
    text = options.get(name)
    if text is None:
        return default
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"option {name}: {text!r} is not a number of seconds") from None
