"""What the text of one generated module may name, and the imports that come with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xdlms_codegen.lower.context import Alternative, Context, function_suffix, table_name
from xdlms_codegen.lower.layout import ber_inside
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Null,
    ObjectIdentifier,
    OctetString,
    Range,
    Reference,
    Sequence,
    SequenceOf,
    Type,
)
from xdlms_codegen.names import constant_name
from xdlms_codegen.plan import CodecPlan

TYPING_MODULE = "typing"
AXDR_MODULE = "xdlms.codec.axdr"
BER_MODULE = "xdlms.codec.ber"
NUMBERS_MODULE = "xdlms.codec.numbers"
SCHEMA_MODULE = "xdlms.codec.schema"
ENTRY_MODULE = "xdlms.codec.entry"
DATA_MODULE = "xdlms.codec.data"
COMPACT_MODULE = "xdlms.codec.compact"

FEW_CHARACTERS = frozenset({"NumericString", "PrintableString"})
"""The strings that have not all visible characters: only the description of a type tells which."""

LOCALS = frozenset(
    {
        *("self", "cls", "octets", "at", "tag", "start", "stop", "end", "first", "last"),
        *("len", "int", "bytes", "bool", "list", "type", "isinstance"),
        *("text_of", "text_octets", "ranged", "counted", "sized", "sized_bits"),
        *("contents", "element", "first_octet", "header", "identifier", "inside"),
        *("octets_of", "oid_contents", "oid_of"),
    }
)
"""What the generated functions use by a small name, beside ``read_``, ``write_`` and ``decode_`` anything."""

PLAIN: Mapping[type, str] = {
    Null: "None",
    Boolean: "bool",
    Integer: "int",
    OctetString: "bytes",
    ObjectIdentifier: "str",
}


@dataclass(slots=True)
class Scope:
    """Names for a module; what they need is noted in `imports`: names by module."""

    context: Context
    imports: dict[str, set[str]] = field(default_factory=dict)

    def use(self, module: str, name: str) -> str:
        """The name, after noting where it comes from."""
        self.imports.setdefault(module, set()).add(name)
        return name

    def add(self, other: Scope) -> None:
        """Everything that another scope has noted."""
        for module, names in other.imports.items():
            self.imports.setdefault(module, set()).update(names)

    def typing(self, name: str) -> str:
        return self.use(TYPING_MODULE, name)

    def axdr(self, name: str) -> str:
        return self.use(AXDR_MODULE, name)

    def ber(self, name: str) -> str:
        return self.use(BER_MODULE, name)

    def bit_string(self) -> str:
        return self.use(NUMBERS_MODULE, "BitString")

    def syntax(self, name: str) -> str:
        """A name of the package's own syntax module."""
        return self.use(f"{self.context.package}.syntax", name)

    def local(self, name: str) -> str:
        """A definition's class, union or alias."""
        return self.use(self.context.home(name), self.context.python_name(name))

    def alternative(self, choice: str, alternative: Alternative) -> str:
        """The class, union or plain type of an alternative."""
        if alternative.wrapper is None or alternative.serves is not None:
            return self.annotation(alternative.member.type)
        return self.use(self.context.wrapper_home(choice, alternative), alternative.wrapper)

    def wrapper(self, choice: str, alternative: Alternative) -> str:
        """The class of an alternative that has one for its value."""
        return self.alternative(choice, alternative)

    def table(self, name: str) -> str:
        """The numbers of an enumeration."""
        return self.use(self.context.home(name), table_name(self.context.python_name(name)))

    def function(self, verb: str, name: str) -> str:
        """The function that reads, writes or decodes a definition."""
        return self.use(self.context.home(name), f"{verb}_{function_suffix(self.context.python_name(name))}")

    def annotation(self, type: Type) -> str:
        """What a value of a type is in Python."""
        match type:
            case Reference():
                return self.local(type.name)
            case SequenceOf():
                return f"list[{self.annotation(type.element)}]"
            case BitString():
                return self.bit_string()
            case CharacterString():
                return "bytes" if type.kind == "GraphicString" else "str"
            case _:
                return PLAIN[type.__class__]


def made(scope: Scope, name: str, number: str) -> str:
    """A BIT STRING with named bits from a number that cannot have too many: its class need not look again."""
    return f"int.__new__({scope.local(name)}, {number})"


def is_local_free(name: str) -> bool:
    """Whether a variable of this name hides nothing that a generated function uses."""
    return name not in LOCALS and not name.startswith(("read_", "write_", "decode_"))


def local_name(name: str) -> str:
    """A variable of this name, or of one like it that hides nothing."""
    return name if is_local_free(name) else f"{name}_"


class NoFastPath(Exception):
    """The type is read and written by its description alone."""


class Plan(Scope):
    """A scope for one class: the module gets what it notes only when the plan succeeds.

    `structs` are the names of the class's structs by their formats.
    """

    def __init__(self, module: Scope, python_name: str) -> None:
        super().__init__(module.context)
        self.module = module
        self.prefix = constant_name(python_name)
        self.structs: dict[str, str] = {}

    def struct(self, format: str) -> str:
        """The struct for a format."""
        if format not in self.structs:
            number = len(self.structs) + 1
            self.structs[format] = f"_{self.prefix}" if number == 1 else f"_{self.prefix}_{number}"
        return self.structs[format]

    def codec(self, read: list[str], write: list[str]) -> CodecPlan:
        """The plan made: now the module imports what it uses."""
        structs = tuple((name, format) for format, name in self.structs.items())
        if structs:
            self.use("struct", "Struct")
        self.module.add(self)
        return CodecPlan(structs, tuple(read), tuple(write))


def element_function(plan: Plan, element: Type, verb: str) -> str:
    """The callable that reads or writes one element of a SEQUENCE OF in A-XDR, of one octet at least."""
    context = plan.context
    name = context.final_name(element)
    body = context.resolve(element)
    if ber_inside(context, element):
        raise NoFastPath
    if name is not None:
        if context.is_self_describing(name) and verb == "write":
            return f"{plan.local(name)}.octets_of"
        if isinstance(body, Sequence) or context.is_self_describing(name) or context.is_description(name):
            return f"{plan.local(name)}.{verb}"
        if isinstance(body, (Choice, Enumerated)):
            return plan.function(verb, name)
    match body:
        case Integer(range=Range(minimum=None, maximum=None), named=()):
            return plan.axdr(f"{verb}_integer")
        case BitString(size=Range(minimum=0, maximum=None), named=()):
            return plan.axdr(f"{verb}_bits")
        case OctetString(size=Range(minimum=0, maximum=None)):
            return plan.axdr(f"{verb}_octets")
        case CharacterString(size=Range(minimum=0, maximum=None)):
            form = {"UTF8String": "utf8", "GraphicString": "octets"}.get(body.kind, "text")
            return plan.axdr(f"{verb}_{form}")
    raise NoFastPath
