"""``xdlms meter``: runs the simulated meter until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import logging
import signal
from typing import Final

from xdlms.cli.console import Console
from xdlms.meter import Meter, MeterConfig, MeterConfigError, load_config
from xdlms.transports import Address, LinkOptions, make_link

_DEFAULT: Final = "tcp://127.0.0.1:4059"
_DESCRIPTION: Final = """\
Run a simulated meter. The first line on standard output is `ready URL`, when it listens.

Without --config its keys and passwords are known to everybody: see docs/meter.md, which lists its clients and
objects, too. An interrupt (Ctrl-C) or SIGTERM ends it, with all associations.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--listen",
        metavar="URL",
        default=_DEFAULT,
        help="tcp://HOST:PORT, udp://HOST:PORT, hdlc+tcp://HOST:PORT (port 0: any that is free) or "
        f"hdlc:///dev/ttyUSB0?baud=9600 ({_DEFAULT})",
    )
    parser.add_argument("--config", metavar="FILE", help="TOML: titles, keys, clients, limits")
    parser.add_argument("--verbose", action="store_true", help="tell on standard error what happens")


def run(options: argparse.Namespace, console: Console) -> int:
    """Run the meter; 1 where the configuration or the address is at fault."""
    try:
        config = MeterConfig() if options.config is None else load_config(options.config)
        address = Address.parse(options.listen)
        make_link(address, server=True, options=LinkOptions())  # for what is wrong with its options
    except (MeterConfigError, ValueError) as error:
        console.complain(f"error: {error}")
        return 1
    if config.is_open_to_everybody and address.host and not _is_loopback(address.host):
        console.complain(
            f"warning: {address.host} is not this machine alone, and keys or passwords of the meter are known to "
            "everybody; --config has keys of your own"
        )
    if options.verbose:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    return asyncio.run(_serve(Meter(config), options.listen, console))


async def _serve(meter: Meter, url: str, console: Console) -> int:
    """Serve until a signal comes; 1 where it cannot listen."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        server = await meter.serve(url)
    except OSError as error:
        console.complain(f"error: cannot listen at {url}: {error.strerror or error}")
        return 1
    async with server:
        console.line(f"ready {server.url}")
        console.flush()
        await stop.wait()
    return 0


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
