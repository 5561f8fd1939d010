# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""What several APDUs use."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import FLAG, Unusual, read_octets, write_octets
from xdlms.codec.ber import element, header, octets_of, read_bits, write_bits
from xdlms.codec.numbers import Bit, BitString, NamedBits, NamedNumber
from xdlms.codec.schema import Reader
from xdlms_apdu.v2023.data import Data
from xdlms_apdu.v2023.syntax import Described, Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Self, TypeAlias

ApplicationContextName: TypeAlias = str
"""Registered name of an application context: the referencing method, and whether ciphered APDUs may be used.

2.16.756.5.8.1.1 is LN and 2.16.756.5.8.1.2 is SN referencing without ciphering, 2.16.756.5.8.1.3 is LN and
2.16.756.5.8.1.4 is SN referencing with ciphering. Contexts 1 and 2 allow unciphered APDUs only.

Source: IEC 62056-5-3:2013, clauses 7.2.2 (Table 34) and 8.
"""

ApTitle: TypeAlias = bytes
"""Title of an application process: in COSEM the system title.

It has 8 octets: 3 letters of the manufacturer, then 5 octets that make it unique.

Source: IEC 62056-5-3:2013, clauses 5.4.8, 7.2.4 and 8.
"""

AeQualifier: TypeAlias = bytes
"""Qualifier that tells an application entity from others of the same process.

Source: IEC 62056-5-3:2013, clauses 7.2.4 and 8.
"""

ApInvocationIdentifier: TypeAlias = int
"""Number of an invocation of an application process.

Source: IEC 62056-5-3:2013, clauses 7.2.4 and 8.
"""

AeInvocationIdentifier: TypeAlias = int
"""Number of an invocation of an application entity; the calling one names the user of the client.

Source: IEC 62056-5-3:2013, clauses 7.2.4 and 8.
"""


class AcseRequirements(Described, NamedBits):
    """Functional units of ACSE that the sender asks for beyond the kernel.

    Source: IEC 62056-5-3:2013, clauses 7.2.1 (Table 33) and 8.
    """

    __slots__ = ()
    WIDTH = 1
    NAMES: ClassVar[dict[int, str]] = {
        0: "authentication",
    }
    authentication = Bit(0)
    """The authentication functional unit: LLS or HLS."""


MechanismName: TypeAlias = str
"""Registered name of an authentication mechanism: 2.16.756.5.8.2.n.

n is 0 for lowest level security, 1 for LLS (password), 2 for HLS specific to the manufacturer, 3 for HLS with
MD5, 4 for HLS with SHA-1, 5 for HLS with GMAC, 6 for HLS with SHA-256, 7 for HLS with ECDSA.

Source: IEC 62056-5-3:2013, clauses 5.3, 7.2.2 and 8.
"""

AuthenticationValue: TypeAlias = bytes | BitString
"""Credentials: a password (LLS) or a challenge (HLS).

Source: IEC 62056-5-3:2013, clauses 5.3, 7.2.4 and 8.
"""


def read_authentication_value(octets: bytes, at: int, end: int) -> AuthenticationValue:
    """The alternative that fills the octets from `at` to `end`. Raises FAULTS."""
    tag, start, stop = header(octets, at, end)
    if stop != end:
        raise Unusual
    if tag == 0x80:
        return octets[start:stop]
    if tag == 0x81:
        return read_bits(octets, start, stop)
    raise Unusual


def write_authentication_value(value: AuthenticationValue) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, bytes):
        return element(0x80, octets_of(value))
    if isinstance(value, BitString):
        return element(0x81, write_bits(value))
    raise Unusual


ImplementationData: TypeAlias = bytes
"""Text about the implementation; COSEM gives it no meaning.

Source: IEC 62056-5-3:2013, clause 8.
"""

AssociationInformation: TypeAlias = bytes
"""One APDU encoded in A-XDR: InitiateRequest, InitiateResponse or ConfirmedServiceError, plain or ciphered.

Source: IEC 62056-5-3:2013, clauses 7.2.3, 7.2.4 and 8.
"""

Integer8: TypeAlias = int
"""Signed number of one octet, -128 to 127.

Source: IEC 62056-5-3:2013, clause 8.
"""

Unsigned8: TypeAlias = int
"""Unsigned number of one octet, 0 to 255.

Source: IEC 62056-5-3:2013, clause 8.
"""


class Conformance(Described, NamedBits):
    """Conformance block: the services and options of an association, 24 bits.

    Bit 0 is the most significant bit of the first octet. It is encoded in BER also inside A-XDR: 5F 1F 04 00, then
    three octets. Examples: 00 7E 1F (LN), 1C 03 20 (SN).

    Source: IEC 62056-5-3:2013, clauses 7.3.1 (Table 35) and 8.
    """

    __slots__ = ()
    WIDTH = 24
    NAMES: ClassVar[dict[int, str]] = {
        0: "reserved_zero",
        1: "general_protection",
        2: "general_block_transfer",
        3: "read",
        4: "write",
        5: "unconfirmed_write",
        6: "delta_value_encoding",
        7: "reserved_seven",
        8: "attribute0_supported_with_set",
        9: "priority_mgmt_supported",
        10: "attribute0_supported_with_get",
        11: "block_transfer_with_get_or_read",
        12: "block_transfer_with_set_or_write",
        13: "block_transfer_with_action",
        14: "multiple_references",
        15: "information_report",
        16: "data_notification",
        17: "access",
        18: "parameterized_access",
        19: "get",
        20: "set",
        21: "selective_access",
        22: "event_notification",
        23: "action",
    }
    reserved_zero = Bit(0)
    """Reserved."""
    general_protection = Bit(1)
    """The general ciphering and signing APDUs. Since 2016."""
    general_block_transfer = Bit(2)
    """General-Block-Transfer. Since 2016."""
    read = Bit(3)
    """Read service. SN only."""
    write = Bit(4)
    """Write service. SN only."""
    unconfirmed_write = Bit(5)
    """UnconfirmedWrite service. SN only."""
    delta_value_encoding = Bit(6)
    """The delta types of Data. Since 2023."""
    reserved_seven = Bit(7)
    """Reserved."""
    attribute0_supported_with_set = Bit(8)
    """SET of all attributes at once, by attribute number 0. LN only."""
    priority_mgmt_supported = Bit(9)
    """Priority high. LN only."""
    attribute0_supported_with_get = Bit(10)
    """GET of all attributes at once, by attribute number 0. LN only."""
    block_transfer_with_get_or_read = Bit(11)
    """Block transfer of GET or Read."""
    block_transfer_with_set_or_write = Bit(12)
    """Block transfer of SET or Write."""
    block_transfer_with_action = Bit(13)
    """Block transfer of ACTION. LN only."""
    multiple_references = Bit(14)
    """Several attributes, methods or variables in one request."""
    information_report = Bit(15)
    """InformationReport service. SN only."""
    data_notification = Bit(16)
    """DataNotification service. Since 2016."""
    access = Bit(17)
    """ACCESS service. LN only. Since 2016."""
    parameterized_access = Bit(18)
    """Parameterized access with Read and Write. SN only."""
    get = Bit(19)
    """GET service. LN only."""
    set = Bit(20)
    """SET service. LN only."""
    selective_access = Bit(21)
    """Selective access with GET and SET. LN only."""
    event_notification = Bit(22)
    """EventNotification service. LN only."""
    action = Bit(23)
    """ACTION service. LN only."""


Unsigned16: TypeAlias = int
"""Unsigned number of two octets, 0 to 65 535.

Source: IEC 62056-5-3:2013, clause 8.
"""

Integer16: TypeAlias = int
"""Signed number of two octets, -32 768 to 32 767.

Source: IEC 62056-5-3:2013, clause 8.
"""

ObjectName: TypeAlias = Integer16
"""Short name: the address of an attribute or a method in SN referencing.

The base name of an object is a multiple of 8; attribute n has the base name + (n - 1) * 8. People read it as
an unsigned pattern: the Association SN object has 0xFA00.

Source: IEC 62056-5-3:2013, clauses 4.2.3 and 8.
"""

Integer32: TypeAlias = int
"""Signed number of four octets.

Source: IEC 62056-5-3:2013, clause 8.
"""

Unsigned32: TypeAlias = int
"""Unsigned number of four octets, 0 to 4 294 967 295.

Source: IEC 62056-5-3:2013, clause 8.
"""

Integer64: TypeAlias = int
"""Signed number of eight octets.

Source: IEC 62056-5-3:2013, clause 8.
"""

Unsigned64: TypeAlias = int
"""Unsigned number of eight octets, 0 to 18 446 744 073 709 551 615.

Source: IEC 62056-5-3:2013, clause 8.
"""

_PARAMETERIZED_ACCESS = Struct(">hB")
_PARAMETERIZED_ACCESS_2 = Struct(">1shB")


class ParameterizedAccess(Encodable):
    """Selective access to an attribute, or the call of a method, by short name.

    variable_name: Short name of the attribute or method.
    selector: Kind of selection; 0 for the call of a method.
    parameter: Parameters of the selection or of the method.

    Source: IEC 62056-5-3:2013, clauses 6.11 (Table 21) and 8.
    """

    __slots__ = ("variable_name", "selector", "parameter")
    __match_args__ = ("variable_name", "selector", "parameter")
    TAG_PATH = b"\x04"

    def __init__(
        self,
        variable_name: ObjectName,
        selector: Unsigned8,
        parameter: Data,
    ) -> None:
        self.variable_name = variable_name
        self.selector = selector
        self.parameter = parameter

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ParameterizedAccess)
            and self.variable_name == other.variable_name
            and self.selector == other.selector
            and self.parameter == other.parameter
        )

    def __repr__(self) -> str:
        return (
            "ParameterizedAccess("
            f"variable_name={self.variable_name!r}, "
            f"selector={self.selector!r}, "
            f"parameter={self.parameter!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        variable_name, selector = _PARAMETERIZED_ACCESS.unpack_from(octets, at)
        at += 3
        parameter, at = Data.read(octets, at)
        return cls(variable_name, selector, parameter), at

    def write(self) -> bytes:
        return _PARAMETERIZED_ACCESS_2.pack(b"\x04", self.variable_name, self.selector) + Data.octets_of(self.parameter)


_BLOCK_NUMBER_ACCESS = Struct(">H")
_BLOCK_NUMBER_ACCESS_2 = Struct(">1sH")


class BlockNumberAccess(Encodable):
    """Asks for the next block of a long ReadResponse.

    block_number: Number of the last block received.

    Source: IEC 62056-5-3:2013, clauses 6.11, 6.12, 7.3.7 and 8.
    """

    __slots__ = ("block_number",)
    __match_args__ = ("block_number",)
    TAG_PATH = b"\x05"

    def __init__(
        self,
        block_number: Unsigned16,
    ) -> None:
        self.block_number = block_number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BlockNumberAccess) and self.block_number == other.block_number

    def __repr__(self) -> str:
        return f"BlockNumberAccess(block_number={self.block_number!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        (block_number,) = _BLOCK_NUMBER_ACCESS.unpack_from(octets, at)
        at += 2
        return cls(block_number), at

    def write(self) -> bytes:
        return _BLOCK_NUMBER_ACCESS_2.pack(b"\x05", self.block_number)


_READ_DATA_BLOCK_ACCESS = Struct(">?H")
_READ_DATA_BLOCK_ACCESS_2 = Struct(">1sBH")


class ReadDataBlockAccess(Encodable):
    """One block of a ReadRequest that does not fit into one APDU.

    last_block: TRUE on the last block.
    block_number: Number of the block, counted from 1.
    raw_data: Part of the encoded list of Variable-Access-Specification.

    Source: IEC 62056-5-3:2013, clauses 6.11, 6.12, 7.3.7 and 8.
    """

    __slots__ = ("last_block", "block_number", "raw_data")
    __match_args__ = ("last_block", "block_number", "raw_data")
    TAG_PATH = b"\x06"

    def __init__(
        self,
        last_block: bool,
        block_number: Unsigned16,
        raw_data: bytes,
    ) -> None:
        self.last_block = last_block
        self.block_number = block_number
        self.raw_data = raw_data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ReadDataBlockAccess)
            and self.last_block == other.last_block
            and self.block_number == other.block_number
            and self.raw_data == other.raw_data
        )

    def __repr__(self) -> str:
        return (
            "ReadDataBlockAccess("
            f"last_block={self.last_block!r}, "
            f"block_number={self.block_number!r}, "
            f"raw_data={self.raw_data!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        last_block, block_number = _READ_DATA_BLOCK_ACCESS.unpack_from(octets, at)
        at += 3
        raw_data, at = read_octets(octets, at)
        return cls(last_block, block_number, raw_data), at

    def write(self) -> bytes:
        return _READ_DATA_BLOCK_ACCESS_2.pack(b"\x06", FLAG[self.last_block], self.block_number) + write_octets(
            self.raw_data
        )


_WRITE_DATA_BLOCK_ACCESS = Struct(">?H")
_WRITE_DATA_BLOCK_ACCESS_2 = Struct(">1sBH")


class WriteDataBlockAccess(Encodable):
    """One block of a WriteRequest that does not fit into one APDU.

    The octets of the block are in list-of-data, as one octet-string.

    last_block: TRUE on the last block.
    block_number: Number of the block, counted from 1.

    Source: IEC 62056-5-3:2013, clauses 6.11, 6.13, 7.3.8 and 8.
    """

    __slots__ = ("last_block", "block_number")
    __match_args__ = ("last_block", "block_number")
    TAG_PATH = b"\x07"

    def __init__(
        self,
        last_block: bool,
        block_number: Unsigned16,
    ) -> None:
        self.last_block = last_block
        self.block_number = block_number

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, WriteDataBlockAccess)
            and self.last_block == other.last_block
            and self.block_number == other.block_number
        )

    def __repr__(self) -> str:
        return f"WriteDataBlockAccess(last_block={self.last_block!r}, block_number={self.block_number!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        last_block, block_number = _WRITE_DATA_BLOCK_ACCESS.unpack_from(octets, at)
        at += 3
        return cls(last_block, block_number), at

    def write(self) -> bytes:
        return _WRITE_DATA_BLOCK_ACCESS_2.pack(b"\x07", FLAG[self.last_block], self.block_number)


VariableAccessSpecification: TypeAlias = (
    ObjectName | ParameterizedAccess | BlockNumberAccess | ReadDataBlockAccess | WriteDataBlockAccess
)
"""What a Read, Write, UnconfirmedWrite or InformationReport is about: a variable, or a block.

Source: IEC 62056-5-3:2013, clauses 6.11 (Table 21) and 8.
"""

_VARIABLE_ACCESS_SPECIFICATION = Struct(">h")
_VARIABLE_ACCESS_SPECIFICATION_2 = Struct(">1sh")


def read_variable_access_specification(octets: bytes, at: int) -> tuple[VariableAccessSpecification, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    tag = octets[at]
    at += 1
    if tag == 2:
        (value,) = _VARIABLE_ACCESS_SPECIFICATION.unpack_from(octets, at)
        at += 2
        return value, at
    if tag == 4:
        return ParameterizedAccess.read(octets, at)
    if tag == 5:
        return BlockNumberAccess.read(octets, at)
    if tag == 6:
        return ReadDataBlockAccess.read(octets, at)
    if tag == 7:
        return WriteDataBlockAccess.read(octets, at)
    raise Unusual


def write_variable_access_specification(value: VariableAccessSpecification) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, (ParameterizedAccess, BlockNumberAccess, ReadDataBlockAccess, WriteDataBlockAccess)):
        return value.write()
    if type(value) is int:
        return _VARIABLE_ACCESS_SPECIFICATION_2.pack(b"\x02", value)
    raise Unusual


class DataAccessResult(Described, NamedNumber):
    """Result of an access to an attribute, one octet.

    Source: IEC 62056-5-3:2013, clauses 6.6, 6.7, 6.12, 6.13 and 8.
    """

    success = 0
    """The access succeeded."""
    hardware_fault = 1
    """The hardware failed."""
    temporary_failure = 2
    """It failed for now and may succeed later."""
    read_write_denied = 3
    """The access right for it is missing."""
    object_undefined = 4
    """There is no such object."""
    object_class_inconsistent = 9
    """The object is of another class."""
    object_unavailable = 11
    """The object exists but cannot be reached now."""
    type_unmatched = 12
    """The value is of another type than the attribute."""
    scope_of_access_violated = 13
    """The access goes beyond what the client may reach."""
    data_block_unavailable = 14
    """The next block cannot be given or taken; the transfer ends."""
    long_get_aborted = 15
    """The transfer of a long value to the client was broken off."""
    no_long_get_in_progress = 16
    """A next block was asked for, but no transfer is running."""
    long_set_aborted = 17
    """The transfer of a long value to the server was broken off."""
    no_long_set_in_progress = 18
    """A block came, but no transfer is running."""
    data_block_number_invalid = 19
    """The number of the block is not the expected one; the transfer ends."""
    other_reason = 250
    """Any other reason."""


DATA_ACCESS_RESULT_BY_NUMBER = {value.value: value for value in DataAccessResult}


def read_data_access_result(octets: bytes, at: int) -> tuple[DataAccessResult, int]:
    """One element of a SEQUENCE OF, and where it ends. Raises FAULTS."""
    return DATA_ACCESS_RESULT_BY_NUMBER[octets[at]], at + 1


def write_data_access_result(value: DataAccessResult) -> bytes:
    """The octets of one element of a SEQUENCE OF. Raises FAULTS."""
    return bytes((DATA_ACCESS_RESULT_BY_NUMBER[value],))


LongInvokeIdAndPriority: TypeAlias = Unsigned32
"""Long invoke-id, options and priority of an invocation, in four octets.

Bits 0 to 23 are the long invoke-id. Bit 28 is set when the response is to be self-descriptive, bit 29 when
processing is to break on an error, bit 30 when the service is confirmed, bit 31 when the priority is high.
Bit 0 is the least significant one.

Source: IEC 62056-5-3, added by the edition of 2016.
"""

InvokeIdAndPriority: TypeAlias = Unsigned8
"""Invoke-id, service class and priority of an invocation, in one octet.

The low four bits are the invoke-id, 0 to 15. 0x40 is the service class: set when confirmed, clear when
unconfirmed. 0x80 is the priority: set when high, clear when normal. 0x30 is reserved and 0.
A response carries the invoke-id and the priority of its request.

Source: IEC 62056-5-3:2013, clauses 7.3.2 and 8.
"""

CosemClassId: TypeAlias = Unsigned16
"""Class identifier of a COSEM interface class, 0 to 65 535.

Source: IEC 62056-5-3:2013, clause 8.
"""

CosemObjectInstanceId: TypeAlias = bytes
"""Logical name of a COSEM object: the six value groups A to F of its OBIS code.

Source: IEC 62056-5-3:2013, clause 8.
"""

CosemObjectAttributeId: TypeAlias = Integer8
"""Number of an attribute within its class; 1 is the logical name, 0 stands for all attributes.

Source: IEC 62056-5-3:2013, clause 8.
"""

_COSEM_ATTRIBUTE_DESCRIPTOR = Struct(">H6sb")


class CosemAttributeDescriptor(Encodable):
    """Reference to one attribute of one COSEM object.

    class_id: Class of the object.
    instance_id: Logical name of the object.
    attribute_id: Number of the attribute; 0 is all attributes.

    Source: IEC 62056-5-3:2013, clauses 6.6, 6.7 and 8.
    """

    __slots__ = ("class_id", "instance_id", "attribute_id")
    __match_args__ = ("class_id", "instance_id", "attribute_id")

    def __init__(
        self,
        class_id: CosemClassId,
        instance_id: CosemObjectInstanceId,
        attribute_id: CosemObjectAttributeId,
    ) -> None:
        self.class_id = class_id
        self.instance_id = instance_id
        self.attribute_id = attribute_id

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, CosemAttributeDescriptor)
            and self.class_id == other.class_id
            and self.instance_id == other.instance_id
            and self.attribute_id == other.attribute_id
        )

    def __repr__(self) -> str:
        return (
            "CosemAttributeDescriptor("
            f"class_id={self.class_id!r}, "
            f"instance_id={self.instance_id!r}, "
            f"attribute_id={self.attribute_id!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        class_id, instance_id, attribute_id = _COSEM_ATTRIBUTE_DESCRIPTOR.unpack_from(octets, at)
        at += 9
        return cls(class_id, instance_id, attribute_id), at

    def write(self) -> bytes:
        instance_id = self.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return _COSEM_ATTRIBUTE_DESCRIPTOR.pack(self.class_id, instance_id, self.attribute_id)


_SELECTIVE_ACCESS_DESCRIPTOR = Struct(">B")


class SelectiveAccessDescriptor(Encodable):
    """Selective access: which part of an attribute is meant.

    access_selector: Kind of selection, as the class of the object defines it.
    access_parameters: Parameters of the selection.

    Source: IEC 62056-5-3:2013, clauses 4.2.3, 6.6, 6.7 and 8.
    """

    __slots__ = ("access_selector", "access_parameters")
    __match_args__ = ("access_selector", "access_parameters")

    def __init__(
        self,
        access_selector: Unsigned8,
        access_parameters: Data,
    ) -> None:
        self.access_selector = access_selector
        self.access_parameters = access_parameters

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SelectiveAccessDescriptor)
            and self.access_selector == other.access_selector
            and self.access_parameters == other.access_parameters
        )

    def __repr__(self) -> str:
        return (
            "SelectiveAccessDescriptor("
            f"access_selector={self.access_selector!r}, "
            f"access_parameters={self.access_parameters!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        access_selector = octets[at]
        at += 1
        access_parameters, at = Data.read(octets, at)
        return cls(access_selector, access_parameters), at

    def write(self) -> bytes:
        return _SELECTIVE_ACCESS_DESCRIPTOR.pack(self.access_selector) + Data.octets_of(self.access_parameters)


_COSEM_ATTRIBUTE_DESCRIPTOR_WITH_SELECTION = Struct(">H6sbB")
_COSEM_ATTRIBUTE_DESCRIPTOR_WITH_SELECTION_2 = Struct(">H6sb?")


class CosemAttributeDescriptorWithSelection(Encodable):
    """Reference to one attribute, or to part of it.

    cosem_attribute_descriptor: The attribute.
    access_selection: The part of it; absent for the whole attribute.

    Source: IEC 62056-5-3:2013, clauses 6.6, 6.7 and 8.
    """

    __slots__ = ("cosem_attribute_descriptor", "access_selection")
    __match_args__ = ("cosem_attribute_descriptor", "access_selection")

    def __init__(
        self,
        cosem_attribute_descriptor: CosemAttributeDescriptor,
        access_selection: SelectiveAccessDescriptor | None = None,
    ) -> None:
        self.cosem_attribute_descriptor = cosem_attribute_descriptor
        self.access_selection = access_selection

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, CosemAttributeDescriptorWithSelection)
            and self.cosem_attribute_descriptor == other.cosem_attribute_descriptor
            and self.access_selection == other.access_selection
        )

    def __repr__(self) -> str:
        return (
            "CosemAttributeDescriptorWithSelection("
            f"cosem_attribute_descriptor={self.cosem_attribute_descriptor!r}, "
            f"access_selection={self.access_selection!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        class_id, instance_id, attribute_id, has_access_selection = (
            _COSEM_ATTRIBUTE_DESCRIPTOR_WITH_SELECTION.unpack_from(octets, at)
        )
        at += 10
        if has_access_selection == 0:
            access_selection = None
        elif has_access_selection == 1:
            access_selection, at = SelectiveAccessDescriptor.read(octets, at)
        else:
            raise Unusual
        return cls(CosemAttributeDescriptor(class_id, instance_id, attribute_id), access_selection), at

    def write(self) -> bytes:
        cosem_attribute_descriptor = self.cosem_attribute_descriptor
        instance_id = cosem_attribute_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        octets = _COSEM_ATTRIBUTE_DESCRIPTOR_WITH_SELECTION_2.pack(
            cosem_attribute_descriptor.class_id,
            instance_id,
            cosem_attribute_descriptor.attribute_id,
            self.access_selection is not None,
        )
        if self.access_selection is None:
            return octets
        return octets + SelectiveAccessDescriptor.write(self.access_selection)


_DATA_BLOCK_SA = Struct(">?I")
_DATA_BLOCK_SA_2 = Struct(">BI")


class DataBlockSA(Encodable):
    """One block of a long SET.request, ACTION.request or ACTION.response.

    For requests the raw-data of all blocks joined is the encoded Data, or for a list the encoded SEQUENCE OF Data.

    last_block: TRUE on the last block.
    block_number: Number of the block, counted from 1.
    raw_data: Part of the encoded value.

    Source: IEC 62056-5-3:2013, clauses 6.7, 6.8, 7.3.4, 7.3.5 and 8.
    """

    __slots__ = ("last_block", "block_number", "raw_data")
    __match_args__ = ("last_block", "block_number", "raw_data")

    def __init__(
        self,
        last_block: bool,
        block_number: Unsigned32,
        raw_data: bytes,
    ) -> None:
        self.last_block = last_block
        self.block_number = block_number
        self.raw_data = raw_data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DataBlockSA)
            and self.last_block == other.last_block
            and self.block_number == other.block_number
            and self.raw_data == other.raw_data
        )

    def __repr__(self) -> str:
        return (
            "DataBlockSA("
            f"last_block={self.last_block!r}, "
            f"block_number={self.block_number!r}, "
            f"raw_data={self.raw_data!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        last_block, block_number = _DATA_BLOCK_SA.unpack_from(octets, at)
        at += 5
        raw_data, at = read_octets(octets, at)
        return cls(last_block, block_number, raw_data), at

    def write(self) -> bytes:
        return _DATA_BLOCK_SA_2.pack(FLAG[self.last_block], self.block_number) + write_octets(self.raw_data)


CosemObjectMethodId: TypeAlias = Integer8
"""Number of a method within its class, counted from 1.

Source: IEC 62056-5-3:2013, clause 8.
"""

_COSEM_METHOD_DESCRIPTOR = Struct(">H6sb")


class CosemMethodDescriptor(Encodable):
    """Reference to one method of one COSEM object.

    class_id: Class of the object.
    instance_id: Logical name of the object.
    method_id: Number of the method.

    Source: IEC 62056-5-3:2013, clauses 6.8 and 8.
    """

    __slots__ = ("class_id", "instance_id", "method_id")
    __match_args__ = ("class_id", "instance_id", "method_id")

    def __init__(
        self,
        class_id: CosemClassId,
        instance_id: CosemObjectInstanceId,
        method_id: CosemObjectMethodId,
    ) -> None:
        self.class_id = class_id
        self.instance_id = instance_id
        self.method_id = method_id

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, CosemMethodDescriptor)
            and self.class_id == other.class_id
            and self.instance_id == other.instance_id
            and self.method_id == other.method_id
        )

    def __repr__(self) -> str:
        return (
            "CosemMethodDescriptor("
            f"class_id={self.class_id!r}, "
            f"instance_id={self.instance_id!r}, "
            f"method_id={self.method_id!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        class_id, instance_id, method_id = _COSEM_METHOD_DESCRIPTOR.unpack_from(octets, at)
        at += 9
        return cls(class_id, instance_id, method_id), at

    def write(self) -> bytes:
        instance_id = self.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return _COSEM_METHOD_DESCRIPTOR.pack(self.class_id, instance_id, self.method_id)


GetDataResult: TypeAlias = Data | DataAccessResult
"""Result of reading one attribute, or the return value of a method.

Source: IEC 62056-5-3:2013, clauses 6.6, 6.8 and 8.
"""

_GET_DATA_RESULT = Struct(">1sB")


def read_get_data_result(octets: bytes, at: int) -> tuple[GetDataResult, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    tag = octets[at]
    at += 1
    if tag == 0:
        return Data.read(octets, at)
    if tag == 1:
        value = octets[at]
        at += 1
        return DATA_ACCESS_RESULT_BY_NUMBER[value], at
    raise Unusual


def write_get_data_result(value: GetDataResult) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if Data.takes(value):
        return b"\x00" + Data.octets_of(value)
    if isinstance(value, DataAccessResult):
        return _GET_DATA_RESULT.pack(b"\x01", DATA_ACCESS_RESULT_BY_NUMBER[value])
    raise Unusual


class ActionResult(Described, NamedNumber):
    """Result of calling a method, one octet. It has no value for a wrong block number.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    success = 0
    """The method was called."""
    hardware_fault = 1
    """The hardware failed."""
    temporary_failure = 2
    """It failed for now and may succeed later."""
    read_write_denied = 3
    """The access right for it is missing."""
    object_undefined = 4
    """There is no such object."""
    object_class_inconsistent = 9
    """The object is of another class."""
    object_unavailable = 11
    """The object exists but cannot be reached now."""
    type_unmatched = 12
    """The parameters are of another type than the method takes."""
    scope_of_access_violated = 13
    """The call goes beyond what the client may reach."""
    data_block_unavailable = 14
    """The next block cannot be given or taken, or has a wrong number; the transfer ends."""
    long_action_aborted = 15
    """The transfer of long parameters was broken off."""
    no_long_action_in_progress = 16
    """A block came or was asked for, but no transfer is running."""
    other_reason = 250
    """Any other reason."""


ACTION_RESULT_BY_NUMBER = {value.value: value for value in ActionResult}

_ACCESS_REQUEST_GET = Struct(">H6sb")
_ACCESS_REQUEST_GET_2 = Struct(">1sH6sb")


class AccessRequestGet(Encodable):
    """Reads one attribute.

    cosem_attribute_descriptor: The attribute.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("cosem_attribute_descriptor",)
    __match_args__ = ("cosem_attribute_descriptor",)
    TAG_PATH = b"\x01"

    def __init__(
        self,
        cosem_attribute_descriptor: CosemAttributeDescriptor,
    ) -> None:
        self.cosem_attribute_descriptor = cosem_attribute_descriptor

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AccessRequestGet) and self.cosem_attribute_descriptor == other.cosem_attribute_descriptor
        )

    def __repr__(self) -> str:
        return f"AccessRequestGet(cosem_attribute_descriptor={self.cosem_attribute_descriptor!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        class_id, instance_id, attribute_id = _ACCESS_REQUEST_GET.unpack_from(octets, at)
        at += 9
        return cls(CosemAttributeDescriptor(class_id, instance_id, attribute_id)), at

    def write(self) -> bytes:
        cosem_attribute_descriptor = self.cosem_attribute_descriptor
        instance_id = cosem_attribute_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return _ACCESS_REQUEST_GET_2.pack(
            b"\x01", cosem_attribute_descriptor.class_id, instance_id, cosem_attribute_descriptor.attribute_id
        )


_ACCESS_REQUEST_SET = Struct(">H6sb")
_ACCESS_REQUEST_SET_2 = Struct(">1sH6sb")


class AccessRequestSet(Encodable):
    """Writes one attribute.

    cosem_attribute_descriptor: The attribute.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("cosem_attribute_descriptor",)
    __match_args__ = ("cosem_attribute_descriptor",)
    TAG_PATH = b"\x02"

    def __init__(
        self,
        cosem_attribute_descriptor: CosemAttributeDescriptor,
    ) -> None:
        self.cosem_attribute_descriptor = cosem_attribute_descriptor

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AccessRequestSet) and self.cosem_attribute_descriptor == other.cosem_attribute_descriptor
        )

    def __repr__(self) -> str:
        return f"AccessRequestSet(cosem_attribute_descriptor={self.cosem_attribute_descriptor!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        class_id, instance_id, attribute_id = _ACCESS_REQUEST_SET.unpack_from(octets, at)
        at += 9
        return cls(CosemAttributeDescriptor(class_id, instance_id, attribute_id)), at

    def write(self) -> bytes:
        cosem_attribute_descriptor = self.cosem_attribute_descriptor
        instance_id = cosem_attribute_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return _ACCESS_REQUEST_SET_2.pack(
            b"\x02", cosem_attribute_descriptor.class_id, instance_id, cosem_attribute_descriptor.attribute_id
        )


_ACCESS_REQUEST_ACTION = Struct(">H6sb")
_ACCESS_REQUEST_ACTION_2 = Struct(">1sH6sb")


class AccessRequestAction(Encodable):
    """Calls one method.

    cosem_method_descriptor: The method.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("cosem_method_descriptor",)
    __match_args__ = ("cosem_method_descriptor",)
    TAG_PATH = b"\x03"

    def __init__(
        self,
        cosem_method_descriptor: CosemMethodDescriptor,
    ) -> None:
        self.cosem_method_descriptor = cosem_method_descriptor

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccessRequestAction) and self.cosem_method_descriptor == other.cosem_method_descriptor

    def __repr__(self) -> str:
        return f"AccessRequestAction(cosem_method_descriptor={self.cosem_method_descriptor!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        class_id, instance_id, method_id = _ACCESS_REQUEST_ACTION.unpack_from(octets, at)
        at += 9
        return cls(CosemMethodDescriptor(class_id, instance_id, method_id)), at

    def write(self) -> bytes:
        cosem_method_descriptor = self.cosem_method_descriptor
        instance_id = cosem_method_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return _ACCESS_REQUEST_ACTION_2.pack(
            b"\x03", cosem_method_descriptor.class_id, instance_id, cosem_method_descriptor.method_id
        )


_ACCESS_REQUEST_GET_WITH_SELECTION = Struct(">H6sb")
_ACCESS_REQUEST_GET_WITH_SELECTION_2 = Struct(">1sH6sb")


class AccessRequestGetWithSelection(Encodable):
    """Reads part of one attribute.

    cosem_attribute_descriptor: The attribute.
    access_selection: The part of it.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("cosem_attribute_descriptor", "access_selection")
    __match_args__ = ("cosem_attribute_descriptor", "access_selection")
    TAG_PATH = b"\x04"

    def __init__(
        self,
        cosem_attribute_descriptor: CosemAttributeDescriptor,
        access_selection: SelectiveAccessDescriptor,
    ) -> None:
        self.cosem_attribute_descriptor = cosem_attribute_descriptor
        self.access_selection = access_selection

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AccessRequestGetWithSelection)
            and self.cosem_attribute_descriptor == other.cosem_attribute_descriptor
            and self.access_selection == other.access_selection
        )

    def __repr__(self) -> str:
        return (
            "AccessRequestGetWithSelection("
            f"cosem_attribute_descriptor={self.cosem_attribute_descriptor!r}, "
            f"access_selection={self.access_selection!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        class_id, instance_id, attribute_id = _ACCESS_REQUEST_GET_WITH_SELECTION.unpack_from(octets, at)
        at += 9
        access_selection, at = SelectiveAccessDescriptor.read(octets, at)
        return cls(CosemAttributeDescriptor(class_id, instance_id, attribute_id), access_selection), at

    def write(self) -> bytes:
        cosem_attribute_descriptor = self.cosem_attribute_descriptor
        instance_id = cosem_attribute_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return _ACCESS_REQUEST_GET_WITH_SELECTION_2.pack(
            b"\x04", cosem_attribute_descriptor.class_id, instance_id, cosem_attribute_descriptor.attribute_id
        ) + SelectiveAccessDescriptor.write(self.access_selection)


_ACCESS_REQUEST_SET_WITH_SELECTION = Struct(">H6sb")
_ACCESS_REQUEST_SET_WITH_SELECTION_2 = Struct(">1sH6sb")


class AccessRequestSetWithSelection(Encodable):
    """Writes part of one attribute.

    cosem_attribute_descriptor: The attribute.
    access_selection: The part of it.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("cosem_attribute_descriptor", "access_selection")
    __match_args__ = ("cosem_attribute_descriptor", "access_selection")
    TAG_PATH = b"\x05"

    def __init__(
        self,
        cosem_attribute_descriptor: CosemAttributeDescriptor,
        access_selection: SelectiveAccessDescriptor,
    ) -> None:
        self.cosem_attribute_descriptor = cosem_attribute_descriptor
        self.access_selection = access_selection

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AccessRequestSetWithSelection)
            and self.cosem_attribute_descriptor == other.cosem_attribute_descriptor
            and self.access_selection == other.access_selection
        )

    def __repr__(self) -> str:
        return (
            "AccessRequestSetWithSelection("
            f"cosem_attribute_descriptor={self.cosem_attribute_descriptor!r}, "
            f"access_selection={self.access_selection!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        class_id, instance_id, attribute_id = _ACCESS_REQUEST_SET_WITH_SELECTION.unpack_from(octets, at)
        at += 9
        access_selection, at = SelectiveAccessDescriptor.read(octets, at)
        return cls(CosemAttributeDescriptor(class_id, instance_id, attribute_id), access_selection), at

    def write(self) -> bytes:
        cosem_attribute_descriptor = self.cosem_attribute_descriptor
        instance_id = cosem_attribute_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return _ACCESS_REQUEST_SET_WITH_SELECTION_2.pack(
            b"\x05", cosem_attribute_descriptor.class_id, instance_id, cosem_attribute_descriptor.attribute_id
        ) + SelectiveAccessDescriptor.write(self.access_selection)


AccessRequestSpecification: TypeAlias = (
    AccessRequestGet
    | AccessRequestSet
    | AccessRequestAction
    | AccessRequestGetWithSelection
    | AccessRequestSetWithSelection
)
"""One access of an Access-Request.

Source: IEC 62056-5-3, added by the edition of 2016.
"""


ACCESS_REQUEST_SPECIFICATION_READERS: dict[int, Reader] = {
    0x01: AccessRequestGet.read,
    0x02: AccessRequestSet.read,
    0x03: AccessRequestAction.read,
    0x04: AccessRequestGetWithSelection.read,
    0x05: AccessRequestSetWithSelection.read,
}


def read_access_request_specification(octets: bytes, at: int) -> tuple[AccessRequestSpecification, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return ACCESS_REQUEST_SPECIFICATION_READERS[octets[at]](octets, at + 1)


def write_access_request_specification(value: AccessRequestSpecification) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(
        value,
        (
            AccessRequestGet,
            AccessRequestSet,
            AccessRequestAction,
            AccessRequestGetWithSelection,
            AccessRequestSetWithSelection,
        ),
    ):
        return value.write()
    raise Unusual


CosemDateTime: TypeAlias = bytes
"""Date and time in 12 octets.

Year (2 octets), month, day of month, day of week (1 is Monday), hour, minute, second, hundredths, deviation in
minutes from local time to UTC (2 octets, signed, 0x8000 when not specified), clock status. An octet FF, for the
year FFFF, is not specified.

Source: IEC 62056-5-3:2013, clause 8; IEC 62056-6-2.
"""
