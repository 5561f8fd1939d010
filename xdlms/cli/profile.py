"""``xdlms profile``: reads the buffer of a profile as a table, CSV or JSON."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from xdlms.cli import wrong_usage
from xdlms.cli.connecting import Progress, add_connection, run_with_meter
from xdlms.cli.console import Console, Style
from xdlms.client import Client, Column, NotSentError, Profile
from xdlms.client.names import logical_name_of
from xdlms.tools.attributes import words_of
from xdlms.tools.objects import attribute_name, dotted, object_name
from xdlms.tools.units import NO_UNIT, UNITS

_DESCRIPTION: Final = """\
Read a profile: 1.0.99.1.0.255, the load profile, unless another one is named. Rows are written as they come, with
scalers applied; the units stand in the head. Select by time (--from and --to, both included) or by number
(--from-entry and --to-entry; 1 is the first entry). With --format json the first line tells of the columns: name, unit,
and the scaler that is applied; each line behind it is a row.
"""
_LOAD_PROFILE: Final = "1.0.99.1.0.255"
_TIME_WIDTH: Final = 19
_LEAST_WIDTH: Final = 8
_LAST_ENTRY: Final = 0xFFFFFFFF


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("name", nargs="?", default=_LOAD_PROFILE, metavar="PROFILE", help="its logical name")
    parser.add_argument("--from", dest="start", metavar="TIME", help="as 2026-01-31T00:00, local time of the meter")
    parser.add_argument("--to", dest="end", metavar="TIME", help="as --from")
    parser.add_argument("--from-entry", type=int, metavar="N", help="number of the first entry")
    parser.add_argument("--to-entry", type=int, metavar="N", help="number of the last entry")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="how rows are written")
    add_connection(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """Read and show the rows."""
    parser: argparse.ArgumentParser = options.parser
    start, end = (_time(parser, text) for text in (options.start, options.end))
    by_number = options.from_entry is not None or options.to_entry is not None
    if (start is None) != (end is None) or (start is not None and by_number):
        wrong_usage(parser, "give --from and --to, or --from-entry and --to-entry")
    _check_entries(parser, options.from_entry, options.to_entry)
    if start is not None and end is not None:
        if (start.tzinfo is None) != (end.tzinfo is None):
            wrong_usage(parser, "give --from and --to both with a time zone, or both without one")
        if start > end:
            wrong_usage(parser, f"--from {options.start} is later than --to {options.end}")
    try:
        logical_name_of(options.name)
    except NotSentError as error:
        wrong_usage(parser, f"{error}: {error.hint}")

    async def show(client: Client) -> int:
        return await _show(client, options, console, start, end)

    return run_with_meter(options, console, show)


def _check_entries(parser: argparse.ArgumentParser, first: int | None, last: int | None) -> None:
    if first is not None and not 1 <= first <= _LAST_ENTRY:
        wrong_usage(parser, f"--from-entry is 1, the first entry, to {_LAST_ENTRY}; not {first}")
    if last is not None and not 0 <= last <= _LAST_ENTRY:
        wrong_usage(parser, f"--to-entry is 1 to {_LAST_ENTRY}, or 0 for the last entry there is; not {last}")
    if first is not None and last and first > last:
        wrong_usage(parser, f"--from-entry {first} is behind --to-entry {last}")


def _time(parser: argparse.ArgumentParser, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        wrong_usage(parser, f"{text!r} is no time; write 2026-01-31T00:00")


async def _show(
    client: Client, options: argparse.Namespace, console: Console, start: datetime | None, end: datetime | None
) -> int:
    profile = Profile(client, logical_name_of(options.name))
    columns = await profile.columns()
    selected = start is not None or options.from_entry is not None or options.to_entry is not None
    total = None if selected else await profile.entries_in_use()
    write = _WRITERS[options.format](console, profile, columns)
    progress = Progress("rows", total)
    try:
        async with aclosing(profile.rows(start, end, first=options.from_entry, last=options.to_entry)) as rows:
            async for row in rows:
                write(_meant(columns, row))
                progress.step()
    finally:
        progress.end()
    return 0


def _meant(columns: Sequence[Column], row: Sequence[Any]) -> list[Any]:
    if len(row) != len(columns):  # a selection of columns, or a meter that does not keep to its own list
        return list(row)
    return [column.value(cell) for column, cell in zip(columns, row, strict=True)]


def _heading(column: Column) -> tuple[str, str, str]:
    """Logical name, what is known of it, unit."""
    words = object_name(column.logical_name) or attribute_name(column.class_id, column.attribute)
    scale = column.scaler_unit
    unit = "" if scale is None or scale.unit == NO_UNIT else UNITS.get(scale.unit, f"unit {scale.unit}")
    return column.name, words, unit


def _table(console: Console, profile: Profile, columns: Sequence[Column]) -> Callable[[Sequence[Any]], None]:
    headings = [_heading(column) for column in columns]
    widths = [
        max(_TIME_WIDTH if column.is_time else _LEAST_WIDTH, *map(len, heading))
        for column, heading in zip(columns, headings, strict=True)
    ]
    for place in range(3):
        cells = (heading[place].ljust(width) for heading, width in zip(headings, widths, strict=True))
        line = "  ".join(cells).rstrip()
        if line:
            console.line(console.styled(line, Style.TITLE))

    def write(row: Sequence[Any]) -> None:
        fitting = widths if len(row) == len(widths) else [_LEAST_WIDTH] * len(row)
        cells = []
        for cell, width in zip(row, fitting, strict=True):
            text = _text(cell)
            is_number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
            cells.append(text.rjust(width) if is_number else text.ljust(width))
        console.line("  ".join(cells).rstrip())

    return write


def _csv(console: Console, profile: Profile, columns: Sequence[Column]) -> Callable[[Sequence[Any]], None]:
    def write(cells: Sequence[Any]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(cells)
        console.line(line.getvalue())

    headings = map(_heading, columns)
    write([f"{name} {words} [{unit}]" if unit else f"{name} {words}".rstrip() for name, words, unit in headings])
    return lambda row: write([_plain(cell) for cell in row])


def _json(console: Console, profile: Profile, columns: Sequence[Column]) -> Callable[[Sequence[Any]], None]:
    names = [f"{column.name}/{column.attribute}" for column in columns]
    if len(set(names)) < len(names):
        names = [f"{name}/{column.data_index}" for name, column in zip(names, columns, strict=True)]
    head = dict(zip(names, map(_column_json, columns), strict=True))
    console.line(json.dumps({"profile": dotted(profile.name), "columns": head}, ensure_ascii=False))

    def write(row: Sequence[Any]) -> None:
        cells = [_plain(cell) for cell in row]
        shown = dict(zip(names, cells, strict=True)) if len(names) == len(cells) else cells
        console.line(json.dumps(shown, ensure_ascii=False))

    return write


def _column_json(column: Column) -> dict[str, Any]:
    name, words, unit = _heading(column)
    shown: dict[str, Any] = {"class": column.class_id, "logical-name": name, "attribute": column.attribute}
    shown |= {"data-index": column.data_index, "name": words}
    if column.scaler_unit is not None:
        shown |= {"scaler": column.scaler_unit.scaler, "unit": unit}
    return shown


def _text(cell: Any) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"  # never with a power of ten
    return cell.strftime("%Y-%m-%d %H:%M:%S") if isinstance(cell, datetime) else words_of(cell)


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, float) and not isfinite(cell):
        return str(cell)  # JSON has no such numbers
    if cell is None or isinstance(cell, int | float | str):
        return cell
    return cell.hex().upper() if isinstance(cell, bytes) else words_of(cell)


_WRITERS: Final = {"table": _table, "csv": _csv, "json": _json}
