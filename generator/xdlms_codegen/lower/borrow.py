"""What a package that extends another one takes over from it: every type that reaches nothing new.

The classes of those types are the very objects of the base package; the others are made anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xdlms_codegen.binding import Binding
from xdlms_codegen.lower.build import build_context
from xdlms_codegen.lower.context import Context, references
from xdlms_codegen.lower.reach import reached
from xdlms_codegen.model import Choice, Problem, Schema, SchemaError, Sequence, TypeDefinition


def build_extension(
    schema: Schema, binding: Binding, base: Context, *, package: str, bound: Iterable[str] = ()
) -> Context:
    """The context of a package that extends the base's; `bound` are the paths of the vendor's own entries.

    Raises SchemaError, also where the vendor uses a type in a second place that is an APDU in the base.
    """
    definitions = {definition.name: definition for definition in schema.definitions()}
    changed = {name for name in definitions if definitions[name] != base.definitions.get(name)}
    changed |= {name for path in bound for name in owners(definitions.values(), path)}
    affected = {name for name in definitions if any(found in changed for found in reached(definitions, [name]))}
    kept = [name for name in definitions if name not in affected]
    borrowed = {name: base.home(name) for name in kept if name not in base.absorbed}
    problems = second_places(schema, base)
    if problems:
        raise SchemaError(problems, schema.sources)
    return build_context(
        schema,
        binding,
        package=package,
        borrowed=borrowed,
        borrowed_wrappers=wrappers(base, definitions.keys() - affected, affected),
        base=base,
    )


def owners(definitions: Iterable[TypeDefinition], path: str) -> Iterator[str]:
    """The definitions that an entry of a binding is for: by their names or places, or by a component's."""
    for definition in definitions:
        if {definition.name, definition.path} & {path, path.rpartition(".")[0]}:
            yield definition.name


def wrappers(base: Context, kept: set[str], affected: set[str]) -> dict[str, str]:
    """The modules of the classes of alternatives that stay as they are, by path."""
    result = {}
    for choice, alternatives in base.alternatives.items():
        for alternative in alternatives:
            target = base.final_name(alternative.member.type)
            untouched = target is None or target in kept
            if choice in affected and alternative.wrapper and untouched and alternative.serves is None:
                result[f"{choice}.{alternative.member.name}"] = base.wrapper_home(choice, alternative)
    return result


def second_places(schema: Schema, base: Context) -> list[Problem]:
    """New uses of a type whose class has the tags of its one place in the base."""
    before = {(owner, used) for owner, found in base.definitions.items() for used in references(found.type)}
    problems = []
    for definition in schema.definitions():
        body = definition.type
        places = body.members if isinstance(body, (Sequence, Choice)) else (definition,)
        for place in places:
            for used in dict.fromkeys(references(place.type)):
                if used in base.tag_paths and (definition.name, used) not in before:
                    message = (
                        f"{definition.path} uses {used}, which has the tags of its place among the APDUs:"
                        " define a type of your own with its components"
                    )
                    problems.append(Problem(place.location, message))
    return problems


def borrowing(context: Context) -> str:
    """For people: the types that are those of the base package, and those made anew."""
    own = [name for name in context.definitions if name not in context.borrowed and name not in context.absorbed]
    lines = [f"{len(context.borrowed)} types taken over:", *(f"  {name}" for name in context.borrowed)]
    return "\n".join([*lines, f"{len(own)} types made anew:", *(f"  {name}" for name in own)])
