"""From the .indication of a service to its .response: objects, access rights, attribute 0, lists, short names."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from xdlms import data
from xdlms.codec.errors import EncodeError
from xdlms.server.access import Refusal, Rights
from xdlms.server.association_objects import (
    CURRENT_LN,
    CURRENT_SN,
    READ_BY_LOGICAL_NAME,
    attributes_in,
    ln_rights,
    sn_rights,
)
from xdlms.server.calls import Call, TooSlowError, action, get, get_whole, set_, undoing
from xdlms.server.device import Entry, Kind, Variable, short_names_of
from xdlms.server.objects import Request
from xdlms.services.primitives import Action, Get, Read, ServiceClass, Set, UnconfirmedWrite, Write
from xdlms.services.references import (
    ALL_ATTRIBUTES,
    AttributeReference,
    MethodReference,
    ParameterizedAccess,
    VariableAccess,
)
from xdlms.services.short_names import CURRENT_ASSOCIATION
from xdlms_apdu.v2023 import (
    ActionResponseWithOptionalData,
    ActionResult,
    Data,
    DataAccessResult,
    DataTag,
    SelectiveAccessDescriptor,
)

if TYPE_CHECKING:
    from xdlms.server.session import Session

_log = logging.getLogger("xdlms.server")
_DENIED: Final = {
    Refusal.DENIED: DataAccessResult.read_write_denied,
    Refusal.NOT_PROTECTED: DataAccessResult.scope_of_access_violated,
}
_METHOD_DENIED: Final = {
    Refusal.DENIED: ActionResult.read_write_denied,
    Refusal.NOT_PROTECTED: ActionResult.scope_of_access_violated,
}
_ACCESS_OF: Final = {
    result: DataAccessResult.__members__.get(result.name, DataAccessResult.other_reason) for result in ActionResult
}
Refused: TypeAlias = tuple[Any, Any]
"""The results other-reason and temporary-failure of an item."""
_REFUSED: Final[Refused] = (DataAccessResult.other_reason, DataAccessResult.temporary_failure)
_ACTION_REFUSED: Final[Refused] = (
    ActionResponseWithOptionalData(ActionResult.other_reason),
    ActionResponseWithOptionalData(ActionResult.temporary_failure),
)
TURN: Final = 16
"""Items of a list that are served in one turn of the event loop."""
LARGEST_LIST: Final = 1 << 20
"""Octets of the values in the answer to a list behind which no more are read."""
_CURRENT_SN_NAMES: Final = short_names_of(CURRENT_SN)


def answer(session: Session, indication: Any, request: Request) -> Call:
    """Serve an .indication: a generator that yields what is to be awaited and returns the .response, or None."""
    return _SERVERS[type(indication)](session, indication, request)


def _each(
    items: Iterable[tuple[Any, ...]],
    serve: Callable[..., Call],
    refused: Refused = _REFUSED,
    reading: Request | None = None,
) -> Call:
    """The results of the items of a list, as a tuple.

    A long list lets others have their turn in between. What is too much for one answer gets other-reason, what there
    is no time for temporary-failure. With `reading`, of which nothing stays, it ends when nobody waits for the answer;
    what is written or called is done to the end.
    """
    results: list[Any] = []
    octets = 0
    failed = None
    for number, item in enumerate(items):
        if number >= TURN and number % TURN == 0 and failed is None:
            try:
                yield asyncio.sleep(0)
            except TooSlowError:
                failed = refused[1]
            if octets > LARGEST_LIST or (reading is not None and not reading.wanted):
                failed = refused[0]
        result = failed if failed is not None else (yield from serve(*item))
        if number >= TURN and isinstance(result, Data):
            try:
                octets += len(result.encode())
            except EncodeError:
                _log.error("an object gave a value that cannot be encoded")
                result = refused[0]
        results.append(result)
    return tuple(results)


# By logical name


def _get(session: Session, asked: Get.Indication, request: Request) -> Call:
    if isinstance(asked.attribute, tuple):
        results = yield from _each(
            [(attribute,) for attribute in asked.attribute],
            lambda attribute: _get_one(session, attribute, request, get_whole),
            reading=request,
        )
        return asked.response(results) if _confirmed(asked) else None
    result = yield from _get_one(session, asked.attribute, request, get)
    return asked.response(result) if _confirmed(asked) else None


def _get_one(session: Session, reference: AttributeReference, request: Request, ask: Callable[..., Call]) -> Call:
    found = _object(session, reference.class_id, reference.instance_id)
    if isinstance(found, DataAccessResult):
        return found
    entry, rights = found
    number = reference.attribute_id
    if number == ALL_ATTRIBUTES:
        return (yield from _get_all(entry, rights, request))
    refusal = rights.to_read(number, request.status)
    if refusal is not None:
        return _DENIED[refusal]
    return (yield from ask(entry.object, number, reference.selection, request))


def _get_all(entry: Entry, rights: Rights, request: Request) -> Call:
    """Attribute 0: a structure of all attributes; null-data stands for those that cannot be read."""
    values = []
    for number in sorted(rights.attributes):
        value: Any = None
        if rights.to_read(number, request.status) is None:
            value = yield from get_whole(entry.object, number, None, request)
        values.append(value if isinstance(value, Data) else data.null())
    return data.structure(values)


def _set(session: Session, asked: Set.Indication, request: Request) -> Call:
    if isinstance(asked.attribute, tuple):
        values = asked.value if isinstance(asked.value, tuple) else ()
        results = yield from _each(
            zip(asked.attribute, values, strict=True),
            lambda attribute, value: _set_one(session, attribute, value, request),
        )
        return asked.response(results) if _confirmed(asked) else None
    result = yield from _set_one(session, asked.attribute, asked.value, request)
    return asked.response(result) if _confirmed(asked) else None


def _set_one(session: Session, reference: AttributeReference, value: Any, request: Request) -> Call:
    found = _object(session, reference.class_id, reference.instance_id)
    if isinstance(found, DataAccessResult):
        return found
    entry, rights = found
    number = reference.attribute_id
    if number == ALL_ATTRIBUTES:
        return (yield from _set_all(entry, rights, value, request))
    refusal = rights.to_write(number, request.status)
    if refusal is not None:
        return _DENIED[refusal]
    return (yield from set_(entry.object, number, value, reference.selection, request))


def _set_all(entry: Entry, rights: Rights, value: Data, request: Request) -> Call:
    """Attribute 0: a structure with a value for each attribute, null-data for those to leave as they are.

    All of them are written, or none.
    """
    numbers = sorted(rights.attributes)
    if value.tag != DataTag.structure or len(value) != len(numbers):
        return DataAccessResult.type_unmatched
    wanted = [(number, element) for number, element in zip(numbers, value, strict=True)]
    wanted = [(number, element) for number, element in wanted if element.tag != DataTag.null_data]
    for number, _ in wanted:
        refusal = rights.to_write(number, request.status)
        if refusal is not None:
            return _DENIED[refusal]
    return (yield from _set_together(entry, wanted, request))


def _set_together(entry: Entry, wanted: list[tuple[int, Data]], request: Request) -> Call:
    """Write several attributes, or none: where one is refused, those before it get the values back that they had."""
    kept: dict[int, Any] = {}
    if len(wanted) > 1:
        for number, _ in wanted:
            kept[number] = yield from get_whole(entry.object, number, None, request)
        # What cannot be read cannot be put back: it is written last, and there cannot be two of it.
        wanted = sorted(wanted, key=lambda one: not isinstance(kept[one[0]], Data))
        if sum(not isinstance(value, Data) for value in kept.values()) > 1:
            return DataAccessResult.other_reason
    for at, (number, element) in enumerate(wanted):
        result = yield from set_(entry.object, number, element, None, request)
        if result != DataAccessResult.success:
            for written, _ in reversed(wanted[:at]):
                yield from undoing(set_(entry.object, written, kept[written], None, request))
            return result
    return DataAccessResult.success


def _action(session: Session, asked: Action.Indication, request: Request) -> Call:
    if isinstance(asked.method, tuple):
        values = asked.value if isinstance(asked.value, tuple) else ()
        results = yield from _each(
            zip(asked.method, values, strict=True),
            lambda method, value: _action_one(session, method, value, request),
            refused=_ACTION_REFUSED,
        )
        return asked.response(results) if _confirmed(asked) else None
    result = yield from _action_one(session, asked.method, asked.value, request)
    return asked.response(result) if _confirmed(asked) else None


def _action_one(
    session: Session, reference: MethodReference, value: Any, request: Request
) -> Generator[Awaitable[Any], Any, ActionResponseWithOptionalData]:
    found = _object(session, reference.class_id, reference.instance_id)
    if isinstance(found, DataAccessResult):
        return ActionResponseWithOptionalData(ActionResult[found.name])
    return (yield from _call(*found, reference.method_id, value, request))


def _call(
    entry: Entry, rights: Rights, method: int, value: Data | None, request: Request
) -> Generator[Awaitable[Any], Any, ActionResponseWithOptionalData]:
    refusal = rights.to_call(method, request.status)
    if refusal is not None:
        return ActionResponseWithOptionalData(_METHOD_DENIED[refusal])
    return (yield from action(entry.object, method, value, request))


def _object(session: Session, class_id: int, name: bytes) -> tuple[Entry, Rights] | DataAccessResult:
    """An object as the client of the session sees it, or why it does not."""
    device = session.device
    current = name == CURRENT_ASSOCIATION
    if current and session.by_short_name:
        if class_id == CURRENT_SN.object.class_id:
            return CURRENT_SN, sn_rights(session)
    elif current and class_id == CURRENT_LN.object.class_id:
        return CURRENT_LN, ln_rights(session)
    entry = device.find(class_id, name)
    rights = None if entry is None else entry.rights_of(session.saps.client)
    if entry is not None and rights is not None:
        return entry, rights
    if current or (entry is None and device.has_name(name)):
        return DataAccessResult.object_class_inconsistent
    return DataAccessResult.object_undefined


# By short name


def _read(session: Session, asked: Read.Indication, request: Request) -> Call:
    results = yield from _each(
        [(access,) for access in asked.variables], lambda access: _read_one(session, access, request)
    )
    return asked.response(results)


def _read_one(session: Session, access: VariableAccess, request: Request) -> Call:
    variable, rights = _variable(session, access.name)
    if variable is None or rights is None:
        return DataAccessResult.object_undefined
    if variable.kind is Kind.ATTRIBUTE:
        refusal = rights.to_read(variable.number, request.status)
        if refusal is not None:
            return _DENIED[refusal]
        return (yield from get_whole(variable.entry.object, variable.number, _selection(access), request))
    if not isinstance(access, ParameterizedAccess):
        return DataAccessResult.scope_of_access_violated
    if variable.entry is CURRENT_SN and variable.number == READ_BY_LOGICAL_NAME:
        return (yield from _read_by_logical_name(session, access.parameter, request))
    response = yield from _call(variable.entry, rights, variable.number, access.parameter, request)
    if response.result != ActionResult.success:
        return _ACCESS_OF[response.result]
    return response.return_parameters if isinstance(response.return_parameters, Data) else data.null()


def _read_by_logical_name(session: Session, parameter: Data, request: Request) -> Call:
    references = attributes_in(parameter)
    if references is None:
        return DataAccessResult.type_unmatched
    results = yield from _each(
        [(reference,) for reference in references],
        lambda reference: _get_one(session, reference, request, get_whole),
        reading=request,
    )
    return data.array(value if isinstance(value, Data) else data.null() for value in results)


def _write(session: Session, asked: Write.Indication, request: Request) -> Call:
    results = yield from _each(
        zip(asked.variables, asked.values, strict=True),
        lambda access, value: _write_one(session, access, value, request),
    )
    return asked.response(results)


def _unconfirmed_write(session: Session, asked: UnconfirmedWrite.Indication, request: Request) -> Call:
    yield from _each(
        zip(asked.variables, asked.values, strict=True),
        lambda access, value: _write_one(session, access, value, request),
    )
    return None


def _write_one(session: Session, access: VariableAccess, value: Data, request: Request) -> Call:
    variable, rights = _variable(session, access.name)
    if variable is None or rights is None:
        return DataAccessResult.object_undefined
    if variable.kind is Kind.ATTRIBUTE:
        refusal = rights.to_write(variable.number, request.status)
        if refusal is not None:
            return _DENIED[refusal]
        return (yield from set_(variable.entry.object, variable.number, value, _selection(access), request))
    response = yield from _call(variable.entry, rights, variable.number, value, request)
    return _ACCESS_OF[response.result]


def _variable(session: Session, name: int) -> tuple[Variable | None, Rights | None]:
    variable = _CURRENT_SN_NAMES.get(name)
    if variable is not None:
        return variable, sn_rights(session)
    variable = session.device.at(name)
    return variable, None if variable is None else variable.entry.rights_of(session.saps.client)


def _selection(access: VariableAccess) -> SelectiveAccessDescriptor | None:
    if not isinstance(access, ParameterizedAccess):
        return None
    return SelectiveAccessDescriptor(access.selector, access.parameter)


def _confirmed(asked: Get.Indication | Set.Indication | Action.Indication) -> bool:
    return asked.service_class is ServiceClass.CONFIRMED


_SERVERS: Final[dict[type, Callable[..., Call]]] = {
    Get.Indication: _get,
    Set.Indication: _set,
    Action.Indication: _action,
    Read.Indication: _read,
    Write.Indication: _write,
    UnconfirmedWrite.Indication: _unconfirmed_write,
}

SERVICES: Final = tuple(_SERVERS)
"""The .indications that are served."""
