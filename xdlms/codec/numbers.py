"""Numbers with names: ENUMERATED and INTEGER values, and named BIT STRINGs, as Python classes."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from operator import index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, NoReturn, Self, SupportsIndex, TypeVar

    B = TypeVar("B", bound="NamedBits")
    N = TypeVar("N", bound="NamedNumber")


def numeral(number: int) -> str:
    """A number for a message; Python does not write one of thousands of digits, and nobody reads it."""
    return str(number) if number.bit_length() <= 128 else f"a number of {number.bit_length()} bits"


class NamedNumber(IntEnum):
    """The base of the classes for ENUMERATED and for INTEGER with named numbers.

    A number without a name exists only where a caller decoded leniently; it is a value of the class
    like the others, called ``unknown_<number>``, and is not remembered.
    """

    @classmethod
    def unnamed(cls: type[N], number: int) -> N:
        """The value for a number that the class does not name; the named value for one that it does."""
        known = cls._value2member_map_.get(number)
        if known is not None:
            return cls(number)
        value = int.__new__(cls, number)
        value._name_ = f"unknown_{number}"
        value._value_ = number
        return value

    @property
    def is_named(self) -> bool:
        """Whether the abstract syntax names this number."""
        return self._value_ in type(self)._value2member_map_

    def __reduce_ex__(self, proto: object) -> tuple[Any, ...]:
        return type(self).unnamed, (int(self),)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self


class Bit:
    """One named bit of a NamedBits class, by its ASN.1 number: 0 is the first, most significant bit.

    When the class is there, the bit as a value of it takes the place of this.
    """

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __get__(self, instance: object, owner: type[B]) -> B:
        return owner(1 << (owner.WIDTH - 1 - self.number))


class NamedBits(int):
    """A BIT STRING with named bits, as a whole number: the first bit is the most significant.

    The subclasses name their bits (`NAMES`, by number) and have `WIDTH` bits. ``|``, ``&``, ``^`` and
    ``~`` stay in the class, ``in`` asks for bits, iteration gives the names of the bits that are set.
    """

    __slots__ = ()
    WIDTH: ClassVar[int] = 0
    NAMES: ClassVar[dict[int, str]] = {}
    """The Python name of each named bit."""

    def __init_subclass__(cls) -> None:
        for name, bit in [item for item in vars(cls).items() if type(item[1]) is Bit]:
            setattr(cls, name, cls(1 << cls.WIDTH - 1 - bit.number))

    def __new__(cls, value: SupportsIndex = 0) -> Self:
        number = index(value)
        if not 0 <= number < 1 << cls.WIDTH:
            highest = f"{(1 << cls.WIDTH) - 1:#x}"
            raise ValueError(f"{cls.__name__} has {cls.WIDTH} bits: 0 to {highest}, not {numeral(number)}")
        return super().__new__(cls, number)

    def __or__(self, other: int) -> Self:
        return type(self)(int(self) | other)

    def __and__(self, other: int) -> Self:
        return type(self)(int(self) & other)

    def __xor__(self, other: int) -> Self:
        return type(self)(int(self) ^ other)

    __ror__ = __or__
    __rand__ = __and__
    __rxor__ = __xor__

    def __invert__(self) -> Self:
        return type(self)(int(self) ^ (1 << self.WIDTH) - 1)

    def __contains__(self, bits: int) -> bool:
        return int(self) & bits == bits

    def __iter__(self) -> Iterator[str]:
        return (name for number, name in self.NAMES.items() if int(self) >> (self.WIDTH - 1 - number) & 1)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({int(self):#0{2 + (self.WIDTH + 3) // 4}x})"

    def __str__(self) -> str:
        return " ".join(self) or "none"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (int(self),)


class BitString:
    """A BIT STRING without names: `octets`, of which the first `length` bits count; the rest are 0.

    It does not change. Raises ValueError when the octets are not just enough for the bits, or a bit
    behind them is set.
    """

    __slots__ = ("octets", "length")
    __match_args__ = ("octets", "length")
    octets: bytes
    length: int

    def __init__(self, octets: bytes, length: int | None = None) -> None:
        content = octets if type(octets) is bytes else bytes(memoryview(octets))
        count = 8 * len(content) if length is None else index(length)
        if count < 0 or len(content) != (count + 7) // 8:
            raise ValueError(f"{count} bits need {max(0, count + 7) // 8} octets, not {len(content)}")
        if count % 8 and content[-1] & (0xFF >> count % 8):
            raise ValueError(f"the bits behind the first {count} are not 0")
        object.__setattr__(self, "octets", content)
        object.__setattr__(self, "length", count)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"a BitString does not change: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a BitString does not change: {name} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return BitString, (self.octets, self.length)

    @classmethod
    def of(cls, bits: str) -> BitString:
        """The BIT STRING written as 0s and 1s, first bit first; raises ValueError for other characters."""
        if not isinstance(bits, str):
            raise TypeError(f"bits are written as a str, not {type(bits).__name__}")
        if bits.strip("01"):
            raise ValueError(f"bits are written as 0 and 1, not {bits!r}")
        count = (len(bits) + 7) // 8
        return cls(int(bits.ljust(8 * count, "0") or "0", 2).to_bytes(count, "big"), len(bits))

    def __str__(self) -> str:
        return "".join(f"{octet:08b}" for octet in self.octets)[: self.length]

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> bool:
        if not 0 <= index < self.length:
            raise IndexError(f"bit {index} of {self.length}")
        return bool(self.octets[index >> 3] & 0x80 >> (index & 7))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BitString):
            return NotImplemented
        return self.octets == other.octets and self.length == other.length

    def __hash__(self) -> int:
        return hash((self.octets, self.length))

    def __repr__(self) -> str:
        return f"BitString.of({str(self)!r})"


class RawText(str):
    """A string that is none of its type, kept as it was received by a lenient decoding.

    Octets that are no characters stand in it as surrogates; it is encoded to the octets it came from.
    """

    __slots__ = ()
