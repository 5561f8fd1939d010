"""What can be configured of the meter, from a TOML file or in Python.

The file; every table and every line may be left out::

    [meter]
    system-title = "58444C0000000001"
    logical-device-name = "XDL0000000000001"
    serial-number = "00000001"
    seed = 1                            # of what the meter measures
    time-zone = 0                       # minutes from local time to UTC, -840 to 840
    max-pdu-size = 65535                # octets of the longest APDU that is taken; 12 to 65535, 0: no limit
    load-profile-entries = 1000         # 1 to 100000
    load-profile-period = 900           # seconds, 60 to 86400
    push-destination = "127.0.0.1:4059" # host:port
    push-security-setup = 0             # whose keys cipher pushes; left out: they are plain

    [limits]                            # see xdlms.server.Limits
    connections = 4096

    [security-setups.0]                 # the object 0.0.43.0.0.255
    policy = 3
    global-unicast-encryption-key = "000102030405060708090A0B0C0D0E0F"
    global-broadcast-encryption-key = "..."
    authentication-key = "..."
    master-key = "..."

    [clients.1]                         # client SAP
    name = "management"
    access = "manage"                   # "public", "read" or "manage"
    contexts = ["LN-ciphered", "SN-ciphered"]
    mechanisms = ["hls-gmac"]           # "lowest", "lls", "hls-md5", "hls-sha1", "hls-gmac"
    security-setup = 0
    system-titles = ["4D4D4D0000000001"] # those that are recognised; left out: any
    password = "..."
    hls-secret = "..."
    hls-shared-counter = false

Where there are tables of clients, they are all the clients there are; so with security setups.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from xdlms.meter.push import address_of
from xdlms.security import Keys, Secret
from xdlms.server import Limits
from xdlms.services.names import ApplicationContext

T = TypeVar("T")
_LARGEST_SETUP: Final = 255
_LARGEST_SAP: Final = 0xFFFF


class MeterConfigError(Exception):
    """A configuration is wrong; the message says where, and what is expected. It never shows a key."""


class Access(StrEnum):
    """What a client may do."""

    PUBLIC = "public"
    """Read a few objects: names, clock, invocation counters."""
    READ = "read"
    """Read all objects, and set the clock."""
    MANAGE = "manage"
    """Everything."""


class Mechanism(StrEnum):
    """The authentication mechanisms of the meter."""

    LOWEST = "lowest"
    LLS = "lls"
    HLS_MD5 = "hls-md5"
    HLS_SHA1 = "hls-sha1"
    HLS_GMAC = "hls-gmac"


CONTEXTS: Final = {
    "LN": ApplicationContext.LN,
    "SN": ApplicationContext.SN,
    "LN-ciphered": ApplicationContext.LN_CIPHERED,
    "SN-ciphered": ApplicationContext.SN_CIPHERED,
}
"""The application contexts, as the configuration names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupConfig:
    """A Security setup.

    Args:
        keys: the global keys.
        policy: 0 to 3.
    """

    keys: Keys = field(repr=False)
    policy: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """A client of the meter.

    Args:
        name: for people.
        access: what it may do.
        contexts: the application contexts that it may use.
        mechanisms: the authentication mechanisms that it may use.
        setup: the number of its Security setup; needed for ciphered contexts and for HLS with GMAC.
        titles: the system titles that are recognised; None: any.
        password: of LLS.
        secret: of HLS with MD5 and SHA-1.
        shared_counter: take a reply of HLS with GMAC that has the invocation counter of the message that brings it.
            There are clients that send it so; it is wrong, and tells attackers about the key.
    """

    name: str
    access: Access = Access.READ
    contexts: frozenset[ApplicationContext] = frozenset({ApplicationContext.LN, ApplicationContext.SN})
    mechanisms: frozenset[Mechanism] = frozenset({Mechanism.LOWEST})
    setup: int | None = None
    titles: frozenset[bytes] | None = None
    password: Secret | None = field(default=None, repr=False)
    secret: Secret | None = field(default=None, repr=False)
    shared_counter: bool = False


TEST_KEYS: Final = Keys(
    global_unicast_encryption_key=bytes(range(16)),
    authentication_key=bytes(range(0xD0, 0xE0)),
    global_broadcast_encryption_key=bytes(range(15, -1, -1)),
    master_key=bytes.fromhex("00112233445566778899AABBCCDDEEFF"),
)
"""Keys that everybody knows: they protect nothing, and are for tests only."""
TEST_PASSWORD: Final = Secret(b"12345678")
"""A password that everybody knows."""
TEST_SECRET: Final = Secret(b"0123456789ABCDEF")
"""A secret of HLS that everybody knows."""

_LN_SN: Final = frozenset({ApplicationContext.LN, ApplicationContext.SN})
_CIPHERED: Final = frozenset({ApplicationContext.LN_CIPHERED, ApplicationContext.SN_CIPHERED})


def default_setups() -> dict[int, SetupConfig]:
    """Two Security setups with the well-known test keys."""
    return {0: SetupConfig(keys=TEST_KEYS, policy=3), 1: SetupConfig(keys=TEST_KEYS, policy=0)}


def default_clients() -> dict[int, ClientConfig]:
    """One client of each kind, with the well-known test keys and passwords."""
    return {
        16: ClientConfig(name="public", access=Access.PUBLIC),
        1: ClientConfig(
            name="management",
            access=Access.MANAGE,
            contexts=_CIPHERED,
            mechanisms=frozenset({Mechanism.HLS_GMAC}),
            setup=0,
        ),
        2: ClientConfig(name="reader", mechanisms=frozenset({Mechanism.LLS}), password=TEST_PASSWORD),
        3: ClientConfig(
            name="service",
            access=Access.MANAGE,
            contexts=_LN_SN | _CIPHERED,
            mechanisms=frozenset({Mechanism.HLS_GMAC}),
            setup=1,
        ),
        4: ClientConfig(
            name="ciphered reader",
            contexts=_CIPHERED,
            mechanisms=frozenset({Mechanism.LOWEST, Mechanism.LLS}),
            setup=0,
            password=TEST_PASSWORD,
        ),
        5: ClientConfig(
            name="reader with a secret",
            mechanisms=frozenset({Mechanism.HLS_MD5, Mechanism.HLS_SHA1}),
            secret=TEST_SECRET,
        ),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterConfig:
    """All that can be configured; the module's docstring shows the same as a file.

    Raises:
        MeterConfigError: a value is out of range, or a client lacks what its mechanisms and contexts need.
    """

    system_title: bytes = b"XDL\x00\x00\x00\x00\x01"
    logical_device_name: str = "XDL0000000000001"
    serial_number: str = "00000001"
    seed: int = 1
    time_zone: int = 0
    max_pdu_size: int = 0xFFFF
    load_profile_entries: int = 1000
    load_profile_period: int = 900
    push_destination: str = "127.0.0.1:4059"
    push_security_setup: int | None = None
    setups: Mapping[int, SetupConfig] = field(default_factory=default_setups)
    clients: Mapping[int, ClientConfig] = field(default_factory=default_clients)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        _check(len(self.system_title) == 8, "system-title has 8 octets")
        _check(_is_name(self.logical_device_name), "logical-device-name has 1 to 16 characters of ASCII")
        _check(_is_name(self.serial_number), "serial-number has 1 to 16 characters of ASCII")
        _check(abs(self.time_zone) <= 840, "time-zone is -840 to 840 minutes")
        size = self.max_pdu_size
        _check(size == 0 or 12 <= size <= 0xFFFF, "max-pdu-size is 12 to 65535 octets, or 0")
        _check(_is_destination(self.push_destination), "push-destination is host:port")
        _check(1 <= self.load_profile_entries <= 100_000, "load-profile-entries is 1 to 100000")
        _check(60 <= self.load_profile_period <= 86_400, "load-profile-period is 60 to 86400 seconds")
        for number, setup in self.setups.items():
            _check(0 <= number <= _LARGEST_SETUP, f"security-setups.{number}: the number is 0 to 255")
            _check(0 <= setup.policy <= 3, f"security-setups.{number}: policy is 0 to 3")
            _check(isinstance(setup.keys, Keys), f"security-setups.{number}: the keys are given as Keys")
        _check_push(self.push_security_setup, self.setups)
        for sap, client in self.clients.items():
            _check_client(sap, client, self.setups)

    @property
    def is_open_to_everybody(self) -> bool:
        """Whether a key, password or secret that everybody knows lets clients in."""
        test_keys = [TEST_KEYS.global_unicast_encryption_key, TEST_KEYS.authentication_key, TEST_KEYS.master_key]
        for setup in self.setups.values():
            keys = setup.keys
            given = (keys.global_unicast_encryption_key, keys.authentication_key, keys.master_key)
            if any(key is not None and key in test_keys for key in given):
                return True
        return any(client.password == TEST_PASSWORD or client.secret == TEST_SECRET for client in self.clients.values())


def load_config(path: str | os.PathLike[str]) -> MeterConfig:
    """The configuration in a file; the module's docstring shows its form.

    A file that holds keys or passwords must be its owner's alone (mode 600). On Windows modes are not looked at.

    Raises:
        MeterConfigError: the file cannot be read, others can read or change its keys, or it says what there is
            not; the message says where.
    """
    from xdlms.meter.config_tables import read_tables

    name = os.fspath(path)
    tables = _tables(name)
    if isinstance(tables, str):
        raise MeterConfigError(f"{name}: {tables}")
    try:
        return read_tables(tables)
    except MeterConfigError as error:
        message = str(error)
    raise MeterConfigError(f"{name}: {message}")


def config_of(document: Mapping[str, Any]) -> MeterConfig:
    """The configuration in a document of tables; raises MeterConfigError."""
    from xdlms.meter.config_tables import conceal, read_tables

    tables = conceal(document)
    del document  # no frame that raises shows a key or password
    return read_tables(tables)


def _tables(path: str) -> Mapping[str, Any] | str:
    """The tables in a file, or what is wrong with the file: this frame holds the file, and does not raise."""
    from xdlms.meter.config_tables import conceal, holds_secrets

    try:
        with open(path, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            tables = conceal(tomllib.load(file))
    except OSError as error:
        return str(error.strerror)
    except UnicodeDecodeError:
        return "this is not TOML: it is not UTF-8"
    except (ValueError, RecursionError) as error:
        # Its other words can quote the file.
        place = re.search(r"line \d+, column \d+", str(error))
        return f"this is not TOML{f': see {place.group()}' if place else ''}"
    is_shared = os.name == "posix" and stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO)
    if is_shared and holds_secrets(tables):
        return f"it holds keys or passwords, and others can read or change it; run: chmod 600 {path}"
    return tables


def _check(right: bool, expected: str) -> None:
    if not right:
        raise MeterConfigError(expected)


def _is_name(text: str) -> bool:
    return 1 <= len(text) <= 16 and text.isascii() and text.isprintable()


def _is_destination(text: str) -> bool:
    try:
        address_of(text)
    except ValueError:
        return False
    return True


def _check_push(number: int | None, setups: Mapping[int, SetupConfig]) -> None:
    if number is None:
        return
    _check(number in setups, f"push-security-setup: there is no security setup {number}")
    _check_complete("push-security-setup", number, setups)


def _check_complete(where: str, number: int, setups: Mapping[int, SetupConfig], *, authentication: bool = True) -> None:
    keys = setups[number].keys
    complete = keys.global_unicast_encryption_key is not None
    if authentication:
        complete = complete and keys.authentication_key is not None
    _check(complete, f"{where}: security setup {number} lacks the unicast encryption or authentication key")


def _check_client(sap: int, client: ClientConfig, setups: Mapping[int, SetupConfig]) -> None:
    where = f"clients.{sap}"
    _check(0 <= sap <= _LARGEST_SAP, f"{where}: a client SAP is 0 to {_LARGEST_SAP}")
    _check(bool(client.contexts), f"{where}: there is no application context")
    _check(bool(client.mechanisms), f"{where}: there is no authentication mechanism")
    needs_setup = any(context.ciphered for context in client.contexts) or Mechanism.HLS_GMAC in client.mechanisms
    _check(not needs_setup or client.setup is not None, f"{where}: ciphering and hls-gmac need a security-setup")
    _check(client.setup is None or client.setup in setups, f"{where}: there is no security setup {client.setup}")
    if needs_setup and client.setup is not None:
        setup = setups[client.setup]
        only_encrypts = Mechanism.HLS_GMAC not in client.mechanisms and setup.policy in (0, 2)
        _check_complete(where, client.setup, setups, authentication=not only_encrypts)
    _check(Mechanism.LLS not in client.mechanisms or client.password is not None, f"{where}: lls needs a password")
    hashed = {Mechanism.HLS_MD5, Mechanism.HLS_SHA1} & client.mechanisms
    _check(not hashed or client.secret is not None, f"{where}: hls-md5 and hls-sha1 need an hls-secret")
    gmac = Mechanism.HLS_GMAC in client.mechanisms
    _check(gmac or not client.shared_counter, f"{where}: hls-shared-counter is for hls-gmac")
    hidden = isinstance(client.password, Secret | None) and isinstance(client.secret, Secret | None)
    _check(hidden, f"{where}: a password or secret is given as Secret")
    for title in client.titles or ():
        _check(len(title) == 8, f"{where}: a system title has 8 octets")
