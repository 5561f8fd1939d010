# Generated from asn1/2013/acse.asn1, asn1/2013/xdlms.asn1: do not edit, run `make generate`.
"""A value that tells its own type: one tag octet, then the value."""

from __future__ import annotations

from xdlms.codec.compact import Description
from xdlms.codec.data import SelfDescribing
from xdlms.codec.numbers import NamedNumber
from xdlms_apdu.v2013.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class DataTag(NamedNumber):
    """The tags of Data: what a value says that it is."""

    null_data = 0
    """No value: the tag octet 00 alone."""
    array = 1
    """Number of elements, then the elements, all of one type."""
    structure = 2
    """Number of fields, then the fields, each of its own type."""
    boolean = 3
    """One octet: 00 is FALSE, else TRUE; TRUE is sent as 01."""
    bit_string = 4
    """Number of bits, then the bits, most significant first."""
    double_long = 5
    """Signed, 32 bits."""
    double_long_unsigned = 6
    """Unsigned, 32 bits."""
    floating_point = 7
    """Obsolete form of float32; IEEE 754, 32 bits."""
    octet_string = 9
    """Length, then any octets."""
    visible_string = 10
    """Length, then ASCII characters."""
    utf8_string = 12
    """Length in octets, then text in UTF-8."""
    bcd = 13
    """One octet of binary coded decimal digits."""
    integer = 15
    """Signed, 8 bits."""
    long = 16
    """Signed, 16 bits."""
    unsigned = 17
    """Unsigned, 8 bits."""
    long_unsigned = 18
    """Unsigned, 16 bits."""
    compact_array = 19
    """An array whose elements share one type, which is sent once, in front."""
    long64 = 20
    """Signed, 64 bits."""
    long64_unsigned = 21
    """Unsigned, 64 bits."""
    enum = 22
    """One octet; the attribute says what it means."""
    float32 = 23
    """IEEE 754, 32 bits, sent without a length."""
    float64 = 24
    """IEEE 754, 64 bits, sent without a length."""
    date_time = 25
    """Laid out as Cosem-Date-Time, without a length."""
    date = 26
    """Year (2 octets), month, day of month and of week."""
    time = 27
    """Hour, minute, second, hundredths."""
    dont_care = 255
    """Any value will do: the tag octet FF alone."""


class Data(SelfDescribing, Encodable):
    """A value that tells its own type: one tag octet, then the value.

    Source: IEC 62056-5-3:2013, clause 8.
    """

    __slots__ = ()
    TAG = DataTag
    KINDS: ClassVar[dict[int, str]] = {
        0: "null",  # null-data
        1: "list",  # array
        2: "record",  # structure
        3: "boolean",  # boolean
        4: "bits",  # bit-string
        5: "i",  # double-long
        6: "I",  # double-long-unsigned
        7: "f",  # floating-point
        9: "octets",  # octet-string
        10: "visible",  # visible-string
        12: "utf8",  # utf8-string
        13: "b",  # bcd
        15: "b",  # integer
        16: "h",  # long
        17: "B",  # unsigned
        18: "H",  # long-unsigned
        19: "compact",  # compact-array
        20: "q",  # long64
        21: "Q",  # long64-unsigned
        22: "B",  # enum
        23: "f",  # float32
        24: "d",  # float64
        25: "12s",  # date-time
        26: "5s",  # date
        27: "4s",  # time
        255: "null",  # dont-care
    }


class TypeDescription(Description, Encodable):
    """Type of the elements of a compact-array, with the tags of Data; it has no compact-array of its own.

    A simple type is its tag octet alone.

    Source: IEC 62056-5-3:2013, clause 8.
    """

    __slots__ = ()
    KERNEL = Data.KERNEL
