"""Names in Python that would be given twice, or that the generated code has for itself."""

from __future__ import annotations

from collections.abc import Iterator

from xdlms_codegen.lower.context import Context, function_suffix
from xdlms_codegen.model import Problem, Schema, Sequence, SourceLocation, TypeDefinition
from xdlms_codegen.names import attribute_name, value_name

RUNTIME = frozenset(
    {
        *("Any", "ClassVar", "Mapping", "Self", "Struct", "TypeAlias", "None", "True", "False"),
        *("Bit", "BitString", "Decoded", "Described", "Description", "Encodable", "NamedBits", "NamedNumber"),
        *("Reader", "SelfDescribing", "TypeInfo", "Unusual"),
        *("APDU", "EDITION", "END", "FAULTS", "FLAG", "MAX_DEPTH", "SYNTAX", "TYPES", "TYPE_CHECKING"),
    }
)
"""What the generated modules import or define by a name like a class's."""

GIVE_ONE = "in the binding's [names]"


def name_clashes(context: Context) -> list[Problem]:
    """Every clash of names."""
    problems = list(class_clashes(context))
    for definition in context.definitions.values():
        name = definition.name
        if name not in context.absorbed and not context.is_self_describing(name) and not context.is_description(name):
            problems += attribute_clashes(context, definition)
    return problems


def classes(context: Context) -> Iterator[tuple[str, str, SourceLocation]]:
    """(Python name, path, place) of every class, union and alias."""
    for name, definition in context.definitions.items():
        if name in context.absorbed:
            continue
        yield context.python_name(name), definition.path, definition.location
        if context.is_self_describing(name):
            yield f"{context.python_name(name)}Tag", f"the tags of {definition.path}", definition.location
    for choice, alternatives in context.alternatives.items():
        for alternative in alternatives:
            if alternative.wrapper is not None and alternative.serves is None:
                member = alternative.member
                yield alternative.wrapper, f"{context.path_of(choice)}.{member.name}", member.location


def class_clashes(context: Context) -> Iterator[Problem]:
    """Classes that would have one name, or whose functions would."""
    first: dict[str, tuple[str, str, SourceLocation]] = {}
    for python_name, path, location in classes(context):
        if python_name in RUNTIME:
            message = f"{path} would be {python_name} in Python, which the generated code uses: give it another name"
            yield Problem(location, f"{message} {GIVE_ONE}")
            continue
        other = first.setdefault(function_suffix(python_name), (python_name, path, location))
        if other[1:] != (path, location):
            both = f"{path} and {other[1]} (at {other[2]})"
            same = f"are both {python_name} in Python"
            if other[0] != python_name:
                same = f"are {python_name} and {other[0]} in Python, with functions of one name"
            yield Problem(location, f"{both} {same}: give one another name {GIVE_ONE}")


def attribute_clashes(context: Context, definition: TypeDefinition) -> Iterator[Problem]:
    """Components, enumeration values and bits that would have one name."""
    body = definition.type
    if isinstance(body, Sequence):
        places = [(attribute_name(member.name), member.name, member.location) for member in body.members]
        for member in body.members:
            if context.bound(context.binding.contains, definition.name, member) is not None:
                held = f"{attribute_name(member.name)}_apdu"
                places.append((held, f"the APDU in {member.name}", member.location))
    else:
        places = [(value_name(each.name), each.name, each.location) for each in getattr(body, "named", ())]
    yield from _same_names(definition, places)


def component_clashes(schema: Schema) -> Iterator[Problem]:
    """The components, enumeration values and bits that would have one name, for a schema that has no context."""
    for definition in schema.definitions():
        body = definition.type
        if isinstance(body, Sequence):
            places = [(attribute_name(member.name), member.name, member.location) for member in body.members]
        else:
            places = [(value_name(each.name), each.name, each.location) for each in getattr(body, "named", ())]
        yield from _same_names(definition, places)


def _same_names(definition: TypeDefinition, places: list[tuple[str, str, SourceLocation]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for python_name, name, location in places:
        other = first.setdefault(python_name, name)
        if other != name:
            yield Problem(location, f"{name} and {other} are both {python_name} in Python, in {definition.path}")
