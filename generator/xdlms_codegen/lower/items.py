"""One plan for each definition: which template it goes to, with what in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xdlms_codegen.lower import ber
from xdlms_codegen.lower.annotations import annotation, reference
from xdlms_codegen.lower.axdr import (
    INTEGERS,
    NoFastPath,
    Plan,
    Reader,
    Writer,
    bit_width,
    default_text,
    integer_width,
    prefix_of,
)
from xdlms_codegen.lower.context import BER, Alternative, Context, function_suffix, table_name
from xdlms_codegen.lower.tags import ber_tags, first_octet
from xdlms_codegen.lower.text import NUMBERS_MODULE, Imports, hex_bytes, indent
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Member,
    Null,
    OctetString,
    Sequence,
    SequenceOf,
    Type,
    TypeDefinition,
)
from xdlms_codegen.names import snake_name
from xdlms_codegen.plan import (
    AliasPlan,
    BitsPlan,
    ChoicePlan,
    CodecPlan,
    DescriptionPlan,
    ElementPlan,
    FieldPlan,
    ItemPlan,
    NumbersPlan,
    SelfDescribingPlan,
    SequencePlan,
    WrapperPlan,
)

SLOW = CodecPlan((), (), ())
"""No fast path: the runtime reads and writes the type by its description."""


@dataclass(frozen=True, slots=True)
class Items:
    """Makes the plans of one module; notes what they import."""

    context: Context
    imports: Imports
    package: str

    def of(self, definition: TypeDefinition) -> Iterator[ItemPlan]:
        """The plans of a definition, in the order they stand in the module."""
        context, name = self.context, definition.name
        body = definition.type
        if context.is_self_describing(name) and isinstance(body, Choice):
            yield self.self_describing(definition, body)
        elif context.is_description(name):
            self.imports.use("xdlms.codec.compact", "Description")
            self.base()
            described = context.binding.described_by()[name]
            reference(context, described, self.imports, self.package)
            yield DescriptionPlan(name, self.python(name), self.python(described), definition.comment)
        elif isinstance(body, Sequence):
            yield self.sequence(definition, body)
        elif isinstance(body, Choice):
            yield from self.choice(definition, body)
        elif isinstance(body, (Enumerated, Integer)) and body.named:
            yield self.numbers(definition, body)
            if name in element_names(context):
                yield self.element(definition)
        elif isinstance(body, BitString) and body.named:
            self.imports.use("typing", "ClassVar")
            self.imports.use(NUMBERS_MODULE, "NamedBits")
            self.imports.use(NUMBERS_MODULE, "Bit")
            self.imports.use(f"{self.package}.syntax", "Described")
            bits = tuple((snake_name(bit.name), bit.number, bit.comment) for bit in body.named)
            yield BitsPlan(name, self.python(name), bit_width(body), bits, definition.comment)
        elif wraps(context, name):
            yield self.wrapper(*server(context, name))
        else:
            self.imports.use("typing", "TypeAlias")
            yield AliasPlan(name, self.python(name), self.annotation(definition), definition.comment)

    def python(self, name: str) -> str:
        return self.context.python_name(name)

    def annotation(self, definition: TypeDefinition) -> str:
        return annotation(self.context, definition.type, self.imports, self.package)

    def plan(self, python_name: str) -> Plan:
        return Plan(self.context, self.imports, self.package, prefix_of(python_name))

    def numbers(self, definition: TypeDefinition, body: Enumerated | Integer) -> NumbersPlan:
        python_name = self.python(definition.name)
        self.imports.use(NUMBERS_MODULE, "NamedNumber")
        self.imports.use(f"{self.package}.syntax", "Described")
        members = tuple((snake_name(n.name), n.number, n.comment) for n in body.named)
        return NumbersPlan(definition.name, python_name, members, table_name(python_name), definition.comment)

    def element(self, definition: TypeDefinition) -> ElementPlan:
        python_name = self.python(definition.name)
        plan = self.plan(python_name)
        read = [f"return {plan.table(definition.name)}[octets[at]], at + 1"]
        write = [f"return bytes(({plan.table(definition.name)}[value],))"]
        return ElementPlan(function_suffix(python_name), python_name, plan.codec(read, write))

    # SEQUENCE

    def sequence(self, definition: TypeDefinition, body: Sequence) -> SequencePlan:
        name, python_name = definition.name, self.python(definition.name)
        is_ber = self.context.rules[name] == BER
        path = self.tag_path(name)
        codec = self.ber_sequence(definition, body) if is_ber else self.axdr_sequence(definition, body, path)
        if codec is not SLOW:
            self.imports.use("typing", "Self")
        if any(self.context.is_secret(name, member) for member in body.members):
            self.imports.use("xdlms.codec.entry", "hidden")
        return SequencePlan(
            name=name,
            python_name=python_name,
            base=self.base(),
            tag_path=path,
            fields=tuple(self.field(name, member) for member in body.members),
            parameters=tuple(snake_name(member.name) for member in ordered(body)),
            codec=codec,
            contained=tuple(self.contained(name, body)),
            comment=definition.comment,
        )

    def base(self) -> str:
        return self.imports.use(f"{self.package}.syntax", "Encodable")

    def tag_path(self, name: str) -> tuple[int, ...]:
        """The octets that a class's encoding begins with."""
        if self.context.rules[name] == BER:
            return ber_path(self.context, name)
        return self.context.tag_paths.get(name, ())

    def field(self, owner: str, member: Member) -> FieldPlan:
        text = annotation(self.context, member.type, self.imports, self.package)
        default = None
        if member.optional:
            text, default = (text if text == "None" else f"{text} | None"), "None"
        elif member.default is not None:
            default = default_text(self.context, member, self.local)
        secret = self.context.is_secret(owner, member)
        is_union = isinstance(self.context.resolve(member.type), Choice)
        is_union = is_union and not self.context.is_self_describing(self.context.final_name(member.type))
        return FieldPlan(member.name, snake_name(member.name), text, default, member.comment, secret, is_union)

    def local(self, name: str) -> str:
        """A definition's class, noted for import."""
        return reference(self.context, name, self.imports, self.package)

    def axdr_sequence(self, definition: TypeDefinition, body: Sequence, path: tuple[int, ...]) -> CodecPlan:
        if definition.recursive:
            return SLOW
        plan = self.plan(self.python(definition.name))
        try:
            reader, writer = Reader(plan), Writer(plan)
            arguments = [reader.member(member) for member in body.members]
            reader.flush()
            for member in body.members:
                writer.member(member)
            text = writer.expression()
        except NoFastPath:
            return SLOW
        write = f"{hex_bytes(path)} + {text}" if path else text
        names = {snake_name(member.name): argument for member, argument in zip(body.members, arguments, strict=True)}
        call = ", ".join(names[snake_name(member.name)] for member in ordered(body))
        return plan.codec([*reader.lines, f"return cls({call}), at"], [f"return {write}"])

    def ber_sequence(self, definition: TypeDefinition, body: Sequence) -> CodecPlan:
        path = ber_path(self.context, definition.name)
        if definition.recursive or len(path) != 1 or path[0] > 0xFF:
            return SLOW
        plan = self.plan(self.python(definition.name))
        contained = [(attribute, function) for _, attribute, function in self.contained(definition.name, body)]
        try:
            codec = ber.sequence_codec(plan, body, ordered(body), contained, path[0])
        except NoFastPath:
            return SLOW
        return codec

    def contained(self, owner: str, body: Sequence) -> Iterator[tuple[str, str, str]]:
        """(property, attribute, function) of the components that hold an APDU."""
        for member in body.members:
            target = self.context.bound(self.context.binding.contains, owner, member)
            if target is not None:
                attribute = snake_name(member.name)
                module = f"{self.package}.{self.context.modules[target]}"
                function = self.imports.use(module, f"decode_{function_suffix(self.python(target))}")
                self.imports.use(module, self.python(target))
                yield f"{attribute}_apdu", attribute, function

    # CHOICE

    def choice(self, definition: TypeDefinition, body: Choice) -> Iterator[ItemPlan]:
        context, name = self.context, definition.name
        alternatives = context.alternatives[name]
        for alternative in alternatives:
            if alternative.wrapper is not None and not wraps_own_type(context, alternative):
                yield self.wrapper(name, alternative)
        members = [self.member_name(alternative) for alternative in alternatives]
        plan = self.plan(self.python(name))
        table = tuple(self.table(alternatives)) if all(map(self.reader, alternatives)) else ()
        codec = SLOW
        if not definition.recursive:
            try:
                codec = self.choice_codec(name, alternatives, plan, bool(table))
            except NoFastPath:
                table = ()
        if codec is SLOW:
            table = ()
            refuse = f"raise {plan.runtime('Unusual')}"
            codec = plan.codec([refuse], [refuse])
        if table:
            self.imports.use("xdlms.codec.schema", "Reader")
        self.imports.use("typing", "TypeAlias")
        if name in context.binding.roots:
            self.imports.use("xdlms.codec.entry", "decode_apdu")
            self.imports.use(f"{self.package}.syntax", "SYNTAX")
        unique = tuple(sorted(dict.fromkeys(members), key=lambda member: member == "None"))
        yield ChoicePlan(
            name=name,
            python_name=self.python(name),
            members=unique,
            function=function_suffix(self.python(name)),
            table=table,
            codec=codec,
            is_ber=context.rules[name] == BER and not table,
            is_root=name in context.binding.roots,
            comment=definition.comment,
        )

    def member_name(self, alternative: Alternative) -> str:
        """The class, union or plain type of an alternative, noted for import."""
        if alternative.wrapper is not None and not wraps_own_type(self.context, alternative):
            return alternative.wrapper
        return annotation(self.context, alternative.member.type, self.imports, self.package)

    def reader(self, alternative: Alternative) -> str | None:
        """The callable that reads an alternative behind its tag, when it is a class's or a CHOICE's."""
        context = self.context
        target = context.final_name(alternative.member.type)
        if alternative.wrapper is not None:
            return f"{self.member_name(alternative)}.read"
        if target is None or alternative.tag < 0:
            return None
        if alternative.nested is not None:
            module = f"{self.package}.{context.modules[target]}"
            return self.imports.use(module, f"read_{function_suffix(self.python(target))}")
        if alternative.own is not None:
            return f"{annotation(context, alternative.member.type, self.imports, self.package)}.read"
        return None

    def table(self, alternatives: tuple[Alternative, ...]) -> Iterator[tuple[int, str]]:
        for alternative in alternatives:
            reader = self.reader(alternative)
            if reader is not None:
                yield first_octet(alternative.tag), reader

    def choice_codec(self, name: str, alternatives: tuple[Alternative, ...], plan: Plan, has_table: bool) -> CodecPlan:
        context = self.context
        if context.rules[name] == BER and not has_table:
            return ber.choice_codec(context, plan, name)
        read: list[str] = []
        write: list[str] = []
        tagged: list[str] = []
        if not has_table:
            read += ["tag = octets[at]", "at += 1"]
        for alternative in alternatives:
            member_type = alternative.member.type
            if not has_table:
                read += [f"if tag == {alternative.tag}:", *indent(self.alternative_read(plan, alternative))]
            if alternative.wrapper is not None or alternative.own is not None:
                tagged.append(self.member_name(alternative))
                continue
            if alternative.nested is not None:
                tagged.extend(leaves(self, alternative.nested))
                continue
            writer = Writer(plan)
            writer.value(member_type, "value")
            path = (*context.tag_paths.get(name, ()), alternative.tag)
            body = context.resolve(member_type)
            text = writer.expression()
            octets = hex_bytes(path) if text == 'b""' else f"{hex_bytes(path)} + {text}"
            test = (
                "value is None"
                if isinstance(body, Null)
                else f"isinstance(value, {instance_of(self, plan, alternative)})"
            )
            if isinstance(body, (Integer, OctetString)) and not getattr(body, "named", ()):
                # Exactly this type: an enumeration or a boolean is an int too.
                test = f"type(value) is {'int' if isinstance(body, Integer) else 'bytes'}"
            write += [f"if {test}:", f"    return {octets}"]
        if tagged:
            names = list(dict.fromkeys(tagged))
            test = names[0] if len(names) == 1 else f"({', '.join(names)})"
            write = [f"if isinstance(value, {test}):", "    return value.write()", *write]
        if not has_table:
            read.append(f"raise {plan.runtime('Unusual')}")
        write.append(f"raise {plan.runtime('Unusual')}")
        return plan.codec(read, write)

    def alternative_read(self, plan: Plan, alternative: Alternative) -> list[str]:
        reader = self.reader(alternative)
        if reader is not None:
            return [f"return {reader}(octets, at)"]
        lines = Reader(plan)
        lines.taken |= {"tag"}
        expression = lines.value(alternative.member.type, "value")
        lines.flush()
        if len(lines.lines) == 1 and expression == "value" and lines.lines[0].startswith("value, at = "):
            return [f"return {lines.lines[0].removeprefix('value, at = ')}"]
        return [*lines.lines, f"return {expression}, at"]

    def wrapper(self, choice: str, alternative: Alternative) -> WrapperPlan:
        context = self.context
        member = alternative.member
        body = context.resolve(member.type)
        target = context.final_name(member.type)
        python_name = str(alternative.wrapper)
        is_ber = context.rules[choice] == BER
        path = (*context.tag_paths.get(choice, ()), alternative.tag)
        plan = self.plan(python_name)
        codec = SLOW
        if not is_ber and not context.definitions[choice].recursive:
            try:
                reader, writer = Reader(plan), Writer(plan)
                expression = reader.value(member.type, "value")
                reader.flush()
                writer.value(member.type, "self.value")
                call = "cls()" if isinstance(body, Null) else f"cls({expression})"
                text = writer.expression()
                write = f"{hex_bytes(path)} + {text}" if text != 'b""' else hex_bytes(path)
                codec = plan.codec([*reader.lines, f"return {call}, at"], [f"return {write}"])
            except NoFastPath:
                codec = SLOW
        if codec is not SLOW:
            self.imports.use("typing", "Self")
        if context.is_secret(choice, member):
            self.imports.use("xdlms.codec.entry", "hidden")
        value_type: Type = member.type
        comment = member.comment
        if target is not None and wraps_own_type(context, alternative):
            value_type, comment = context.definitions[target].type, context.definitions[target].comment
        value_annotation = None
        if not isinstance(body, Null):
            value_annotation = annotation(context, value_type, self.imports, self.package)
        return WrapperPlan(
            name=member.name,
            python_name=python_name,
            base=self.base(),
            tag_path=path,
            annotation=value_annotation,
            codec=codec,
            secret=context.is_secret(choice, member),
            is_union=isinstance(body, Choice) and not context.is_self_describing(target),
            comment=comment,
        )

    # Self-describing values

    def self_describing(self, definition: TypeDefinition, body: Choice) -> SelfDescribingPlan:
        name = definition.name
        alternatives = tuple(
            (member.name, snake_name(member.name), tag_number(member), self.kind(name, member), member.comment)
            for member in body.members
        )
        python_name = self.python(name)
        self.imports.use("typing", "ClassVar")
        self.imports.use("xdlms.codec.data", "SelfDescribing")
        self.imports.use(NUMBERS_MODULE, "NamedNumber")
        self.base()
        return SelfDescribingPlan(name, python_name, f"{python_name}Tag", alternatives, definition.comment)

    def kind(self, name: str, member: Member) -> str:
        """The kernel's kind of an alternative."""
        how = self.context.binding.self_describing[name]
        body = self.context.resolve(member.type)
        named: dict[str | None, str] = {how.list: "list", how.record: "record", how.compact: "compact"}
        if member.name in named:
            return named[member.name]
        match body:
            case Null():
                return "null"
            case Boolean():
                return "boolean"
            case Integer():
                return integer_format(body)
            case BitString():
                return "bits"
            case OctetString() if member.name in how.floats:
                return {4: "f", 8: "d"}.get(body.size.fixed or 0, "octets")
            case OctetString() if body.size.fixed is not None:
                return f"{body.size.fixed}s"
            case OctetString():
                return "octets"
            case CharacterString():
                return {"VisibleString": "visible", "UTF8String": "utf8"}[body.kind]
        raise TypeError(member.name)


def integer_format(body: Integer) -> str:
    width = integer_width(body.range)
    return INTEGERS[width] if width is not None else ""


def tag_number(member: Member) -> int:
    return member.type.tag.number if member.type.tag is not None else -1


def ordered(body: Sequence) -> list[Member]:
    """Components in the order of the constructor: those that may be absent stand last."""
    return sorted(body.members, key=lambda member: member.optional or member.default is not None)


def ber_path(context: Context, name: str) -> tuple[int, ...]:
    """The identifier that a BER type begins with."""
    return ber_tags(context, context.definitions[name].type)[:1]


def wraps(context: Context, name: str) -> bool:
    """Whether a definition's only class is the wrapper of the one alternative that it serves."""
    return any(
        alternative.wrapper == context.python_name(name) and context.final_name(alternative.member.type) == name
        for alternatives in context.alternatives.values()
        for alternative in alternatives
    )


def wraps_own_type(context: Context, alternative: Alternative) -> bool:
    """Whether an alternative's wrapper is the class of its type, which serves nothing else."""
    name = context.final_name(alternative.member.type)
    return name is not None and wraps(context, name) and context.python_name(name) == alternative.wrapper


def server(context: Context, name: str) -> tuple[str, Alternative]:
    """The CHOICE and the alternative whose wrapper is the class of a definition."""
    return next(
        (choice, alternative)
        for choice, alternatives in context.alternatives.items()
        for alternative in alternatives
        if wraps_own_type(context, alternative) and context.final_name(alternative.member.type) == name
    )


def element_names(context: Context) -> frozenset[str]:
    """The definitions that are elements of a SEQUENCE OF."""
    names = set()
    for definition in context.definitions.values():
        bodies = [definition.type]
        if isinstance(definition.type, (Sequence, Choice)):
            bodies += [member.type for member in definition.type.members]
        for body in bodies:
            if isinstance(body, SequenceOf):
                names.add(context.final_name(body.element))
    return frozenset(name for name in names if name is not None)


def leaves(items: Items, choice: str) -> Iterator[str]:
    """The classes of all alternatives of a nested CHOICE."""
    for alternative in items.context.alternatives[choice]:
        if alternative.nested is not None:
            yield from leaves(items, alternative.nested)
        elif alternative.wrapper is not None:
            yield items.imports.use(f"{items.package}.{items.context.modules[choice]}", alternative.wrapper)
        elif alternative.own is not None:
            yield annotation(items.context, alternative.member.type, items.imports, items.package)
        else:
            raise NoFastPath


def instance_of(items: Items, plan: Plan, alternative: Alternative) -> str:
    """What isinstance asks for a value that stands for itself."""
    body = items.context.resolve(alternative.member.type)
    name = items.context.final_name(alternative.member.type)
    if isinstance(body, Boolean):
        return "bool"
    if isinstance(body, SequenceOf):
        return "list"
    if items.context.is_self_describing(name):
        return plan.local(str(name))
    return ber.runtime_class(plan, alternative.member.type)
