"""The values behind DEFAULT get the type of their member, through references; so do the values with names.

After this pass no default is Written. Components that have their default value are left out of the value of a
SEQUENCE, so that equal values are equal here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from xdlms_codegen.model import (
    Choice,
    ChosenValue,
    Default,
    DefaultValue,
    ListValue,
    Member,
    Module,
    Problem,
    Schema,
    Sequence,
    SequenceOf,
    SequenceValue,
    SourceLocation,
    Type,
    TypeDefinition,
    ValueDefinition,
    Written,
)
from xdlms_codegen.passes.checked_values import CircleError, ToldError, WrongError
from xdlms_codegen.passes.lookup import Types, change_definitions, change_types
from xdlms_codegen.passes.typed_values import Typer


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Type every default and every value; find those that are no value of their type."""
    problems: list[Problem] = []
    typer = Typer(schema, Types(schema))
    for module in schema.modules:
        for definition in module.values.values():
            if definition.module == module.name:
                problems += _problems_of(definition, typer)

    def change(module: Module, definition: TypeDefinition) -> TypeDefinition:
        def typed(member: Member) -> Member:
            return _typed(member, module, typer, problems)

        return replace(definition, type=_with_members(definition.type, typed))

    typed = change_definitions(schema, change)
    shortener = _Shortener(Types(typed))

    def shorten(_: Module, definition: TypeDefinition) -> TypeDefinition:
        return replace(definition, type=_with_members(definition.type, shortener.member))

    return change_definitions(typed, shorten), problems + shortener.problems


def _with_members(type_: Type, change: Callable[[Member], Member]) -> Type:
    """The type with all components in it changed."""

    def changed(inner: Type) -> Type:
        if not isinstance(inner, Sequence | Choice):
            return inner
        return replace(inner, members=tuple(map(change, inner.members)))

    return change_types(type_, changed)


def _problems_of(definition: ValueDefinition, typer: Typer) -> Iterator[Problem]:
    """What is wrong with a value that has a name; of values that lead to one another it is told once."""
    try:
        typer.defined(definition)
    except ToldError:
        pass
    except CircleError as error:
        if definition == min(error.circle, key=lambda each: each.location) and definition == error.circle[0]:
            places = [f"{each.name} ({each.location.seen_from(definition.location)})" for each in error.circle[:-1]]
            circle = " ::= ".join([*places, definition.name])
            yield Problem(definition.location, f"the value {definition.name} is defined by itself: {circle}")
    except WrongError as wrong:
        yield from _told(wrong, f"the value {definition.name}", definition.location)


def _told(error: WrongError, what: str, location: SourceLocation) -> Iterator[Problem]:
    for wrong in error.all():
        subject = f"{wrong.path} in {what}" if wrong.path else what
        yield Problem(wrong.location or location, f"{subject} {wrong.why}")


def _typed(member: Member, module: Module, typer: Typer, problems: list[Problem]) -> Member:
    default = member.default
    if default is None or not isinstance(default.value, Written):
        return member
    try:
        value = typer.typed(default.value, member.type, module)
    except (ToldError, CircleError):
        return member
    except WrongError as wrong:
        problems += _told(wrong, f"the default of {member.name}", default.location or member.location)
        return member
    return replace(member, default=Default(value, default.location))


class _Shortener:
    """Leaves out of values what is the default; finds defaults that hold themselves.

    One that leaves itself out inside would have no end. One that ends because it is written inside is refused too:
    whether a value is the default would have to be known to know it.
    """

    def __init__(self, types: Types) -> None:
        self.problems: list[Problem] = []
        self._types = types
        # By the defaults themselves, which the types hold: all that a binding adds stands at one place.
        self._known: dict[int, DefaultValue] = {}
        self._open: set[int] = set()

    def member(self, member: Member) -> Member:
        """A component with its default shortened."""
        if member.default is None:
            return member
        return replace(member, default=Default(self.default_of(member, member.default), member.default.location))

    def default_of(self, member: Member, default: Default) -> DefaultValue:
        key = id(default)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            message = f"the default of {member.name} holds a value of {member.name} again; make that OPTIONAL"
            self.problems.append(Problem(default.location or member.location, message))
            return default.value
        self._open.add(key)
        self._known[key] = self.short(default.value, member.type)
        self._open.discard(key)
        return self._known[key]

    def short(self, value: DefaultValue, type_: Type) -> DefaultValue:
        base = self._types.base(type_)
        match value:
            case SequenceValue() if isinstance(base, Sequence):
                given = dict(value.components)
                components: list[tuple[str, DefaultValue]] = []
                for member in base.members:
                    usual = self.default_of(member, member.default) if member.default is not None else None
                    if member.name in given:
                        found = self.short(given[member.name], member.type)
                        if member.default is None or found != usual:
                            components.append((member.name, found))
                return SequenceValue(tuple(components))
            case ListValue() if isinstance(base, SequenceOf):
                return ListValue(tuple(self.short(item, base.element) for item in value.items))
            case ChosenValue() if isinstance(base, Choice):
                member = next(each for each in base.members if each.name == value.name)
                return ChosenValue(value.name, self.short(value.value, member.type))
        return value
