"""Which objects the meter has: their logical names, units, and what the simulation makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from xdlms import data
from xdlms_apdu.v2023 import Data

WH: Final = 30
VARH: Final = 32
W: Final = 27
CUBIC_METRE: Final = 13
V: Final = 35
A: Final = 33
HZ: Final = 44
"""Units (IEC 62056-6-2)."""


def name(text: str) -> bytes:
    """The octets of a logical name written as 1.0.1.8.0.255."""
    return bytes(int(part) for part in text.split("."))


CLOCK: Final = name("0.0.1.0.0.255")
DEVICE_NAME: Final = name("0.0.42.0.0.255")
SAP_ASSIGNMENT: Final = name("0.0.41.0.0.255")
SERIAL_NUMBER: Final = name("0.0.96.1.0.255")
DISCONNECT_CONTROL: Final = name("0.0.96.3.10.255")
PUSH_SETUP: Final = name("0.0.25.9.0.255")
IMAGE_TRANSFER: Final = name("0.0.44.0.0.255")
ERROR_REGISTER: Final = name("0.0.97.97.0.255")
PROFILE_STATUS: Final = name("0.0.96.10.1.255")
LOAD_PROFILE: Final = name("1.0.99.1.0.255")
DAILY_PROFILE: Final = name("1.0.99.2.0.255")
EVENT_LOG: Final = name("1.0.99.98.0.255")
EVENT_CODE: Final = name("0.0.96.11.0.255")
MAXIMUM_DEMAND: Final = name("1.0.1.6.0.255")
DEMAND: Final = name("1.0.1.4.0.255")
VOLUME: Final = name("7.0.3.0.0.255")


def setup_name(number: int) -> bytes:
    """The logical name of a Security setup."""
    return bytes((0, 0, 43, 0, number, 255))


def counter_name(client_sap: int) -> bytes:
    """The logical name of the invocation counter of a client with a SAP of 0 to 255."""
    return bytes((0, 0, 43, 1, client_sap, 255))


ANNEX_D: Final = ((name("0.0.128.0.0.255"), 0x0100), (name("0.0.128.1.0.255"), 0x0110))
"""The objects of the examples in Annex D, and their base names."""
FIFTY: Final = bytes.fromhex("".join(f"{number:02}" for number in range(1, 51)))


@dataclass(frozen=True, slots=True)
class Energy:
    """A quantity that is counted: channel and mean of its simulation, unit."""

    name: bytes
    channel: int
    mean: int
    unit: int = WH


ENERGIES: Final = (
    Energy(name("1.0.1.8.0.255"), 1, 250),
    Energy(name("1.0.1.8.1.255"), 2, 150),
    Energy(name("1.0.1.8.2.255"), 3, 100),
    Energy(name("1.0.2.8.0.255"), 4, 60),
    Energy(name("1.0.3.8.0.255"), 5, 40, VARH),
    Energy(name("1.0.4.8.0.255"), 6, 10, VARH),
)


@dataclass(frozen=True, slots=True)
class Level:
    """A quantity of the moment: channel, mean and spread of its simulation, scaler, unit, and its type."""

    name: bytes
    channel: int
    mean: int
    spread: int
    scaler: int
    unit: int
    make: Callable[[int], Data] = data.long_unsigned


LEVELS: Final = (
    Level(name("1.0.1.7.0.255"), 11, 1000, 400, 0, W, data.double_long_unsigned),
    Level(name("1.0.2.7.0.255"), 12, 240, 200, 0, W, data.double_long_unsigned),
    Level(name("1.0.32.7.0.255"), 13, 2300, 60, -1, V),
    Level(name("1.0.52.7.0.255"), 14, 2300, 60, -1, V),
    Level(name("1.0.72.7.0.255"), 15, 2300, 60, -1, V),
    Level(name("1.0.31.7.0.255"), 16, 150, 80, -2, A),
    Level(name("1.0.51.7.0.255"), 17, 150, 80, -2, A),
    Level(name("1.0.71.7.0.255"), 18, 150, 80, -2, A),
    Level(name("1.0.14.7.0.255"), 19, 5000, 3, -2, HZ),
)
