"""BER in straight lines: components by tag, in order, with definite lengths."""

from __future__ import annotations

from xdlms_codegen.lower.defaults import bit_width, default_text, is_absent, is_constructed
from xdlms_codegen.lower.scope import NoFastPath, Plan, local_name, made
from xdlms_codegen.lower.tags import ber_tags
from xdlms_codegen.lower.text import hex_bytes, indent
from xdlms_codegen.model import (
    BitString,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Member,
    ObjectIdentifier,
    OctetString,
    Range,
    Sequence,
    Type,
)
from xdlms_codegen.names import attribute_name
from xdlms_codegen.plan import CodecPlan


def sequence_codec(
    plan: Plan, body: Sequence, parameters: list[Member], contained: tuple[tuple[str, str, str], ...], tag: int
) -> CodecPlan:
    """`read` takes the length and the components; `write` gives the whole element."""
    lines = [
        f"start, end = {plan.ber('contents')}(octets, at)",
        f"tag, start, stop = {plan.ber('header')}(octets, start, end)",
    ]
    for member in body.members:
        lines += read_member(plan, member)
    lines += [f"if tag != {plan.ber('END')}:", f"    raise {plan.axdr('Unusual')}"]
    names = [local_name(attribute_name(member.name)) for member in parameters]
    result = f"cls({', '.join(names)})"
    if contained:
        lines.append(f"self = {result}")
        for holder, attribute, function in contained:
            variable = local_name(attribute)
            lines += [f"if {variable} is not None:", f"    self._{holder} = {variable}, {function}({variable})"]
        result = "self"
    lines.append(f"return {result}, end")
    pieces = [write_member(plan, member) for member in body.members]
    write = [f"return {plan.ber('element')}({tag:#04x}, {' + '.join(pieces) or hex_bytes(())})"]
    return plan.codec(lines, write)


def read_member(plan: Plan, member: Member) -> list[str]:
    """One component: read when its tag is there, else absent, its default, or unusual."""
    name = local_name(attribute_name(member.name))
    tags = ber_tags(plan.context, member.type)
    if not tags or tags[0] > 0xFF:
        raise NoFastPath
    inner, expression = read_value(plan, member.type, tags, name)
    if member.default is not None and is_constructed(plan.context, member.type):
        raise NoFastPath
    found = [*inner, f"{name} = {expression}", "tag, start, stop = header(octets, stop, end)"]
    if not member.optional and member.default is None:
        return [f"if tag != {tags[0]:#04x}:", f"    raise {plan.axdr('Unusual')}", *found]
    absent = "None" if member.default is None else default_text(plan, member)
    return [f"{name} = {absent}", f"if tag == {tags[0]:#04x}:", *indent(found)]


def read_value(plan: Plan, type: Type, tags: tuple[int, ...], name: str) -> tuple[list[str], str]:
    """Statements and the expression for contents between `start` and `stop`."""
    body = plan.context.resolve(type)
    lines: list[str] = []
    begin = "start"
    for tag in tags[1:]:
        lines.append(f"first = {plan.ber('inside')}(octets, {begin}, stop, {tag:#04x})")
        begin = "first"
    if isinstance(body, Choice):
        function = plan.function("read", str(plan.context.final_name(type)))
        return lines, f"{function}(octets, {begin}, stop)"
    return lines, primitive(plan, type, begin, "stop")


def primitive(plan: Plan, type: Type, begin: str, finish: str) -> str:
    """The expression for the contents of a primitive element."""
    context = plan.context
    name = context.final_name(type)
    body = context.resolve(type)
    match body:
        case Integer() if body.range == Range(None, None):
            value = f"{plan.ber('read_integer')}(octets, {begin}, {finish})"
            return f"{plan.table(str(name))}[{value}]" if body.named else value
        case Enumerated():
            return f"{plan.table(str(name))}[{plan.ber('read_integer')}(octets, {begin}, {finish})]"
        case BitString() if body.named and body.size == Range(0, None):
            function = plan.ber("read_named_bits")
            return made(plan, str(name), f"{function}(octets, {begin}, {finish}, {bit_width(context, str(name))})")
        case BitString() if body.size == Range(0, None):
            plan.bit_string()
            return f"{plan.ber('read_bits')}(octets, {begin}, {finish})"
        case OctetString() if body.size == Range(0, None):
            return f"octets[{begin}:{finish}]"
        case CharacterString() if body.kind == "GraphicString" and body.size == Range(0, None):
            return f"octets[{begin}:{finish}]"
        case ObjectIdentifier():
            return f"{plan.ber('oid_of')}(octets[{begin}:{finish}])"
    raise NoFastPath


def write_member(plan: Plan, member: Member) -> str:
    """The expression for a component; empty when it is absent or has its default value."""
    value = f"self.{attribute_name(member.name)}"
    text = write_value(plan, member.type, ber_tags(plan.context, member.type), value)
    if member.optional or member.default is not None:
        return f'(b"" if {is_absent(plan, value, member)} else {text})'
    return text


def write_value(plan: Plan, type: Type, tags: tuple[int, ...], value: str) -> str:
    """The expression for a value with all its tags."""
    context = plan.context
    body = context.resolve(type)
    if isinstance(body, Choice):
        text = f"{plan.function('write', str(context.final_name(type)))}({value})"
    else:
        text = primitive_contents(plan, type, value)
    for tag in reversed(tags):
        text = f"{plan.ber('element')}({tag:#04x}, {text})"
    return text


def primitive_contents(plan: Plan, type: Type, value: str) -> str:
    """The expression for the contents of a primitive element."""
    context = plan.context
    name = context.final_name(type)
    body = context.resolve(type)
    match body:
        case Integer() | Enumerated():
            number = f"{plan.table(str(name))}[{value}]" if body.named else value
            return f"{plan.ber('write_integer')}({number})"
        case BitString() if body.named:
            return f"{plan.ber('write_named_bits')}({plan.local(str(name))}({value}), {bit_width(context, str(name))})"
        case BitString():
            return f"{plan.ber('write_bits')}({value})"
        case OctetString() | CharacterString():
            return f"{plan.ber('octets_of')}({value})"
        case ObjectIdentifier():
            return f"{plan.ber('oid_contents')}({value})"
    raise NoFastPath


def choice_codec(plan: Plan, name: str) -> CodecPlan:
    """A CHOICE of primitive alternatives: the element that fills the octets from `at` to `end`."""
    context = plan.context
    read = ["tag, start, stop = " + plan.ber("header") + "(octets, at, end)", "if stop != end:"]
    read.append(f"    raise {plan.axdr('Unusual')}")
    write: list[str] = []
    for alternative in context.alternatives[name]:
        member = alternative.member
        tags = ber_tags(context, member.type)
        if not tags or tags[0] > 0xFF or alternative.own or alternative.nested:
            raise NoFastPath
        lines, expression = read_value(plan, member.type, tags, "value")
        wrapper = plan.alternative(name, alternative) if alternative.wrapper else None
        result = f"{wrapper}({expression})" if wrapper else expression
        read += [f"if tag == {tags[0]:#04x}:", *indent([*lines, f"return {result}"])]
        text = write_value(plan, member.type, tags, "value.value" if wrapper else "value")
        write += [f"if isinstance(value, {wrapper or runtime_class(plan, member.type)}):", f"    return {text}"]
    refuse = f"raise {plan.axdr('Unusual')}"
    return plan.codec([*read, refuse], [*write, refuse])


def runtime_class(plan: Plan, type: Type) -> str:
    """What isinstance asks for a value that stands for itself."""
    context = plan.context
    name = context.final_name(type)
    body = context.resolve(type)
    if name is not None and context.has_class(name) and not isinstance(body, Choice):
        return plan.local(name)
    match body:
        case OctetString():
            return "bytes"
        case CharacterString():
            return "bytes" if body.kind == "GraphicString" else "str"
        case BitString():
            return plan.bit_string()
        case ObjectIdentifier():
            return "str"
        case Integer():
            return "int"
    raise NoFastPath
