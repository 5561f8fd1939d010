"""The plans of a CHOICE: its union, the functions that read and write it, and the wrappers in it."""

from __future__ import annotations

from collections.abc import Iterator

from xdlms_codegen.lower import ber
from xdlms_codegen.lower.axdr_read import Reader
from xdlms_codegen.lower.axdr_write import Writer
from xdlms_codegen.lower.context import BER, Alternative, Context, function_suffix
from xdlms_codegen.lower.scope import ENTRY_MODULE, SCHEMA_MODULE, NoFastPath, Plan, Scope
from xdlms_codegen.lower.tags import first_octet
from xdlms_codegen.lower.text import indent
from xdlms_codegen.model import Boolean, Integer, Null, OctetString, SequenceOf, Type, TypeDefinition
from xdlms_codegen.plan import ChoicePlan, CodecPlan, ItemPlan, WrapperPlan

SLOW = CodecPlan((), (), ())
"""No fast path: the runtime reads and writes the type by its description."""


def choice_items(scope: Scope, definition: TypeDefinition) -> Iterator[ItemPlan]:
    """The wrappers, then the CHOICE."""
    context, name = scope.context, definition.name
    alternatives = context.alternatives[name]
    for alternative in alternatives:
        is_borrowed = f"{name}.{alternative.member.name}" in context.borrowed_wrappers
        if alternative.wrapper is not None and not is_borrowed and alternative.serves is None:
            yield wrapper_plan(scope, name, alternative)
    scope.typing("TypeAlias")
    members = dict.fromkeys(scope.alternative(name, alternative) for alternative in alternatives)
    is_root = name in context.binding.roots
    if is_root:
        scope.use(ENTRY_MODULE, "MAX_DEPTH")
        scope.use(ENTRY_MODULE, "decode_slowly")
        scope.axdr("FAULTS")
        scope.syntax("SYNTAX")
    table, codec = choice_codec(scope, definition, alternatives)
    if table:
        scope.use(SCHEMA_MODULE, "Reader")
    yield ChoicePlan(
        name=name,
        python_name=context.python_name(name),
        target=alias_text(context, name, " | ".join(sorted(members, key=lambda member: member == "None"))),
        function=function_suffix(context.python_name(name)),
        table=table,
        codec=codec,
        is_ber=context.rules[name] == BER and not table,
        is_root=is_root,
        comment=definition.comment,
    )


def alias_text(context: Context, name: str, text: str) -> str:
    """What an alias or union stands for: quoted where it uses what need not be there yet."""
    return f'"{text}"' if name in context.quoted else text


def reader_of(scope: Scope, choice: str, alternative: Alternative) -> str | None:
    """The callable that reads an alternative behind its tag, when it is a class's or a CHOICE's."""
    if alternative.wrapper is not None or alternative.own:
        return f"{scope.alternative(choice, alternative)}.read"
    if alternative.nested is not None:
        return scope.function("read", alternative.nested)
    return None


def choice_codec(
    scope: Scope, definition: TypeDefinition, alternatives: tuple[Alternative, ...]
) -> tuple[tuple[tuple[int, str], ...], CodecPlan]:
    """A table of readers where every alternative has one, else statements; and the writer.

    A root has a table always: what it leads to refuses itself what it cannot read.
    """
    context, name = scope.context, definition.name
    plan = Plan(scope, context.python_name(name))
    is_root = name in context.binding.roots
    try:
        if definition.recursive and not is_root:
            raise NoFastPath
        if context.rules[name] == BER and not is_root:
            return (), ber.choice_codec(plan, name)
        readers = [(first_octet(a.tag), reader_of(plan, name, a)) for a in alternatives]
        table = tuple((tag, reader) for tag, reader in readers if reader is not None)
        if len(table) == len(alternatives):
            return table, plan.codec([], axdr_write(plan, name, alternatives))
        return (), plan.codec(axdr_read(plan, name, alternatives), axdr_write(plan, name, alternatives))
    except NoFastPath:
        plan = Plan(scope, context.python_name(name))
        refuse = [f"raise {plan.axdr('Unusual')}"]
        return (), plan.codec(refuse, refuse)


def axdr_read(plan: Plan, choice: str, alternatives: tuple[Alternative, ...]) -> list[str]:
    """The statements that read an alternative by its tag."""
    lines = ["tag = octets[at]", "at += 1"]
    for alternative in alternatives:
        lines += [f"if tag == {alternative.tag}:", *indent(alternative_read(plan, choice, alternative))]
    return [*lines, f"raise {plan.axdr('Unusual')}"]


def alternative_read(plan: Plan, choice: str, alternative: Alternative) -> list[str]:
    """The statements that read one alternative behind its tag."""
    call = reader_of(plan, choice, alternative)
    if call is not None:
        return [f"return {call}(octets, at)"]
    reader = Reader(plan)
    expression = reader.value(alternative.member.type, "value")
    reader.flush()
    if expression == "value" and len(reader.lines) == 1 and reader.lines[0].startswith("value, at = "):
        return [f"return {reader.lines[0].removeprefix('value, at = ')}"]
    return [*reader.lines, f"return {expression}, at"]


def axdr_write(plan: Plan, choice: str, alternatives: tuple[Alternative, ...]) -> list[str]:
    """The statements that write a value: classes that know their tags first, then the others by type."""
    tagged: list[str] = []
    lines: list[str] = []
    path = plan.context.tag_paths.get(choice, ())
    for alternative in alternatives:
        if alternative.wrapper is not None or alternative.own:
            tagged.append(plan.alternative(choice, alternative))
        elif alternative.nested is not None:
            tagged.extend(tagged_classes(plan, alternative.nested))
        else:
            writer = Writer(plan, (*path, alternative.tag))
            writer.value(alternative.member.type, "value")
            lines += [f"if {is_of(plan, alternative.member.type)}:", *indent(writer.statements())]
    if tagged:
        names = list(dict.fromkeys(tagged))
        test = names[0] if len(names) == 1 else f"({', '.join(names)})"
        lines = [f"if isinstance(value, {test}):", "    return value.write()", *lines]
    return [*lines, f"raise {plan.axdr('Unusual')}"]


def tagged_classes(scope: Scope, choice: str) -> Iterator[str]:
    """The classes of all alternatives of a nested CHOICE, which know the tags in front of them."""
    for alternative in scope.context.alternatives[choice]:
        if alternative.nested is not None:
            yield from tagged_classes(scope, alternative.nested)
        elif alternative.wrapper is not None or alternative.own:
            yield scope.alternative(choice, alternative)
        else:
            raise NoFastPath


def is_of(plan: Plan, type: Type) -> str:
    """The test that a value is of an alternative that stands for itself."""
    context = plan.context
    body, name = context.resolve(type), context.final_name(type)
    if isinstance(body, Null):
        return "value is None"
    if isinstance(body, (Integer, OctetString)) and not (isinstance(body, Integer) and body.named):
        # Exactly this type: an enumeration or a boolean is an int too.
        return f"type(value) is {'int' if isinstance(body, Integer) else 'bytes'}"
    if name is not None and context.is_self_describing(name):
        return f"{plan.local(name)}.takes(value)"
    if isinstance(body, (Boolean, SequenceOf)):
        return f"isinstance(value, {'bool' if isinstance(body, Boolean) else 'list'})"
    return f"isinstance(value, {ber.runtime_class(plan, type)})"


def wrapper_plan(scope: Scope, choice: str, alternative: Alternative) -> WrapperPlan:
    """The class of an alternative whose value needs one."""
    context, member = scope.context, alternative.member
    value_type: Type = member.type
    comment = member.comment
    if alternative.serves is not None:
        served = context.definitions[alternative.serves]
        value_type, comment = served.type, served.comment
    path = context.tag_paths[f"{choice}.{member.name}"]
    codec = wrapper_codec(scope, choice, alternative, path)
    if codec is not SLOW:
        scope.typing("Self")
    secret, is_union = context.is_secret(choice, member), context.is_union(member.type)
    if secret:
        scope.use(ENTRY_MODULE, "hidden")
    if is_union:
        scope.use(ENTRY_MODULE, "same")
    return WrapperPlan(
        name=member.name,
        python_name=str(alternative.wrapper),
        base=scope.syntax("Encodable"),
        tag_path=path,
        annotation=None if isinstance(context.resolve(member.type), Null) else scope.annotation(value_type),
        codec=codec,
        secret=secret,
        is_union=is_union,
        comment=comment,
    )


def wrapper_codec(scope: Scope, choice: str, alternative: Alternative, path: tuple[int, ...]) -> CodecPlan:
    """The fast path of a wrapper, in A-XDR."""
    context, member = scope.context, alternative.member
    if context.rules[choice] == BER or context.definitions[choice].recursive:
        return SLOW
    plan = Plan(scope, str(alternative.wrapper))
    reader, writer = Reader(plan), Writer(plan, path)
    try:
        expression = reader.value(member.type, "value")
        reader.flush()
        writer.value(member.type, "self.value")
    except NoFastPath:
        return SLOW
    call = "cls()" if isinstance(context.resolve(member.type), Null) else f"cls({expression})"
    return plan.codec([*reader.lines, f"return {call}, at"], writer.statements())
