"""The programs of other stacks, a meter that they talk to, and what it holds."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Self, TypeVar

from xdlms import data
from xdlms.meter import TEST_PASSWORD, TEST_SECRET, Meter, MeterConfig
from xdlms.meter.config import Access, ClientConfig, Mechanism, default_clients
from xdlms.meter.objects import name
from xdlms.security import GmacHls, HlsFunction, Keys, MemoryCounterStore, SecurityContext
from xdlms.server import Limits, Server
from xdlms_apdu.v2023 import Data, SelectiveAccessDescriptor

PEERS = "INTEROP_PEERS"
"""The environment variable with the Python interpreter of the other stacks."""
DRIVERS = Path(__file__).parent / "peers"
NOW = datetime(2024, 6, 1, 12, 7, 30, tzinfo=UTC)
WAIT = 20.0
GMAC = 5

PUBLIC, MANAGER, READER, SERVICE, CIPHERED_READER, HASHED_READER, PASSWORD_MANAGER = 16, 1, 2, 3, 4, 5, 6
"""The clients of the meter."""
PASSWORD = TEST_PASSWORD.reveal()
SECRET = TEST_SECRET.reveal()
ENCRYPTION_KEY = bytes(range(16))
AUTHENTICATION_KEY = bytes(range(0xD0, 0xE0))
T = TypeVar("T")


def interpreter() -> str:
    """The Python of the other stacks."""
    found = os.environ.get(PEERS)
    if not found:
        raise RuntimeError(f"set {PEERS} to the Python interpreter of the other stacks, or use `make interop`")
    return found


class Peer:
    """A program that uses another stack: it is given a line of JSON, and answers with one."""

    def __init__(self, driver: str) -> None:
        path = DRIVERS / f"{driver}.py"
        variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        self._process = subprocess.Popen(
            [
                interpreter(),
                "-I",
                "-c",
                f"import sys, runpy; sys.path.insert(0, {str(DRIVERS)!r}); "
                f"runpy.run_path({str(path)!r}, run_name='__main__')",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=variables,
            text=True,
        )
        self._said: list[str] = []
        self._reader = threading.Thread(target=self._keep, args=(self._process.stderr,), daemon=True)
        self._reader.start()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Its answer; fails with what the program wrote to its standard error where there is none."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        alarm = threading.Timer(WAIT, process.kill)
        alarm.start()
        try:
            line = process.stdout.readline()
        finally:
            alarm.cancel()
        if not line:
            raise RuntimeError("the peer ended: " + "".join(self._said[-40:]))
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise RuntimeError(f"the driver failed: {answer['failed']}")
        return answer

    def close(self) -> None:
        """End the program."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(5)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def _keep(self, stream: IO[str]) -> None:
        self._said.extend(stream)


class Loop:
    """An event loop in a thread of its own, so that tests may wait for a peer meanwhile."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What a coroutine gives."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT)

    def close(self) -> None:
        """Stop it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT)
        self._loop.close()


class Served:
    """A meter that listens; its clock stands still."""

    def __init__(self, loop: Loop, scheme: str = "tcp") -> None:
        clients = default_clients()
        clients[PASSWORD_MANAGER] = ClientConfig(
            name="manager with a password",
            access=Access.MANAGE,
            mechanisms=frozenset({Mechanism.LLS}),
            password=TEST_PASSWORD,
        )
        self.meter = Meter(MeterConfig(load_profile_entries=200, clients=clients), clock=lambda: NOW)
        self.scheme = scheme
        self._loop = loop
        limits = Limits(failed_authentications=None)
        self._server: Server = loop.run(self.meter.serve(f"{scheme}://127.0.0.1:0", limits=limits))

    @property
    def port(self) -> int:
        """The TCP port."""
        return int(self._server.url.rpartition(":")[2])

    def holds(
        self, class_id: int, logical_name: str, attribute: int, selection: SelectiveAccessDescriptor | None = None
    ) -> Data:
        """The value of an attribute, or the selected part of it."""
        entry = self.meter.devices[0].find(class_id, name(logical_name))
        assert entry is not None
        if attribute == 1:
            return data.octet_string(entry.object.logical_name)
        nobody: Any = None
        value = entry.object.get(attribute, selection, nobody)
        assert isinstance(value, Data)
        return value

    def attributes(self, client: int) -> list[tuple[int, str, int]]:
        """Every attribute that a client can read, but for those of the current association."""
        return [
            (entry.object.class_id, ".".join(map(str, entry.object.logical_name)), number)
            for entry, rights in self.meter.devices[0].visible_to(client)
            for number, access in sorted(rights.attributes.items())
            if access.readable
        ]

    def take_shared_counters(self) -> None:
        """Take f(StoC) of HLS with GMAC under the counter of the APDU that brings it, too."""
        for device in self.meter.devices:
            for sap, client in device.clients.items():
                hls = {**client.settings.hls, GMAC: _lenient_gmac}
                if GMAC in client.settings.hls:
                    device.clients[sap] = replace(client, settings=replace(client.settings, hls=hls))

    @property
    def associations(self) -> int:
        """How many there are."""
        return self._server.associations

    def base(self, class_id: int, logical_name: str) -> int:
        """The base name of an object."""
        entry = self.meter.devices[0].find(class_id, name(logical_name))
        assert entry is not None
        assert entry.base_name is not None
        return entry.base_name

    def close(self) -> None:
        """Listen no more."""
        self._loop.run(self._server.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Simulator:
    """The simulated meter of another stack."""

    def __init__(
        self, peer: Peer, scheme: str = "tcp", *, pdu: int = 1024, window: int = 1, short_names: bool = True
    ) -> None:
        keys = {"encryption_key": ENCRYPTION_KEY.hex(), "authentication_key": AUTHENTICATION_KEY.hex()}
        self._peer = peer
        given = {**keys, "pdu": pdu, "hdlc": "hdlc" in scheme, "window": window, "short_names": short_names}
        port = peer.ask({"start": given})["port"]
        self.url = f"{scheme}://127.0.0.1:{port}"

    def holds(self) -> dict[tuple[int, str, int], str]:
        """The octets of the Data of every attribute, in hexadecimal digits."""
        return {(class_id, text, number): octets for class_id, text, number, octets in self._peer.ask({})["holds"]}


def security(
    *, ciphered: bool = True, encryption_key: bytes = ENCRYPTION_KEY, authentication_key: bytes = AUTHENTICATION_KEY
) -> SecurityContext:
    """The context of a client of ours, with a title of its own."""
    return SecurityContext(
        suite=0,
        policy=3 if ciphered else 0,
        keys=Keys(global_unicast_encryption_key=encryption_key, authentication_key=authentication_key),
        local_title=bytes.fromhex(fresh_title()),
        peer_title=None,
        store=MemoryCounterStore(),
        random=secrets.token_bytes,
        ciphered=ciphered,
    )


def same(told: Any, held: Data) -> bool:
    """Whether a peer told a value that is held: its octets, or, where the peer keeps none, the plain value.

    gurux has no empty arrays: it tells None.
    """
    if told == plain(held.encode()):
        return True
    return bool(told == plain(held.value) or (told is None and held.value == []))


def plain(value: Any) -> Any:
    """A value as the peers tell it."""
    if isinstance(value, bytes):
        return {"octets": value.hex()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return {"bits": str(value)}


def _lenient_gmac(context: SecurityContext | None, user: int | None) -> HlsFunction | None:
    return None if context is None else GmacHls(context, allow_shared_counter=True)


_titles = iter(range(1, 1 << 24))


def fresh_title() -> str:
    """A system title that no association had before: the meter has seen no counter of it."""
    return f"4D4D4D{next(_titles):010X}"


@dataclass
class Session:
    """An association of a peer's client with the meter, and what it is to do."""

    served: Served
    client: int = PUBLIC
    mechanism: str = "lowest"
    secret: bytes = b""
    referencing: str = "LN"
    security: str = ""
    dedicated: str = ""
    pdu: int = 65535
    server: int = 1
    encryption_key: bytes = ENCRYPTION_KEY
    authentication_key: bytes = AUTHENTICATION_KEY
    counter: int = 1
    plain_release: bool = False
    wait: float = 5.0
    title: str = field(default_factory=fresh_title)
    hdlc: dict[str, int] | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)

    def get(self, class_id: int, logical_name: str, attribute: int) -> Self:
        """Read an attribute."""
        self.steps.append({"do": "get", **self._item(class_id, logical_name), "attribute": attribute})
        return self

    def get_list(self, *wanted: tuple[int, str, int]) -> Self:
        """Read attributes with one request."""
        items = [{**self._item(class_id, text), "attribute": number} for class_id, text, number in wanted]
        self.steps.append({"do": "get_list", "list": items})
        return self

    def set(self, class_id: int, logical_name: str, attribute: int, value: Data) -> Self:
        """Write an attribute."""
        item = self._item(class_id, logical_name)
        self.steps.append({"do": "set", **item, "attribute": attribute, "data": value.encode().hex()})
        return self

    def action(self, class_id: int, logical_name: str, method: int, value: Data) -> Self:
        """Invoke a method."""
        item = self._item(class_id, logical_name)
        self.steps.append({"do": "action", **item, "method": method, "data": value.encode().hex()})
        return self

    def step(self, do: str, class_id: int, logical_name: str, **given: Any) -> Self:
        """Anything else."""
        self.steps.append({"do": do, **self._item(class_id, logical_name), **given})
        return self

    def question(self) -> dict[str, Any]:
        """What the driver is told."""
        keys = None
        if self.security or self.mechanism == "hls-gmac":
            keys = {
                "title": self.title,
                "encryption": self.encryption_key.hex(),
                "authentication": self.authentication_key.hex(),
                "counter": self.counter,
            }
        return {
            "port": self.served.port,
            "hdlc": self.hdlc or ({"information": 128, "window": 1} if "hdlc" in self.served.scheme else None),
            "client": self.client,
            "server": self.server,
            "mechanism": self.mechanism,
            "secret": self.secret.hex(),
            "referencing": self.referencing,
            "security": self.security,
            "dedicated": self.dedicated,
            "pdu": self.pdu,
            "plain_release": self.plain_release,
            "wait": self.wait,
            "keys": keys,
            "steps": self.steps,
        }

    def values(self, peer: Peer) -> list[Any]:
        """What the peer read; fails where anything was refused."""
        answer = peer.ask(self.question())
        assert "refused" not in answer, answer
        failed = [(step, each) for step, each in zip(self.steps, answer["answers"], strict=True) if "error" in each]
        assert not failed, failed
        assert answer["released"] is True, answer
        return [each["value"] for each in answer["answers"]]

    def _item(self, class_id: int, logical_name: str) -> dict[str, Any]:
        item: dict[str, Any] = {"class": class_id, "name": logical_name}
        if self.referencing == "SN":
            item["base"] = 0xFA00 if logical_name == "0.0.40.0.0.255" else self.served.base(class_id, logical_name)
        return item
