"""What the alternatives of a CHOICE are in Python: the value itself, its own class, or a small wrapper.

- A SEQUENCE that serves one alternative only is that alternative's own class, with the whole tag path.
- A CHOICE that serves one alternative only extends the tag path.
- A value whose Python type tells it from all other alternatives stands for itself; not at a root,
  where every alternative is an APDU and has a class.
- Every other alternative is a class with `.value`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from xdlms_codegen.lower.context import BER, Alternative, Context, references
from xdlms_codegen.lower.tags import ber_tags
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
    Sequence,
    SequenceOf,
    Type,
)
from xdlms_codegen.names import class_name

INTEGRAL = frozenset({"int", "bool"})


def place_alternatives(context: Context) -> Context:
    """The context with the alternatives of every CHOICE, and the tag paths of those with one place."""
    uses = Counter(used for definition in context.definitions.values() for used in references(definition.type))
    alternatives: dict[str, tuple[Alternative, ...]] = {}
    paths: dict[str, tuple[int, ...]] = {}
    # Outer CHOICEs first, so that a nested one finds the path that leads to it.
    for name in _outside_in(context):
        choice = context.definitions[name].type
        if isinstance(choice, Choice) and not context.is_self_describing(name) and not context.is_description(name):
            alternatives[name] = _alternatives(context, name, choice, uses, paths)
    return replace(context, alternatives=alternatives, tag_paths=paths)


def _outside_in(context: Context) -> list[str]:
    done: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in done:
            return
        done[name] = None
        for used in references(context.definitions[name].type):
            visit(used)

    for root in context.binding.roots:
        visit(root)
    for name in context.definitions:
        visit(name)
    return list(done)


def _alternatives(
    context: Context,
    name: str,
    choice: Choice,
    uses: Mapping[str, int],
    paths: dict[str, tuple[int, ...]],
) -> tuple[Alternative, ...]:
    path = paths.get(name, ())
    is_root = name in context.binding.roots
    kinds = [_species(context, member.type, uses) for member in choice.members]
    result = []
    for index, member in enumerate(choice.members):
        tag = alternative_tag(context, name, member)
        target = context.final_name(member.type)
        body = context.resolve(member.type)
        single = target is not None and uses[target] == 1 and context.definitions[target].name not in context.absorbed
        if single and target is not None and isinstance(body, Sequence):
            paths[target] = (*path, tag)
            result.append(Alternative(member, tag, own=context.python_name(target)))
            continue
        plain = not context.is_self_describing(target) and not context.is_description(target)
        if single and target is not None and isinstance(body, Choice) and plain:
            paths[target] = (*path, tag)
            result.append(Alternative(member, tag, nested=target))
            continue
        others = [kind for place, kind in enumerate(kinds) if place != index]
        told = not is_root and all(not _alike(kinds[index], other) for other in others)
        if told or (is_root and _is_class(context, target, body)):
            result.append(Alternative(member, tag))
        else:
            wrapper = _wrapper_name(context, name, member)
            paths[f"{name}.{member.name}"] = (*path, tag)
            result.append(Alternative(member, tag, wrapper=wrapper))
    return tuple(result)


def alternative_tag(context: Context, choice: str, member: Member) -> int:
    """The octet (A-XDR) or the identifier (BER) that an alternative begins with."""
    if context.rules[choice] == BER:
        tags = ber_tags(context, member.type)
        return tags[0] if tags else -1
    return member.type.tag.number if member.type.tag is not None else -1


def _is_class(context: Context, target: str | None, body: Type) -> bool:
    return isinstance(body, Sequence) or context.is_self_describing(target)


def _species(context: Context, type: Type, uses: Mapping[str, int]) -> frozenset[str]:
    """The Python types that a value of this type may have, as words: ``int``, ``bytes``, a class's name.

    A class derived from int is written ``int:Name``.
    """
    name = context.final_name(type)
    body = context.resolve(type)
    if context.is_self_describing(name) or context.is_description(name) or isinstance(body, Sequence):
        return frozenset({f"class:{name}"})
    if isinstance(body, Choice):
        return frozenset().union(*(_species(context, member.type, uses) for member in body.members))
    if isinstance(body, Enumerated) or (isinstance(body, (Integer, BitString)) and body.named):
        return frozenset({f"int:{name}"})
    return frozenset({_PLAIN[body.__class__] if not isinstance(body, CharacterString) else _text(body)})


_PLAIN: dict[type, str] = {
    Null: "None",
    Boolean: "bool",
    Integer: "int",
    BitString: "BitString",
    OctetString: "bytes",
    ObjectIdentifier: "str",
    SequenceOf: "list",
}


def _text(body: CharacterString) -> str:
    return "bytes" if body.kind == "GraphicString" else "str"


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the first may be taken for the second: the same type, or int where the other derives from it."""
    if one & other:
        return True
    return bool(one & INTEGRAL) and any(word in INTEGRAL or word.startswith("int:") for word in other)


def _wrapper_name(context: Context, choice: str, member: Member) -> str:
    """After the alternative; with the CHOICE's name in front where that would clash or says too little."""
    path = f"{context.path_of(choice)}.{member.name}"
    target = context.final_name(member.type)
    is_inline = target is not None and context.path_of(target) == path
    if path in context.binding.names and not is_inline:
        return context.binding.names[path]
    name = class_name(member.name)
    own_type = target is not None and context.python_name(target) == name and not context.has_class(target)
    taken = name in context.class_names.values() and not own_type
    siblings = sum(
        class_name(other.name) == name
        for definition in context.definitions.values()
        if isinstance(definition.type, Choice) and definition.name not in context.binding.self_describing
        if definition.name not in context.binding.described_by()
        for other in definition.type.members
    )
    if taken or siblings > 1 or choice in context.binding.prefixed:
        return context.python_name(choice) + name
    return name


def wraps(context: Context, name: str) -> bool:
    """Whether a definition's only class is the wrapper of the one alternative that it serves."""
    return any(
        alternative.wrapper == context.python_name(name) and context.final_name(alternative.member.type) == name
        for alternatives in context.alternatives.values()
        for alternative in alternatives
    )


def wraps_own_type(context: Context, alternative: Alternative) -> bool:
    """Whether an alternative's wrapper is the class of its type, which serves nothing else."""
    name = context.final_name(alternative.member.type)
    return name is not None and wraps(context, name) and context.python_name(name) == alternative.wrapper


def server(context: Context, name: str) -> tuple[str, Alternative]:
    """The CHOICE and the alternative whose wrapper is the class of a definition."""
    return next(
        (choice, alternative)
        for choice, alternatives in context.alternatives.items()
        for alternative in alternatives
        if wraps_own_type(context, alternative) and context.final_name(alternative.member.type) == name
    )
