"""HLS passes 3 and 4 (clause 5.3): reply_to_HLS_authentication of the current association object.

LN: ACTION on class 15, 0.0.40.0.0.255, method 1. SN: Read with parameterized access on the short name
FA58. Both carry f as an octet-string, there and back; in a ciphered context they go under the global
unicast key, never under the dedicated one.
"""

from __future__ import annotations

from typing import Any, Final

from xdlms.security import Form, HlsHandshake
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives.common import SecurityOptions
from xdlms.services.primitives.ln import Action
from xdlms.services.primitives.sn import Read
from xdlms.services.references import MethodReference, ParameterizedAccess
from xdlms.services.short_names import CURRENT_ASSOCIATION, REPLY_TO_HLS_SHORT_NAME
from xdlms.services.values import octet_string, octets_in
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import ActionResponseWithOptionalData, ActionResult, DataAccessResult

ASSOCIATION_LN_CLASS: Final = 15
REPLY_TO_HLS: Final = MethodReference(ASSOCIATION_LN_CLASS, CURRENT_ASSOCIATION, 1)
METHOD_SELECTOR: Final = 0

NO_REPLY: Final = b""
"""What stands for a reply that is not there: no function of a mechanism gives it."""


def client_pass_3(
    handshake: HlsHandshake, context: ApplicationContext, options: SecurityOptions | None
) -> tuple[Action.Request | Read.Request, SecurityOptions | None]:
    """The request of pass 3 and its protection: that of the InitiateRequest, in glo- form. Raises SecurityError."""
    chosen = options
    if context.ciphered:
        chosen = SecurityOptions(None if options is None else options.protection, Form.SERVICE_GLO)
    reply = octet_string(handshake.reply())
    if context.by_short_name:
        variable = ParameterizedAccess(REPLY_TO_HLS_SHORT_NAME, METHOD_SELECTOR, reply)
        return Read.Request((variable,), security_options=chosen), chosen
    return Action.Request(REPLY_TO_HLS, reply, security_options=chosen), chosen


def pass_4_reply(outcome: Any) -> bytes:
    """f(CtoS) in the .confirm of pass 3, or NO_REPLY."""
    if isinstance(outcome, Action.Confirm) and isinstance(outcome.result, ActionResponseWithOptionalData):
        if outcome.result.result == ActionResult.success:
            return octets_in(outcome.result.return_parameters) or NO_REPLY
    elif isinstance(outcome, Read.Confirm) and len(outcome.results) == 1:
        return octets_in(outcome.results[0]) or NO_REPLY
    return NO_REPLY


def may_be_pass_3(request: Any) -> bool:
    """Whether a request of a client may be, or go on with, pass 3: what a server serves before."""
    if isinstance(request, apdu.ActionRequestNormal | apdu.ActionRequestWithFirstPblock):
        return MethodReference.of(request.cosem_method_descriptor) == REPLY_TO_HLS
    if isinstance(request, apdu.ReadRequest) and len(request.value) == 1:
        single = request.value[0]
        if isinstance(single, apdu.ParameterizedAccess):
            return single.variable_name % (1 << 16) == REPLY_TO_HLS_SHORT_NAME
        return isinstance(single, apdu.ReadDataBlockAccess | apdu.BlockNumberAccess)
    return isinstance(request, apdu.ActionRequestWithPblock | apdu.ActionRequestNextPblock)


def is_pass_3(indication: Any) -> bool:
    """Whether a whole request is pass 3."""
    if isinstance(indication, Action.Indication):
        return indication.method == REPLY_TO_HLS
    if isinstance(indication, Read.Indication) and len(indication.variables) == 1:
        variable = indication.variables[0]
        return isinstance(variable, ParameterizedAccess) and variable.name == REPLY_TO_HLS_SHORT_NAME
    return False


def server_reply(indication: Any) -> bytes:
    """f(StoC) in pass 3, or NO_REPLY."""
    if isinstance(indication, Action.Indication):
        return octets_in(indication.value) or NO_REPLY
    variable = indication.variables[0]
    return octets_in(variable.parameter) or NO_REPLY


def server_pass_4(indication: Any, reply: bytes | None) -> Any:
    """The .response of pass 4 with f(CtoS), or, for None, with a refusal."""
    if isinstance(indication, Action.Indication):
        refused = ActionResponseWithOptionalData(ActionResult.read_write_denied)
        accepted = ActionResponseWithOptionalData(ActionResult.success, octet_string(reply or NO_REPLY))
        return indication.response(refused if reply is None else accepted)
    return indication.response((DataAccessResult.read_write_denied if reply is None else octet_string(reply),))


def refusal_of(indication: Any) -> Any:
    """The .response for a request that is no pass 3, where nothing else is served."""
    if isinstance(indication, Action.Indication):
        return indication.response(ActionResponseWithOptionalData(ActionResult.read_write_denied))
    return indication.response((DataAccessResult.read_write_denied,) * len(indication.variables))
