"""Values as asn1tools has them: its BER codec reads and writes the same text, and knows nothing of ours."""

from __future__ import annotations

from typing import Any

from xdlms.codec import schema
from xdlms.codec.entry import same


class Oracle:
    """Turns the values of one generated package into those of asn1tools, by the package's own table of types."""

    def __init__(self, types: Any) -> None:
        self.types = types

    def value(self, type_: Any, value: Any) -> Any:
        """The value of a type."""
        type_ = self.types.resolve(type_)
        match type_:
            case schema.Enumerated():
                return type_.names[int(value)]
            case schema.Integer():
                return int(value)
            case schema.Bits():
                return (value.octets, value.length) if type_.cls is None else self.named_bits(type_, int(value))
            case schema.Text() if type_.kind == "GraphicString":
                return value.decode("latin-1")
            case schema.Sequence():
                sent = [field for field in type_.fields if not self.is_absent(field, getattr(value, field.attribute))]
                return {field.name: self.value(field.type, getattr(value, field.attribute)) for field in sent}
            case schema.Choice():
                return self.alternative(type_, value)
            case schema.SequenceOf():
                return [self.value(type_.element, item) for item in value]
        return value

    @staticmethod
    def named_bits(type_: Any, number: int) -> tuple[bytes, int]:
        """Bits with names as octets and a count: trailing 0 bits are not sent, down to the smallest size."""
        length = type_.cls.WIDTH
        while length > type_.low and not number & 1:
            number >>= 1
            length -= 1
        return (number << -length % 8).to_bytes((length + 7) // 8, "big"), length

    @staticmethod
    def is_absent(field: Any, value: Any) -> bool:
        return value is None if field.optional else field.has_default and same(value, field.default)

    def alternative(self, type_: Any, value: Any) -> tuple[str, Any]:
        """The alternative of a CHOICE that a value is of, and the value inside."""
        for alternative in type_.alternatives:
            if not self.is_of(alternative, value):
                continue
            inner = value
            if alternative.wrapper is not None and not self.is_class_of(alternative.type, alternative.wrapper):
                inner = getattr(value, "value", None)
            return alternative.name, self.value(alternative.type, inner)
        raise TypeError(value)

    def is_class_of(self, type_: Any, cls: type) -> bool:
        """Whether a SEQUENCE is in this class."""
        resolved = self.types.resolve(type_)
        return isinstance(resolved, schema.Sequence) and resolved.cls is cls

    def is_of(self, alternative: Any, value: Any) -> bool:
        """Whether a value is one of an alternative."""
        if alternative.wrapper is not None:
            return type(value) is alternative.wrapper
        type_ = self.types.resolve(alternative.type)
        if isinstance(type_, schema.Choice):
            return any(self.is_of(inner, value) for inner in type_.alternatives)
        plain: dict[type, type] = {
            schema.Null: type(None),
            schema.Boolean: bool,
            schema.Integer: int,
            schema.Bits: schema.BitString,
            schema.Octets: bytes,
            schema.ObjectIdentifier: str,
            schema.SequenceOf: list,
        }
        if isinstance(type_, schema.Text):
            return type(value) is (bytes if type_.kind == "GraphicString" else str)
        return type(value) is (getattr(type_, "cls", None) or plain[type(type_)])
