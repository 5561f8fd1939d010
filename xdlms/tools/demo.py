"""What `make run` shows: the abstract syntax compiled, the vectors proved, and what real meters sent, decoded.

It works on the source tree, whose compiler and test vectors it uses.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from xdlms.client import Client, ClientError, Hls, Profile, ScalerUnit, connect
from xdlms.codec.errors import DecodeError
from xdlms.data import Data
from xdlms.meter import default_meter
from xdlms.security import Key, Keys, MemoryCounterStore, SecurityContext
from xdlms.tools.blocks import TYPE, BlockJoiner, Joined
from xdlms.tools.capture import AUTO, NONE, Fault, Found, find_apdus
from xdlms.tools.editions import NEWEST
from xdlms.tools.hextext import read_lines
from xdlms.tools.objects import describe_object
from xdlms.tools.reading import Reading, Target, read
from xdlms.tools.units import with_unit

_NOT_OF_AN_APDU: Final = "-"
_EDITIONS: Final = {"2013": "2013", "later": NEWEST}
"""The edition that a vector is proved with, by what it says of itself."""

_MOST_KINDS: Final = 4
_MOST_ROWS: Final = 3
_REGISTER: Final = 3
_LOAD_PROFILE: Final = "1.0.99.1.0.255"

# The test keys of the simulated meter, which everybody knows: docs/meter.md lists them.
_TEST_KEYS: Final = Keys(
    global_unicast_encryption_key=Key(bytes(range(16))),
    authentication_key=Key(bytes(range(0xD0, 0xE0))),
)
_TITLE: Final = bytes.fromhex("4D4D4D0000000001")
_MANAGEMENT_CLIENT: Final = 1


class Step:
    """A part of the report: what was `counted`, in words in `line`, with `details`, and what failed."""

    __slots__ = ("counted", "details", "failures", "line")

    def __init__(self, counted: int, line: str, failures: list[str], details: Sequence[str] = ()) -> None:
        self.counted = counted
        self.line = line
        self.failures = failures
        self.details = details


def main(argv: Sequence[str]) -> int:
    """Report, with the folder of vectors that is given; gives the exit code."""
    (folder,) = map(Path, argv)
    start = perf_counter()
    steps = []
    for what, run in (
        ("compiling asn1/", compile_editions),
        ("proving the vectors", lambda: prove_vectors(folder)),
        ("decoding captures", lambda: decode_captures(folder / "captures")),
        ("reading a meter", lambda: asyncio.run(read_meter())),
    ):
        print(f"{what:<20} ", end="", flush=True)
        begin = perf_counter()
        step = run()
        print(f"{step.line}, {perf_counter() - begin:.1f} s")
        for line in (*step.details, *(f"failed: {failure}" for failure in step.failures)):
            print(f"  {line}")
        steps.append(step)
    types, vectors, apdus, _ = (step.counted for step in steps)
    seconds = perf_counter() - start
    print(f"\ntypes compiled: {types}, vectors proved: {vectors}, APDUs decoded: {apdus}, seconds: {seconds:.1f}")
    return 1 if any(step.failures for step in steps) else 0


def compile_editions() -> Step:
    """Compile every edition from its ASN.1, and hold the result against the packages that are there."""
    from xdlms_codegen.editions import EDITIONS, edition_job, generated_folder
    from xdlms_codegen.folder import differences
    from xdlms_codegen.job import compile_job
    from xdlms_codegen.model import SchemaError
    from xdlms_codegen.problems import render_error

    generated = generated_folder()
    types = 0
    failures = []
    for edition in EDITIONS:
        job = edition_job(edition)
        try:
            compiled = compile_job(job)
        except SchemaError as error:
            failures.append(render_error(error))
            continue
        types += len(compiled.plan.types)
        if generated is not None:
            folder = generated.joinpath(*job.package.split("."))
            failures += [
                f"{found.path}: `make generate` writes it anew" for found in differences(folder, compiled.files)
            ]
    return Step(types, f"{types} types of {len(EDITIONS)} editions", failures)


def prove_vectors(folder: Path) -> Step:
    """Decode every vector and encode it again, and see that malformed ones are refused."""
    decoded = refused = 0
    failures = []
    for vector in vectors_in(folder):
        malformed = vector.get("expect", "")
        package = import_module(f"xdlms_apdu.v{_EDITIONS[vector['edition']]}")
        try:
            proved = is_same_again(package, vector["apdu"], bytes.fromhex(vector["hex"]))
        except DecodeError as error:
            refused += malformed == "reject"
            if not malformed:
                failures.append(f"{vector['name']}: {error}")
            continue
        if malformed == "reject":
            failures.append(f"{vector['name']}: should be refused")
        elif not malformed and not proved:
            failures.append(f"{vector['name']}: encoded again it is another value")
        decoded += not malformed and proved
    return Step(decoded + refused, f"{decoded} decoded and encoded again, {refused} malformed ones refused", failures)


def vectors_in(folder: Path) -> Iterator[dict[str, Any]]:
    """The vectors that are octets of the abstract syntax."""
    for path in sorted(folder.glob("*.json")):
        for vector in json.loads(path.read_text(encoding="utf-8")):
            if vector["apdu"] != _NOT_OF_AN_APDU:
                yield vector


def is_same_again(package: Any, apdu: str, octets: bytes) -> bool:
    """Whether what octets decode to encodes to them, or to another form of the same; raises DecodeError."""
    decode: Callable[[bytes], Any] = package.Data.decode if apdu == "Data" else package.decode
    value = decode(octets)
    again: bytes = value.encode()
    return again == octets or bool(decode(again) == value)


def decode_captures(folder: Path) -> Step:
    """Decode what meters sent, leniently, out of its framing and joined from its blocks."""
    lines = []
    failures = []
    total = 0
    for path in sorted(folder.glob("*.hex")):
        framing, readings, problems = read_capture(path.read_text(encoding="utf-8"))
        kinds = list(dict.fromkeys(reading.name for reading in readings))
        shown = ", ".join(kinds[:_MOST_KINDS]) + ", ..." * (len(kinds) > _MOST_KINDS)
        lines.append(f"{path.stem:<40}{framing:<8}{len(readings):>3}  {shown}")
        failures += [f"{path.name}: {problem}" for problem in problems]
        failures += [f"{path.name}: {reading.error}" for reading in readings if reading.error]
        total += sum(reading.error is None for reading in readings)
    return Step(total, f"{total} APDUs in {len(lines)} files", failures, lines)


def read_capture(text: str) -> tuple[str, list[Reading], list[str]]:
    """The framing of a capture, every APDU in it or joined from it, and what could not be used."""
    target = Target(NEWEST, lenient=True)
    framing = NONE
    readings = []
    lines, wrong = read_lines(text)
    problems = [f"line {line.number}: {line.error}" for line in wrong]
    for line in lines:
        joiner = BlockJoiner()
        for item in find_apdus([line], AUTO, is_text=True):
            if isinstance(item, Fault):
                problems.append(f"{item.place}: {item.reason}")
            if not isinstance(item, Found):
                continue
            framing = item.link.partition(" ")[0] or NONE
            reading = read(target, item.apdu)
            readings.append(reading)
            if reading.name == TYPE and reading.value is not None:
                joined = joiner.feed(item.direction, reading.value)
                readings += [read(target, found.apdu) for found in joined if isinstance(found, Joined)]
    return framing, readings, problems


async def read_meter() -> Step:
    """Start the simulated meter, associate with HLS GMAC and ciphering, and read registers and the load profile."""
    async with await default_meter().serve("tcp://127.0.0.1:0") as server:
        security = SecurityContext(
            suite=0,
            policy=3,
            keys=_TEST_KEYS,
            local_title=_TITLE,
            peer_title=None,
            store=MemoryCounterStore(),
            random=secrets.token_bytes,
        )
        try:
            async with connect(server.url, client=_MANAGEMENT_CLIENT, auth=Hls(), security=security) as meter:
                return await read_everything(meter)
        except ClientError as error:
            return Step(0, "it was not read", [f"{server.url}: {error}"])


async def read_everything(meter: Client) -> Step:
    """The registers of a meter and its load profile, as lines."""
    objects = await meter.objects()
    registers = [info for info in objects if info.class_id == _REGISTER]
    references = [(_REGISTER, info.logical_name, attribute) for info in registers for attribute in (2, 3)]
    values = await meter.get_many(references)
    lines = []
    failures = [str(value) for value in values if isinstance(value, ClientError)]
    for info, value, scale in zip(registers, values[::2], values[1::2], strict=True):
        unit = ScalerUnit.of(scale)
        if isinstance(value, Data) and isinstance(value.value, int) and unit is not None:
            lines.append(
                f"{describe_object(info.logical_name):<44}{with_unit(value.value, unit.scaler, unit.unit):>16}"
            )
    profile = Profile(meter, _LOAD_PROFILE)
    columns = await profile.columns()
    rows = [row async for row in profile.rows()]
    lines.append(f"{describe_object(profile.name)}: {len(rows)} rows; the last ones:")
    for row in rows[-_MOST_ROWS:]:
        cells = [column.value(cell) for column, cell in zip(columns, row, strict=True)]
        lines.append("  ".join(f"{cell!s:>10}" for cell in cells))
    if not rows:
        failures.append("the load profile has no rows")
    line = f"HLS with GMAC, ciphered: {len(objects)} objects, {len(registers)} registers, {len(rows)} rows"
    return Step(len(rows), line, failures, lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
