"""Attributes and methods as people write them, and their values as people read and write them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from xdlms import data
from xdlms.client.clock import octets_of
from xdlms.client.errors import NotSentError
from xdlms.client.names import logical_name_of
from xdlms.client.objects import ObjectInfo
from xdlms.codec.errors import EncodeError
from xdlms.data import BitString, Data
from xdlms.tools.asn1_json import JsonError, from_json, to_json
from xdlms.tools.editions import NEWEST, find_type, syntax_of
from xdlms.tools.objects import CLASSES, attribute_name, class_name, dotted, method_name, object_name
from xdlms.tools.show import describe_data_octets, quoted

VALUE: Final = 2
"""The attribute that is meant where none is named: what most objects are there for."""
_CLOCK_TIME: Final = "time"
_TEXT: Final = frozenset({"octet-string", "visible-string", "utf8-string", "bit-string", "date-time", "date"})
_SHOWN_ITEMS: Final = 1000
_LARGEST_CLASS: Final = 0xFFFF
_LARGEST_NUMBER: Final = 127


class Wanted(NamedTuple):
    """An attribute or a method as it was written: the class may be missing, and the name may be words."""

    text: str
    class_id: int | None
    logical_name: bytes | None
    number: int | str | None


def wanted(text: str) -> Wanted:
    """What ``[CLASS/]OBJECT[/ATTRIBUTE]`` names. Raises NotSentError.

    OBJECT is a logical name, or words as the object list shows them ("clock"); CLASS a number; ATTRIBUTE a number,
    or its name ("scaler_unit").
    """
    parts = text.split("/")
    class_id = None
    if len(parts) > 1 and parts[0].isascii() and parts[0].isdigit():
        class_id = int(parts.pop(0)[:6])
    if not parts or len(parts) > 2 or not parts[0]:
        if "://" in text:
            raise NotSentError(f"{text!r} names no attribute or method", hint="write --url before a meter's address")
        raise NotSentError(
            f"{text!r} names no attribute or method",
            hint="write OBJECT, OBJECT/NUMBER or CLASS/OBJECT/NUMBER, as 3/1.0.1.8.0.255/2",
        )
    number: int | str | None = None
    if len(parts) == 2:
        number = int(parts[1][:4]) if parts[1].isascii() and parts[1].isdigit() else parts[1]
    if (class_id or 0) > _LARGEST_CLASS or (isinstance(number, int) and number > _LARGEST_NUMBER):
        raise NotSentError(
            f"{text!r} names no attribute or method",
            hint=f"classes are 0 to {_LARGEST_CLASS}, attributes and methods 0 to {_LARGEST_NUMBER}",
        )
    if not any(character.isdigit() for character in parts[0]) or any(c.isalpha() for c in parts[0]):
        return Wanted(text, class_id, None, number if number is not None else None)
    return Wanted(text, class_id, logical_name_of(parts[0]), number)


def needs_objects(one: Wanted) -> bool:
    """Whether the object list must be asked what is meant."""
    return one.class_id is None or one.logical_name is None


def resolve(one: Wanted, objects: Sequence[ObjectInfo], *, method: bool = False) -> tuple[int, bytes, int]:
    """Class, logical name, and number of the attribute or method that is meant. Raises NotSentError."""
    class_id, name = one.class_id, one.logical_name
    if class_id is None or name is None:
        words = one.text.removeprefix(f"{class_id}/").split("/")[0] if name is None else ""
        found = [
            info
            for info in objects
            if (class_id is None or info.class_id == class_id)
            and (info.logical_name == name if name is not None else object_name(info.logical_name) == words)
        ]
        if len(found) != 1:
            many = f"{len(found)} such objects are" if found else "no such object is"
            raise NotSentError(
                f"{one.text!r}: {many} in the object list of this client",
                hint="see `xdlms objects`, and write CLASS/LOGICAL-NAME/NUMBER; another client may see more objects",
            )
        class_id, name = found[0].class_id, found[0].logical_name
    return class_id, name, _number(one, class_id, method)


def _number(one: Wanted, class_id: int, method: bool) -> int:
    if isinstance(one.number, int):
        return one.number
    if one.number is None:
        return 1 if method else VALUE
    known = CLASSES.get(class_id)
    names = () if known is None else known.methods if method else known.attributes
    if one.number not in names:
        what = "method" if method else "attribute"
        having = f"; it has {', '.join(names)}" if names else ""
        raise NotSentError(f"{one.text!r}: class {class_id} has no {what} {one.number!r}{having}")
    return names.index(one.number) + 1


def title_of(class_id: int, name: bytes, number: int, *, method: bool = False) -> str:
    """An attribute or method for people: ``1.0.1.8.0.255 active energy import, value``."""
    kind = method_name(class_id, number) if method else attribute_name(class_id, number)
    kind = kind or f"{'method' if method else 'attribute'} {number}"
    words = object_name(name) or class_name(class_id) or f"class {class_id}"
    return f"{dotted(name)} {words}, {kind}"


def value_from(text: str) -> Data:
    """The value that a user wrote: ``unsigned:5``, ``octet-string:0A0B``, ``visible-string:abc``, ``null-data``,
    ``time:2026-01-31T12:00:00+01:00`` (a date-time in an octet-string), or JSON as `xdlms decode --json` gives it.

    Raises:
        NotSentError: it is none of these; the message says why.
    """
    kind, colon, literal = text.partition(":")
    if text.lstrip().startswith("{"):
        try:
            written: Any = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise NotSentError(f"the value is no JSON: {error}") from None
    elif kind == _CLOCK_TIME:
        try:
            return data.octet_string(octets_of(datetime.fromisoformat(literal)))
        except ValueError:
            raise NotSentError(f"{literal!r} is no time", hint="write 2026-01-31T12:00:00+01:00") from None
    elif not colon:
        written = {kind: None}
    elif kind in _TEXT:
        written = {kind: literal}
    else:
        try:
            written = {kind: json.loads(literal)}
        except (ValueError, RecursionError):
            written = {kind: literal}
    syntax = syntax_of(NEWEST)
    info = find_type(syntax, "Data")
    if info is None:
        raise NotSentError("the abstract syntax has no Data")
    try:
        value: Data = from_json(syntax, info.type, written)
        value.encode()
    except (JsonError, EncodeError) as error:
        hint = "write TYPE:VALUE, as unsigned:5, octet-string:0A0B or null-data, or JSON"
        raise NotSentError(f"the value: {error}", hint=hint) from None
    return value


def json_of(value: Data) -> Any:
    """A value as `xdlms decode --json` writes it."""
    syntax = syntax_of(NEWEST)
    info = find_type(syntax, "Data")
    return None if info is None else to_json(syntax, info.type, value)


def lines_of(value: Any, indent: str = "") -> list[str]:
    """A value for people, indented by what holds it; very long lists end in a count."""
    if not isinstance(value, list | tuple):
        return [indent + words_of(value)]
    name = "array" if isinstance(value, list) else "structure"
    lines = [f"{indent}{name} of {len(value)}"]
    for item in value[:_SHOWN_ITEMS]:
        lines += lines_of(item, indent + "  ")
    if len(value) > _SHOWN_ITEMS:
        lines.append(f"{indent}  ... {len(value) - _SHOWN_ITEMS} more")
    return lines


def words_of(value: Any) -> str:
    """A simple value for people."""
    if value is None:
        return "null-data"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        words = describe_data_octets("octet-string", value)
        return words or value.hex(" ").upper() or "(empty)"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, BitString):
        return str(value)
    if isinstance(value, list | tuple):
        return "{" + ", ".join(map(words_of, value)) + "}"
    return str(value)
