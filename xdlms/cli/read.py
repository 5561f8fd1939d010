"""``xdlms read``: reads attributes of a meter."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any, Final

from xdlms.cli.connecting import add_connection, complain_of, run_with_meter
from xdlms.cli.console import Console, Style
from xdlms.client import AccessError, Client, NotSentError, ObjectInfo, ScalerUnit
from xdlms.client.profile import SCALED, SCALER_UNITS
from xdlms.data import Data
from xdlms.tools.attributes import Wanted, json_of, lines_of, needs_objects, resolve, title_of, wanted
from xdlms.tools.objects import dotted
from xdlms.tools.units import UNITS, scaled, with_unit

_DESCRIPTION: Final = """\
Read attributes, several at a time.

An attribute is written [CLASS/]OBJECT[/ATTRIBUTE]: 1.0.1.8.0.255, 3/1.0.1.8.0.255/2, clock, clock/time_zone. Without
CLASS the object list of the meter is asked; without ATTRIBUTE it is 2, the value. Registers are shown with scaler
and unit. Exit code 1 if any attribute could not be read.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("attribute", nargs="+", metavar="ATTRIBUTE", help="what to read")
    parser.add_argument("--json", action="store_true", help="one JSON object an attribute and line")
    add_connection(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """Read and show; 1 if anything could not be read."""
    try:
        asked = [wanted(text) for text in options.attribute]  # before anything is sent
    except NotSentError as error:
        complain_of(error, console)
        return 1
    return run_with_meter(options, console, lambda client: _read(client, options, console, asked))


async def _read(client: Client, options: argparse.Namespace, console: Console, asked: Sequence[Wanted]) -> int:
    objects = await objects_for(client, asked)
    references = []
    code = 0
    for one in asked:
        try:
            references.append(resolve(one, objects))
        except NotSentError as error:
            code = 1
            complain_of(error, console)
            if options.json:
                console.line(json.dumps({"asked": one.text, "error": "not-found"}, ensure_ascii=False))
    scales = [
        (class_id, name, SCALER_UNITS[class_id])
        for class_id, name, attribute in references
        if attribute in SCALED.get(class_id, ())
    ]
    values = await client.get_many([*references, *scales])
    units = {
        (class_id, name): ScalerUnit.of(value)
        for (class_id, name, _), value in zip(scales, values[len(references) :], strict=True)
    }
    for reference, value in zip(references, values, strict=False):
        class_id, name, attribute = reference
        scale = units.get((class_id, name)) if attribute in SCALED.get(class_id, ()) else None
        if isinstance(value, AccessError):
            code = 1
        if options.json:
            console.line(json.dumps(_json(reference, value, scale), ensure_ascii=False))
        else:
            _show(console, reference, value, scale)
    return code


async def objects_for(client: Client, asked: Sequence[Wanted]) -> list[ObjectInfo]:
    """The object list, if anything that was asked for needs it."""
    return await client.objects() if any(map(needs_objects, asked)) else []


def _show(
    console: Console, reference: tuple[int, bytes, int], value: Data | AccessError, scale: ScalerUnit | None
) -> None:
    title = console.styled(title_of(*reference), Style.TITLE)
    if isinstance(value, AccessError):
        console.line(f"{title}: not read")
        complain_of(value, console)
        return
    raw = value.value
    if scale is not None and isinstance(raw, int | float) and not isinstance(raw, bool):
        console.line(f"{title}: {with_unit(raw, scale.scaler, scale.unit)}")
        return
    first, *others = lines_of(raw)
    console.line(f"{title}: {first}")
    for line in others:
        console.line(line)


def _json(reference: tuple[int, bytes, int], value: Data | AccessError, scale: ScalerUnit | None) -> dict[str, Any]:
    class_id, name, attribute = reference
    shown: dict[str, Any] = {"class": class_id, "logical-name": dotted(name), "attribute": attribute}
    if isinstance(value, AccessError):
        return shown | {"error": value.result.name.replace("_", "-")}
    shown["value"] = json_of(value)
    if scale is not None and isinstance(value.value, int | float) and not isinstance(value.value, bool):
        shown |= {"scaled": scaled(value.value, scale.scaler), "unit": UNITS.get(scale.unit, str(scale.unit))}
    return shown
