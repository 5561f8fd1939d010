"""The two things to compare: what was decided about a schema, and its codecs at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count

from xdlms_codegen.diff.alone import OneChange, Place
from xdlms_codegen.diff.changes import Outcome
from xdlms_codegen.examples.codecs import Codecs, codecs_in_memory
from xdlms_codegen.examples.json_text import json_line, json_of
from xdlms_codegen.examples.reading import ReadingError, read_alone, read_apdu
from xdlms_codegen.job import Job, plan_job
from xdlms_codegen.lower import lower
from xdlms_codegen.lower.context import Context
from xdlms_codegen.render import texts_of

_NUMBERS = count(1)
"""Packages in memory must not share a name, however many are compared in one process."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One side: its name, what was decided about its schema, and its codecs."""

    name: str
    context: Context
    codecs: Codecs

    def outcome(self, octets: bytes, type_: str = "") -> Outcome:
        """What the codecs make of octets: an APDU, or a value of the type named."""
        try:
            value = self.codecs.decode_type(type_, octets) if type_ else self.codecs.decode(octets)
        except ValueError as error:
            return Outcome(False, str(error))
        try:
            reading = read_alone(self.context, type_, octets) if type_ else read_apdu(self.context, octets)
        except ReadingError:
            # A form that is legal and rare: the model reads only what it writes itself.
            return Outcome(True, repr(value), repr(value))
        found = json_of(self.context, reading.value)
        return Outcome(True, json_line(found), found)


@contextmanager
def only(one: OneChange, place: Place, name: str) -> Iterator[Compared | None]:
    """The old side with one change alone; None where there is no such schema."""
    package = f"compared_{next(_NUMBERS)}"
    context = one.context(place, package)
    if context is None:
        yield None
        return
    plan = lower(context, edition=name, sources=(), command="", later=())
    with codecs_in_memory(package, texts_of(plan)) as codecs:
        yield Compared(name, context, codecs)


@contextmanager
def compared(job: Job) -> Iterator[Compared]:
    """A side made from its files; its codecs are compiled into memory and gone at the end. Raises SchemaError."""
    context, plan = plan_job(replace(job, package=f"compared_{next(_NUMBERS)}"))
    with codecs_in_memory(plan.package, texts_of(plan)) as codecs:
        yield Compared(job.edition, context, codecs)
