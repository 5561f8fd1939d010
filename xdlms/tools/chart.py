"""Message sequence charts: what went between a client and a server, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from xdlms.association.base import ACSE_TAGS
from xdlms.client.trace import CLIENT, TraceEntry
from xdlms.profiles.link import Saps
from xdlms.services.names import mechanism_of
from xdlms.services.references import logical_name
from xdlms.tools.decipher import Keys, Session
from xdlms.tools.editions import NEWEST
from xdlms.tools.objects import attribute_name, method_name
from xdlms.tools.reading import Target, read
from xdlms.tools.show import describe_oid

WIDTH: Final = 76
"""Characters between the two life lines."""
_CIPHERED: Final = "ciphered"


@dataclass(frozen=True, slots=True)
class Arrow:
    """One message of a chart.

    Args:
        time: seconds from the first one.
        saps: between which addresses.
        from_client: which way it goes.
        label: what it is.
        size: octets of the APDU.
    """

    time: float
    saps: Saps
    from_client: bool
    label: str
    size: int


def arrows(entries: Iterable[TraceEntry], keys: Keys | None) -> Iterator[Arrow]:
    """The messages of a trace; with keys, what is ciphered is named by what it holds."""
    sessions: dict[Saps, Session] = {}
    for entry in entries:
        session = None
        if keys is not None:
            session = sessions.get(entry.saps)
            if session is None:
                session = sessions[entry.saps] = keys.session()
        label = _label(entry.apdu, session)
        yield Arrow(entry.time, entry.saps, entry.sender == CLIENT, label, len(entry.apdu))


def chart(messages: Iterable[Arrow]) -> Iterator[str]:
    """The lines of a chart, one a message; a line names the parties wherever they change."""
    parties: Saps | None = None
    for message in messages:
        if message.saps != parties:
            parties = message.saps
            client, server = f"client {parties.client}", f"server {parties.server}"
            yield f"{'':>10}  {client:<{WIDTH // 2}}{server:>{WIDTH // 2 + 2}}"
            yield f"{'':>10}  |{'':<{WIDTH}}|"
        label = f" {message.label} ({message.size}) "
        if len(label) > WIDTH - 4:
            label = f"{label[: WIDTH - 8]}... "
        filled = label.ljust(WIDTH - 3, "-") if message.from_client else label.rjust(WIDTH - 3, "-")
        line = f"--{filled}>" if message.from_client else f"<{filled}--"
        yield f"{message.time:>10.3f}  |{line}|"


def _label(octets: bytes, session: Session | None) -> str:
    opened = None if session is None else session.open(octets)
    reading = read(Target(NEWEST, lenient=True), octets)
    if opened is not None and opened.apdu is not None and octets[0] not in ACSE_TAGS:
        inner = read(Target(NEWEST, lenient=True), opened.apdu)
        if inner.error is None:
            return f"{_described(inner.name, inner.value)}, {_CIPHERED}"
    if reading.error is not None:
        return f"no APDU: {reading.error.reason}"
    return _described(reading.name, reading.value)


def _described(name: str, value: Any) -> str:
    """An APDU in a few words: its name, and what it is about."""
    details = [detail for detail in (_context(value), _about(value), _block(value), _result(value)) if detail]
    return ", ".join((name, *details)) if details else name


def _context(value: Any) -> str:
    context = getattr(value, "application_context_name", None)
    if not isinstance(context, str):
        return ""
    words = describe_oid("context-name", context)
    mechanism = getattr(value, "mechanism_name", None)
    number = mechanism_of(mechanism) if isinstance(mechanism, str) else None
    return words if not number else f"{words}, mechanism {number}"


def _about(value: Any) -> str:
    attribute = getattr(value, "cosem_attribute_descriptor", None)
    if attribute is not None:
        number = attribute.attribute_id
        kind = attribute_name(attribute.class_id, number) or str(number)
        return f"{logical_name(attribute.instance_id)} {kind}"
    method = getattr(value, "cosem_method_descriptor", None)
    if method is not None:
        kind = method_name(method.class_id, method.method_id) or str(method.method_id)
        return f"{logical_name(method.instance_id)} {kind}"
    many = getattr(value, "attribute_descriptor_list", None)
    return f"{len(many)} attributes" if many is not None else ""


def _block(value: Any) -> str:
    number = getattr(value, "block_number", None)
    holder = value
    if number is None:
        holder = next(
            (part for name in ("result", "datablock", "pblock") if (part := getattr(value, name, None))), None
        )
        number = getattr(holder, "block_number", None)
    if not isinstance(number, int):
        return ""
    last = ", last" if getattr(holder, "last_block", False) else ""
    return f"block {number}{last}"


def _result(value: Any) -> str:
    result = getattr(value, "result", None)
    if result is None or not hasattr(result, "name"):
        error = getattr(value, "service_error", None)
        return "" if error is None else str(error)
    return str(result.name).replace("_", "-")
