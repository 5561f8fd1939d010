"""``xdlms call``: invokes a method of a meter."""

from __future__ import annotations

import argparse
from typing import Final

from xdlms import data
from xdlms.cli.connecting import add_connection, complain_of, run_with_meter
from xdlms.cli.console import Console
from xdlms.cli.read import objects_for
from xdlms.cli.write import VALUES
from xdlms.client import Client, NotSentError
from xdlms.data import Data
from xdlms.tools.attributes import lines_of, resolve, title_of, value_from, wanted

_DESCRIPTION: Final = f"""\
Invoke a method, which is written [CLASS/]OBJECT/METHOD: 70/0.0.96.3.10.255/1, "disconnect control/remote_disconnect".
Without a VALUE the parameter is integer 0, as methods without one take it.

{VALUES}"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("method", metavar="METHOD", help="what to invoke")
    parser.add_argument("value", nargs="?", metavar="VALUE", help="its parameter")
    parser.add_argument(
        "--unconfirmed",
        action="store_true",
        help="an unconfirmed service: it is sent, no answer is awaited, and nobody knows whether it was done",
    )
    add_connection(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """Invoke; 1 if the method fails."""
    try:
        argument = data.integer(0) if options.value is None else value_from(options.value)
        asked = wanted(options.method)
        if asked.number is None:
            raise NotSentError(f"{options.method!r} names no method", hint="write OBJECT/METHOD")
    except NotSentError as error:
        complain_of(error, console)
        return 1
    return run_with_meter(options, console, lambda client: _call(client, options, console, argument))


async def _call(client: Client, options: argparse.Namespace, console: Console, argument: Data) -> int:
    asked = wanted(options.method)
    class_id, name, method = resolve(asked, await objects_for(client, [asked]), method=True)
    returned = await client.action(class_id, name, method, argument, confirmed=not options.unconfirmed)
    title = title_of(class_id, name, method, method=True)
    if returned is None:
        console.line(f"{title}: {'sent' if options.unconfirmed else 'done'}")
        return 0
    first, *others = lines_of(returned.value)
    for line in (f"{title}: {first}", *others):
        console.line(line)
    return 0
