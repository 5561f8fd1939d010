"""ExceptionResponse and ConfirmedServiceError in the words of the abstract syntax, for people."""

from __future__ import annotations

from typing import Final

from xdlms_apdu.v2023 import ConfirmedServiceError, ExceptionResponse

_KIND: Final = "ConfirmedServiceError"
_REASON: Final = "ServiceError"


def refusal_in_words(error: ExceptionResponse | ConfirmedServiceError) -> str:
    """What an answer to a request as a whole says: ``ExceptionResponse, service-not-allowed, other-reason``."""
    if isinstance(error, ExceptionResponse):
        reason = error.service_error
        words = (
            f"invocation counter {reason} is expected" if isinstance(reason, int) else hyphened(type(reason).__name__)
        )
        return f"ExceptionResponse, {named(error.state_error.name)}, {words}"
    what = hyphened(type(error).__name__.removeprefix(_KIND))
    where = hyphened(type(error.value).__name__.removeprefix(_REASON))
    return f"{_KIND}, {what}, {where}: {named(error.value.name)}"


def named(name: str) -> str:
    """The name of a value: service_not_allowed → service-not-allowed."""
    return name.replace("_", "-")


def hyphened(name: str) -> str:
    """The name of a class: OperationNotPossible → operation-not-possible."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
