"""What the alternatives of a CHOICE are in Python: the value itself, its own class, or a small wrapper.

- A SEQUENCE that serves one alternative only is that alternative's own class, with the whole tag path.
- A CHOICE that serves one alternative only extends the tag path, where its values can be told from those of
  the other alternatives.
- A value whose Python type tells it from all other alternatives stands for itself; not at a root and
  in the CHOICEs that extend its tag path, where every alternative is an APDU and has a class.
- NULL has a class in a CHOICE that a component may leave out: None says there that the component is absent, or
  has its default value.
- Every other alternative is a class with `.value`; the class of its type, where it serves nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from xdlms_codegen.lower.absent import choices_left_out
from xdlms_codegen.lower.clashes import RUNTIME
from xdlms_codegen.lower.context import BER, Alternative, Context, references
from xdlms_codegen.lower.layout import ber_inside
from xdlms_codegen.lower.species import alike, species
from xdlms_codegen.lower.tags import ber_tags, first_identifier
from xdlms_codegen.model import Choice, Member, Null, Reference, Sequence
from xdlms_codegen.names import class_name


def place_alternatives(context: Context, base: Context | None = None) -> Context:
    """The context with the alternatives of every CHOICE, and the tag paths of those with one place.

    Alternatives that are in the base already stay what they are there.
    """
    placer = _Placer(context, base)
    # Outer CHOICEs first, so that a nested one finds the path that leads to it.
    for name in outside_in(context):
        if name in placer.choices:
            placer.place(name)
    return replace(
        context,
        alternatives=placer.alternatives,
        tag_paths=placer.paths,
        servers=placer.servers,
        class_names={**context.class_names, **placer.renamed},
    )


def outside_in(context: Context) -> list[str]:
    """All definitions, those from the roots on first, each before those that only it uses."""
    done: dict[str, None] = {}
    for name in (*context.binding.roots, *context.definitions):
        waiting = [name]
        while waiting:
            following = waiting.pop()
            if following not in done:
                done[following] = None
                waiting += reversed(list(references(context.definitions[following].type)))
    return list(done)


def alternative_tag(context: Context, choice: str, member: Member) -> int:
    """The octet (A-XDR) or the identifier (BER) that an alternative begins with; -1 where it has none."""
    if context.rules[choice] == BER:
        tags = ber_tags(context, member.type)
        return tags[0] if tags else -1
    return member.type.tag.number if member.type.tag is not None else -1


def _settled(context: Context, base: Context) -> Iterator[tuple[tuple[str, str], Alternative]]:
    """The alternatives of the base by CHOICE and name, those left out that have another name here."""
    for choice, alternatives in base.alternatives.items():
        for alternative in alternatives:
            path = f"{context.path_of(choice)}.{alternative.member.name}"
            if context.binding.names.get(path) == base.binding.names.get(path):
                yield (choice, alternative.member.name), alternative


class _Placer:
    """Decides CHOICE by CHOICE; `apdus` are those whose alternatives are whole APDUs."""

    def __init__(self, context: Context, base: Context | None) -> None:
        self.context = context
        self.choices = {
            name: definition.type
            for name, definition in context.definitions.items()
            if isinstance(definition.type, Choice)
            and not context.is_self_describing(name)
            and not context.is_description(name)
        }
        self.settled = dict(_settled(context, base)) if base is not None else {}
        self.uses = Counter(used for found in context.definitions.values() for used in references(found.type))
        self.wanted = Counter(class_name(member.name) for choice in self.choices.values() for member in choice.members)
        self.taken = {
            *RUNTIME,
            *context.class_names.values(),
            *(str(each.wrapper) for each in self.settled.values()),
        }
        self.apdus = set(context.binding.roots)
        self.left_out = choices_left_out(context)
        self.alternatives: dict[str, tuple[Alternative, ...]] = {}
        self.paths: dict[str, tuple[int, ...]] = {}
        self.servers: dict[str, tuple[str, Alternative]] = {}
        self.renamed: dict[str, str] = {}

    def place(self, name: str) -> None:
        """Decide on the alternatives of a CHOICE."""
        members = self.choices[name].members
        kinds = [species(self.context, member.type) for member in members]
        found = []
        for index, member in enumerate(members):
            settled = self.settled.get((name, member.name))
            others = (other for place, other in enumerate(kinds) if place != index)
            is_told = not any(alike(kinds[index], other) for other in others)
            if name in self.left_out and isinstance(self.context.resolve(member.type), Null):
                is_told = False
            found.append(replace(settled, member=member) if settled else self.alternative(name, member, is_told))
            self.note(name, found[-1])
        self.alternatives[name] = tuple(found)

    def note(self, choice: str, alternative: Alternative) -> None:
        """What follows from an alternative for others."""
        member = alternative.member
        path = (*self.paths.get(choice, ()), *self.first_octets(choice, member))
        target = self.context.final_name(member.type)
        if alternative.wrapper is not None:
            self.paths[f"{choice}.{member.name}"] = path
        elif target is not None and (alternative.own or alternative.nested is not None):
            self.paths[target] = path
        if alternative.nested is not None and choice in self.apdus:
            self.apdus.add(alternative.nested)
        if alternative.serves is not None:
            self.servers[alternative.serves] = (choice, alternative)

    def alternative(self, name: str, member: Member, is_told: bool) -> Alternative:
        """What an alternative is; `is_told` says that the type of its value tells it from the others."""
        tag = alternative_tag(self.context, name, member)
        target = self.context.final_name(member.type)
        form = self.only_place(name, member)
        if form is Sequence:
            return Alternative(member, tag, own=True)
        if form is Choice and target is not None and (is_told or name in self.apdus):
            return Alternative(member, tag, nested=target)
        if is_told and name not in self.apdus:
            return Alternative(member, tag)
        return self.wrapped(name, member, tag, target)

    def first_octets(self, choice: str, member: Member) -> tuple[int, ...]:
        """The octets that an alternative begins with."""
        if self.context.rules[choice] == BER:
            return first_identifier(self.context, member.type)
        return (alternative_tag(self.context, choice, member),)

    def only_place(self, choice: str, member: Member) -> type | None:
        """Sequence or Choice where the alternative is the one place of such a type, and its tags are the type's."""
        type_ = member.type
        while isinstance(type_, Reference):
            name = type_.name
            if self.uses[name] != 1 or self.context.is_self_describing(name) or self.context.is_description(name):
                return None
            type_ = self.context.definitions[name].type
        form = next((form for form in (Sequence, Choice) if isinstance(type_, form)), None)
        return form if self.adds_no_tag(choice, member) else None

    def adds_no_tag(self, choice: str, member: Member) -> bool:
        """Whether an alternative is sent as its type is, in A-XDR behind its octet.

        In BER a tag in front of the type is one more, or another one; so it is for BER inside A-XDR.
        """
        context = self.context
        target = context.final_name(member.type)
        if target is None or context.rules[target] != context.rules[choice]:
            return False
        if context.rules[choice] != BER:
            return not ber_inside(context, member.type)
        tags = ber_tags(context, member.type)
        if isinstance(context.resolve(member.type), Choice):
            # A tag in front of a CHOICE is in front of its alternatives' tags, with a length between them.
            return not tags
        return tags == ber_tags(context, context.definitions[target].type)

    def wrapped(self, choice: str, member: Member, tag: int, target: str | None) -> Alternative:
        """An alternative with a class for its value."""
        wrapper = self.wrapper_name(choice, member, target)
        if target is None or self.context.python_name(target) != wrapper:
            return Alternative(member, tag, wrapper=wrapper)
        if self.context.has_class(target) or not self.adds_no_tag(choice, member):
            # The alternative is what people see, and gets the name.
            self.renamed[target] = f"{wrapper}Value"
            return Alternative(member, tag, wrapper=wrapper)
        return Alternative(member, tag, wrapper=wrapper, serves=target)

    def wrapper_name(self, choice: str, member: Member, target: str | None) -> str:
        """After the alternative; with the CHOICE's name in front where that would clash or says too little."""
        context = self.context
        path = f"{context.path_of(choice)}.{member.name}"
        is_inline = target is not None and context.path_of(target) == path
        if path in context.binding.names and not is_inline:
            return context.binding.names[path]
        name = class_name(member.name)
        is_own = target is not None and self.uses[target] == 1 and not context.has_class(target)
        if is_own and target is not None and context.python_name(target) == name and self.adds_no_tag(choice, member):
            is_taken = False
        else:
            is_taken = name in self.taken
        if is_taken or self.wanted[name] > 1 or choice in context.binding.prefixed:
            return context.python_name(choice) + name
        return name
