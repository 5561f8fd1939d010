"""What the alternatives of a CHOICE are in Python: the value itself, its own class, or a small wrapper.

- A SEQUENCE that serves one alternative only is that alternative's own class, with the whole tag path.
- A CHOICE that serves one alternative only extends the tag path, where its values can be told from those of
  the other alternatives.
- A value whose Python type tells it from all other alternatives stands for itself; not at a root and
  in the CHOICEs that extend its tag path, where every alternative is an APDU and has a class.
- Every other alternative is a class with `.value`; the class of its type, where it serves nothing else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from xdlms_codegen.lower.context import BER, Alternative, Context, references
from xdlms_codegen.lower.layout import ber_inside
from xdlms_codegen.lower.species import alike, species
from xdlms_codegen.lower.tags import ber_tags, first_identifier
from xdlms_codegen.model import Choice, Member, Reference, Sequence
from xdlms_codegen.names import class_name


def place_alternatives(context: Context) -> Context:
    """The context with the alternatives of every CHOICE, and the tag paths of those with one place."""
    placer = _Placer(context)
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


class _Placer:
    """Decides CHOICE by CHOICE; `apdus` are those whose alternatives are whole APDUs."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.choices = {
            name: definition.type
            for name, definition in context.definitions.items()
            if isinstance(definition.type, Choice)
            and not context.is_self_describing(name)
            and not context.is_description(name)
        }
        self.uses = Counter(used for found in context.definitions.values() for used in references(found.type))
        self.wanted = Counter(class_name(member.name) for choice in self.choices.values() for member in choice.members)
        self.apdus = set(context.binding.roots)
        self.alternatives: dict[str, tuple[Alternative, ...]] = {}
        self.paths: dict[str, tuple[int, ...]] = {}
        self.servers: dict[str, tuple[str, Alternative]] = {}
        self.renamed: dict[str, str] = {}

    def place(self, name: str) -> None:
        """Decide on the alternatives of a CHOICE."""
        members = self.choices[name].members
        kinds = [species(self.context, member.type) for member in members]
        told = [
            not any(alike(kind, other) for place, other in enumerate(kinds) if place != index)
            for index, kind in enumerate(kinds)
        ]
        self.alternatives[name] = tuple(
            self.alternative(name, member, is_told) for member, is_told in zip(members, told, strict=True)
        )

    def alternative(self, name: str, member: Member, is_told: bool) -> Alternative:
        """What an alternative is; `is_told` says that the type of its value tells it from the others."""
        tag = alternative_tag(self.context, name, member)
        path = (*self.paths.get(name, ()), *self.first_octets(name, member))
        target = self.context.final_name(member.type)
        form = self.only_place(name, member)
        is_apdu = name in self.apdus
        if form is Sequence and target is not None:
            self.paths[target] = path
            return Alternative(member, tag, own=self.context.python_name(target))
        if form is Choice and target is not None and (is_told or is_apdu):
            self.paths[target] = path
            self.apdus |= {target} if is_apdu else set()
            return Alternative(member, tag, nested=target)
        if is_told and not is_apdu:
            return Alternative(member, tag)
        self.paths[f"{name}.{member.name}"] = path
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
        alternative = Alternative(member, tag, wrapper=wrapper, serves=target)
        self.servers[target] = (choice, alternative)
        return alternative

    def wrapper_name(self, choice: str, member: Member, target: str | None) -> str:
        """After the alternative; with the CHOICE's name in front where that would clash or says too little."""
        context = self.context
        path = f"{context.path_of(choice)}.{member.name}"
        is_inline = target is not None and context.path_of(target) == path
        if path in context.binding.names and not is_inline:
            return context.binding.names[path]
        name = class_name(member.name)
        is_own = target is not None and self.uses[target] == 1 and not context.has_class(target)
        is_own = is_own and self.adds_no_tag(choice, member)
        others = (taken for other, taken in context.class_names.items() if not is_own or other != target)
        if name in others or self.wanted[name] > 1 or choice in context.binding.prefixed:
            return context.python_name(choice) + name
        return name
