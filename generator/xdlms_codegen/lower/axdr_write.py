"""A-XDR in straight lines: the statements of `write`.

Neighbours of fixed width are packed by one struct, the tags in front and presence octets among them.
"""

from __future__ import annotations

from itertools import chain, count

from xdlms_codegen.lower.context import AXDR
from xdlms_codegen.lower.defaults import bit_width, default_octets, is_absent, is_constructed
from xdlms_codegen.lower.layout import (
    INTEGERS,
    ber_inside,
    ber_prefix,
    has_no_length,
    integer_width,
    is_fixed,
    is_whole_width,
    number_format,
)
from xdlms_codegen.lower.scope import FEW_CHARACTERS, NoFastPath, Plan, element_function, local_name
from xdlms_codegen.lower.text import hex_bytes
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
from xdlms_codegen.names import attribute_name

WRITERS = {"VisibleString": "write_text", "UTF8String": "write_utf8", "GraphicString": "write_octets"}
"""The functions that write strings; those of other kinds are written as a VisibleString."""


class Writer:
    """Values become octets, piece by piece, behind the tags of `path`: local variables, then an expression.

    What is written under a condition has none of its own.
    """

    def __init__(self, plan: Plan, path: tuple[int, ...] = (), *, has_locals: bool = True) -> None:
        self.plan = plan
        self.path = path
        self.has_locals = has_locals
        self.lines: list[str] = []
        self.last: tuple[str, str] | None = None
        self.taken: set[str] = {"self", "value", "octets"}
        self.pieces: list[str] = []
        self.run: list[tuple[str, str]] = [(hex_bytes(path), f"{len(path)}s")] if path else []

    @property
    def has_neighbours(self) -> bool:
        """Whether there are values for a struct already: the tags alone are none."""
        return len(self.run) > bool(self.path and not self.pieces)

    def fixed(self, expression: str, format: str) -> None:
        """A value of a fixed width, written with its neighbours."""
        self.settle()
        self.run.append((expression, format))

    def piece(self, expression: str) -> None:
        """Octets of their own."""
        self.settle()
        self.flush()
        self.pieces.append(expression)

    def settle(self) -> None:
        """What may be absent becomes a piece, as it is not the last."""
        if self.last is not None:
            absent, expression = self.last
            self.flush()
            self.pieces.append(f'(b"" if {absent} else {expression})')
            self.last = None

    def flush(self) -> None:
        """The run so far becomes one piece."""
        if not self.run:
            return
        if not self.has_neighbours:
            self.pieces.append(hex_bytes(self.path))
            self.run = []
            return
        struct = self.plan.struct(">" + "".join(format for _, format in self.run))
        self.pieces.append(f"{struct}.pack({', '.join(expression for expression, _ in self.run)})")
        self.run = []

    def expression(self) -> str:
        """All pieces, joined."""
        self.settle()
        self.flush()
        return " + ".join(self.pieces) if self.pieces else 'b""'

    def statements(self) -> list[str]:
        """The body of the function."""
        if self.last is None:
            expression = self.expression()
            return [*self.lines, f"return {expression}"]
        (absent, last), self.last = self.last, None
        lines = [f"octets = {self.expression()}", f"if {absent}:", "    return octets", f"return octets + {last}"]
        return [*self.lines, *lines]

    def local(self, value: str, expression: str | None = None) -> str:
        """A local variable, called after `value`, for what is used more than once."""
        stem = local_name(value.rpartition(".")[2])
        candidates = chain([stem], (f"{stem}_{number}" for number in count(2)))
        name = next(name for name in candidates if name not in self.taken)
        self.taken.add(name)
        self.lines.append(f"{name} = {value if expression is None else expression}")
        return name

    def value(self, type: Type, value: str) -> None:
        """Plans the writing of the value that an expression gives."""
        plan, context = self.plan, self.plan.context
        name = context.final_name(type)
        body = context.resolve(type)
        if name is not None and (context.is_self_describing(name) or context.is_description(name)):
            self.piece(f"{element_function(plan, type, 'write')}({value})")
            return
        if ber_inside(context, type):
            self.ber_bits(type, value)
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
                self.bits(body, name, value)
            case OctetString():
                self.string(body, "GraphicString", value)
            case CharacterString():
                self.string(body, body.kind, value)
            case ObjectIdentifier():
                self.piece(f"{plan.axdr('write_octets')}({plan.ber('oid_contents')}({value}))")
            case Sequence():
                self.sequence(body, str(name), value)
            case Choice():
                self.piece(f"{plan.function('write', str(name))}({value})")
            case SequenceOf():
                self.sequence_of(body, value)

    def integer(self, body: Integer, name: str | None, value: str) -> None:
        width = integer_width(body.range)
        number = f"{self.plan.table(str(name))}[{value}]" if body.named else value
        if not is_whole_width(body.range) and body.range != Range(None, None):
            number = f"{self.plan.axdr('ranged')}({number}, {body.range.minimum}, {body.range.maximum})"
        if width is None:
            self.piece(f"{self.plan.axdr('write_integer')}({number})")
        elif width in INTEGERS:
            self.fixed(number, INTEGERS[width])
        else:
            octets, signed = width
            self.piece(f'{number}.to_bytes({octets}, "big"{", signed=True" * signed})')

    def bits(self, body: BitString, name: str | None, value: str) -> None:
        fixed = body.size.fixed
        if body.named:
            if fixed is None or fixed != bit_width(self.plan.context, str(name)):
                raise NoFastPath
            unused = -fixed % 8
            number = f"{self.plan.local(str(name))}({value})"
            shifted = f"(int({number}) << {unused})" if unused else number
            self.piece(f'{shifted}.to_bytes({(fixed + 7) // 8}, "big")')
        elif fixed is not None:
            self.piece(f"{self.plan.axdr('sized_bits')}({value}, {fixed})")
        else:
            self.piece(f"{self.plan.axdr('write_bits')}({self.counted(body.size, value)})")

    def ber_bits(self, type: Type, value: str) -> None:
        """A BIT STRING of fixed size in BER."""
        found = ber_prefix(self.plan.context, type)
        if found is None:
            raise NoFastPath
        prefix, octets = found
        cls = self.plan.local(str(self.plan.context.final_name(type)))
        self.piece(f'{hex_bytes(prefix)} + {cls}({value}).to_bytes({octets}, "big")')

    def counted(self, size: Range, value: str) -> str:
        """A value, its size checked where it has a constraint."""
        if size == Range(0, None):
            return value
        return f"{self.plan.axdr('counted')}({value}, {size.minimum or 0}, {size.maximum})"

    def string(self, body: OctetString | CharacterString, kind: str, value: str) -> None:
        """Octets, or characters."""
        if kind in FEW_CHARACTERS:
            raise NoFastPath
        function = WRITERS.get(kind, "write_text")
        if has_no_length(body):
            octets = value if function == "write_octets" else f"{self.plan.axdr('text_octets')}({value})"
            self.fixed(self.sized(octets, body.size.fixed), f"{body.size.fixed}s")
        else:
            self.piece(f"{self.plan.axdr(function)}({self.counted(body.size, value)})")

    def sized(self, octets: str, size: int | None) -> str:
        """Octets, their number checked: struct would cut or fill them without a word."""
        if not self.has_locals or "." not in octets or "(" in octets:
            return f"{self.plan.axdr('sized')}({octets}, {size})"
        name = self.local(octets)
        unusual = self.plan.axdr("Unusual")
        self.lines += [f"if type({name}) is not bytes or len({name}) != {size}:", f"    raise {unusual}"]
        return name

    def sequence(self, body: Sequence, name: str, value: str) -> None:
        context = self.plan.context
        if context.tag_paths.get(name) or context.definitions[name].recursive or not is_fixed(context, body):
            self.piece(f"{self.plan.local(name)}.write({value})")
            return
        if self.has_locals and "." in value and len(body.members) > 1:
            value = self.local(value)
        for member in body.members:
            self.value(member.type, f"{value}.{attribute_name(member.name)}")

    def sequence_of(self, body: SequenceOf, value: str) -> None:
        fixed = "" if body.size.fixed is None else f", {body.size.fixed}"
        items = value if fixed else self.counted(body.size, value)
        if format := number_format(self.plan.context, body.element):
            self.piece(f'{self.plan.axdr("write_numbers")}({items}, "{format}"{fixed})')
            return
        write = element_function(self.plan, body.element, "write")
        self.piece(f"{self.plan.axdr('write_items' if fixed else 'write_list')}({items}, {write}{fixed})")

    def member(self, member: Member) -> None:
        """A component of a SEQUENCE, behind its presence octet where it has one."""
        value = f"self.{attribute_name(member.name)}"
        if not member.optional and member.default is None:
            self.value(member.type, value)
            return
        inner = Writer(self.plan, has_locals=False)
        inner.value(member.type, value)
        if member.default is not None and is_constructed(self.plan.context, member.type):
            self.constructed(member, attribute_name(member.name), inner.expression())
            return
        absent = is_absent(self.plan, value, member)
        if self.has_neighbours:
            self.fixed(is_absent(self.plan, value, member, negated=True), "?")
            self.last = absent, inner.expression()
        else:
            self.piece(f'(b"\\x00" if {absent} else b"\\x01" + {inner.expression()})')

    def constructed(self, member: Member, name: str, expression: str) -> None:
        """A component whose value has parts: it is of its default value when its octets are."""
        default = default_octets(self.plan.context, member, AXDR)
        octets = self.local(f"self.{name}", expression)
        if self.has_neighbours:
            self.fixed(f"{octets} != {default}", "?")
            self.last = f"{octets} == {default}", octets
        else:
            self.piece(f'(b"\\x00" if {octets} == {default} else b"\\x01" + {octets})')
