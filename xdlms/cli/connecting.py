"""What the commands that talk to a meter have in common: their options, the connection, and what to say on failure."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TextIO

from xdlms.cli import AT_FAULT, wrong_usage
from xdlms.cli.console import Console
from xdlms.cli.meters import (
    MeterEntry,
    MetersError,
    entry_without_file,
    load_meter,
    usual_counters_file,
    usual_meters_file,
)
from xdlms.client import Client, ClientError, Hls, Lls, Lowest, NotSentError, connect
from xdlms.client.trace import write_to
from xdlms.security import (
    CounterStore,
    Mechanism,
    SecurityContext,
    SecurityError,
    SqliteCounterStore,
)

PUBLIC_CLIENT: Final = 16
_LARGEST_JUMP: Final = 1 << 24
_IN_COMMANDS: Final = {
    "connect anew, or use reconnect=True": "run it again",
    "`xdlms objects`, or Client.objects()": "`xdlms objects`",
    "None waits for ever": "give --timeout more than 0 seconds",
}
"""What the client's hints say in terms of Python."""
_MECHANISMS: Final = {"hls-md5": Mechanism.HLS_MD5, "hls-sha1": Mechanism.HLS_SHA1}


def add_connection(parser: argparse.ArgumentParser) -> None:
    """The options of a connection."""
    parser.set_defaults(parser=parser)
    group = parser.add_argument_group("connection")
    group.add_argument("--meter", metavar="NAME", help="the entry of the meters file; keys and passwords stand there")
    group.add_argument(
        "--meters",
        metavar="FILE",
        help="the meters file; by default what XDLMS_METERS names, or ~/.config/xdlms/meters.toml",
    )
    group.add_argument(
        "--url",
        metavar="URL",
        help="tcp://HOST:PORT, udp://HOST:PORT, hdlc+tcp://HOST:PORT, or hdlc:///dev/LINE?baud=N for a serial line",
    )
    group.add_argument("--client", type=int, metavar="N", help="address of the client; by default the public client 16")
    group.add_argument("--server", type=int, metavar="N", help="address of the logical device; by default 1")
    group.add_argument(
        "--timeout",
        type=float,
        metavar="SECONDS",
        help="how long to wait for an answer; by default 5, over HDLC longer",
    )
    group.add_argument(
        "--sync-counter",
        action="store_true",
        help="first read the invocation counter that the meter expects, as the public client, and continue above it",
    )
    group.add_argument("--trace", metavar="FILE", help="record every APDU; `xdlms trace FILE` draws them")


def run_with_meter(options: argparse.Namespace, console: Console, work: Callable[[Client], Awaitable[int]]) -> int:
    """Connect, do the work, release; gives its exit code, or 1 where something failed, which was told then."""
    try:
        entry = _entry(options)
    except MetersError as error:
        console.complain(f"error: {error}")
        return AT_FAULT
    if entry.url is None:
        wrong_usage(options.parser, "which meter? give --meter NAME of the meters file, or --url URL")

    async def connected() -> int:
        async with _meter(options, entry, console) as client:
            return await work(client)

    try:
        return asyncio.run(connected())
    except ClientError as error:
        complain_of(error, console)
    except SecurityError as error:
        console.complain(f"error: {error}")
    return AT_FAULT


class Progress:
    """Tells on a terminal how far a long read is; it leaves nothing behind.

    Args:
        what: what is counted, in the plural.
        total: how many there will be; None: not known.
    """

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what = what
        self._total = total
        self._count = 0
        self._shown = 0.0
        self._on = sys.stderr is not None and sys.stderr.isatty() and not sys.stdout.isatty()

    def step(self) -> None:
        """One more."""
        self._count += 1
        if self._on:
            now = asyncio.get_running_loop().time()
            if now - self._shown > 0.1:
                self._shown = now
                of = "" if self._total is None else f" of {self._total}"
                sys.stderr.write(f"\r{self._count}{of} {self._what} ")
                sys.stderr.flush()

    def end(self) -> None:
        """Done: the line is empty again."""
        if self._on and self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _entry(options: argparse.Namespace) -> MeterEntry:
    if options.meter is not None:
        path = usual_meters_file(os.environ) if options.meters is None else Path(options.meters)
        entry = load_meter(path, options.meter, os.environ)
    else:
        entry = entry_without_file(os.environ)
    given = {
        name: getattr(options, name)
        for name in ("url", "client", "server", "timeout")
        if getattr(options, name) is not None
    }
    return replace(entry, **given)


@asynccontextmanager
async def _meter(options: argparse.Namespace, entry: MeterEntry, console: Console) -> AsyncIterator[Client]:
    async with AsyncExitStack() as stack:
        settings: dict[str, Any] = {
            "server": entry.server,
            "referencing": entry.referencing,
            "timeout": entry.timeout,
        }
        if options.trace is not None:
            try:
                file = stack.enter_context(_written(options.trace))
            except OSError as error:
                raise NotSentError(f"{options.trace}: {error.strerror}") from None
            settings["trace"] = write_to(file)
        security = None
        if entry.ciphering or entry.authentication == "hls-gmac":
            security = _security(entry, stack)
            if options.sync_counter:
                await _continue_above(entry, security, settings, console)
        elif options.sync_counter:
            raise NotSentError(
                "without ciphering and HLS with GMAC there is no invocation counter", hint="leave --sync-counter out"
            )
        client = connect(
            entry.url or "",
            client=entry.client,
            auth=_authentication(entry),
            security=security,
            dedicated_key=entry.dedicated_key,
            user_id=entry.user_id,
            max_receive_pdu_size=entry.max_pdu_size,
            **settings,
        )
        yield await stack.enter_async_context(client)


@contextmanager
def _written(path: str) -> Iterator[TextIO]:
    with open(path, "w", encoding="utf-8", opener=_for_its_owner) as file:
        yield file


def _for_its_owner(path: str, flags: int) -> int:
    """Open a file that nobody else can read: what is written to a meter stands in a trace, a new password too."""
    descriptor = os.open(path, flags, 0o600)
    try:
        status = os.fstat(descriptor)
        if os.name == "posix" and stat.S_ISREG(status.st_mode) and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            os.fchmod(descriptor, 0o600)  # it was there already
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _authentication(entry: MeterEntry) -> Lowest | Lls | Hls:
    known = entry.secrets
    if entry.authentication == "lls":
        if known.lls_password is None:
            raise NotSentError(
                "there is no password", hint="write lls-password in the meters file, or XDLMS_LLS_PASSWORD"
            )
        return Lls(known.lls_password)
    if entry.authentication in _MECHANISMS:
        if known.hls_secret is None:
            raise NotSentError(
                "there is no HLS secret", hint="write hls-secret in the meters file, or XDLMS_HLS_SECRET"
            )
        return Hls(_MECHANISMS[entry.authentication], known.hls_secret)
    return Hls() if entry.authentication == "hls-gmac" else Lowest()


def _security(entry: MeterEntry, stack: AsyncExitStack) -> SecurityContext:
    if entry.system_title is None:
        raise NotSentError(
            "there is no system title of the client", hint='write system-title = "4D4D4D..." in the meters file'
        )
    policy = entry.security_policy if entry.security_policy is not None else 3
    return SecurityContext(
        suite=entry.secrets.suite,
        policy=policy if entry.ciphering else 0,
        keys=entry.secrets.keys,
        local_title=entry.system_title,
        peer_title=entry.meter_title,
        store=_counters(entry, stack),
        random=secrets.token_bytes,
        ciphered=entry.ciphering,
    )


def _counters(entry: MeterEntry, stack: AsyncExitStack) -> CounterStore:
    path = entry.counters or usual_counters_file(os.environ)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise NotSentError(f"{path.parent}: {error.strerror}", hint="say where: counters in the meters file") from None
    return stack.enter_context(SqliteCounterStore(path))


async def _continue_above(
    entry: MeterEntry, security: SecurityContext, settings: dict[str, Any], console: Console
) -> None:
    """Read the counter that the meter accepted last from this client, and continue above it."""
    async with connect(entry.url or "", client=PUBLIC_CLIENT, **settings) as public:
        value = (await public.get(1, f"0.0.43.1.{entry.client}.255", 2)).value
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotSentError(f"0.0.43.1.{entry.client}.255 of the meter holds no counter")
    security.resynchronise(value + 1, largest_jump=_LARGEST_JUMP)
    console.complain(f"note: the meter has invocation counter {value}; going on above it")


def complain_of(error: ClientError, console: Console) -> None:
    """Tell what is wrong, and what to try."""
    console.complain(f"error: {error}")
    if error.hint:
        console.complain(f"  try: {_for_commands(error.hint)}")


def _for_commands(hint: str) -> str:
    """A hint of the client, in the words of the commands, and with the option that does it."""
    for of_the_client, of_commands in _IN_COMMANDS.items():
        hint = hint.replace(of_the_client, of_commands)
    return f"{hint}; --sync-counter does that" if "read it from 0.0.43.1" in hint else hint
