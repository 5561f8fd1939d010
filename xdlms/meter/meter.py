"""The simulated meter: a configuration made into logical devices."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from xdlms.association import ServerSettings
from xdlms.association.settings import HlsProvider
from xdlms.meter.building import (
    Builder,
    Rows,
    add_common,
    add_image_transfer,
    add_metering,
    add_push,
    add_security,
)
from xdlms.meter.clock import ClockObject
from xdlms.meter.config import CONTEXTS, ClientConfig, Mechanism, MeterConfig
from xdlms.meter.objects import CLOCK, setup_name
from xdlms.meter.security import SecurityState
from xdlms.meter.simulation import Simulation
from xdlms.meter.time import Clock, MeterTime, machine_clock
from xdlms.security import (
    CounterStore,
    GmacHls,
    HlsFunction,
    Md5Hls,
    MemoryCounterStore,
    Secret,
    SecurityPolicy,
    Sha1Hls,
)
from xdlms.server import Client, Limits, LogicalDevice, Server, Session, serve
from xdlms.server.device import NO_SETUP
from xdlms.services.names import LLS

MANAGEMENT_SAP: Final = 1
"""The management logical device, which is the meter of electricity."""
GAS_SAP: Final = 17
"""The logical device of a gas meter that hangs on it."""
_COUNTED_FROM: Final = datetime(2025, 1, 1, tzinfo=UTC)
_COUNTERS_A_SECOND: Final = 4
_LAST_FIRST_COUNTER: Final = 0xF0000000
_LARGEST_OCTET: Final = 255
_LARGEST_VALUE: Final = 1 << 16  # octets of a request in blocks: anybody may begin one, and no object takes more
_MD5: Final = 3
_SHA1: Final = 4
_GMAC: Final = 5


class Meter:
    """A meter that measures what its seed and its clock say.

    Nothing is kept when it ends, the invocation counters neither, unless another store is given: its own ones begin
    with a number that grows with the clock, 4 a second, so that clients take what it sends when it is started again.

    Args:
        config: titles, keys, clients and the rest; None: the defaults, with keys that everybody knows.
        clock: gives the time, with its zone; None: that of the machine.
        store: keeps the invocation counters.
        random: gives so many octets from a cryptographic source.

    `devices` are its logical devices, to be served; `time` is its time; `config` what it was made of.
    """

    def __init__(
        self,
        config: MeterConfig | None = None,
        *,
        clock: Clock | None = None,
        store: CounterStore | None = None,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.config = config = config or MeterConfig()
        self.time = MeterTime(clock or machine_clock, config.time_zone)
        self._random = random
        self._store = store or MemoryCounterStore(first_counter=_first_counter(self.time.now()))
        self._titles: dict[int, bytes] = {}
        self._states = {number: self._state(number) for number in config.setups}
        clients = [self._client(sap, client) for sap, client in config.clients.items()]
        electricity = LogicalDevice(MANAGEMENT_SAP, config.logical_device_name.encode(), clients)
        gas = LogicalDevice(GAS_SAP, config.logical_device_name.encode()[:13] + b"GAS", clients)
        self.devices: tuple[LogicalDevice, ...] = (electricity, gas)
        rows = Rows(Simulation(config.seed), self.time)
        clock_object = ClockObject(CLOCK, self.time, config.load_profile_period)
        access = {sap: client.access for sap, client in config.clients.items()}
        builder = Builder(electricity, access)
        add_metering(builder, config, rows)
        add_common(builder, electricity.name, self._device_names, clock_object)
        add_security(builder, self._states, self._counters())
        pushes = None if config.push_security_setup is None else self._states[config.push_security_setup]
        add_push(builder, electricity, self.time, config.push_destination, pushes)
        add_image_transfer(builder)
        builder = Builder(gas, access)
        add_common(builder, gas.name, self._device_names, clock_object)
        builder.add(rows.volume())

    async def serve(self, url: str, *, limits: Limits | None = None) -> Server:
        """Listen at an address; see `xdlms.server.serve`."""
        return await serve(url, self.devices, limits=limits or self.config.limits, random=self._random)

    def __repr__(self) -> str:
        return f"<Meter {self.config.logical_device_name}>"

    # Within

    def _device_names(self) -> dict[int, bytes]:
        return {device.sap: device.name for device in self.devices}

    def _state(self, number: int) -> SecurityState:
        setup = self.config.setups[number]
        state = SecurityState(
            title=self.config.system_title,
            keys=setup.keys,
            policy=setup.policy,
            store=self._store,
            sessions=lambda: self._sessions(number),
            random=self._random,
        )
        state.strengthened = lambda: self._strengthened(number)
        return state

    def _sessions(self, number: int) -> list[Session]:
        """The associations that use a Security setup."""
        name = setup_name(number)
        return [
            session for device in self.devices for session in device.sessions if session.client.security_setup == name
        ]

    def _strengthened(self, number: int) -> None:
        """A policy asks for protection now: contexts without ciphering are not offered any more."""
        ciphered = frozenset(context for context in CONTEXTS.values() if context.ciphered)
        for device in self.devices:
            for sap, client in device.clients.items():
                if client.security_setup == setup_name(number):
                    contexts = client.settings.application_contexts & ciphered
                    device.clients[sap] = replace(
                        client, settings=replace(client.settings, application_contexts=contexts)
                    )

    def _counters(self) -> dict[int, Callable[[], int]]:
        """What gives the highest accepted counter of each client that ciphers."""
        return {
            sap: self._counter(sap, self._states[client.setup])
            for sap, client in self.config.clients.items()
            if client.setup is not None and sap <= _LARGEST_OCTET
        }

    def _counter(self, sap: int, state: SecurityState) -> Callable[[], int]:
        return lambda: state.last_counter(self._titles.get(sap, b""))

    def _client(self, sap: int, client: ClientConfig) -> Client:
        provider = None
        contexts = client.contexts
        if client.setup is not None:
            state = self._states[client.setup]
            provider = state.provider(client.titles)
            if state.policy is not SecurityPolicy.NOTHING:
                contexts = frozenset(context for context in contexts if context.ciphered)
        secrets_ = ClientSecrets(client.password, client.secret)
        settings = ServerSettings(
            application_contexts=contexts,
            max_receive_pdu_size=self.config.max_pdu_size,
            largest_value=_LARGEST_VALUE,
            lowest=Mechanism.LOWEST in client.mechanisms,
            password=secrets_.password_for if Mechanism.LLS in client.mechanisms else None,
            hls=_hls(client, secrets_),
            security=provider,
        )
        setup = NO_SETUP if client.setup is None else setup_name(client.setup)
        return Client(
            sap=sap,
            settings=settings,
            name=client.name,
            security_setup=setup,
            change_secret=secrets_.change,
            associated=None if client.setup is None else self._associated(sap, self._states[client.setup]),
        )

    def _associated(self, sap: int, state: SecurityState) -> Callable[[Session], None]:
        """What notes the system titles of a client, for its invocation counter."""

        def note(session: Session) -> None:
            title = state.associated(session)
            if title is not None:
                self._titles[sap] = title

        return note


def default_meter(*, seed: int = 1, clock: Clock | None = None) -> Meter:
    """A meter with one client of each kind, and with keys and passwords that everybody knows.

    Args:
        seed: of what it measures.
        clock: gives the time, with its zone; None: that of the machine.
    """
    return Meter(MeterConfig(seed=seed), clock=clock)


class ClientSecrets:
    """What a client proves itself with, until it changes it.

    Args:
        password: of LLS.
        secret: of HLS with MD5 and SHA-1.
    """

    __slots__ = ("_password", "_secret")

    def __init__(self, password: Secret | None, secret: Secret | None) -> None:
        self._password = password
        self._secret = secret

    def password_for(self, user: int | None) -> Secret | None:
        """The password; all users of the client have one."""
        return self._password

    def hashed(self, kind: Callable[[Secret], HlsFunction]) -> HlsFunction | None:
        """f of HLS with the secret."""
        return None if self._secret is None else kind(self._secret)

    def change(self, session: Session, secret: Secret) -> None:
        """Take another password, or another secret, by the mechanism of the association."""
        if session.mechanism == LLS:
            self._password = secret
        else:
            self._secret = secret


def _first_counter(now: datetime) -> int:
    """Where the meter's own invocation counters begin: behind those of one with the same keys that ran before."""
    passed = int((now - _COUNTED_FROM).total_seconds()) * _COUNTERS_A_SECOND
    return min(max(passed, 1), _LAST_FIRST_COUNTER)


def _hls(client: ClientConfig, known: ClientSecrets) -> dict[int, HlsProvider]:
    """f of each HLS mechanism that a client may use."""
    offered: dict[int, HlsProvider] = {}
    if Mechanism.HLS_MD5 in client.mechanisms:
        offered[_MD5] = lambda context, user: known.hashed(Md5Hls)
    if Mechanism.HLS_SHA1 in client.mechanisms:
        offered[_SHA1] = lambda context, user: known.hashed(Sha1Hls)
    if Mechanism.HLS_GMAC in client.mechanisms:
        shared = client.shared_counter
        offered[_GMAC] = lambda context, user: (
            None if context is None else GmacHls(context, allow_shared_counter=shared)
        )
    return offered
