"""``xdlms objects``: lists the objects of a meter."""

from __future__ import annotations

import argparse
import json
from typing import Any, Final

from xdlms.cli.connecting import add_connection, run_with_meter
from xdlms.cli.console import Console, Style
from xdlms.client import Client, ObjectInfo
from xdlms.client.objects import ACCESS_RIGHTS_LIST, ASSOCIATION_SN, mode_in_words, with_rights
from xdlms.data import Data
from xdlms.tools.objects import attribute_name, class_name, method_name, object_name

_DESCRIPTION: Final = """\
List the objects that the current association shows to this client: class, version, logical name, and what is known of
them. With --rights also what this client may do with each attribute and method, where the meter tells.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--rights", action="store_true", help="show the access rights too")
    parser.add_argument("--json", action="store_true", help="one JSON object an object and line")
    add_connection(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """List the objects."""
    return run_with_meter(options, console, lambda client: _list(client, options, console))


async def _list(client: Client, options: argparse.Namespace, console: Console) -> int:
    objects = await client.objects()
    if options.rights and any(info.base_name is not None for info in objects):
        # With short names they stand in a list of their own.
        (rights,) = await client.get_many([(*ASSOCIATION_SN, ACCESS_RIGHTS_LIST)])
        if isinstance(rights, Data):
            objects = with_rights(objects, rights)
    for info in objects:
        if options.json:
            console.line(json.dumps(_json(info)))
            continue
        kind = class_name(info.class_id) or "?"
        base = "" if info.base_name is None else f"  base {info.base_name:04X}"
        name = console.styled(f"{info.name:<20}", Style.TITLE)
        console.line(
            f"{info.class_id:>5} v{info.version}  {name} {kind:<20} {object_name(info.logical_name)}{base}".rstrip()
        )
        if options.rights:
            for line in _rights(info):
                console.line(f"          {line}")
    if options.rights and not any(info.attributes or info.methods for info in objects):
        console.complain("note: the meter tells this client no access rights")
    return 0


def _rights(info: ObjectInfo) -> list[str]:
    attributes = [
        f"{number} {attribute_name(info.class_id, number)}: {mode_in_words(mode)}"
        for number, mode in info.attributes.items()
    ]
    methods = [
        f"method {number} {method_name(info.class_id, number)}: {mode_in_words(mode, method=True)}"
        for number, mode in info.methods.items()
    ]
    return attributes + methods


def _json(info: ObjectInfo) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "class": info.class_id,
        "version": info.version,
        "logical-name": info.name,
        "name": object_name(info.logical_name),
        "attributes": {str(number): mode for number, mode in info.attributes.items()},
        "methods": {str(number): mode for number, mode in info.methods.items()},
    }
    if info.base_name is not None:
        shown["base-name"] = info.base_name
    return shown
