"""None says that a component is absent, so no value that is there may be None."""

from __future__ import annotations

from collections.abc import Iterator

from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import Choice, Null, Problem, Sequence, Type


def choices_left_out(context: Context) -> frozenset[str]:
    """The CHOICEs that a component has which may be absent, itself or as an alternative of its CHOICE."""
    found: set[str] = set()
    waiting = [
        member.type
        for definition in context.definitions.values()
        if isinstance(definition.type, Sequence)
        for member in definition.type.members
        if member.optional or member.default is not None
    ]
    while waiting:
        type_ = waiting.pop()
        name, body = context.final_name(type_), context.resolve(type_)
        if isinstance(body, Choice) and name is not None and name not in found and _is_union(context, name):
            found.add(name)
            waiting += [member.type for member in body.members]
    return frozenset(found)


def absence_problems(context: Context) -> Iterator[Problem]:
    """Components that may be absent whose value may be None; asks for the placed alternatives."""
    for definition in context.definitions.values():
        if definition.name in context.absorbed or not isinstance(definition.type, Sequence):
            continue
        for member in definition.type.members:
            path = f"{definition.path}.{member.name}"
            if not member.optional:
                is_choice = isinstance(context.resolve(member.type), Choice)
                if member.default is not None and is_choice and _may_be_none(context, member.type, frozenset()):
                    message = (
                        f"{path} has a DEFAULT and may be NULL: None stands for the default; write BOOLEAN for NULL"
                    )
                    yield Problem(member.location, message)
                continue
            if isinstance(context.resolve(member.type), Null):
                message = f"{path} is NULL and OPTIONAL: None cannot say if it is there; write BOOLEAN"
                yield Problem(member.location, message)
            elif _may_be_none(context, member.type, frozenset()):
                message = f"{path} is OPTIONAL and may be NULL: None cannot say if it is there; write BOOLEAN for NULL"
                yield Problem(member.location, message)


def _may_be_none(context: Context, type_: Type, inside: frozenset[str]) -> bool:
    name = context.final_name(type_)
    if isinstance(context.resolve(type_), Null):
        return True
    if name is None or name in inside:
        return False
    return any(
        alternative.wrapper is None and _may_be_none(context, alternative.member.type, inside | {name})
        for alternative in context.alternatives.get(name, ())
    )


def _is_union(context: Context, name: str) -> bool:
    return not context.is_self_describing(name) and not context.is_description(name)
