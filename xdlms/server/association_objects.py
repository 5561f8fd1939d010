"""The current association objects: Association LN (class 15) and Association SN (class 12) (IEC 62056-6-2).

Both tell about the association that asks. The server adds them by itself; HLS passes 3 and 4 are the core's business.
A client that proved itself with a password or a secret of its own may change it here, where its `Client` lets it: by
SET of the secret, attribute 7, or change_HLS_secret, method 2, of Association LN; by change_LLS_secret or
change_HLS_secret, methods 5 and 6, of Association SN. In a context with ciphering that takes an authenticated message.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Final

from xdlms import data
from xdlms.codec.numbers import BitString
from xdlms.security import Secret
from xdlms.server.access import AttributeAccess, MethodAccess, Rights
from xdlms.server.device import Entry
from xdlms.server.objects import AccessError, MethodError, Request
from xdlms.services.names import LLS, LOWEST
from xdlms.services.references import AttributeReference
from xdlms.services.short_names import ASSOCIATION_SN_BASE, ASSOCIATION_SN_CLASS, CURRENT_ASSOCIATION
from xdlms.services.values import octets_in
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, DataTag, SelectiveAccessDescriptor

if TYPE_CHECKING:
    from xdlms.server.session import Session

ASSOCIATION_LN_CLASS: Final = 15
READ_BY_LOGICAL_NAME: Final = 3
"""The method of Association SN that the dispatcher serves: it reads other objects."""
MOST_SECRET: Final = 64
"""Octets of the longest password or secret that a client can set."""
_SECRET: Final = 7
_LN_CHANGE_HLS_SECRET: Final = 2
_SN_CHANGE_LLS_SECRET: Final = 5
_SN_CHANGE_HLS_SECRET: Final = 6
_WITHOUT_SECRET: Final = (LOWEST, 5, 7)
"""Mechanisms that have no password or secret of their own: lowest, GMAC, ECDSA."""
_CIPHERED: Final = (3, 4)
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
        if attribute != _SECRET:
            raise AccessError(DataAccessResult.read_write_denied)
        _change_secret(value, request)

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        if method != _LN_CHANGE_HLS_SECRET:
            raise MethodError(ActionResult.read_write_denied)
        _call_change_secret(argument, request)
        return None


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
        if method not in (_SN_CHANGE_LLS_SECRET, _SN_CHANGE_HLS_SECRET):
            raise MethodError(ActionResult.read_write_denied)
        _call_change_secret(argument, request)
        return None


def _change_secret(value: Data | None, request: Request) -> None:
    """Keep another password or secret; raises AccessError."""
    session = request.session
    change = session.client.change_secret
    if change is None:
        raise AccessError(DataAccessResult.read_write_denied)
    octets = octets_in(value)
    if octets is None or not 1 <= len(octets) <= MOST_SECRET:
        raise AccessError(DataAccessResult.type_unmatched, f"a secret is an octet-string of 1 to {MOST_SECRET}")
    change(session, Secret(octets))


def _call_change_secret(argument: Data | None, request: Request) -> None:
    try:
        _change_secret(argument, request)
    except AccessError as error:
        raise MethodError(
            ActionResult.__members__.get(error.result.name, ActionResult.other_reason), str(error)
        ) from None


class _Change(Enum):
    """What a client may change of what it proves itself with."""

    NOTHING = "nothing"
    PASSWORD = "the password of LLS"
    SECRET = "the secret of HLS"


def _change_of(session: Session) -> _Change:
    if session.client.change_secret is None or session.mechanism in _WITHOUT_SECRET:
        return _Change.NOTHING
    return _Change.PASSWORD if session.mechanism == LLS else _Change.SECRET


def _ln_rights(change: _Change, ciphered: bool) -> Rights:
    writing = AttributeAccess.AUTHENTICATED_WRITE if ciphered else AttributeAccess.WRITE
    secret = writing if change is _Change.PASSWORD else AttributeAccess.NO_ACCESS
    calling = _calling(change is _Change.SECRET, ciphered)
    none = MethodAccess.NO_ACCESS
    return Rights(
        {**dict.fromkeys(range(1, _SECRET), _READ), _SECRET: secret, 8: _READ, 9: _READ},
        {1: MethodAccess.ACCESS, _LN_CHANGE_HLS_SECRET: calling, 3: none, 4: none},
    )


def _sn_rights(change: _Change, ciphered: bool) -> Rights:
    return Rights(
        dict.fromkeys(range(1, 5), _READ),
        {
            READ_BY_LOGICAL_NAME: MethodAccess.ACCESS,
            _SN_CHANGE_LLS_SECRET: _calling(change is _Change.PASSWORD, ciphered),
            _SN_CHANGE_HLS_SECRET: _calling(change is _Change.SECRET, ciphered),
            8: MethodAccess.ACCESS,
        },
    )


def _calling(allowed: bool, ciphered: bool) -> MethodAccess:
    if not allowed:
        return MethodAccess.NO_ACCESS
    return MethodAccess.AUTHENTICATED_ACCESS if ciphered else MethodAccess.ACCESS


_RIGHTS: Final = {
    (change, ciphered): (_ln_rights(change, ciphered), _sn_rights(change, ciphered))
    for change in _Change
    for ciphered in (False, True)
}


def ln_rights(session: Session) -> Rights:
    """What the client of an association may do with the current Association LN."""
    return _RIGHTS[_change_of(session), session.context_number in _CIPHERED][0]


def sn_rights(session: Session) -> Rights:
    """What the client of an association may do with the current Association SN."""
    return _RIGHTS[_change_of(session), session.context_number in _CIPHERED][1]


CURRENT_LN: Final = Entry(AssociationLn(), _ln_rights(_Change.NOTHING, False), None)
"""The current association, by logical name."""
CURRENT_SN: Final = Entry(AssociationSn(), _sn_rights(_Change.NOTHING, False), ASSOCIATION_SN_BASE)
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
    entries = [(CURRENT_LN, ln_rights(session)), *session.device.visible_to(session.saps.client)]
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
    yield CURRENT_SN, sn_rights(session)
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
