"""Push setup, version 0 (IEC 62056-6-2): sends a DataNotification to a destination, over TCP or UDP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Final, TypeAlias

from xdlms import data
from xdlms.association import ServerAssociation, ServerSettings
from xdlms.meter.classes import MeterObject
from xdlms.meter.time import MeterTime
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.security import Form, Protection, SecurityContext
from xdlms.server.objects import AccessError, MethodError, Request
from xdlms.services.errors import LocalProtocolError
from xdlms.services.primitives import DataNotification
from xdlms.services.primitives.common import SecurityOptions
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, DataTag

CLIENT_MANAGEMENT: Final = 1
"""The client SAP that pushes go to: the client management process."""
TCP: Final = 0
UDP: Final = 1
_A_XDR: Final = 0
_OBJECTS: Final = 2
_DESTINATION: Final = 3
_RETRIES: Final = 6
_DELAY: Final = 7
WRITABLE: Final = (_OBJECTS, _DESTINATION, _RETRIES, _DELAY)
"""The attributes that can be written."""
_MOST_OBJECTS: Final = 64
_MOST_RETRIES: Final = 10
_LONG_INVOKE_IDS: Final = 1 << 24
_PROTECTED: Final = SecurityOptions(Protection.AUTHENTICATED_ENCRYPTION, Form.GENERAL_GLO)
_CONNECT: Final = 5.0
"""Seconds to reach a destination."""
MOST_PUSHES: Final = 16
"""Pushes that are on their way at a time."""
_OBJECT_TAGS: Final = (DataTag.long_unsigned, DataTag.octet_string, DataTag.integer, DataTag.long_unsigned)
_DESTINATION_TAGS: Final = (DataTag.enum, DataTag.octet_string, DataTag.enum)

Reference: TypeAlias = tuple[int, bytes, int, int]
"""class_id, logical name, attribute, data index."""
Reader: TypeAlias = Callable[[Reference], Data | None]
"""The value of an attribute; None: there is none to push."""
Sender: TypeAlias = Callable[[int, str, int, bytes], Awaitable[None]]
"""Sends octets: service, host, port, message; raises OSError."""

_log = logging.getLogger("xdlms.meter")


async def send_message(service: int, host: str, port: int, message: bytes) -> None:
    """Send a message to a destination; raises OSError."""
    if service == UDP:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(host, port))
        transport.sendto(message)
        transport.close()
        return
    async with asyncio.timeout(_CONNECT):
        _, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(message)
            await writer.drain()
        finally:
            writer.close()


class PushSetup(MeterObject):
    """Push setup: the method push sends the values of push_object_list, as a structure, to the destination.

    What is pushed is plain, or, with a security context, authenticated and encrypted under the global unicast key, in a
    general-glo-ciphering APDU, which tells the system title of the meter. The method answers when the push is on its
    way, not when it has arrived.

    Args:
        logical_name: 6 octets.
        server: the service access point of the logical device.
        time: the meter's time.
        read: gives the values.
        objects: what is pushed at first.
        destination: host:port, reached by TCP at first.
        send: sends messages.
        security: gives a security context for each push; None: pushes are plain.
    """

    class_id = 40
    attributes = 7
    methods = 1

    def __init__(
        self,
        logical_name: bytes,
        *,
        server: int,
        time: MeterTime,
        read: Reader,
        objects: tuple[Reference, ...],
        destination: str,
        send: Sender = send_message,
        security: Callable[[], SecurityContext] | None = None,
    ) -> None:
        super().__init__(logical_name)
        self._server = server
        self._time = time
        self._read = read
        self._objects = objects
        self._service = TCP
        self._destination = destination
        self._retries = 0
        self._delay = 1
        self._send = send
        self._security = security
        self._invoke_id = 0
        self._pushes: set[asyncio.Task[None]] = set()

    def value_of(self, attribute: int) -> Data:
        match attribute:
            case 2:
                return data.array(_element(reference) for reference in self._objects)
            case 3:
                destination = data.octet_string(self._destination.encode())
                return data.structure([data.enum(self._service), destination, data.enum(_A_XDR)])
            case 4:
                return data.array([])
            case 5:
                return data.long_unsigned(0)
            case 6:
                return data.unsigned(self._retries)
            case 7:
                return data.long_unsigned(self._delay)
        return super().value_of(attribute)

    def write(self, attribute: int, value: Data) -> None:
        match attribute:
            case 2:
                self._objects = _objects(value)
            case 3:
                self._service, self._destination = _destination(value)
            case 6:
                if value.tag != DataTag.unsigned or value.value > _MOST_RETRIES:
                    raise AccessError(DataAccessResult.type_unmatched, "number_of_retries is 0 to 10")
                self._retries = value.value
            case 7:
                if value.tag != DataTag.long_unsigned:
                    raise AccessError(DataAccessResult.type_unmatched, "repetition_delay is a long-unsigned")
                self._delay = value.value
            case _:
                super().write(attribute, value)

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        if method != 1:
            return super().action(method, argument, request)
        if len(self._pushes) >= MOST_PUSHES:
            raise MethodError(ActionResult.temporary_failure, f"{MOST_PUSHES} pushes are on their way")
        try:
            host, port = address_of(self._destination)
            message = self.message()
        except (ValueError, LocalProtocolError) as error:
            raise MethodError(ActionResult.other_reason, str(error)) from None
        task = asyncio.get_running_loop().create_task(self._push(self._service, host, port, message))
        self._pushes.add(task)
        task.add_done_callback(self._pushes.discard)
        return None

    def message(self) -> bytes:
        """The wrapper message that a push sends now; raises LocalProtocolError where it cannot be protected."""
        values = [_part(self._read(reference), reference[3]) for reference in self._objects]
        body = data.structure(data.null() if value is None else value for value in values)
        self._invoke_id = (self._invoke_id + 1) % _LONG_INVOKE_IDS
        security = None if self._security is None else self._security()
        association = ServerAssociation(ServerSettings(notifications_outside=True), random=bytes, security=security)
        association.connected(now=0)
        options = None if security is None else _PROTECTED
        request = DataNotification.Request(body, self._invoke_id, self._time.date_time(), security_options=options)
        association.send(request, now=0)
        (apdu,) = association.apdus_to_send()
        return WrapperMessage(self._server, CLIENT_MANAGEMENT, apdu).encode()

    async def _push(self, service: int, host: str, port: int, message: bytes) -> None:
        for attempt in range(self._retries + 1):
            try:
                await self._send(service, host, port, message)
            except (OSError, ValueError) as error:  # ValueError: the name of a host that cannot be one
                _log.warning("push to %s:%d failed: %s", host, port, type(error).__name__)
                if attempt < self._retries:
                    await asyncio.sleep(self._delay)
            else:
                return


def address_of(destination: str) -> tuple[str, int]:
    """Host and port of host:port; raises ValueError."""
    host, colon, port = destination.rpartition(":")
    if not host or not colon or not (port.isascii() and port.isdigit()) or not 0 < int(port[:6]) <= 0xFFFF:
        raise ValueError(f"{destination!r} is no destination: it is host:port")
    return host.strip("[]"), int(port)


def _element(reference: Reference) -> Data:
    class_id, name, attribute, index = reference
    return data.structure(
        [data.long_unsigned(class_id), data.octet_string(name), data.integer(attribute), data.long_unsigned(index)]
    )


def _objects(value: Data) -> tuple[Reference, ...]:
    rows = value.value if value.tag == DataTag.array else None
    if not isinstance(rows, list) or len(rows) > _MOST_OBJECTS:
        raise AccessError(DataAccessResult.type_unmatched, "push_object_list is an array of at most 64")
    found: list[Reference] = []
    for element in value:
        if not _is_structure(element, _OBJECT_TAGS) or len(element.value[1]) != 6 or element.value[2] < 1:
            raise AccessError(DataAccessResult.type_unmatched, "an element is {class, name, attribute, index}")
        found.append(element.value)
    return tuple(found)


def _is_structure(value: Data, tags: tuple[DataTag, ...]) -> bool:
    return value.tag == DataTag.structure and tuple(element.tag for element in value) == tags


def _part(value: Data | None, index: int) -> Data | None:
    """What a data index names: 0 the whole value, otherwise an element of a structure or array, from 1 on."""
    if value is None or not index:
        return value
    if value.tag not in (DataTag.structure, DataTag.array) or index > len(value):
        return None
    return next(islice(value, index - 1, None))


def _destination(value: Data) -> tuple[int, str]:
    if _is_structure(value, _DESTINATION_TAGS):
        service, destination, message = value.value
        if service in (TCP, UDP) and message == _A_XDR:
            try:
                text = destination.decode("ascii")
                address_of(text)
            except ValueError as error:
                raise AccessError(DataAccessResult.type_unmatched, str(error)) from None
            return service, text
    raise AccessError(DataAccessResult.type_unmatched, "TCP or UDP, host:port, A-XDR")
