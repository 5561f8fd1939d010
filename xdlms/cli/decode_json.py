"""What ``xdlms decode --json`` writes: one object a line."""

from __future__ import annotations

from json import dumps
from typing import Any

from xdlms.cli.console import Console
from xdlms.cli.decode import Shown
from xdlms.cli.inputs import Source
from xdlms.codec.errors import DecodeError, Finding
from xdlms.codec.schema import TypeInfo
from xdlms.tools.capture import Fault, OtherFrame, Place
from xdlms.tools.decipher import Opened
from xdlms.tools.editions import value_of
from xdlms.tools.json_text import write_json
from xdlms.tools.prefix import Gateway
from xdlms.tools.reading import Reading


class JsonReport:
    """Writes an object for every APDU, and one with ``error`` for everything that is none."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def apdu(self, shown: Shown) -> None:
        """An APDU: type, edition, value, octets, findings; or why it is none."""
        reading = shown.reading
        if reading.error is not None:
            place = shown.place(0)
            self._error(_codec_error(reading.error, reading.hints), shown.prefix.apdu, place)
            return
        json = _apdu_json(reading)
        gateway = shown.prefix.gateway
        if gateway is not None:
            json["octets"] = gateway.encode().hex().upper() + json["octets"]
            json["gateway"] = _gateway_json(gateway)
        if shown.opened is not None:
            json["deciphered"] = _opened_json(shown.opened, shown.opened_reading)
            if shown.opened.warnings:
                place = shown.place(0)
                where = "" if place is None else f"{place}: "
                self.warning(shown.source, where + " ".join(shown.opened.warnings))
        self._write(json)

    def other_frame(self, source: Source, frame: OtherFrame) -> None:
        """A frame without an APDU: nothing to say."""

    def fault(self, source: Source, fault: Fault) -> None:
        """Octets that are no frame."""
        if fault.harmless:
            self.warning(source, f"{fault.place}: {fault.reason}")
            return
        error = {"code": fault.code, "path": None, "offset": None, "reason": fault.reason}
        self._error(error, fault.octets, fault.place)

    def warning(self, source: Source, message: str) -> None:
        """On standard error, since it is no APDU."""
        self._console.complain(f"{source.name}: warning: {message}" if source.name else f"warning: {message}")

    def input_error(self, message: str) -> None:
        """On standard error too: there may be nobody who looks at the objects."""
        self._error({"code": "input", "path": None, "offset": None, "reason": message}, b"", None)
        self._console.complain(f"error: {message}")

    def hint(self, message: str) -> None:
        """What could have been meant."""
        self._console.complain(f"hint: {message}")

    def _error(self, error: dict[str, Any], octets: bytes, place: Place | None) -> None:
        json: dict[str, Any] = {"error": error, "octets": octets.hex().upper()}
        json["offset"] = None if place is None else place.offset
        if place is not None and place.line is not None:
            json["line"] = place.line
        self._write(json)

    def _write(self, json: dict[str, Any]) -> None:
        self._object(json)
        self._console.line()

    def _object(self, json: dict[str, Any]) -> None:
        """An object; its values are written while they are walked through, where they are values of the ASN.1."""
        start = "{"
        for name, value in json.items():
            self._console.piece(f"{start}{dumps(name)}: ")
            if isinstance(value, Reading):
                info = _info(value)
                write_json(value.target.syntax, info.type, value_of(value.value, info), self._console.piece)
            elif isinstance(value, dict) and value:
                self._object(value)
            else:
                self._console.piece(dumps(value))
            start = ", "
        self._console.piece("}")


def _info(reading: Reading) -> TypeInfo:
    if reading.info is None:
        raise ValueError("these octets were not decoded")
    return reading.info


def _apdu_json(reading: Reading) -> dict[str, Any]:
    """The object of an APDU that was decoded; the reading stands for its value."""
    return {
        "apdu": reading.name,
        "edition": reading.target.edition,
        "value": reading,
        "octets": reading.octets.hex().upper(),
        "findings": [finding_json(finding) for finding in reading.findings],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """The object of a finding."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": finding.path,
        "offset": finding.offset,
        "octets": finding.octets.hex().upper(),
        "message": finding.message,
        "clause": finding.clause,
    }


def _codec_error(error: DecodeError, hints: list[str]) -> dict[str, Any]:
    json: dict[str, Any] = {
        "code": error.code.value,
        "path": error.path,
        "offset": error.offset,
        "reason": error.reason,
    }
    if hints:
        json["hints"] = hints
    return json


def _gateway_json(gateway: Gateway) -> dict[str, Any]:
    return {
        "direction": "request" if gateway.request else "response",
        "network-id": gateway.network_id,
        "address": gateway.address.hex().upper(),
    }


def _opened_json(opened: Opened, reading: Reading | None) -> dict[str, Any]:
    json: dict[str, Any] = {
        "status": opened.status,
        "verified": opened.verified,
        "replayed": opened.replayed,
        "counter-goes-back": opened.goes_back,
        "path": opened.where,
        "remarks": opened.remarks,
    }
    if opened.keys_of is not None:
        json["keys-of"] = opened.keys_of
    if reading is not None:
        if reading.error is None:
            json.update(_apdu_json(reading))
        else:
            json["error"] = _codec_error(reading.error, reading.hints)
            json["octets"] = reading.octets.hex().upper()
    return json
