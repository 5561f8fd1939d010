"""All that a page says of a type, ready to be placed: words, tables, layout, examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xdlms_codegen.diff.notation import presence_text, range_text, size_text, untagged_text
from xdlms_codegen.lower.context import BER, Context
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Member,
    Null,
    ObjectIdentifier,
    OctetString,
    Range,
    Reference,
    Sequence,
    SequenceOf,
    Type,
    TypeDefinition,
)
from xdlms_codegen.reference.apdus import Apdu
from xdlms_codegen.reference.examples import Shown
from xdlms_codegen.reference.history import History
from xdlms_codegen.reference.layout import Layout
from xdlms_codegen.reference.pages import Pages, slug

SOURCE = "Source:"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of Markdown."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What is said of a type; `facts` is one line, `tables` stand one behind the other."""

    title: str
    comment: str
    facts: str
    tables: tuple[Table, ...]
    remark: str
    """What stands behind the tables."""
    examples: tuple[Shown, ...]


class Sections:
    """Makes the sections of one page."""

    def __init__(
        self,
        pages: Pages,
        page: str,
        history: History,
        apdus: tuple[Apdu, ...],
        examples: Mapping[str, tuple[Shown, ...]],
    ) -> None:
        self.pages = pages
        self.context: Context = pages.context
        self.page = page
        self.history = history
        self.layout = Layout(pages, page)
        self.apdus = {apdu.key: apdu for apdu in apdus}
        self.examples = examples

    def of(self, name: str) -> Section:
        """The section of a definition."""
        definition = self.context.definitions[name]
        comment, clause = split_comment(definition.comment)
        lost = self.history.gone.get(definition.path, ())
        return Section(
            title=self.pages.title(name),
            comment=comment,
            facts=self._facts(definition, clause),
            tables=tuple(table for table in (self._members(definition), self._octets(definition)) if table),
            remark=self._remark(name, lost),
            examples=self.examples.get(name, ()),
        )

    def _remark(self, name: str, lost: tuple[str, ...]) -> str:
        """What is gone, and what a table leaves out."""
        simple = "All others are a tag octet alone." if self.context.is_description(name) else ""
        gone = f"Only earlier: {'; '.join(lost)}." if lost else ""
        return " ".join(filter(None, [simple, gone]))

    # One line

    def _facts(self, definition: TypeDefinition, clause: str) -> str:
        name = definition.name
        body = definition.type
        facts = []
        tags = self._tags(name)
        if tags:
            facts.append(f"Begins with `{hex_tags(tags)}`")
        facts.append(self._notation(body))
        if self._is_simple(body):
            facts += [self._how_long(name)]
        if name not in self.context.absorbed and (self.context.has_class(name) or name in self.apdus):
            kind = "union" if self._is_union(name) else "class"
            facts.append(f"Python {kind} `{self.context.python_name(name)}`")
        facts += filter(None, [self.history.note(definition.path).rstrip("."), clause])
        return " · ".join(facts)

    def _how_long(self, name: str) -> str:
        """The octets of a simple type, or its tag in BER."""
        row = self.layout.definition(name)[:1]
        if self.context.rules[name] == BER:
            return f"in BER, tag {row[0].octets}"
        return row[0].octets_in_words if row else "no octets"

    def _is_union(self, name: str) -> bool:
        return isinstance(self.context.definitions[name].type, Choice) and not (
            self.context.is_self_describing(name) or self.context.is_description(name)
        )

    def _notation(self, body: Type) -> str:
        """What kind of type it is; one that stands for another type links to it."""
        link = self.pages.type_link(body, self.page)
        if link:
            return f"{link}{constraint(body)}"
        if isinstance(body, SequenceOf):
            element = self.pages.type_link(body.element, self.page) or untagged_text(self.context, body.element)
            return f"SEQUENCE{size_text(body.size)} OF {element}"
        return untagged_text(self.context, body)

    def _is_simple(self, body: Type) -> bool:
        body = self.context.resolve(body)
        return not isinstance(body, (Sequence, Choice, SequenceOf))

    def _tags(self, name: str) -> tuple[int, ...]:
        apdu = self.apdus.get(name)
        return apdu.tags if apdu is not None else self.context.tag_paths.get(name, ())

    # Tables

    def _members(self, definition: TypeDefinition) -> Table | None:
        body = definition.type
        match body:
            case Sequence():
                rows = tuple(
                    (f"`{member.name}`", self._type(member), self._meaning(definition, member.name, member.comment))
                    for member in body.members
                )
                return Table(("Field", "Type", "Meaning"), rows)
            case Choice() if self.context.is_self_describing(definition.name):
                return self._self_describing(definition, body)
            case Choice():
                return self._alternatives(definition, body)
            case Enumerated() | Integer() if body.named:
                rows = tuple(
                    (str(named.number), f"`{named.name}`", self._meaning(definition, named.name, named.comment))
                    for named in body.named
                )
                return Table(("Value", "Name", "Meaning"), rows)
            case BitString() if body.named:
                rows = tuple(
                    (str(named.number), f"`{named.name}`", self._meaning(definition, named.name, named.comment))
                    for named in body.named
                )
                return Table(("Bit", "Name", "Meaning"), rows)
        return None

    def _alternatives(self, definition: TypeDefinition, body: Choice) -> Table:
        path = self._tags(definition.name)
        placed = {each.member.name: each for each in self.context.alternatives.get(definition.name, ())}
        rows = []
        for member in body.members:
            if self.context.is_description(definition.name) and isinstance(member.type, Null):
                continue
            # A description has no alternatives in Python; its tags are in the text.
            written = member.type.tag.number if member.type.tag else 0
            tag = placed[member.name].tag if member.name in placed else written
            wrapper = placed[member.name].wrapper if member.name in placed else None
            held = f", in `{wrapper}`" if wrapper and self._is_plain(member.type) else ""
            rows.append(
                (
                    f"`{hex_tags((*path, tag))}`",
                    f"`{member.name}`",
                    f"{self._type(member)}{held}",
                    self._meaning(definition, member.name, member.comment),
                )
            )
        return Table(("Tag", "Alternative", "Type", "Meaning"), tuple(rows))

    @staticmethod
    def _is_plain(type_: Type) -> bool:
        """Whether a type has no name whose class would be the alternative's."""
        return not isinstance(type_, Reference)

    def _self_describing(self, definition: TypeDefinition, body: Choice) -> Table:
        rows = tuple(
            (
                f"`{member.type.tag.number:02X}`" if member.type.tag else "",
                f"`{member.name}`",
                self._octets_of(definition, member),
                self._python(definition.name, member),
                self._meaning(definition, member.name, member.comment),
            )
            for member in body.members
        )
        return Table(("Tag", "Alternative", "Octets", "Python", "Meaning"), rows)

    def _octets_of(self, definition: TypeDefinition, member: Member) -> str:
        """How many octets follow the tag."""
        width = self.layout.width(member.type)
        if width is not None:
            return str(width)
        match self.context.resolve(member.type):
            case SequenceOf():
                return "1 + …"
            case Sequence() | Choice():
                if isinstance(member.type, Reference) and self.context.definitions[member.type.name].inline_of is None:
                    return self.pages.link(member.type.name, self.page)
                return f"[…](#{slug(f'{definition.path}.{member.name}')})"
        return "1 + n"

    def _python(self, name: str, member: Member) -> str:
        """What a value of an alternative is in Python."""
        how = self.context.binding.self_describing[name]
        if member.name in (how.list, how.record, how.compact):
            return "tuple" if member.name == how.record else "list"
        if member.name in how.floats:
            return "float"
        body, target = self.context.resolve(member.type), self.context.final_name(member.type)
        if target is not None and self.context.has_class(target):
            return f"`{self.context.python_name(target)}`"
        return PYTHON[body.__class__]

    def _octets(self, definition: TypeDefinition) -> Table | None:
        """The layout; one of a value with a tag path begins with it."""
        name, body = definition.name, definition.type
        if self._is_simple(body) or isinstance(body, Choice):
            return None
        rows = [(row.octets, row.content) for row in self.layout.definition(name)]
        if self.context.rules[name] == BER:
            apdu = self.apdus.get(name)
            front = [(f"`{hex_tags(apdu.tags)}`", "the APDU")] if apdu else []
            return Table(("Tags", "Content"), tuple(front + rows))
        tags = self._tags(name)
        front = [(str(len(tags)), f"`{hex_tags(tags)}`")] if tags else []
        return Table(("Octets", "Content"), tuple(front + rows))

    # Cells

    def _type(self, member: Member) -> str:
        """The type of a component: a link, its constraint, whether it may be absent."""
        type_ = member.type
        body = self.context.resolve(type_)
        if isinstance(type_, Reference):
            text = f"{self.pages.link(type_.name, self.page)}{constraint(body)}"
        elif isinstance(type_, SequenceOf):
            element = self.pages.type_link(type_.element, self.page) or untagged_text(self.context, type_.element)
            text = f"SEQUENCE{size_text(type_.size)} OF {element}"
        else:
            text = untagged_text(self.context, type_)
        # A default may hold characters of any kind.
        return text + escaped(presence_text(member), SIGNS)

    def _meaning(self, definition: TypeDefinition, name: str, comment: str) -> str:
        note = self.history.note(f"{definition.path}.{name}")
        return escaped(" ".join(filter(None, [" ".join(comment.split()), note])))


PYTHON: dict[type, str] = {
    Null: "None",
    Boolean: "bool",
    Integer: "int",
    BitString: "BitString",
    OctetString: "bytes",
    CharacterString: "str",
    ObjectIdentifier: "str",
    SequenceOf: "list",
}


def constraint(body: Type) -> str:
    """The range or the size of a simple type, in parentheses."""
    match body:
        case Integer() if not body.named and body.range != Range(None, None):
            return range_text(body.range)
        case OctetString() | CharacterString() | BitString():
            return size_text(body.size)
        case Reference():
            return range_text(body.range) + size_text(body.size)
    return ""


def split_comment(comment: str) -> tuple[str, str]:
    """The comment of a type without its source, and the source."""
    lines = comment.splitlines()
    place = next((number for number, line in enumerate(lines) if line.startswith(SOURCE)), len(lines))
    source = " ".join(lines[place:]).removeprefix(SOURCE).strip().rstrip(".")
    return escaped("\n".join(lines[:place])), source


def hex_tags(tags: tuple[int, ...]) -> str:
    return " ".join(f"{tag:02X}" for tag in tags)


SIGNS = "\\|*<`_[]"
"""What means something to Markdown, with what comments use on purpose."""


def escaped(text: str, signs: str = "\\|*<") -> str:
    """Text whose signs mean nothing to Markdown."""
    for sign in signs:
        text = text.replace(sign, f"\\{sign}")
    return text
