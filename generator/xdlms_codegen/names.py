"""Python names for ASN.1 names.

- A type: CamelCase, the letters' case kept inside words; words of capitals are written as words unless
  they stand last; a last word ``apdu`` is dropped: ``GET-Request`` and ``Get-Request`` are GetRequest,
  ``AARQ-apdu`` is AARQ, ``DataBlock-SA`` is DataBlockSA.
- A component, an alternative, a named number: snake_case; a Python keyword, and what the generated class has
  already, with an underscore behind.
"""

from __future__ import annotations

import keyword
import re

ATTRIBUTES_TAKEN = frozenset({"self", "encode", "decode", "read", "write"})
"""What a class for a SEQUENCE has besides its components."""

VALUES_TAKEN = frozenset(
    {
        *("encode", "decode", "name", "value", "names", "is_named", "unnamed", "mro"),
        *("real", "imag", "numerator", "denominator", "conjugate", "bit_length", "bit_count", "is_integer"),
        *("to_bytes", "from_bytes", "as_integer_ratio"),
    }
)
"""What a class for named numbers or bits has besides them."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def class_name(name: str) -> str:
    """The class for a type or for an alternative."""
    words = name.split("-")
    if len(words) > 1 and words[-1] == "apdu":
        words.pop()
    *front, last = words
    return "".join([*map(_word, front), last[:1].upper() + last[1:]])


def _word(word: str) -> str:
    return word.capitalize() if len(word) > 1 and word.isupper() else word[:1].upper() + word[1:]


def snake_name(name: str) -> str:
    """Words in small letters with underscores: modules, functions, variables."""
    snake = "_".join(_HUMP.sub("-", name).split("-")).lower()
    return f"{snake}_" if keyword.iskeyword(snake) else snake


def attribute_name(name: str) -> str:
    """The attribute for a component."""
    snake = snake_name(name)
    return f"{snake}_" if snake in ATTRIBUTES_TAKEN else snake


def value_name(name: str) -> str:
    """The constant in its class for an enumeration value, a named number, a bit, or a tag."""
    snake = snake_name(name)
    return f"{snake}_" if snake in VALUES_TAKEN else snake


def constant_name(name: str) -> str:
    """The constant for a name."""
    return _HUMP.sub("-", name).replace("-", "_").upper()
