"""`Client`: attributes and methods of a meter, for applications."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from datetime import datetime
from typing import Any, Final

from xdlms import data
from xdlms.client import explaining
from xdlms.client.associating import AssociatingClient
from xdlms.client.clock import moment_of, octets_of
from xdlms.client.errors import AccessError, ClientError, ConnectionLostError, NotSentError
from xdlms.client.given import check_has_confirm, check_has_no_confirm
from xdlms.client.names import CLOCK, LogicalName, Reference, attribute_of, method_of
from xdlms.client.objects import ASSOCIATION_LN, OBJECT_LIST, ObjectInfo, objects_of_ln, objects_of_sn
from xdlms.client.rows import RowReader, rows_of
from xdlms.data import Data
from xdlms.security import Protection
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.events import Confirm
from xdlms.services.primitives import Action, Get, Priority, Read, SecurityOptions, ServiceClass, Set, SetMapperTable
from xdlms.services.references import AttributeReference, VariableName
from xdlms.services.short_names import ASSOCIATION_SN_BASE, STEP
from xdlms_apdu.v2023 import ActionResult, Conformance, DataAccessResult, SelectiveAccessDescriptor

LONGEST_LIST: Final = 16
"""How many attributes are asked for in one request, if the meter takes lists."""


class Client(AssociatingClient):
    """One association with one meter; `xdlms.client.connect` makes it. Use it with `async with`.

    All methods that talk to the meter raise `xdlms.client.errors.ClientError`.
    """

    # Attributes and methods

    async def get(
        self,
        class_id: int,
        logical_name: LogicalName,
        attribute: int,
        *,
        selection: SelectiveAccessDescriptor | None = None,
        high_priority: bool = False,
        protection: Protection | None = None,
    ) -> Data:
        """Read an attribute.

        Args:
            class_id: interface class, 0 to 65535.
            logical_name: as "1.0.1.8.0.255", or 6 octets.
            attribute: 1 is the logical name, 0 all attributes as a structure.
            selection: the part that is wanted, as `by_range` and `by_entry` give it.
            high_priority: ask to be served first.
            protection: of this request, where it is to be more than usual.

        Raises:
            AccessError: the meter does not give it.
            ClientError: something else went wrong.
        """
        reference = attribute_of((class_id, logical_name, attribute, selection))
        request = Get.Request(reference, priority=Priority(high_priority), security_options=_options(protection))
        try:
            confirm = await self._again(request)
        except NotSentError as error:
            raise _unmapped(reference, error, "read") from error.__cause__
        return self._value(reference, confirm.result)

    async def get_many(
        self, references: Iterable[Reference], *, protection: Protection | None = None
    ) -> list[Data | AccessError]:
        """Read many attributes, several in one request where the meter takes lists.

        Returns:
            For each reference, in their order, the value, or why there is none. An attribute that cannot be asked
            for (no short name is known for it, or it needs what was not negotiated) is one of these.

        Raises:
            ClientError: something went wrong that is not about one of them.
        """
        wanted = [attribute_of(reference) for reference in references]
        options = _options(protection)
        found: list[Data | AccessError] = []
        size = LONGEST_LIST
        while len(found) < len(wanted):
            await self._connected()
            part = wanted[len(found) : len(found) + size]
            if len(part) > 1 and self._takes_lists():
                values = await self._get_list(part, options)
                if values is None:
                    size = max(size // 2, 1)
                    continue
                found += values
            else:
                found += [await self._get_one(reference, options) for reference in part]
        return found

    async def set(
        self,
        class_id: int,
        logical_name: LogicalName,
        attribute: int,
        value: Data,
        *,
        selection: SelectiveAccessDescriptor | None = None,
        high_priority: bool = False,
        protection: Protection | None = None,
        confirmed: bool | None = None,
    ) -> None:
        """Write an attribute; see `get`. `xdlms.data` makes values.

        Args:
            confirmed: FALSE: an unconfirmed service, which is sent and not answered, and nobody knows whether it was
                done; by default confirmed, where the association has confirmed services.

        Raises:
            AccessError: the meter does not take it.
            ClientError: something else went wrong.
        """
        if not isinstance(value, Data):
            raise NotSentError(f"a value is a Data, not a {type(value).__name__}", hint="make it with xdlms.data")
        reference = attribute_of((class_id, logical_name, attribute, selection))
        request = Set.Request(
            reference,
            value,
            priority=Priority(high_priority),
            security_options=_options(protection),
            service_class=self._class_for(confirmed),
        )
        try:
            confirm = await self._mapped_or_sent(request)
        except NotSentError as error:
            raise _unmapped(reference, error, "written") from error.__cause__
        if confirm is not None and confirm.result != DataAccessResult.success:
            raise explaining.access_error(reference, confirm.result, "written", self._saps.client)

    async def action(
        self,
        class_id: int,
        logical_name: LogicalName,
        method: int,
        argument: Data | None = None,
        *,
        high_priority: bool = False,
        protection: Protection | None = None,
        confirmed: bool | None = None,
    ) -> Data | None:
        """Invoke a method; see `get`, and `set` for `confirmed`. Without a parameter: integer 0, or nothing.

        Returns:
            The return parameters; None where there are none, as with an unconfirmed service.

        Raises:
            MethodError: the method failed.
            ClientError: something else went wrong.
        """
        reference = method_of(class_id, logical_name, method)
        request = Action.Request(
            reference,
            argument,
            priority=Priority(high_priority),
            security_options=_options(protection),
            service_class=self._class_for(confirmed),
        )
        try:
            confirm = await self._mapped_or_sent(request)
        except NotSentError as error:
            if _fault_of(error) is LocalFault.NOT_MAPPED:
                raise explaining.method_not_mapped(reference) from error
            raise
        if confirm is None:
            return None
        result = confirm.result
        if isinstance(result, tuple):
            (result,) = result
        if result.result != ActionResult.success:
            raise explaining.method_error(reference, result.result, self._saps.client)
        returned = result.return_parameters
        if isinstance(returned, DataAccessResult):
            raise explaining.method_error(reference, returned, self._saps.client)
        return returned if isinstance(returned, Data) else None

    async def rows(
        self,
        class_id: int,
        logical_name: LogicalName,
        attribute: int,
        *,
        selection: SelectiveAccessDescriptor | None = None,
        protection: Protection | None = None,
    ) -> AsyncGenerator[tuple[Any, ...]]:
        """The rows of an array of structures, as soon as they come: a profile buffer needs not be kept as a whole.

        While it runs, other requests of this client wait. Close it (`contextlib.aclosing`) where you leave it early.

        Raises:
            AccessError: the meter does not give it.
            ResponseError: it is no array; null-data counts as one without rows.
            ClientError: something else went wrong; rows that came before were given.
        """
        reference = attribute_of((class_id, logical_name, attribute, selection))
        request = Get.Request(reference, block_by_block=True, security_options=_options(protection))
        await self._map(request)
        reader = RowReader()
        async with aclosing((await self._connected()).blocks(request)) as events:
            async for event in events:
                if isinstance(event, Get.Block):
                    for row in reader.feed(event.raw_data):
                        yield row if isinstance(row, tuple) else (row,)
                else:
                    # It came as a whole.
                    for row in rows_of(self._value(reference, getattr(event, "result", None))):
                        yield row if isinstance(row, tuple) else (row,)
                    return
        for row in reader.finish():
            yield row if isinstance(row, tuple) else (row,)

    async def request(self, primitive: Any) -> Confirm:
        """Send any confirmed service as a .request of clause 6, and give its .confirm, whatever it says.

        Those are GET, SET, ACTION, Read and Write.

        Raises:
            NotSentError: it is something else, or its .confirm comes block by block.
            ClientError: it ended without a .confirm.
        """
        check_has_confirm(primitive)
        confirm: Confirm = await self._mapped(primitive)
        return confirm

    async def send(self, primitive: Any) -> None:
        """Send what has no .confirm: an unconfirmed service, or a local primitive.

        Those are SET and ACTION with Service_Class UNCONFIRMED, UnconfirmedWrite, TriggerEventNotificationSending
        (which makes HDLC ask the meter for its notifications) and SetMapperTable.

        Raises:
            NotSentError: it is something else, or cannot be sent as it is.
            ClientError: the association is lost.
        """
        check_has_no_confirm(primitive)
        if isinstance(primitive, SetMapperTable.Request):
            self._mapping = primitive
        else:
            await self._map(primitive)
        (await self._connected()).send(primitive)

    # What most meters have

    async def objects(self) -> list[ObjectInfo]:
        """The objects that the current association shows to this client, in the meter's order."""
        if self._by_short_name:
            infos, entries = objects_of_sn(await self._object_list_by_short_name())
            self._use_mapping(SetMapperTable.Request(entries))
            return infos
        return objects_of_ln(await self.get(*ASSOCIATION_LN, OBJECT_LIST))

    async def clock(self) -> datetime | None:
        """The time of the meter's clock, in the zone that it tells; None where the meter does not know it."""
        return moment_of((await self.get(*CLOCK)).value)

    async def set_clock(self, moment: datetime) -> None:
        """Set the meter's clock; give a moment with a time zone, so that it means the same there."""
        await self.set(*CLOCK, data.octet_string(octets_of(moment)))

    # Within

    async def _mapped(self, primitive: Any) -> Any:
        """Send a request once; with short names, the mapping table is read when it is needed first."""
        await self._map(primitive)
        connection = await self._connected()
        try:
            return await connection.call(primitive)
        except NotSentError:
            # It waited for its turn, and found no invoke-id left.
            if not (self._reconnect and connection.is_open and connection.is_exhausted):
                raise
        return await (await self._connected()).call(primitive)

    async def _mapped_or_sent(self, request: Set.Request | Action.Request) -> Any:
        """The .confirm of a request; None where it is an unconfirmed service."""
        if request.service_class is ServiceClass.CONFIRMED:
            return await self._mapped(request)
        await self.send(request)
        return None

    def _class_for(self, confirmed: bool | None) -> ServiceClass:
        return ServiceClass(self._has_confirmed_services if confirmed is None else confirmed)

    async def _map(self, primitive: Any) -> None:
        if self._by_short_name and self._mapping is None and isinstance(primitive, _BY_LOGICAL_NAME):
            if not self._has_confirmed_services:
                raise NotSentError(
                    "the short names are not known, and the object list cannot be read without an answer",
                    hint="send SetMapperTable.Request with the short names, or associate with confirmed=True",
                )
            await self.objects()

    async def _again(self, request: Get.Request) -> Any:
        """Send a GET, once more where the connection was lost and is to be made again: reading changes nothing."""
        try:
            return await self._mapped(request)
        except ConnectionLostError:
            if not self._reconnect or self._closed:
                raise
        return await self._mapped(request)

    async def _get_list(
        self, references: list[AttributeReference], options: SecurityOptions | None
    ) -> list[Data | AccessError] | None:
        """The values of several attributes; None where fewer at a time must be asked for."""
        found: list[Data | AccessError | None] = [None] * len(references)
        while True:
            places = [place for place, value in enumerate(found) if value is None]
            asked = [references[place] for place in places]
            if not asked:
                break
            try:
                confirm = await self._again(Get.Request(tuple(asked), security_options=options))
            except NotSentError as error:
                cause = error.__cause__
                if not isinstance(cause, LocalProtocolError):
                    raise
                if cause.fault is LocalFault.TOO_LONG:
                    return None
                at_fault = [place for place in places if references[place] == cause.about]
                if not at_fault:
                    raise
                for place in at_fault:
                    found[place] = explaining.attribute_not_sent(references[place], cause, "read")
                continue
            if not isinstance(confirm.result, tuple):
                return None
            for place, result in zip(places, confirm.result, strict=True):
                found[place] = self._value_or_error(references[place], result)
            break
        return [value for value in found if value is not None]

    async def _get_one(self, reference: AttributeReference, options: SecurityOptions | None) -> Data | AccessError:
        try:
            confirm = await self._again(Get.Request(reference, security_options=options))
        except NotSentError as error:
            cause = error.__cause__
            if not isinstance(cause, LocalProtocolError) or cause.about != reference:
                raise
            return explaining.attribute_not_sent(reference, cause, "read")
        return self._value_or_error(reference, confirm.result)

    def _value_or_error(self, reference: AttributeReference, result: Any) -> Data | AccessError:
        if isinstance(result, Data):
            return result
        return explaining.access_error(reference, result, "read", self._saps.client)

    def _value(self, reference: AttributeReference, result: Any) -> Data:
        found = self._value_or_error(reference, result)
        if isinstance(found, AccessError):
            raise found
        return found

    def _takes_lists(self) -> bool:
        negotiated = self.negotiated
        return negotiated is not None and Conformance.multiple_references in negotiated.conformance

    async def _object_list_by_short_name(self) -> Data:
        name = ASSOCIATION_SN_BASE + (OBJECT_LIST - 1) * STEP
        confirm = await (await self._connected()).call(Read.Request((VariableName(name),)))
        (result,) = confirm.results if isinstance(confirm, Read.Confirm) else (DataAccessResult.other_reason,)
        return self._value(AttributeReference(12, bytes((0, 0, 40, 0, 0, 255)), OBJECT_LIST), result)

    def _use_mapping(self, mapping: SetMapperTable.Request) -> None:
        self._mapping = mapping
        if self._connection is not None:
            self._connection.send(mapping)


_BY_LOGICAL_NAME: Final = (Get.Request, Set.Request, Action.Request)


def _options(protection: Protection | None) -> SecurityOptions | None:
    return None if protection is None else SecurityOptions(protection)


def _fault_of(error: NotSentError) -> LocalFault | None:
    cause = error.__cause__
    return cause.fault if isinstance(cause, LocalProtocolError) else None


def _unmapped(reference: AttributeReference, error: NotSentError, doing: str) -> ClientError:
    """The error to raise for a request that was not sent: without a short name, the object is not defined."""
    cause = error.__cause__
    if isinstance(cause, LocalProtocolError) and cause.fault is LocalFault.NOT_MAPPED:
        return explaining.attribute_not_sent(reference, cause, doing)
    return error
