"""What an application may give to a client as a primitive, and to which call: with a .confirm, or without."""

from __future__ import annotations

from typing import Any, Final

from xdlms.client.errors import NotSentError
from xdlms.services.primitives import (
    Action,
    Get,
    Read,
    ServiceClass,
    Set,
    SetMapperTable,
    TriggerEventNotificationSending,
    UnconfirmedWrite,
    Write,
)

_EITHER: Final = (Set.Request, Action.Request)
_BY_ITSELF: Final = (UnconfirmedWrite.Request, TriggerEventNotificationSending.Request, SetMapperTable.Request)
_CONFIRMED: Final = (Get.Request, *_EITHER, Read.Request, Write.Request)


def check_has_confirm(primitive: Any) -> None:
    """Whether somebody can wait for the .confirm of a primitive. Raises NotSentError."""
    if not isinstance(primitive, _CONFIRMED) or _is_unconfirmed(primitive):
        raise NotSentError(
            f"{_named(primitive)} is no confirmed service",
            hint="Client.send takes what has no .confirm; open and close make an association and release it",
        )
    if isinstance(primitive, Get.Request | Read.Request) and primitive.block_by_block:
        raise NotSentError(f"{_named(primitive)} is to come block by block", hint="Client.rows takes blocks")


def check_has_no_confirm(primitive: Any) -> None:
    """Whether a primitive goes by itself. Raises NotSentError."""
    if isinstance(primitive, _BY_ITSELF) or (isinstance(primitive, _EITHER) and _is_unconfirmed(primitive)):
        return
    if isinstance(primitive, _CONFIRMED):
        raise NotSentError(
            f"{_named(primitive)} has a .confirm, and nobody would wait for it", hint="Client.request waits for it"
        )
    raise NotSentError(
        f"{_named(primitive)} is no unconfirmed service of a client",
        hint="open and close make an association and release it",
    )


def _is_unconfirmed(primitive: Any) -> bool:
    return getattr(primitive, "service_class", ServiceClass.CONFIRMED) is ServiceClass.UNCONFIRMED


def _named(primitive: Any) -> str:
    """What a primitive is called, for people."""
    return type(primitive).__qualname__ + (", unconfirmed," if _is_unconfirmed(primitive) else "")
