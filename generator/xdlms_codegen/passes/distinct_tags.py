"""Tags that tell alternatives and components apart must differ.

In a CHOICE all must, through untagged CHOICEs inside it too. In a SEQUENCE only the tags of OPTIONAL
and DEFAULT components and of the one behind them must (ITU-T X.680 clauses 25.6 and 29.3), and here
only those that are written: A-XDR tells components apart without tags, so a SEQUENCE without them is
good. Who encodes a SEQUENCE in BER asks ``component_clashes`` for the others.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    Problem,
    Reference,
    Schema,
    Sequence,
    SequenceOf,
    Tag,
    TagClass,
    TagMode,
    Type,
)
from xdlms_codegen.passes.lookup import Types, first_at, walk

TagKey = tuple[TagClass, int]

_CHARACTER_STRING_TAGS = {
    "UTF8String": 12,
    "NumericString": 18,
    "PrintableString": 19,
    "TeletexString": 20,
    "T61String": 20,
    "VideotexString": 21,
    "IA5String": 22,
    "UTCTime": 23,
    "GeneralizedTime": 24,
    "GraphicString": 25,
    "VisibleString": 26,
    "ISO646String": 26,
    "GeneralString": 27,
    "UniversalString": 28,
    "BMPString": 30,
}


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Find alternatives and components with the same tag."""
    types = Types(schema)
    problems: list[Problem] = []
    for definition in schema.definitions():
        for path, type_ in walk(definition):
            if isinstance(type_, Choice):
                problems += _alternatives(types, path, type_)
            elif isinstance(type_, Sequence):
                problems += component_clashes(types, path, type_, written_only=True)
    return schema, problems


def tags_of(types: Types, type_: Type) -> list[TagKey]:
    """The tags that an encoded value of a type may begin with; several for an untagged CHOICE."""
    found: list[TagKey] = []
    waiting = [type_]
    choices: set[int] = set()
    while waiting:
        chain = types.chain(waiting.pop())
        tag = next((link.tag for link in chain if link.tag is not None), None)
        last = chain[-1]
        if tag is not None:
            found.append((tag.tag_class, tag.number))
        elif isinstance(last, Choice):
            if id(last) not in choices:
                choices.add(id(last))
                waiting += [member.type for member in reversed(last.members)]
        elif not isinstance(last, Reference):
            found.append((TagClass.UNIVERSAL, _universal(last)))
    return found


def component_clashes(types: Types, path: str, sequence: Sequence, *, written_only: bool) -> Iterator[Problem]:
    """The components that a decoder which goes by tags cannot tell apart.

    Parameters
    ----------
    path:
        How problems call the SEQUENCE.
    written_only:
        Compare the tags written in front of the components only, not those of their types.
    """
    for index, component in enumerate(sequence.members):
        tags = _component_tags(types, component, written_only)
        for following in sequence.members[index + 1 :]:
            if not (component.optional or component.default is not None):
                break
            for tag in _component_tags(types, following, written_only):
                if tag in tags:
                    yield _twice(tag, path, component, following)
                    break
            if not (following.optional or following.default is not None):
                break


def _component_tags(types: Types, component: Member, written_only: bool) -> list[TagKey]:
    if not written_only:
        return tags_of(types, component.type)
    tag = component.type.tag
    return [(tag.tag_class, tag.number)] if tag is not None else []


def _alternatives(types: Types, path: str, choice: Choice) -> Iterator[Problem]:
    first: dict[TagKey, Member] = {}
    for alternative in choice.members:
        told = False
        for tag in dict.fromkeys(tags_of(types, alternative.type)):
            before = first.setdefault(tag, alternative)
            if before is not alternative and not told:
                told = True
                yield _twice(tag, path, before, alternative)


def _twice(tag: TagKey, path: str, first: Member, second: Member) -> Problem:
    shown = Tag(tag[0], tag[1], TagMode.DEFAULT)
    where = first_at(first.location, second.location)
    return Problem(second.location, f"tag {shown} is used twice in {path} ({where})")


def _universal(
    type_: (
        Boolean
        | Integer
        | BitString
        | OctetString
        | Null
        | ObjectIdentifier
        | Enumerated
        | Sequence
        | SequenceOf
        | CharacterString
    ),
) -> int:
    match type_:
        case Boolean():
            return 1
        case Integer():
            return 2
        case BitString():
            return 3
        case OctetString():
            return 4
        case Null():
            return 5
        case ObjectIdentifier():
            return 6
        case Enumerated():
            return 10
        case Sequence() | SequenceOf():
            return 16
        case CharacterString():
            return _CHARACTER_STRING_TAGS[type_.kind]
