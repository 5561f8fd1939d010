"""A-XDR in straight lines: what `read` and `write` of a generated class do.

Neighbours of fixed width are fused into one struct, a *run*, through nested SEQUENCEs and presence
octets. A run of one octet is an index.
"""

from __future__ import annotations

from xdlms_codegen.lower.context import Context
from xdlms_codegen.lower.defaults import default_text, is_absent
from xdlms_codegen.lower.scope import NoFastPath, Plan
from xdlms_codegen.lower.tags import ber_tags
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
    Reference,
    Sequence,
    SequenceOf,
    Type,
)
from xdlms_codegen.names import snake_name

INTEGERS = {(1, False): "B", (1, True): "b", (2, False): "H", (2, True): "h"}
INTEGERS |= {(4, False): "I", (4, True): "i", (8, False): "Q", (8, True): "q"}


def integer_width(range: Range) -> tuple[int, bool] | None:
    """Octets and sign of a constrained INTEGER; None where it has no fixed width."""
    if range.minimum is None or range.maximum is None:
        return None
    signed = range.minimum < 0
    bits = max(range.maximum.bit_length(), (-range.minimum - 1).bit_length() if signed else 0) + signed
    return max(1, (bits + 7) // 8), signed


def is_whole_width(range: Range) -> bool:
    """Whether every number of the width is in the range, so that reading needs no check."""
    width = integer_width(range)
    if width is None or range.minimum is None or range.maximum is None:
        return False
    octets, signed = width
    low, high = (-(1 << 8 * octets - 1), (1 << 8 * octets - 1) - 1) if signed else (0, (1 << 8 * octets) - 1)
    return range.minimum == low and range.maximum == high


class Reader:
    """The statements of `read`: octets at `at` become local variables, then an expression."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines: list[str] = []
        self.run: list[tuple[str, str]] = []
        self.taken: set[str] = {"cls", "octets", "at"}

    def variable(self, *names: str) -> str:
        """A fresh local variable, the last of the names by choice."""
        for count in range(1, len(names) + 1):
            name = "_".join(names[-count:]).rstrip("_")
            name = snake_name(name.replace("_", "-"))
            if name not in self.taken:
                self.taken.add(name)
                return name
        number = 2
        while f"{names[-1]}_{number}" in self.taken:
            number += 1
        self.taken.add(f"{names[-1]}_{number}")
        return f"{names[-1]}_{number}"

    def fixed(self, variable: str, format: str) -> str:
        self.run.append((variable, format))
        return variable

    def flush(self) -> None:
        """The run so far becomes one statement."""
        if not self.run:
            return
        names = [name for name, _ in self.run]
        formats = "".join(format for _, format in self.run)
        width = sum(_width(format) for _, format in self.run)
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
        self.flush()
        self.lines.append(f"{variable}, at = {expression}")
        return variable

    def unusual(self, condition: str) -> None:
        self.lines += [f"if {condition}:", f"    raise {self.plan.axdr('Unusual')}"]

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
                return self.bits(body, name, *names)
            case OctetString() if body.size.fixed is not None:
                return self.fixed(self.variable(*names), f"{body.size.fixed}s")
            case OctetString():
                variable = self.call(self.variable(*names), f"{plan.axdr('read_octets')}(octets, at)")
                self.size(body.size, variable)
                return variable
            case CharacterString():
                return self.text(body, *names)
            case ObjectIdentifier():
                raise NoFastPath
            case Sequence():
                return self.sequence(type, body, str(name), *names)
            case Choice():
                return self.call(self.variable(*names), f"{plan.function('read', str(name))}(octets, at)")
            case SequenceOf():
                return self.sequence_of(body, *names)
        raise TypeError(body)

    def size(self, size: Range, variable: str) -> None:
        """The check of a size that is not fixed."""
        if size.minimum and size.maximum is not None:
            self.unusual(f"not {size.minimum} <= len({variable}) <= {size.maximum}")
        elif size.minimum:
            self.unusual(f"len({variable}) < {size.minimum}")
        elif size.maximum is not None:
            self.unusual(f"len({variable}) > {size.maximum}")

    def integer(self, body: Integer, name: str | None, *names: str) -> str:
        width = integer_width(body.range)
        format = INTEGERS.get(width) if width is not None else None
        if format is None:
            raise NoFastPath
        variable = self.fixed(self.variable(*names), format)
        if not is_whole_width(body.range):
            self.flush()
            self.unusual(f"not {body.range.minimum} <= {variable} <= {body.range.maximum}")
        return f"{self.plan.table(str(name))}[{variable}]" if body.named else variable

    def bits(self, body: BitString, name: str | None, *names: str) -> str:
        if body.named or body.size.fixed is None:
            raise NoFastPath
        variable = self.fixed(self.variable(*names), f"{(body.size.fixed + 7) // 8}s")
        return f"{self.plan.bit_string()}({variable}, {body.size.fixed})"

    def ber_bits(self, type: Type, *names: str) -> str:
        """A BIT STRING of fixed size in BER: its identifier, length and unused bits never change."""
        prefix, octets = ber_prefix(self.plan.context, type)
        variable = self.variable(*names)
        head = self.variable(*names, "header")
        self.fixed(head, f"{len(prefix)}s")
        self.fixed(variable, f"{octets}s")
        self.flush()
        self.unusual(f"{head} != {hex_bytes(prefix)}")
        cls = self.plan.local(str(self.plan.context.final_name(type)))
        return f'{cls}(int.from_bytes({variable}, "big"))'

    def text(self, body: CharacterString, *names: str) -> str:
        plan = self.plan
        if body.size.fixed is not None or body.kind == "GraphicString":
            raise NoFastPath
        function = "read_utf8" if body.kind == "UTF8String" else "read_text"
        variable = self.call(self.variable(*names), f"{plan.axdr(function)}(octets, at)")
        self.size(body.size, variable)
        return variable

    def sequence(self, type: Type, body: Sequence, name: str, *names: str) -> str:
        plan, context = self.plan, self.plan.context
        if context.tag_paths.get(name) or context.definitions[name].recursive or not is_fixed(context, body):
            return self.call(self.variable(*names), f"{plan.local(name)}.read(octets, at)")
        values = [self.value(member.type, *names, snake_name(member.name)) for member in body.members]
        return f"{plan.local(name)}({', '.join(values)})"

    def sequence_of(self, body: SequenceOf, *names: str) -> str:
        if body.size != Range(0, None) or costs_nothing(self.plan.context, body.element):
            raise NoFastPath
        read = element_function(self.plan, body.element, "read")
        return self.call(self.variable(*names), f"{self.plan.axdr('read_list')}(octets, at, {read})")

    def member(self, member: Member) -> str:
        """A component of a SEQUENCE, behind its presence octet where it has one."""
        name = snake_name(member.name)
        if not member.optional and member.default is None:
            return self.value(member.type, name)
        present = self.variable(f"has_{name}")
        self.fixed(present, "B")
        self.flush()
        inner = Reader(self.plan)
        inner.taken = self.taken
        variable = self.variable(name)
        inner.taken.discard(variable)
        expression = inner.value(member.type, name)
        inner.taken.add(variable)
        inner.flush()
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


class Writer:
    """The expression of `write`: values become octets."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.pieces: list[str] = []
        self.run: list[tuple[str, str]] = []

    def fixed(self, expression: str, format: str) -> None:
        self.run.append((expression, format))

    def piece(self, expression: str) -> None:
        self.flush()
        self.pieces.append(expression)

    def flush(self) -> None:
        if not self.run:
            return
        struct = self.plan.struct(">" + "".join(format for _, format in self.run))
        self.pieces.append(f"{struct}.pack({', '.join(expression for expression, _ in self.run)})")
        self.run = []

    def expression(self) -> str:
        """All pieces, joined."""
        self.flush()
        if not self.pieces:
            return 'b""'
        return " + ".join(self.pieces)

    def value(self, type: Type, value: str) -> None:
        """Plans the writing of the value that an expression gives."""
        plan, context = self.plan, self.plan.context
        name = context.final_name(type)
        body = context.resolve(type)
        if name is not None and (context.is_self_describing(name) or context.is_description(name)):
            self.piece(f"{plan.local(name)}.write({value})")
            return
        if ber_inside(context, type):
            prefix, octets = ber_prefix(context, type)
            cls = plan.local(str(name))
            self.piece(f'{hex_bytes(prefix)} + {cls}({value}).to_bytes({octets}, "big")')
            return
        match body:
            case Null():
                pass
            case Boolean():
                self.fixed(f"{plan.axdr('FLAG')}[{value}]", "B")
            case Integer():
                self.integer(body, name, value)
            case Enumerated():
                self.fixed(f"{plan.table(str(name))}[{value}]", "B")
            case BitString():
                raise NoFastPath
            case OctetString() if body.size.fixed is not None:
                self.fixed(f"{plan.axdr('sized')}({value}, {body.size.fixed})", f"{body.size.fixed}s")
            case OctetString() if body.size == Range(0, None):
                self.piece(f"{plan.axdr('write_octets')}({value})")
            case CharacterString() if body.size == Range(0, None) and body.kind != "GraphicString":
                function = "write_utf8" if body.kind == "UTF8String" else "write_text"
                self.piece(f"{plan.axdr(function)}({value})")
            case Sequence():
                self.sequence(body, str(name), value)
            case Choice():
                self.piece(f"{plan.function('write', str(name))}({value})")
            case SequenceOf() if body.size == Range(0, None):
                write = element_function(plan, body.element, "write")
                self.piece(f"{plan.axdr('write_list')}({value}, {write})")
            case _:
                raise NoFastPath

    def integer(self, body: Integer, name: str | None, value: str) -> None:
        width = integer_width(body.range)
        format = INTEGERS.get(width) if width is not None else None
        if format is None or not is_whole_width(body.range):
            raise NoFastPath
        self.fixed(f"{self.plan.table(str(name))}[{value}]" if body.named else value, format)

    def sequence(self, body: Sequence, name: str, value: str) -> None:
        context = self.plan.context
        if context.tag_paths.get(name) or context.definitions[name].recursive or not is_fixed(context, body):
            self.piece(f"{self.plan.local(name)}.write({value})")
            return
        for member in body.members:
            self.value(member.type, f"{value}.{snake_name(member.name)}")

    def member(self, member: Member) -> None:
        """A component of a SEQUENCE, behind its presence octet where it has one."""
        value = f"self.{snake_name(member.name)}"
        if not member.optional and member.default is None:
            self.value(member.type, value)
            return
        absent = is_absent(self.plan, value, member)
        inner = Writer(self.plan)
        inner.value(member.type, value)
        self.piece(f'(b"\\x00" if {absent} else b"\\x01" + {inner.expression()})')


def _width(format: str) -> int:
    if format.endswith("s"):
        return int(format[:-1])
    return {"B": 1, "b": 1, "?": 1, "H": 2, "h": 2, "I": 4, "i": 4, "Q": 8, "q": 8}[format]


def is_fixed(context: Context, body: Sequence) -> bool:
    """Whether a SEQUENCE always has the same number of octets."""
    for member in body.members:
        if member.optional or member.default is not None or ber_inside(context, member.type):
            return False
        inner = context.resolve(member.type)
        if isinstance(inner, Sequence) and is_fixed(context, inner):
            name = context.final_name(member.type)
            if name is not None and not context.tag_paths.get(name):
                continue
            return False
        fixed = isinstance(inner, (Boolean, Enumerated, Null)) or (
            isinstance(inner, Integer) and integer_width(inner.range) in INTEGERS and is_whole_width(inner.range)
        )
        if not fixed and not (isinstance(inner, OctetString) and inner.size.fixed is not None):
            return False
    return True


def costs_nothing(context: Context, type: Type) -> bool:
    """Whether a value can have no octets: such lists are counted by the slow path."""
    body = context.resolve(type)
    if isinstance(body, Sequence):
        return all(costs_nothing(context, m.type) and not m.optional and m.default is None for m in body.members)
    if isinstance(body, (OctetString, BitString, CharacterString)):
        return body.size.fixed == 0
    if isinstance(body, SequenceOf):
        return body.size.fixed is not None
    return isinstance(body, Null)


def ber_inside(context: Context, type: Type) -> bool:
    """Whether the type is sent in BER although A-XDR surrounds it."""
    name = type.name if isinstance(type, Reference) else None
    while name is not None:
        if context.rules[name] == "BER":
            return True
        inner = context.definitions[name].type
        name = inner.name if isinstance(inner, Reference) else None
    return False


def ber_prefix(context: Context, type: Type) -> tuple[tuple[int, ...], int]:
    """The octets in front of a named BIT STRING of fixed size, whole octets, in BER; and its octets."""
    body = context.resolve(type)
    tags = ber_tags(context, type)
    if not isinstance(body, BitString) or not body.named or body.size.fixed is None or body.size.fixed % 8:
        raise NoFastPath
    if len(tags) != 1:
        raise NoFastPath
    octets = body.size.fixed // 8
    identifier = tags[0].to_bytes((tags[0].bit_length() + 7) // 8, "big")
    return (*identifier, octets + 1, 0), octets


def element_function(plan: Plan, element: Type, verb: str) -> str:
    """The callable that reads or writes one element of a SEQUENCE OF."""
    context = plan.context
    name = context.final_name(element)
    body = context.resolve(element)
    if name is not None and not ber_inside(context, element):
        if isinstance(body, Sequence) or context.is_self_describing(name) or context.is_description(name):
            return f"{plan.local(name)}.{verb}"
        if isinstance(body, (Choice, Enumerated)):
            return plan.function(verb, name)
    raise NoFastPath
