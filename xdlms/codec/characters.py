"""The characters that the string types have, as far as one octet is one character (ITU-T X.680, clause 41)."""

from __future__ import annotations

import re
from typing import Final

ENCODINGS: Final = {"UTF8String": "utf-8"}
"""The encodings of character strings; all others are ASCII, and GraphicString is octets."""

_WITH_CONTROLS: Final = re.compile(r"[^\x00-\x7F]")
_OTHERS: Final = {
    "IA5String": _WITH_CONTROLS,
    "GeneralString": _WITH_CONTROLS,
    "TeletexString": _WITH_CONTROLS,
    "T61String": _WITH_CONTROLS,
    "VideotexString": _WITH_CONTROLS,
    "NumericString": re.compile(r"[^0-9 ]"),
    "PrintableString": re.compile(r"[^A-Za-z0-9 '()+,\-./:=?]"),
}
_NOT_VISIBLE: Final = re.compile(r"[^ -~]")


def first_wrong(text: str, kind: str, encoding: str) -> int:
    """The index of the first character that is none of a string type; -1 where all are."""
    if encoding != "ascii":
        return -1
    found = _OTHERS.get(kind, _NOT_VISIBLE).search(text)
    return found.start() if found else -1
