"""A-XDR in straight lines: the statements of `read`.

Neighbours of fixed width are fused into one struct, a *run*, through nested SEQUENCEs and presence
octets. A run of one octet is an index.
"""

from __future__ import annotations

from itertools import chain, count

from xdlms_codegen.lower.defaults import bit_width, default_text
from xdlms_codegen.lower.layout import (
    INTEGERS,
    ber_inside,
    ber_prefix,
    costs_nothing,
    has_no_length,
    integer_width,
    is_fixed,
    is_whole_width,
    number_format,
    octets_of_format,
)
from xdlms_codegen.lower.scope import FEW_CHARACTERS, NoFastPath, Plan, element_function, is_local_free, made
from xdlms_codegen.lower.text import hex_bytes, indent, tuple_text
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
    Sequence,
    SequenceOf,
    Type,
)
from xdlms_codegen.names import attribute_name, snake_name

READERS = {"VisibleString": "read_text", "UTF8String": "read_utf8", "GraphicString": "read_octets"}
"""The functions that read strings; those of other kinds are read as a VisibleString."""


class Reader:
    """The statements of `read`: octets at `at` become local variables, then an expression."""

    def __init__(self, plan: Plan, *taken: str) -> None:
        self.plan = plan
        self.lines: list[str] = []
        self.run: list[tuple[str, str]] = []
        self.taken: set[str] = {"cls", "octets", "at", *taken}

    # Variables and statements

    def variable(self, *names: str) -> str:
        """A fresh local variable, called after the last names of a path, as few as make it one."""
        joined = ("_".join(names[-size:]).rstrip("_") for size in range(1, len(names) + 1))
        stem = names[-1] if is_local_free(f"{names[-1]}_2") else f"its_{names[-1]}"
        numbered = (f"{stem}_{number}" for number in count(2))
        candidates = chain((snake_name(name.replace("_", "-")) for name in joined), [stem], numbered)
        name = next(name for name in candidates if is_local_free(name) and name not in self.taken)
        self.taken.add(name)
        return name

    def fixed(self, variable: str, format: str) -> str:
        """A variable of a fixed width, read with its neighbours."""
        self.run.append((variable, format))
        return variable

    def flush(self) -> None:
        """The run so far becomes one statement."""
        if not self.run:
            return
        names = [name for name, _ in self.run]
        formats = "".join(format for _, format in self.run)
        width = sum(octets_of_format(format) for _, format in self.run)
        if formats == "B":
            self.lines.append(f"{names[0]} = octets[at]")
        elif formats == "?":
            self.lines.append(f"{names[0]} = octets[at] != 0")
        else:
            struct = self.plan.struct(">" + formats)
            self.lines.append(f"{tuple_text(names)} = {struct}.unpack_from(octets, at)")
        self.lines.append(f"at += {width}")
        self.run = []

    def call(self, variable: str, expression: str) -> str:
        """A variable from a call that also says where it ends."""
        self.flush()
        self.lines.append(f"{variable}, at = {expression}")
        return variable

    def unusual(self, condition: str) -> None:
        """Leaves to the slow path what meets a condition."""
        self.flush()
        self.lines += [f"if {condition}:", f"    raise {self.plan.axdr('Unusual')}"]

    def size(self, size: Range, variable: str) -> str:
        """A variable, after the check of a size that is not fixed."""
        if size.minimum and size.maximum is not None:
            self.unusual(f"not {size.minimum} <= len({variable}) <= {size.maximum}")
        elif size.minimum:
            self.unusual(f"len({variable}) < {size.minimum}")
        elif size.maximum is not None:
            self.unusual(f"len({variable}) > {size.maximum}")
        return variable

    # Types

    def value(self, type: Type, *names: str) -> str:
        """Plans the reading of a value; the result is the expression that makes it."""
        plan, context = self.plan, self.plan.context
        name = context.final_name(type)
        body = context.resolve(type)
        if name is not None and (context.is_self_describing(name) or context.is_description(name)):
            return self.call(self.variable(*names), f"{plan.local(name)}.read(octets, at)")
        if ber_inside(context, type):
            return self.ber_bits(type, *names)
        match body:
            case Null():
                return "None"
            case Boolean():
                return self.fixed(self.variable(*names), "?")
            case Integer():
                return self.integer(body, name, *names)
            case Enumerated():
                return f"{plan.table(str(name))}[{self.fixed(self.variable(*names), 'B')}]"
            case BitString():
                return self.named_bits(body, str(name), *names) if body.named else self.bits(body, *names)
            case OctetString():
                return self.string(body, "GraphicString", *names)
            case CharacterString():
                return self.string(body, body.kind, *names)
            case ObjectIdentifier():
                contents = self.call(self.variable(*names), f"{plan.axdr('read_octets')}(octets, at)")
                return f"{plan.ber('oid_of')}({contents})"
            case Sequence():
                return self.sequence(body, str(name), *names)
            case Choice():
                return self.call(self.variable(*names), f"{plan.function('read', str(name))}(octets, at)")
            case SequenceOf():
                return self.sequence_of(body, *names)
        raise TypeError(body)

    def integer(self, body: Integer, name: str | None, *names: str) -> str:
        width = integer_width(body.range)
        low, high = body.range.minimum, body.range.maximum
        variable = self.variable(*names)
        if width is None:
            self.call(variable, f"{self.plan.axdr('read_integer')}(octets, at)")
        elif width in INTEGERS:
            self.fixed(variable, INTEGERS[width])
        else:
            octets, signed = width
            self.fixed(variable, f"{octets}s")
            self.flush()
            self.lines.append(f'{variable} = int.from_bytes({variable}, "big"{", signed=True" * signed})')
        if low is not None and high is not None and not is_whole_width(body.range):
            self.unusual(f"not {low} <= {variable} <= {high}")
        elif low is None and high is not None:
            self.unusual(f"{variable} > {high}")
        elif high is None and low is not None:
            self.unusual(f"{variable} < {low}")
        return f"{self.plan.table(str(name))}[{variable}]" if body.named else variable

    def bits(self, body: BitString, *names: str) -> str:
        variable = self.variable(*names)
        if body.size.fixed is None:
            return self.size(body.size, self.call(variable, f"{self.plan.axdr('read_bits')}(octets, at)"))
        self.fixed(variable, f"{(body.size.fixed + 7) // 8}s")
        return f"{self.plan.bit_string()}({variable}, {body.size.fixed})"

    def named_bits(self, body: BitString, name: str, *names: str) -> str:
        if body.size.fixed != bit_width(self.plan.context, name):
            raise NoFastPath
        variable = self.fixed(self.variable(*names), f"{(body.size.fixed + 7) // 8}s")
        number = f'int.from_bytes({variable}, "big")'
        unused = -body.size.fixed % 8
        if not unused:
            return made(self.plan, name, number)
        self.flush()
        self.lines.append(f"{variable} = {number}")
        self.unusual(f"{variable} & {(1 << unused) - 1:#04x}")
        return made(self.plan, name, f"{variable} >> {unused}")

    def ber_bits(self, type: Type, *names: str) -> str:
        """A BIT STRING of fixed size in BER: its identifier, length and unused bits never change."""
        found = ber_prefix(self.plan.context, type)
        if found is None:
            raise NoFastPath
        prefix, octets = found
        variable = self.variable(*names)
        head = self.variable(*names, "prefix")
        self.fixed(head, f"{len(prefix)}s")
        self.fixed(variable, f"{octets}s")
        self.unusual(f"{head} != {hex_bytes(prefix)}")
        return made(self.plan, str(self.plan.context.final_name(type)), f'int.from_bytes({variable}, "big")')

    def string(self, body: OctetString | CharacterString, kind: str, *names: str) -> str:
        """Octets, or characters."""
        if kind in FEW_CHARACTERS:
            raise NoFastPath
        function = READERS.get(kind, "read_text")
        variable = self.variable(*names)
        if has_no_length(body):
            self.fixed(variable, f"{body.size.fixed}s")
            return variable if function == "read_octets" else f"{self.plan.axdr('text_of')}({variable})"
        return self.size(body.size, self.call(variable, f"{self.plan.axdr(function)}(octets, at)"))

    def sequence(self, body: Sequence, name: str, *names: str) -> str:
        plan, context = self.plan, self.plan.context
        if context.tag_paths.get(name) or context.definitions[name].recursive or not is_fixed(context, body):
            return self.call(self.variable(*names), f"{plan.local(name)}.read(octets, at)")
        values = {member.name: self.value(member.type, *names, attribute_name(member.name)) for member in body.members}
        arguments = [values[member.name] for member in constructor_order(body)]
        return f"{plan.local(name)}({', '.join(arguments)})"

    def sequence_of(self, body: SequenceOf, *names: str) -> str:
        if costs_nothing(self.plan.context, body.element):
            raise NoFastPath
        variable = self.variable(*names)
        fixed = "" if body.size.fixed is None else f", {body.size.fixed}"
        if format := number_format(self.plan.context, body.element):
            call = f'{self.plan.axdr("read_numbers")}(octets, at, "{format}"{fixed})'
        else:
            read = element_function(self.plan, body.element, "read")
            call = f"{self.plan.axdr('read_items' if fixed else 'read_list')}(octets, at, {read}{fixed})"
        self.call(variable, call)
        return variable if fixed else self.size(body.size, variable)

    def member(self, member: Member) -> str:
        """A component of a SEQUENCE, behind its presence octet where it has one."""
        name = attribute_name(member.name)
        if not member.optional and member.default is None:
            return self.value(member.type, name)
        present = self.variable(f"has_{name}")
        self.fixed(present, "B")
        self.flush()
        variable = self.variable(name)
        inner = Reader(self.plan, *self.taken - {variable})
        expression = inner.value(member.type, name)
        inner.flush()
        self.taken |= inner.taken
        absent = "None" if member.default is None else default_text(self.plan, member)
        assign = [] if expression == variable else [f"{variable} = {expression}"]
        self.lines += [
            f"if {present} == 0:",
            f"    {variable} = {absent}",
            f"elif {present} == 1:",
            *indent(inner.lines + assign),
            "else:",
            f"    raise {self.plan.axdr('Unusual')}",
        ]
        return variable


def constructor_order(body: Sequence) -> list[Member]:
    """Components as the constructor takes them: those that may be absent stand last."""
    return sorted(body.members, key=lambda member: member.optional or member.default is not None)
