"""The objects of the meter's logical devices, and what each client may do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from xdlms import data
from xdlms.meter.classes import DataObject, DemandRegister, ExtendedRegister, MeterObject, Register
from xdlms.meter.clock import WRITABLE as CLOCK_WRITABLE
from xdlms.meter.clock import ClockObject
from xdlms.meter.config import Access, MeterConfig
from xdlms.meter.control import CONTROL_MODE, DisconnectControl, SapAssignment
from xdlms.meter.image import ENABLED, ImageTransfer
from xdlms.meter.objects import (
    ANNEX_D,
    CLOCK,
    CUBIC_METRE,
    DAILY_PROFILE,
    DEMAND,
    DEVICE_NAME,
    DISCONNECT_CONTROL,
    ENERGIES,
    ERROR_REGISTER,
    EVENT_CODE,
    EVENT_LOG,
    FIFTY,
    IMAGE_TRANSFER,
    LEVELS,
    LOAD_PROFILE,
    MAXIMUM_DEMAND,
    PROFILE_STATUS,
    PUSH_SETUP,
    SAP_ASSIGNMENT,
    SERIAL_NUMBER,
    VOLUME,
    Energy,
    Level,
    W,
    counter_name,
    setup_name,
)
from xdlms.meter.profile import SELECTORS, Column, ProfileGeneric
from xdlms.meter.push import WRITABLE as PUSH_WRITABLE
from xdlms.meter.push import PushSetup, Reference
from xdlms.meter.security import SecuritySetup, SecurityState
from xdlms.meter.simulation import Simulation
from xdlms.meter.time import MeterTime
from xdlms.server import AccessError, AttributeAccess, LogicalDevice, MethodAccess, Rights
from xdlms_apdu.v2023 import Data, DataTag

DAY: Final = 86_400
DAYS: Final = 365
"""Rows of the daily profile."""
EVENTS: Final = 100
"""Rows of the event log."""
POWER_UP: Final = 2
"""The first event of the log."""
_COUNTER_BITS: Final = 32
_PEAK_CHANNEL: Final = 30
_QUARTER: Final = 900


class Rows:
    """What measures: the simulation at the meter's time."""

    __slots__ = ("simulation", "time")

    def __init__(self, simulation: Simulation, time: MeterTime) -> None:
        self.simulation = simulation
        self.time = time

    def counted(self, energy: Energy, at: datetime) -> int:
        """An energy at a time, in 32 bits: it begins at 0 again."""
        return self.simulation.energy(energy.channel, at, energy.mean) % (1 << _COUNTER_BITS)

    def energy(self, energy: Energy) -> Register:
        """The register of an energy."""
        return Register(
            energy.name, lambda: data.double_long_unsigned(self.counted(energy, self.time.now())), 0, energy.unit
        )

    def level(self, level: Level) -> Register:
        """The register of a quantity of the moment."""

        def value() -> Data:
            return level.make(self.simulation.level(level.channel, self.time.now(), level.mean, level.spread))

        return Register(level.name, value, level.scaler, level.unit)

    def demand(self) -> DemandRegister:
        """The average power of the quarter of an hour."""
        energy = ENERGIES[0]

        def average(at: datetime) -> Data:
            return data.double_long_unsigned(self.simulation.average(energy.channel, at, energy.mean))

        return DemandRegister(
            DEMAND,
            lambda: average(self.time.now() + timedelta(seconds=_QUARTER)),
            lambda: average(self.time.now()),
            0,
            W,
            period=_QUARTER,
            start=lambda: self.time.date_time(self._quarter(self.time.now())),
        )

    def maximum_demand(self) -> ExtendedRegister:
        """The highest average power of the day before, and when it was."""
        energy = ENERGIES[0]

        def peak() -> tuple[int, datetime]:
            midnight = self.time.now().replace(hour=0, minute=0, second=0, microsecond=0)
            ends = [midnight - timedelta(seconds=_QUARTER * number) for number in range(DAY // _QUARTER)]
            return max((self.simulation.average(energy.channel, end, energy.mean), end) for end in ends)

        return ExtendedRegister(
            MAXIMUM_DEMAND,
            lambda: data.double_long_unsigned(peak()[0]),
            0,
            W,
            status=data.unsigned(0),
            capture_time=lambda: self.time.date_time(peak()[1]),
        )

    def profile(self, logical_name: bytes, energies: Iterable[Energy], *, period: int, entries: int) -> ProfileGeneric:
        """A profile of the clock, the status and some energies."""
        columns = [Column((1, PROFILE_STATUS, 2, 0), DataTag.unsigned, lambda at: 0)]
        for energy in energies:

            def value(at: datetime, energy: Energy = energy) -> int:
                return self.counted(energy, at)

            columns.append(Column((3, energy.name, 2, 0), DataTag.double_long_unsigned, value))
        return ProfileGeneric(logical_name, columns, clock=CLOCK, time=self.time, period=period, entries=entries)

    def event_log(self) -> ProfileGeneric:
        """The event log; it begins with the power-up."""
        column = Column((1, EVENT_CODE, 2, 0), DataTag.unsigned, lambda at: POWER_UP)
        log = ProfileGeneric(EVENT_LOG, [column], clock=CLOCK, time=self.time, period=0, entries=EVENTS)
        log.capture()
        return log

    def volume(self) -> Register:
        """The register of the gas meter."""
        gas = Energy(VOLUME, 40, 120, CUBIC_METRE)
        return Register(VOLUME, lambda: data.double_long_unsigned(self.counted(gas, self.time.now())), -2, gas.unit)

    @staticmethod
    def _quarter(at: datetime) -> datetime:
        return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


class Builder:
    """Adds objects to a logical device, with the rights of each client by what it may do."""

    __slots__ = ("_clients", "_device")

    def __init__(self, device: LogicalDevice, clients: Mapping[int, Access]) -> None:
        self._device = device
        self._clients = clients

    def add(
        self,
        object_: MeterObject,
        *,
        public: bool = False,
        readers_write: tuple[int, ...] = (),
        writable: tuple[int, ...] = (),
        base_name: int | None = None,
        authenticated: bool = False,
    ) -> None:
        """Add an object.

        Args:
            object_: the object.
            public: whether public clients may read it.
            readers_write: the attributes that readers may write, too.
            writable: the attributes that managing clients may write.
            base_name: its short name.
            authenticated: whether writing and calling takes an authenticated message.
        """
        selectors = SELECTORS if isinstance(object_, ProfileGeneric) else {}
        reads = object_.rights(selectors=selectors)
        kinds = {
            Access.READ: object_.rights(writable=readers_write, selectors=selectors),
            Access.MANAGE: object_.rights(writable=writable, callable_=True, selectors=selectors),
        }
        if authenticated:
            kinds[Access.MANAGE] = _authenticated(kinds[Access.MANAGE])
        if public:
            kinds[Access.PUBLIC] = reads
        rights = {sap: kinds[access] for sap, access in self._clients.items() if access in kinds}
        self._device.add(object_, rights, base_name=base_name)


def _authenticated(rights: Rights) -> Rights:
    """The same rights, where what changes something needs an authenticated message."""
    writing = {AttributeAccess.READ_AND_WRITE: AttributeAccess.AUTHENTICATED_READ_AND_WRITE}
    calling = {MethodAccess.ACCESS: MethodAccess.AUTHENTICATED_ACCESS}
    return Rights(
        {number: writing.get(mode, mode) for number, mode in rights.attributes.items()},
        {number: calling.get(mode, mode) for number, mode in rights.methods.items()},
        rights.selectors,
    )


def add_common(
    builder: Builder, device_name: bytes, devices: Callable[[], dict[int, bytes]], clock: ClockObject
) -> None:
    """What every logical device has: its name, the clock and, in the management device, SAP assignment."""
    builder.add(DataObject(DEVICE_NAME, data.octet_string(device_name)), public=True)
    builder.add(SapAssignment(SAP_ASSIGNMENT, devices), public=True)
    builder.add(clock, public=True, readers_write=CLOCK_WRITABLE[:1], writable=CLOCK_WRITABLE)


def add_security(
    builder: Builder, states: Mapping[int, SecurityState], counters: Mapping[int, Callable[[], int]]
) -> None:
    """The Security setups, and the invocation counters of clients by their SAP."""
    for number, state in states.items():
        builder.add(SecuritySetup(setup_name(number), state), authenticated=True)
    for sap, counter in counters.items():

        def value(counter: Callable[[], int] = counter) -> Data:
            return data.double_long_unsigned(counter())

        builder.add(DataObject(counter_name(sap), value), public=True)


def add_metering(builder: Builder, config: MeterConfig, rows: Rows) -> None:
    """Registers, profiles and what else a meter of electricity has."""
    for (logical_name, base_name), value in zip(
        ANNEX_D, (data.octet_string(FIFTY), data.visible_string("000")), strict=True
    ):
        builder.add(DataObject(logical_name, value), writable=(2,), base_name=base_name)
    builder.add(DataObject(SERIAL_NUMBER, data.octet_string(config.serial_number.encode())), public=True)
    builder.add(DataObject(ERROR_REGISTER, data.double_long_unsigned(0)))
    builder.add(DataObject(PROFILE_STATUS, data.unsigned(0)))
    builder.add(DataObject(EVENT_CODE, data.unsigned(POWER_UP)))
    builder.add(DisconnectControl(DISCONNECT_CONTROL), writable=(CONTROL_MODE,), authenticated=True)
    for energy in ENERGIES:
        builder.add(rows.energy(energy))
    for level in LEVELS:
        builder.add(rows.level(level))
    builder.add(rows.demand())
    builder.add(rows.maximum_demand())
    period, entries = config.load_profile_period, config.load_profile_entries
    builder.add(rows.profile(LOAD_PROFILE, (ENERGIES[0], *ENERGIES[3:5]), period=period, entries=entries))
    builder.add(rows.profile(DAILY_PROFILE, ENERGIES, period=DAY, entries=DAYS))
    builder.add(rows.event_log())


def add_push(
    builder: Builder, device: LogicalDevice, time: MeterTime, destination: str, state: SecurityState | None
) -> None:
    """What pushes the name of the device, the time and the energies; plain where there is no Security setup for it."""

    def read(reference: Reference) -> Data | None:
        entry = device.find(reference[0], reference[1])
        if entry is None or not isinstance(entry.object, MeterObject):
            return None
        if reference[2] == 1:
            return data.octet_string(entry.object.logical_name)
        try:
            return entry.object.value_of(reference[2])
        except AccessError:
            return None

    references: tuple[Reference, ...] = (
        (1, DEVICE_NAME, 2, 0),
        (8, CLOCK, 2, 0),
        *((3, energy.name, 2, 0) for energy in ENERGIES),
    )
    setup = PushSetup(
        PUSH_SETUP,
        server=device.sap,
        time=time,
        read=read,
        objects=references,
        destination=destination,
        security=None if state is None else state.push_context,
    )
    builder.add(setup, writable=PUSH_WRITABLE)


def add_image_transfer(builder: Builder) -> None:
    """What takes a firmware image."""
    builder.add(ImageTransfer(IMAGE_TRANSFER), writable=(ENABLED,), authenticated=True)
