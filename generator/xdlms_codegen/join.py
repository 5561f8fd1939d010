"""The tree of a file and the dictionaries of asn1tools, joined to the types of the model.

Both are walked together. What asn1tools read must be what the tree says, key by key, and no key may be
left over: so nothing that either of them misreads gets through in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xdlms_codegen import model
from xdlms_codegen.model import Problem, SourceLocation
from xdlms_codegen.syntax.tree import (
    MemberTree,
    ModuleTree,
    NamedTree,
    Number,
    RangeTree,
    TagTree,
    TypeTree,
    ValueName,
    is_number,
)
from xdlms_codegen.values import Values

_NOTHING = object()


class _Keys:
    """A dictionary of asn1tools, and which of its keys were read."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.left = dict(found)

    def take(self, key: str, default: object = None) -> Any:
        return self.left.pop(key, default)


class Join:
    """Joins the types of one file; ``problems`` are the places where the two readings differ."""

    def __init__(self, spelled: Sequence[str], values: Values) -> None:
        self.spelled = spelled
        self.problems: list[Problem] = []
        self._numbers = values.numbers
        self._values = values

    def module(self, tree: ModuleTree, found: Mapping[str, Any]) -> None:
        """Compare the head and the names of a module; its types are joined one by one."""
        keys = _Keys(found)
        tags = "AUTOMATIC" if tree.automatic_tags else tree.tag_default.name
        self._same("tag default", tags, keys.take("tags", "EXPLICIT"), tree.location)
        self._same("extensibility", False, keys.take("extensibility-implied"), tree.location)
        imports: dict[str, set[str]] = {}
        for written in tree.imports:
            names = imports.setdefault(self.spelled[written.token], set())
            names.update(self.spelled[symbol.token] for symbol in written.symbols)
        read = {name: set(symbols) for name, symbols in keys.take("imports", {}).items()}
        self._same("imports", imports, read, tree.location)
        types = {self.spelled[definition.token] for definition in tree.definitions}
        self._same("types", types, set(keys.take("types", ())), tree.location)
        shown = [value for value in tree.values if is_number(value)]
        values = {self.spelled[value.token]: int(value.value.text) for value in shown if value.value is not None}
        read_values = {name: value.get("value") for name, value in keys.take("values", {}).items()}
        self._same("values", values, read_values, tree.location)
        self._same("object classes", {}, keys.take("object-classes", {}), tree.location)
        self._same("object sets", {}, keys.take("object-sets", {}), tree.location)
        self.nothing_left(keys.left, tree.location)

    def type(self, tree: TypeTree, found: Mapping[str, Any]) -> model.Type:
        """The type at a place; ``found`` is what asn1tools has there."""
        return self._type(tree, _Keys(found))

    def nothing_left(self, found: Mapping[str, Any], location: SourceLocation) -> None:
        """Note the keys that asn1tools has at a place and nobody expected."""
        if found:
            names = ", ".join(sorted(found))
            self.problems.append(Problem(location, f"asn1tools reads something here that has no meaning: {names}"))

    def _type(self, tree: TypeTree, keys: _Keys) -> model.Type:
        location = tree.location
        wanted = self._spelled(tree) if tree.reference else tree.keyword
        self._same("type", wanted, keys.take("type"), location)
        tag = self._tag(tree.tag, keys, location)
        size = self._range("size", tree.size, keys, location)
        if size is not None and size.minimum is None:
            size = model.Range(0, size.maximum)
        values = self._range("restricted-to", tree.range, keys, location)
        result = self._reference(tree, tag, values, size) if tree.reference else None
        if result is None:
            result = self._built_in(tree, keys, tag, values or model.Range(None, None), size or model.Range(0, None))
        self.nothing_left(keys.left, location)
        return model.Reference(location, model.REFUSED, tag) if self._is_unknown(tree) else result

    def _spelled(self, tree: TypeTree) -> str:
        return self.spelled[tree.token]

    def _is_unknown(self, tree: TypeTree) -> bool:
        """Whether a type has a number that is the name of nothing: it is told already, and not what follows."""
        numbers = [named.number for named in tree.named]
        numbers += [tree.tag.number] if tree.tag is not None else []
        for limits in (tree.range, tree.size):
            numbers += [limits.minimum, limits.maximum] if limits is not None else []
        return any(isinstance(number, ValueName) and number.location in self._values.unknown for number in numbers)

    @staticmethod
    def _reference(
        tree: TypeTree, tag: model.Tag | None, values: model.Range | None, size: model.Range | None
    ) -> model.Type:
        return model.Reference(tree.location, tree.keyword, tag, values, size)

    def _built_in(
        self, tree: TypeTree, keys: _Keys, tag: model.Tag | None, values: model.Range, size: model.Range
    ) -> model.Type:
        location = tree.location
        match tree.keyword:
            case "NULL":
                return model.Null(location, tag)
            case "BOOLEAN":
                return model.Boolean(location, tag)
            case "INTEGER":
                named = self._named(tree.named)
                numbers = {name.name: name.number for name in named}
                self._same("named numbers", numbers, keys.take("named-numbers", {}), location)
                return model.Integer(location, tag, values, named)
            case "ENUMERATED":
                named = self._enumeration(tree.named)
                self._enumeration_read(tree, named, keys)
                return model.Enumerated(location, tag, named)
            case "BIT STRING":
                named = self._named(tree.named)
                bits = [(name.name, str(name.number)) for name in named]
                self._same("named bits", bits, keys.take("named-bits", []), location)
                return model.BitString(location, tag, size, named)
            case "OCTET STRING":
                return model.OctetString(location, tag, size)
            case "OBJECT IDENTIFIER":
                return model.ObjectIdentifier(location, tag)
            case "SEQUENCE":
                return model.Sequence(location, self._members(tree, keys), tag, tree.extensible)
            case "CHOICE":
                return model.Choice(location, self._members(tree, keys), tag, tree.extensible)
            case "SEQUENCE OF" if tree.element is not None:
                element = self._type(tree.element, _Keys(keys.take("element", {})))
                return model.SequenceOf(location, element, tag, size)
        return model.CharacterString(location, tree.keyword, tag, size)

    def _members(self, tree: TypeTree, keys: _Keys) -> tuple[model.Member, ...]:
        read = keys.take("members", [])
        found = [member for member in read if member is not None]
        self._same("extensible", tree.extensible, len(found) != len(read), tree.location)
        self._same("number of members", len(tree.members), len(found), tree.location)
        found += [{}] * (len(tree.members) - len(found))
        return tuple(self._member(member, _Keys(there)) for member, there in zip(tree.members, found, strict=False))

    def _member(self, tree: MemberTree, keys: _Keys) -> model.Member:
        self._same("name", tree.name, keys.take("name"), tree.location)
        self._same("OPTIONAL", tree.optional, keys.take("optional", False), tree.location)
        default = keys.take("default", _NOTHING)
        self._same("DEFAULT", tree.default is not None, default is not _NOTHING, tree.location)
        joined = self._type(tree.type, keys)
        value = tree.default.value if tree.default is not None else None
        written = model.Default(value, value.location) if value is not None else None
        return model.Member(tree.name, joined, tree.location, tree.optional, written, tree.comment)

    def _tag(self, tree: TagTree | None, keys: _Keys, location: SourceLocation) -> model.Tag | None:
        wanted: dict[str, object] | None = None
        tag = None
        if tree is not None:
            tag = model.Tag(tree.tag_class, self._number(tree.number) or 0, tree.mode)
            wanted = {"number": tag.number}
            if tree.tag_class is not model.TagClass.CONTEXT:
                wanted["class"] = tree.tag_class.name
            if tree.mode is not model.TagMode.DEFAULT:
                wanted["kind"] = tree.mode.name
        self._same("tag", wanted, keys.take("tag"), tree.location if tree else location)
        return tag

    def _range(self, key: str, tree: RangeTree | None, keys: _Keys, location: SourceLocation) -> model.Range | None:
        found = keys.take(key)
        if tree is None:
            self._same(key, None, found, location)
            return None
        minimum = self._number(tree.minimum)
        maximum = self._number(tree.maximum)
        single = minimum == maximum and minimum is not None
        ends = ("MIN" if minimum is None else minimum, "MAX" if maximum is None else maximum)
        if not (single and found == [minimum]):
            self._same(key, [ends], found, tree.location)
        return model.Range(minimum, maximum)

    def _number(self, number: Number | None) -> int | None:
        return number if number is None or isinstance(number, int) else self._numbers[number.location]

    def _named(self, trees: Sequence[NamedTree]) -> tuple[model.NamedNumber, ...]:
        return tuple(
            model.NamedNumber(tree.name, self._number(tree.number) or 0, tree.location, tree.comment) for tree in trees
        )

    def _enumeration(self, trees: Sequence[NamedTree]) -> tuple[model.NamedNumber, ...]:
        """The names with their numbers; one without takes the smallest that no other has (X.680 clause 20.3)."""
        used = {self._number(tree.number) for tree in trees}
        following = 0
        named: list[model.NamedNumber] = []
        for tree in trees:
            number = self._number(tree.number)
            if number is None:
                while following in used:
                    following += 1
                number = following
                following += 1
            named.append(model.NamedNumber(tree.name, number, tree.location, tree.comment))
        return tuple(named)

    def _enumeration_read(self, tree: TypeTree, named: Sequence[model.NamedNumber], keys: _Keys) -> None:
        read = [value for value in keys.take("values", []) if value is not None]
        # A number that is used twice is spelled as another one for asn1tools.
        wanted = [
            (name.name, name.number if written.number is None else int(self.spelled[written.token]))
            for name, written in zip(named, tree.named, strict=True)
        ]
        self._same("values", wanted, [tuple(value) for value in read], tree.location)

    def _same(self, what: str, wanted: object, found: object, location: SourceLocation) -> None:
        if wanted != found:
            self.problems.append(
                Problem(location, f"asn1tools reads another {what} here ({found}) than is written ({wanted})")
            )


class JoinAlone(Join):
    """Takes the types as the tree of a file has them, where asn1tools cannot read the file."""

    def _spelled(self, tree: TypeTree) -> str:
        return tree.keyword

    def _enumeration_read(self, tree: TypeTree, named: Sequence[model.NamedNumber], keys: _Keys) -> None:
        pass

    def _same(self, what: str, wanted: object, found: object, location: SourceLocation) -> None:
        pass

    def nothing_left(self, found: Mapping[str, Any], location: SourceLocation) -> None:
        pass
