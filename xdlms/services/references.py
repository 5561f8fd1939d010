"""What a service is about: attributes and methods by logical name, variables by short name (Table 21)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import Data, SelectiveAccessDescriptor

SHORT_NAMES: Final = 1 << 16
ALL_ATTRIBUTES: Final = 0
"""The attribute-id that stands for all attributes of an object (attribute 0)."""


@dataclass(frozen=True, slots=True)
class AttributeReference:
    """An attribute by logical name (COSEM_Attribute_Descriptor), or a part of it.

    Args:
        class_id: interface class, 0 to 65535.
        instance_id: logical name, 6 octets.
        attribute_id: -128 to 127; 0 stands for all attributes.
        selection: Access_Selection_Parameters; None for the whole attribute.
    """

    class_id: int
    instance_id: bytes
    attribute_id: int
    selection: SelectiveAccessDescriptor | None = field(default=None, hash=False)

    @property
    def descriptor(self) -> apdu.CosemAttributeDescriptor:
        """The same without the selection, as APDUs carry it."""
        return apdu.CosemAttributeDescriptor(self.class_id, self.instance_id, self.attribute_id)

    @property
    def descriptor_with_selection(self) -> apdu.CosemAttributeDescriptorWithSelection:
        """The same as an element of a list."""
        return apdu.CosemAttributeDescriptorWithSelection(self.descriptor, self.selection)

    @classmethod
    def of(
        cls, descriptor: apdu.CosemAttributeDescriptor, selection: SelectiveAccessDescriptor | None = None
    ) -> AttributeReference:
        """The reference that an APDU carries."""
        return cls(descriptor.class_id, descriptor.instance_id, descriptor.attribute_id, selection)

    def __str__(self) -> str:
        return f"attribute {self.attribute_id} of {_object(self.class_id, self.instance_id)}"


@dataclass(frozen=True, slots=True)
class MethodReference:
    """A method by logical name (COSEM_Method_Descriptor): class 0 to 65535, 6 octets, method -128 to 127."""

    class_id: int
    instance_id: bytes
    method_id: int

    @property
    def descriptor(self) -> apdu.CosemMethodDescriptor:
        """The same, as APDUs carry it."""
        return apdu.CosemMethodDescriptor(self.class_id, self.instance_id, self.method_id)

    @classmethod
    def of(cls, descriptor: apdu.CosemMethodDescriptor) -> MethodReference:
        """The reference that an APDU carries."""
        return cls(descriptor.class_id, descriptor.instance_id, descriptor.method_id)

    def __str__(self) -> str:
        return f"method {self.method_id} of {_object(self.class_id, self.instance_id)}"


@dataclass(frozen=True, slots=True)
class VariableName:
    """Variable_Name: an attribute or a method by short name, 0 to 65535."""

    name: int


@dataclass(frozen=True, slots=True)
class ParameterizedAccess:
    """Parameterized_Access: part of an attribute, or the call of a method by Read.

    Args:
        name: short name, 0 to 65535.
        selector: 0 to 255; 0 for a method.
        parameter: of the selection or of the method; null-data where a method takes none.
    """

    name: int
    selector: int
    parameter: Data = field(hash=False)


VariableAccess: TypeAlias = VariableName | ParameterizedAccess
"""Variable_Access_Specification, as the application sees it. The three kinds about blocks are the core's business."""


def specification_of(access: VariableAccess) -> apdu.VariableAccessSpecification:
    """What an APDU carries; the short name as the signed number of the abstract syntax."""
    if isinstance(access, VariableName):
        return _signed(access.name)
    return apdu.ParameterizedAccess(_signed(access.name), access.selector, access.parameter)


def access_of(specification: apdu.VariableAccessSpecification) -> VariableAccess | None:
    """What the application sees, or None for the kinds that are about blocks."""
    if isinstance(specification, int):
        return VariableName(specification % SHORT_NAMES)
    if isinstance(specification, apdu.ParameterizedAccess):
        return ParameterizedAccess(
            specification.variable_name % SHORT_NAMES, specification.selector, specification.parameter
        )
    return None


def logical_name(instance_id: bytes) -> str:
    """A logical name as people write it: 1.0.1.8.0.255."""
    return ".".join(str(octet) for octet in instance_id)


def _signed(name: int) -> int:
    # A name out of range stays out of range, for the codec to refuse.
    return name - SHORT_NAMES if SHORT_NAMES // 2 <= name < SHORT_NAMES else name


def _object(class_id: int, instance_id: bytes) -> str:
    return f"class {class_id}, {logical_name(instance_id)}"
