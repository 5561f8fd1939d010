"""The APDUs of a context: what stands behind the tags that choose them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xdlms_codegen.examples.values import Chosen, Value
from xdlms_codegen.lower.context import BER, Context
from xdlms_codegen.model import Member, Reference


@dataclass(frozen=True, slots=True)
class Apdu:
    """An APDU: the CHOICE that has it last, its alternative there, and the octets that it begins with.

    `type` is the definition that is this APDU and nothing else, or None where its type serves others too.
    """

    choice: str
    member: Member
    tags: tuple[int, ...]
    type: str | None

    @property
    def key(self) -> str:
        """The name of its type, or the path of the alternative."""
        return self.type or f"{self.choice}.{self.member.name}"


def apdus(context: Context) -> Iterator[Apdu]:
    """All APDUs, in the order of the roots and their alternatives."""
    for root in context.binding.roots:
        yield from _of(context, root, ())


def _of(context: Context, choice: str, path: tuple[int, ...]) -> Iterator[Apdu]:
    for alternative in context.alternatives.get(choice, ()):
        member = alternative.member
        tags = (*path, alternative.tag)
        if alternative.nested is not None:
            yield from _of(context, alternative.nested, tags)
            continue
        target = context.final_name(member.type)
        uses = context.rules[choice] == BER or not path
        is_own = target is not None and (uses or alternative.own)
        yield Apdu(choice, member, tags, target if is_own and isinstance(member.type, Reference) else None)


def key_of(context: Context, value: Value) -> str:
    """The key of the APDU that a value, read from a root, is."""
    key = ""
    while isinstance(value, Chosen) and (value.name in context.binding.roots or value.name in context.tag_paths):
        found = next(each for each in apdus_of_choice(context, value.name) if each[0] == value.member.name)
        key = found[1]
        value = value.value
    return key


def apdus_of_choice(context: Context, choice: str) -> Iterator[tuple[str, str]]:
    """The names of a CHOICE's alternatives with the key of each."""
    known = {(apdu.choice, apdu.member.name): apdu.key for apdu in apdus(context)}
    for alternative in context.alternatives.get(choice, ()):
        name = alternative.member.name
        yield name, known.get((choice, name), f"{choice}.{name}")
