"""``xdlms write``: writes an attribute of a meter."""

from __future__ import annotations

import argparse
from typing import Final

from xdlms.cli.connecting import add_connection, complain_of, run_with_meter
from xdlms.cli.console import Console
from xdlms.cli.read import objects_for
from xdlms.client import Client, NotSentError
from xdlms.data import Data
from xdlms.tools.attributes import resolve, title_of, value_from, wanted

VALUES: Final = """\
A VALUE is TYPE:VALUE with a type of the abstract syntax (unsigned:5, boolean:true, octet-string:0A0B,
visible-string:abc, null-data), time:2026-01-31T12:00:00+01:00, which is a date-time in an octet-string, or JSON as
`xdlms decode --json` writes it: '{"structure": [{"integer": -1}, {"enum": 30}]}'.
"""
_DESCRIPTION: Final = f"""\
Write an attribute, which is written [CLASS/]OBJECT[/ATTRIBUTE]: 1/0.0.96.1.0.255/2, clock/time.

{VALUES}"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("attribute", metavar="ATTRIBUTE", help="what to write")
    parser.add_argument("value", metavar="VALUE", help="the value")
    parser.add_argument(
        "--unconfirmed",
        action="store_true",
        help="an unconfirmed service: it is sent, no answer is awaited, and nobody knows whether it was done",
    )
    add_connection(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write; 1 if the meter does not take it."""
    try:
        value = value_from(options.value)  # before anything is sent
        wanted(options.attribute)
    except NotSentError as error:
        complain_of(error, console)
        return 1
    return run_with_meter(options, console, lambda client: _write(client, options, console, value))


async def _write(client: Client, options: argparse.Namespace, console: Console, value: Data) -> int:
    asked = wanted(options.attribute)
    class_id, name, attribute = resolve(asked, await objects_for(client, [asked]))
    await client.set(class_id, name, attribute, value, confirmed=not options.unconfirmed)
    console.line(f"{title_of(class_id, name, attribute)}: {'sent' if options.unconfirmed else 'written'}")
    return 0
