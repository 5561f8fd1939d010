"""What a server must know of a received APDU before it is served."""

from __future__ import annotations

from typing import Any, Final

from xdlms.codec.errors import DecodeError, ErrorCode
from xdlms.security.tags import standard_tags
from xdlms.services.errors import RemoteFault, RemoteProtocolError
from xdlms.services.primitives.common import SERVICE_CLASS_BIT
from xdlms_apdu import v2023 as apdu


def is_from_a_server(octets: bytes) -> bool:
    """Whether an APDU is one that servers send: it gets no answer, or two servers would never stop."""
    tags = standard_tags()
    if not octets:
        return False
    meaning = tags.ciphered.get(octets[0])
    if meaning is not None:
        return not meaning.general and all(tags.sent_by_server(tag) for tag in meaning.holds)
    return tags.sent_by_server(octets[0])


_WITH_INVOKE_ID: Final = frozenset(
    {apdu.GetRequestNormal.TAG_PATH[0], apdu.SetRequestNormal.TAG_PATH[0], apdu.ActionRequestNormal.TAG_PATH[0]}
)


def is_unconfirmed(octets: bytes, confirmed: bool | None) -> bool:
    """Whether a plain request says that it expects no response; a ciphered one cannot be asked."""
    return confirmed is None and len(octets) > 2 and octets[0] in _WITH_INVOKE_ID and not octets[2] & SERVICE_CLASS_BIT


def check_unconfirmed(request: Any, confirmed: bool | None) -> None:
    """Raise RemoteProtocolError for a confirmed service in an association that has none."""
    octet: int = getattr(request, "invoke_id_and_priority", 0)
    if confirmed or (confirmed is None and octet & SERVICE_CLASS_BIT):
        raise RemoteProtocolError(
            RemoteFault.NOT_ALLOWED_NOW, "a confirmed service in an unconfirmed association", silent=True
        )


def decoded(octets: bytes, *, strict: bool) -> Any:
    """The APDU that plain octets are.

    Raises:
        RemoteProtocolError: UNKNOWN_SERVICE or UNDECODABLE.
    """
    try:
        return apdu.decode(octets, strict=strict)
    except DecodeError as error:
        fault = RemoteFault.UNKNOWN_SERVICE if error.code is ErrorCode.UNKNOWN_APDU else RemoteFault.UNDECODABLE
        refusal = RemoteProtocolError(fault, str(error))
        refusal.first_octet = octets[0] if octets else None
        raise refusal from error
