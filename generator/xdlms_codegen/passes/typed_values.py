"""Values get the type of their place, through references to types and to values.

What a value is then: `model.DefaultValue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xdlms_codegen.model import (
    Arcs,
    Bits,
    BitString,
    Boolean,
    Characters,
    CharacterString,
    Choice,
    ChosenValue,
    DefaultValue,
    Enumerated,
    Form,
    Integer,
    ListValue,
    Module,
    Null,
    ObjectIdentifier,
    OctetString,
    Reference,
    Schema,
    Sequence,
    SequenceOf,
    SequenceValue,
    SourceLocation,
    Type,
    ValueDefinition,
    Written,
)
from xdlms_codegen.passes import checked_values as checked
from xdlms_codegen.passes.checked_values import CircleError, Parts, ToldError, WrongError, shown, together
from xdlms_codegen.passes.lookup import Types

_MOST_NAMES = 60
"""Values that lead from one to the next."""

BIT_OF_DIGIT = {digit: f"{int(digit, 16):04b}" for digit in "0123456789ABCDEF"}


@dataclass
class Typer:
    """Gives values their types; what it knows of the values that have names is kept."""

    schema: Schema
    types: Types
    _modules: dict[str, Module] = field(init=False)
    _known: dict[SourceLocation, DefaultValue] = field(default_factory=dict)
    _open: list[ValueDefinition] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._modules = {module.name: module for module in reversed(self.schema.modules)}

    def typed(self, written: Written, type_: Type, home: Module) -> DefaultValue:
        """The value in its type, with names as the module knows them.

        Raises WrongError where it is no value of the type, and ToldError where what is wrong is told elsewhere.
        """
        try:
            return self._typed(written, self.types.chain(type_), home)
        except WrongError as error:
            for wrong in error.all():
                wrong.location = wrong.location or written.location
            raise

    def defined(self, definition: ValueDefinition) -> DefaultValue:
        """The value of a definition; raises as `typed`, CircleError where it is defined by itself."""
        if definition.value is None:
            raise ToldError
        if definition.location in self._known:
            return self._known[definition.location]
        places = [each.location for each in self._open]
        if definition.location in places:
            raise CircleError([*self._open[places.index(definition.location) :], definition])
        if len(self._open) >= _MOST_NAMES:
            raise WrongError(f"leads over more than {_MOST_NAMES} other values")
        self._open.append(definition)
        try:
            value = self.typed(definition.value, definition.type, self._modules[definition.module])
        finally:
            self._open.pop()
        self._known[definition.location] = value
        return value

    def _typed(self, written: Written, chain: list[Type], home: Module) -> DefaultValue:
        base = chain[-1]
        if isinstance(base, Reference):
            # The name is undefined or circular, which the references pass says.
            raise ToldError
        if written.form is Form.NAME and not _is_own_name(written.text, base):
            named = self.named(written, home)
            if named is not None:
                return self._through(named, written, chain)
        match base:
            case Boolean():
                if written.form is not Form.BOOLEAN:
                    raise WrongError(f"is not TRUE or FALSE, but {shown(written)}")
                return written.text == "TRUE"
            case Null():
                if written.form is not Form.NULL:
                    raise WrongError(f"is not NULL, but {shown(written)}")
                return None
            case Integer():
                return checked.number(_number(written, base), chain)
            case Enumerated():
                return _enumerated(written, base)
            case BitString():
                return self._bits(written, base, chain)
            case OctetString():
                return checked.octets(_octets(written), chain)
            case CharacterString():
                if written.form is not Form.TEXT:
                    raise WrongError(f'is not characters in quotation marks, as "ab", but {shown(written)}')
                if "\ufffd" in written.text and self.schema.problems:
                    # It stands for octets that are no text.
                    raise ToldError
                return checked.characters(Characters(written.text), base, chain)
            case ObjectIdentifier():
                return self._identifier(written, home)
            case Sequence():
                return self._sequence(written, base, home)
            case SequenceOf():
                return self._list(written, base, chain, home)
            case Choice():
                return self._chosen(written, base, home)

    # Names of values

    def named(self, written: Written, home: Module) -> ValueDefinition | None:
        """The definition of the value that a name means; None where there is none."""
        found = home.values.get(written.text)
        if found is None and (written.text in home.refused or not home.is_complete):
            raise ToldError
        return found

    def _through(self, definition: ValueDefinition, written: Written, chain: list[Type]) -> DefaultValue:
        """The value of a definition, where a value of another type may be due."""
        try:
            value = self.defined(definition)
        except CircleError:
            raise
        except WrongError:
            raise ToldError from None
        try:
            return self.conforming(value, definition.type, chain[0])
        except WrongError as error:
            where = f"{written.text}, defined at {definition.location.seen_from(written.location)}"
            subjects = [(f"whose {wrong.path}" if wrong.path else "which", wrong.why) for wrong in error.all()]
            raise together([WrongError(f"is {where}, {what} {why}") for what, why in subjects]) from None

    def conforming(self, value: DefaultValue, source: Type, target: Type) -> DefaultValue:
        """A value of one type as a value of another, which must be of the same kind; raises WrongError."""
        chain = self.types.chain(target)
        given, base = self.types.base(source), chain[-1]
        if isinstance(base, Reference) or given is None:
            raise ToldError
        if base.__class__ is not given.__class__:
            raise WrongError(f"is a value of {checked.kind_of(given)}, not of {checked.kind_of(base)}")
        match value:
            case bool() | None | Arcs():
                return value
            case int():
                return checked.number(value, chain)
            case bytes():
                return checked.octets(value, chain)
            case Characters() if isinstance(base, CharacterString):
                return checked.characters(value, base, chain)
            case str() if isinstance(base, Enumerated) and isinstance(given, Enumerated):
                return checked.same_name(value, given, base)
            case tuple() | Bits() if isinstance(base, BitString) and isinstance(given, BitString):
                return checked.bits(checked.digits_of(value, given), base, chain)
            case SequenceValue() if isinstance(base, Sequence) and isinstance(given, Sequence):
                return self._conforming_components(value, given, base)
            case ListValue() if isinstance(base, SequenceOf) and isinstance(given, SequenceOf):
                items: list[DefaultValue] = []
                parts = Parts()
                for index, item in enumerate(value.items):
                    with parts.part(f"[{index}]"):
                        items.append(self.conforming(item, given.element, base.element))
                parts.end()
                return checked.counted(ListValue(tuple(items)), chain)
            case ChosenValue() if isinstance(base, Choice) and isinstance(given, Choice):
                member = checked.member_of(base, value.name, "alternative")
                inner = checked.member_of(given, value.name, "alternative")
                with checked.inside(value.name):
                    return ChosenValue(value.name, self.conforming(value.value, inner.type, member.type))
        raise ToldError

    def _conforming_components(self, value: SequenceValue, given: Sequence, base: Sequence) -> SequenceValue:
        components: list[tuple[str, DefaultValue]] = []
        parts = Parts()
        for name, component in value.components:
            member = checked.member_of(base, name, "component")
            with parts.part(name):
                found = self.conforming(component, checked.member_of(given, name, "component").type, member.type)
                components.append((name, found))
        parts.end()
        return checked.complete(SequenceValue(tuple(components)), base)

    # What is written

    def _bits(self, written: Written, base: BitString, chain: list[Type]) -> DefaultValue:
        if written.form is Form.BITS:
            return checked.bits(written.text, base, chain)
        if written.form is Form.HEX:
            return checked.bits("".join(BIT_OF_DIGIT[digit] for digit in written.text), base, chain)
        names = [item[0] for item in written.items if len(item) == 1 and item[0].form is Form.NAME]
        if written.form is not Form.BRACES or len(names) < len(written.items):
            what = "is not a list of bits in braces or digits, as {a, b} or '1010'B"
            raise WrongError(f"{what}, but {shown(written)}")
        return checked.named_bits(names, base)

    def _identifier(self, written: Written, home: Module) -> Arcs:
        if written.form is not Form.BRACES or len(written.items) != 1:
            raise WrongError(f"{checked.NO_IDENTIFIER}, but {shown(written)}")
        arcs: list[int] = []
        for place, part in enumerate(written.items[0]):
            arcs += self._arcs(part, place, tuple(arcs), written, home)
        return checked.identifier(Arcs(tuple(arcs)), shown(written))

    def _arcs(
        self, part: Written, place: int, before: tuple[int, ...], whole: Written, home: Module
    ) -> tuple[int, ...]:
        """The numbers of a part of an object identifier: of a name more than one, where it is the first."""
        if part.form is Form.NUMBER:
            return (int(part.text),)
        if part.form is Form.ARC:
            ((inner,),) = part.items
            return self._arcs(inner, -1, before, whole, home)
        if part.form is not Form.NAME:
            raise WrongError(f"{checked.NO_IDENTIFIER}, but {shown(whole)}")
        named = self.named(part, home)
        if named is not None:
            type_: Type = ObjectIdentifier(part.location)
            if place != 0 or isinstance(self.types.base(named.type), Integer):
                type_ = Integer(part.location)
            value = self._through(named, part, [type_])
            return value.numbers if isinstance(value, Arcs) else (int(str(value)),)
        known = checked.KNOWN_ARCS.get(before, {}).get(part.text) if place >= 0 else None
        if known is None:
            raise WrongError(f"{checked.NO_IDENTIFIER}, but {shown(whole)}: {part.text} has no number")
        return (known,)

    def _sequence(self, written: Written, base: Sequence, home: Module) -> SequenceValue:
        pairs = [item for item in written.items if len(item) == 2 and item[0].form is Form.NAME]
        if written.form is not Form.BRACES or len(pairs) < len(written.items):
            raise WrongError(f"is not components in braces, as {{a 1, b TRUE}}, but {shown(written)}")
        components: dict[str, DefaultValue] = {}
        types = {member.name: member.type for member in base.members}
        places = [*types]
        seen: list[str] = []
        parts = Parts()
        for name, component in pairs:
            with parts.part(), checked.at(name.location):
                checked.member_of(base, name.text, "component")
                if name.text in seen:
                    raise WrongError(f"has {name.text} twice")
                seen.append(name.text)
                last = max(seen, key=places.index)
                if last != name.text:
                    raise WrongError(f"has {name.text} behind {last}; components stand in the order of their type")
            if name.text in types:
                with parts.part(name.text):
                    components[name.text] = self.typed(component, types[name.text], home)
        if all(name.text in types for name, _ in pairs):
            # A name that is no component may be one that is missing.
            parts.wrong += checked.missing(seen, base).wrong
        parts.end()
        return SequenceValue(tuple(components.items()))

    def _list(self, written: Written, base: SequenceOf, chain: list[Type], home: Module) -> ListValue:
        if written.form is not Form.BRACES or any(len(item) != 1 for item in written.items):
            raise WrongError(f"is not values in braces, as {{1, 2}}, but {shown(written)}")
        items: list[DefaultValue] = []
        parts = Parts()
        for index, (item,) in enumerate(written.items):
            with parts.part(f"[{index}]"):
                items.append(self.typed(item, base.element, home))
        parts.end()
        return checked.counted(ListValue(tuple(items)), chain)

    def _chosen(self, written: Written, base: Choice, home: Module) -> ChosenValue:
        if written.form is not Form.CHOSEN:
            raise WrongError(f"is not an alternative with its value, as a : 1, but {shown(written)}")
        ((inner,),) = written.items
        member = checked.member_of(base, written.text, "alternative")
        with checked.inside(written.text):
            return ChosenValue(written.text, self.typed(inner, member.type, home))


def _is_own_name(name: str, base: Type) -> bool:
    """Whether a name is one of the type's own, which hides the value of that name."""
    return isinstance(base, Enumerated | Integer) and any(named.name == name for named in base.named)


def _number(written: Written, base: Integer) -> int:
    if written.form is Form.NUMBER:
        return int(written.text)
    named: Mapping[str, int] = {name.name: name.number for name in base.named}
    if written.form is not Form.NAME:
        raise WrongError(f"is not a number, but {shown(written)}")
    if written.text not in named:
        raise WrongError(f"is {written.text}, which is no name of its type{checked.known(base.named)} and no value")
    return named[written.text]


def _enumerated(written: Written, base: Enumerated) -> str:
    if written.form is not Form.NAME:
        raise WrongError(f"is not a name, but {shown(written)}")
    if not _is_own_name(written.text, base):
        raise WrongError(f"is {written.text}, which is no name of its type{checked.known(base.named)} and no value")
    return written.text


def _octets(written: Written) -> bytes:
    if written.form not in (Form.BITS, Form.HEX):
        raise WrongError(f"is not octets in digits, as '0AFF'H, but {shown(written)}")
    digits_an_octet, base = (2, 16) if written.form is Form.HEX else (8, 2)
    if len(written.text) % digits_an_octet:
        raise WrongError(f"is {shown(written)}, which is no whole number of octets")
    return int(written.text or "0", base).to_bytes(len(written.text) // digits_an_octet, "big")
