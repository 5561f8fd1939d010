"""A value in words: what its octets or its number mean to people.

The descriptions of the types carry a hint (`show`) for values that mean more than their type says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xdlms.codec import schema
from xdlms.codec.schema import Syntax, Type
from xdlms.tools.date_time import describe_date, describe_date_time, describe_time
from xdlms.tools.objects import class_name, describe_object, is_logical_name

_CONTEXTS: Final = {
    1: "LN referencing, no ciphering",
    2: "SN referencing, no ciphering",
    3: "LN referencing, with ciphering",
    4: "SN referencing, with ciphering",
}
_MECHANISMS: Final = {
    0: "lowest level security",
    1: "LLS, password",
    2: "HLS, manufacturer specific",
    3: "HLS with MD5",
    4: "HLS with SHA-1",
    5: "HLS with GMAC",
    6: "HLS with SHA-256",
    7: "HLS with ECDSA",
}
_CONTEXT_ARC: Final = "2.16.756.5.8.1."
_MECHANISM_ARC: Final = "2.16.756.5.8.2."
_SN_ASSOCIATION: Final = 0xFA00
_LN_VAA: Final = 0x0007
_TITLE_LENGTH: Final = 8
_LETTERS: Final = 3


def hint_of(syntax: Syntax, type: Type) -> str | None:
    """How a type is shown: by its own hint, or by that of a type whose name it has."""
    while True:
        hint: str | None = getattr(type, "show", None)
        if hint is not None or not isinstance(type, schema.Named):
            return hint
        type = syntax.types[type.name].type


def describe_number(hint: str, number: int) -> str:
    """A number in words, empty if its hint gives none."""
    describe = _NUMBERS.get(hint)
    return "" if describe is None else describe(number)


def _invoke_id(number: int) -> str:
    return ", ".join((f"invoke-id {number & 0x0F}", *_service(number >> 6), *_reserved(number & 0x30)))


def _long_invoke_id(number: int) -> str:
    words = [f"long-invoke-id {number & 0xFFFFFF}"]
    if number & 1 << 28:
        words.append("self-descriptive")
    if number & 1 << 29:
        words.append("break on error")
    return ", ".join((*words, *_service(number >> 30), *_reserved(number & 0x0F000000)))


def _service(bits: int) -> tuple[str, str]:
    """Service class (1) and priority (2)."""
    return "confirmed" if bits & 1 else "unconfirmed", "high priority" if bits & 2 else "normal priority"


def _reserved(bits: int) -> tuple[str, ...]:
    return (f"reserved bits {bits:#x} set",) if bits else ()


def _short_name(number: int) -> str:
    number &= 0xFFFF
    words = {_SN_ASSOCIATION: " Association SN", _LN_VAA: " LN referencing"}
    return f"{number:04X}{words.get(number, '')}"


def _block_control(number: int) -> str:
    words = [f"window {number & 0x3F}"]
    if number & 0x40:
        words.append("streaming")
    if number & 0x80:
        words.append("last block")
    return ", ".join(words)


_NUMBERS: Final[dict[str, Callable[[int], str]]] = {
    "invoke-id": _invoke_id,
    "long-invoke-id": _long_invoke_id,
    "short-name": _short_name,
    "class-id": class_name,
    "block-control": _block_control,
}


def describe_octets(hint: str | None, octets: bytes) -> str:
    """Octets in words: by their hint; without one, text where they are characters. Empty if there is nothing."""
    if hint == "obis":
        return describe_object(octets)
    if hint == "date-time":
        return (describe_date_time(octets) or "no date-time") if octets else "not specified"
    if hint == "system-title":
        return system_title(octets)
    return text_of(octets)


def system_title(octets: bytes) -> str:
    """A system title: the three letters of the manufacturer, then the rest."""
    letters = octets[:_LETTERS]
    if len(octets) == _TITLE_LENGTH and letters.isalnum() and letters.isascii():
        return f"{letters.decode('ascii')} {octets[_LETTERS:].hex().upper()}"
    return text_of(octets)


def text_of(octets: bytes) -> str:
    """Octets as characters in quotation marks, where all of them are printable; else nothing."""
    if octets and octets.isascii():
        text = octets.decode("ascii")
        if text.isprintable():
            return quoted(text)
    return ""


def quoted(text: str) -> str:
    """Characters in quotation marks; what a terminal could take for a command is written as \\x1b."""
    return '"' + "".join(c if c.isprintable() else _escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # an octet that is no character, kept by a lenient reading
        code -= 0xDC00
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"


def describe_oid(hint: str | None, oid: str) -> str:
    """A registered name in words; empty if it is not known."""
    arc, names = (_CONTEXT_ARC, _CONTEXTS) if hint == "context-name" else (_MECHANISM_ARC, _MECHANISMS)
    last = oid.removeprefix(arc)
    if hint is None or last == oid or not (len(last) == 1 and last.isdigit()):
        return ""
    return names.get(int(last), "")


def describe_data_octets(tag: str, octets: bytes) -> str:
    """Octets of a self-describing value in words, by its tag and by what they look like; empty if nothing."""
    if tag == "date-time":
        return describe_date_time(octets) or "no date-time"
    if tag == "date":
        return describe_date(octets) or "no date"
    if tag == "time":
        return describe_time(octets) or "no time"
    if len(octets) == 12:
        date_time = describe_date_time(octets)
        if date_time is not None:
            return date_time
    text = text_of(octets)
    if not text and is_logical_name(octets):
        return describe_object(octets)
    return text
