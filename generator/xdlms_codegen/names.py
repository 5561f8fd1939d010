"""Python names for ASN.1 names.

- A type: CamelCase, the letters' case kept inside words; words of capitals are written as words unless
  they stand last; a last word ``apdu`` is dropped: ``GET-Request`` and ``Get-Request`` are GetRequest,
  ``AARQ-apdu`` is AARQ, ``DataBlock-SA`` is DataBlockSA.
- A component, an alternative, a named number: snake_case, a Python keyword with an underscore behind.
"""

from __future__ import annotations

import keyword
import re

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
    """The attribute, enumeration value, bit, module or variable for a name."""
    snake = "_".join(_HUMP.sub("-", name).split("-")).lower()
    return f"{snake}_" if keyword.iskeyword(snake) else snake


def constant_name(name: str) -> str:
    """The constant for a name."""
    return _HUMP.sub("-", name).replace("-", "_").upper()
