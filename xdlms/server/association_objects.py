"""The current association objects: Association LN (class 15) and Association SN (class 12) (IEC 62056-6-2).

Both tell about the association that asks. The server adds them by itself; HLS passes 3 and 4 are the core's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xdlms import data
from xdlms.codec.numbers import BitString
from xdlms.server.access import AttributeAccess, MethodAccess, Rights
from xdlms.server.device import Entry
from xdlms.server.objects import AccessError, MethodError, Request
from xdlms.services.references import AttributeReference
from xdlms.services.short_names import ASSOCIATION_SN_BASE, ASSOCIATION_SN_CLASS, CURRENT_ASSOCIATION
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, DataTag, SelectiveAccessDescriptor

if TYPE_CHECKING:
    from xdlms.server.session import Session

ASSOCIATION_LN_CLASS: Final = 15
READ_BY_LOGICAL_NAME: Final = 3
"""The method of Association SN that the dispatcher serves: it reads other objects."""
_ASSOCIATED: Final = 2
_MOST_READ: Final = 256
_CONFORMANCE_BITS: Final = 24
_READ: Final = AttributeAccess.READ
_CONTEXT_PREFIX: Final = bytes.fromhex("6085740508")
"""The encoded object identifier 2.16.756.5.8, which all registered names begin with."""


class AssociationLn:
    """The current Association LN, version 1."""

    class_id = ASSOCIATION_LN_CLASS
    version = 1
    logical_name = CURRENT_ASSOCIATION

    def get(self, attribute: int, selection: SelectiveAccessDescriptor | None, request: Request) -> Data:
        session = request.session
        if selection is not None:
            raise AccessError(DataAccessResult.scope_of_access_violated, "this class has no selective access here")
        match attribute:
            case 2:
                return object_list_ln(session)
            case 3:
                return data.structure(
                    [data.integer(_signed(session.saps.client)), data.long_unsigned(session.saps.server)]
                )
            case 4:
                return data.octet_string(_CONTEXT_PREFIX + bytes((1, session.context_number)))
            case 5:
                return _xdlms_context_info(session)
            case 6:
                return data.octet_string(_CONTEXT_PREFIX + bytes((2, session.mechanism)))
            case 8:
                return data.enum(_ASSOCIATED)
            case 9:
                return data.octet_string(session.client.security_setup)
        raise AccessError(DataAccessResult.read_write_denied)

    def set(self, attribute: int, value: Data, selection: SelectiveAccessDescriptor | None, request: Request) -> None:
        raise AccessError(DataAccessResult.read_write_denied)

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        raise MethodError(ActionResult.read_write_denied)


class AssociationSn:
    """The current Association SN, version 2."""

    class_id = ASSOCIATION_SN_CLASS
    version = 2
    logical_name = CURRENT_ASSOCIATION

    def get(self, attribute: int, selection: SelectiveAccessDescriptor | None, request: Request) -> Data:
        session = request.session
        if selection is not None:
            raise AccessError(DataAccessResult.scope_of_access_violated, "this class has no selective access here")
        match attribute:
            case 2:
                return object_list_sn(session)
            case 3:
                return access_rights_list(session)
            case 4:
                return data.octet_string(session.client.security_setup)
        raise AccessError(DataAccessResult.read_write_denied)

    def set(self, attribute: int, value: Data, selection: SelectiveAccessDescriptor | None, request: Request) -> None:
        raise AccessError(DataAccessResult.read_write_denied)

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        raise MethodError(ActionResult.read_write_denied)


_LN_RIGHTS: Final = Rights(
    {
        **dict.fromkeys(range(1, 7), _READ),
        7: AttributeAccess.NO_ACCESS,
        8: _READ,
        9: _READ,
    },
    {1: MethodAccess.ACCESS, **dict.fromkeys(range(2, 5), MethodAccess.NO_ACCESS)},
)
_SN_RIGHTS: Final = Rights(
    dict.fromkeys(range(1, 5), _READ), {READ_BY_LOGICAL_NAME: MethodAccess.ACCESS, 8: MethodAccess.ACCESS}
)

CURRENT_LN: Final = Entry(AssociationLn(), _LN_RIGHTS, None)
"""The current association, by logical name."""
CURRENT_SN: Final = Entry(AssociationSn(), _SN_RIGHTS, ASSOCIATION_SN_BASE)
"""The current association, by short name."""


def attributes_in(parameter: Data) -> list[AttributeReference] | None:
    """What read_by_logicalname is to read: an array of {class_id, logical name, attribute}. None: it is none."""
    rows = parameter.value if parameter.tag == DataTag.array else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= _MOST_READ:
        return None
    references = []
    for row in rows:
        match row:
            case (int(class_id), bytes(name), int(attribute)):
                references.append(AttributeReference(class_id, name, attribute))
            case _:
                return None
    return references


def object_list_ln(session: Session) -> Data:
    """The object_list of the current Association LN: class, version, logical name and access rights of each object."""
    entries = [(CURRENT_LN, _LN_RIGHTS), *session.device.visible_to(session.saps.client)]
    return data.array(
        data.structure(
            [
                data.long_unsigned(entry.object.class_id),
                data.unsigned(entry.object.version),
                data.octet_string(entry.object.logical_name),
                data.structure(access_rights(rights)),
            ]
        )
        for entry, rights in entries
    )


def object_list_sn(session: Session) -> Data:
    """The object_list of the current Association SN: base name, class, version and logical name of each object."""
    return data.array(
        data.structure(
            [
                data.long(_base(entry)),
                data.long_unsigned(entry.object.class_id),
                data.unsigned(entry.object.version),
                data.octet_string(entry.object.logical_name),
            ]
        )
        for entry, _ in _named(session)
    )


def access_rights_list(session: Session) -> Data:
    """The access_rights_list of the current Association SN: base name, and access rights of each object."""
    return data.array(
        data.structure([data.long(_base(entry)), *access_rights(rights)]) for entry, rights in _named(session)
    )


def access_rights(rights: Rights) -> tuple[Data, Data]:
    """attribute_access and method_access of an object."""
    attributes = data.array(
        data.structure([data.integer(number), data.enum(mode), _selectors(rights.selectors.get(number, ()))])
        for number, mode in rights.attributes.items()
    )
    methods = data.array(
        data.structure([data.integer(number), data.enum(mode)]) for number, mode in rights.methods.items()
    )
    return attributes, methods


def _named(session: Session) -> Iterator[tuple[Entry, Rights]]:
    """The objects that have a base name, as the client sees them."""
    yield CURRENT_SN, _SN_RIGHTS
    for entry, rights in session.device.visible_to(session.saps.client):
        if entry.base_name is not None:
            yield entry, rights


def _selectors(selectors: tuple[int, ...]) -> Data:
    return data.array(data.integer(number) for number in selectors) if selectors else data.null()


def _xdlms_context_info(session: Session) -> Data:
    negotiated = session.association.negotiated
    if negotiated is None:
        raise AccessError(DataAccessResult.object_unavailable, "there is no association")
    bits = f"{int(negotiated.conformance):0{_CONFORMANCE_BITS}b}"
    return data.structure(
        [
            data.bit_string(BitString.of(bits)),
            data.long_unsigned(negotiated.server_max_receive_pdu_size),
            data.long_unsigned(session.max_send_pdu_size),
            data.unsigned(negotiated.dlms_version_number),
            data.integer(0),
            data.octet_string(b""),
        ]
    )


def _base(entry: Entry) -> int:
    base = entry.base_name or 0
    return base - 0x10000 if base >= 0x8000 else base


def _signed(sap: int) -> int:
    return sap if sap < 0x80 else sap % 0x100 - 0x100 if sap % 0x100 >= 0x80 else sap % 0x100
