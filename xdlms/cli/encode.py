"""``xdlms encode``: makes octets of what ``xdlms decode --json`` gives."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any, Final

from xdlms.cli import wrong_usage
from xdlms.cli.console import Console
from xdlms.cli.inputs import STANDARD_INPUT, InputError, add_inputs, has_inputs, read_source
from xdlms.cli.options import add_package, chosen_syntax
from xdlms.codec.encoding import Encoder
from xdlms.codec.errors import EncodeError
from xdlms.codec.schema import Syntax, TypeInfo
from xdlms.tools.editions import NAMES, NEWEST, find_type, no_such_type, syntax_of
from xdlms.tools.json_values import Builder, JsonError, json_kind
from xdlms.tools.jsontext import JsonTextError, read_values
from xdlms.tools.prefix import Gateway

_DESCRIPTION = """\
Make octets of JSON: the inverse of `xdlms decode --json`. Of each object "apdu" and "value" are used, and "edition"
where neither --edition nor --apdus is given; hexadecimal digits come out, one APDU a line.
"""
_MISMATCH: Final = 16


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(parser=parser)
    add_inputs(parser, "JSON", "an object, or several; - reads standard input")
    add_package(parser, "that of each object")
    parser.add_argument("--lenient", action="store_true", help="take numbers that an enumeration does not name")
    parser.add_argument("--binary", action="store_true", help="write the octets themselves")
    parser.add_argument("--verify", action="store_true", help='compare with the "octets" of each object')


class _Given:
    """An object that is to be encoded, and where it stood."""

    __slots__ = ("json", "where")

    def __init__(self, json: Any, where: str) -> None:
        self.json = json
        self.where = where


def run(options: argparse.Namespace, console: Console) -> int:
    """Encode the inputs; 1 if any of it could not be encoded."""
    if not has_inputs(options):
        wrong_usage(options.parser, "give JSON, --in FILE, or - for standard input")
    chosen = chosen_syntax(options)
    failed = False
    for given in _given(options):
        try:
            if isinstance(given, InputError):
                raise given
            octets = _octets(given.json, chosen, options)
        except InputError as error:
            console.complain(f"error: {error}")
            failed = True
        except JsonError as error:
            where = f"{given.where}: " if isinstance(given, _Given) and given.where else ""
            console.complain(f"{where}error: {error}")
            failed = True
        else:
            if options.binary:
                console.octets(octets)
            else:
                console.line(octets.hex().upper())
    return int(failed)


def _given(options: argparse.Namespace) -> Iterator[_Given | InputError]:
    alone = len(options.input) + len(options.files) == 1
    for number, argument in enumerate(options.input, 1):
        if argument == STANDARD_INPUT:
            yield from _in_file(argument)
        else:
            yield from _in_text(argument, "" if alone else f"argument {number}")
    for path in options.files:
        yield from _in_file(path)


def _in_file(path: str) -> Iterator[_Given | InputError]:
    try:
        name, octets = read_source(path)
        text = octets.decode("utf-8-sig")
    except InputError as error:
        yield error
    except UnicodeDecodeError as error:
        yield InputError(f"{name}: octet {error.start} is no UTF-8")
    else:
        yield from _in_text(text, name)


def _in_text(text: str, name: str) -> Iterator[_Given | InputError]:
    empty = True
    for found in read_values(text):
        empty = False
        line = f"line {found.line}" if name or found.line > 1 else ""
        where = ", ".join(word for word in (name, line) if word)
        if isinstance(found, JsonTextError):
            yield InputError(f"{name + ', ' if name else ''}{found}")
        else:
            yield _Given(found.json, where)
    if empty:
        yield InputError(f"{name or 'the argument'}: there is no JSON")


def _octets(json: Any, chosen: Syntax | None, options: argparse.Namespace) -> bytes:
    """The octets of one object; raises JsonError."""
    if not isinstance(json, dict):
        raise JsonError(f"expected an object, found {json_kind(json)}", "$")
    for name in ("apdu", "value"):
        if name not in json:
            error = " (this is an error that `xdlms decode` reported)" if "error" in json else ""
            raise JsonError(f"{name} is missing{error}", "$")
    syntax = chosen or syntax_of(_edition(json))
    info = _type(syntax, json["apdu"])
    value = Builder(syntax, lenient=options.lenient, path="$.value").wrapped(info, json["value"])
    try:
        octets = _gateway(json) + Encoder(syntax).whole(info, value)
    except EncodeError as error:
        raise JsonError(error.reason, "$.value" + error.path.removeprefix("$")) from None
    if options.verify:
        _verify(json, octets)
    return octets


def _type(syntax: Syntax, name: Any) -> TypeInfo:
    if not isinstance(name, str):
        raise JsonError(f"expected the name of a type, found {json_kind(name)}", "$.apdu")
    info = find_type(syntax, name)
    if info is None:
        raise JsonError(no_such_type(syntax, name), "$.apdu")
    return info


def _edition(json: dict[str, Any]) -> str:
    """The edition of an object. A vendor's package is never loaded because an input names it."""
    edition: Any = json.get("edition", NEWEST)
    if edition not in NAMES:
        is_package = isinstance(edition, str) and not edition.isdigit()
        hint = "; a vendor's package is given with --apdus" if is_package else ""
        raise JsonError(f"expected an edition ({', '.join(NAMES)}), found {json_kind(edition)}{hint}", "$.edition")
    return str(edition)


def _gateway(json: dict[str, Any]) -> bytes:
    """The gateway prefix, where the object has one."""
    given = json.get("gateway")
    if given is None:
        return b""
    path = "$.gateway"
    if not isinstance(given, dict) or given.keys() != {"direction", "network-id", "address"}:
        raise JsonError("expected an object with direction, network-id and address", path)
    direction, network_id, digits = given["direction"], given["network-id"], given["address"]
    if direction not in ("request", "response"):
        raise JsonError(f'expected "request" or "response", found {json_kind(direction)}', f"{path}.direction")
    if not isinstance(network_id, int) or isinstance(network_id, bool) or not 0 <= network_id <= 0xFF:
        raise JsonError(f"expected a number from 0 to 255, found {json_kind(network_id)}", f"{path}.network-id")
    address = _hex(digits, f"{path}.address")
    if len(address) > 0xFF:
        raise JsonError(f"expected 255 octets at the most, found {len(address)}", f"{path}.address")
    return Gateway(direction == "request", network_id, address).encode()


def _verify(json: dict[str, Any], octets: bytes) -> None:
    given = _hex(json.get("octets"), "$.octets")
    if given == octets:
        return
    shorter = min(len(given), len(octets))
    place = next((at for at in range(shorter) if given[at] != octets[at]), shorter)
    there, made = (side[place : place + _MISMATCH].hex().upper() or "the end" for side in (given, octets))
    raise JsonError(f"the value encodes to other octets: from octet {place} on {made}, not {there}", "$.octets")


def _hex(digits: Any, path: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except (TypeError, ValueError):
        pass
    raise JsonError(f"expected a string of hexadecimal digits, found {json_kind(digits)}", path)
