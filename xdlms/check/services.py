"""What a server answers to what it does not serve: ExceptionResponse and ConfirmedServiceError."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import Case, Checks
from xdlms.check.rules import EXCEPTION_STATE, SERVICE_ERROR_SERVICE
from xdlms.check.tree import Node

SERVICE_NOT_ALLOWED: Final = 1
_WITH_NOT_ALLOWED: Final = ("deciphering-error", "invocation-counter-error")
_SERVICES: Final = {1: "initiateError", 5: "read", 6: "write"}


def exception_response(case: Case, node: Node) -> None:
    """The pairs of errors: only these two say which state-error goes with them."""
    state, error = node.get("state-error"), node.get("service-error")
    kind = None if error is None or error.only is None else error.only.name
    if state is not None and kind in _WITH_NOT_ALLOWED and state.value != SERVICE_NOT_ALLOWED:
        case.report(EXCEPTION_STATE, state, f"expected service-not-allowed (1) with {kind}, found {state.value:d}")


def confirmed_service_error(case: Case, node: Node) -> None:
    """The second octet says which service failed; DLMS has many that COSEM does not use."""
    at = node.start - 2
    service = case.octets[at] if at >= 0 else 0
    if service not in _SERVICES:
        allowed = ", ".join(f"{name} [{tag}]" for tag, name in _SERVICES.items())
        case.report(SERVICE_ERROR_SERVICE, node, f"expected {allowed}, found [{service}]", start=at, end=at + 1)


BY_CLASS: Final[Checks] = {"ExceptionResponse": (exception_response,)}

BY_APDU: Final[Checks] = {"confirmedServiceError": (confirmed_service_error,)}
