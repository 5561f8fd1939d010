"""Recipes for contents that show a change; a maker follows them once all changes are known."""

from __future__ import annotations

from xdlms_codegen import primitives
from xdlms_codegen.diff.changes import Delta, Effect, Kind, Make, Side
from xdlms_codegen.examples.maker import Maker
from xdlms_codegen.model import SequenceOf, Type


def whole(name: str) -> Make:
    """The smallest value of a definition."""
    return lambda maker: maker.smallest(name)


def value(type_: Type, rule: str, owner: str) -> Make:
    """The smallest value of a type that is written in the definition `owner`."""
    return lambda maker: next(maker.candidates(type_, rule, owner), None)


def enumerated(number: int) -> Make:
    """An octet of A-XDR."""
    return lambda _: primitives.enumerated(number, "")


def absent(owner: str, name: str) -> Make:
    """A SEQUENCE without one of its components."""
    return lambda maker: maker.without_member(owner, name)


def absent_for_sure(owner: str, name: str) -> Make:
    """A SEQUENCE in A-XDR without one of its components, which a reader who knows that it is there cannot miss.

    Where the octet 00 is the default value too, both readings are one, and the component is there with another value.
    """

    def make(maker: Maker) -> bytes | None:
        if maker.is_default_zero(owner, name) and (made := maker.with_member(owner, name)) is not None:
            return made
        return maker.without_member(owner, name)

    return make


def full(owner: str, name: str) -> Make:
    """A SEQUENCE with all components, one of them unlike the others."""
    return lambda maker: maker.full(owner, name)


def member(owner: str, name: str, inner: Make | None = None) -> Make:
    """The definition `owner` with one component or alternative in hand, and in it what `inner` makes."""

    def make(maker: Maker) -> bytes | None:
        if inner is None:
            return maker.with_member(owner, name)
        contents = inner(maker)
        return None if contents is None else maker.with_member(owner, name, contents)

    return make


def elements(type_: SequenceOf, rule: str, count: int) -> Make:
    """A SEQUENCE OF so many elements."""
    return lambda maker: maker.list_of(type_, rule, count)


def element(type_: SequenceOf, rule: str, inner: Make) -> Make:
    """A SEQUENCE OF with what `inner` makes as its first element."""

    def make(maker: Maker) -> bytes | None:
        contents = inner(maker)
        return None if contents is None else maker.list_of(type_, rule, max(1, type_.size.minimum or 0), contents)

    return make


def one_sided(kind: Kind, side: Side, name: str, text: str, make: Make) -> Delta:
    """What only one side has: the other one refuses it."""
    if side is Side.NEW:
        return Delta(kind, Effect.NEW_READS_OLD, side, make, f".{name}", after=text, spots=("", name))
    return Delta(kind, Effect.OLD_READS_NEW, side, make, f".{name}", before=text, spots=(name, ""))
