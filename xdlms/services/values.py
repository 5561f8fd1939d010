"""What joined blocks hold: lists of Data, and the return parameters of methods in either of two forms."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from xdlms.codec.axdr import write_length
from xdlms.codec.errors import DecodeError
from xdlms_apdu.v2023 import (
    ActionResponseNormal,
    ActionResponseWithList,
    ActionResponseWithOptionalData,
    ActionResult,
    Data,
    DataTag,
    WriteRequest,
)

_NO_SPECIFICATIONS: Final = WriteRequest.TAG_PATH + b"\x00"
_ANY_OCTET: Final = b"\x00"


class ActionResponseForm(StrEnum):
    """What the joined blocks of a long ACTION.response hold; sources disagree, so both are there.

    STANDARD: the encoded Action-Response-With-Optional-Data (for a list, the SEQUENCE OF it).
    DATA: the encoded Data of the return parameters alone (for a list, the SEQUENCE OF Data), as many
    deployed stacks send it. A response that this cannot express, since something failed or returns
    nothing, is sent in the standard's form.

    A server sends the form it is set to. A client takes whichever uses up all octets, and its own where both do.
    """

    STANDARD = "standard"
    DATA = "data"


def encoded_list(values: Iterable[Data]) -> bytes:
    """The encoded SEQUENCE OF Data; raises EncodeError."""
    encoded = [value.encode() for value in values]
    return write_length(len(encoded)) + b"".join(encoded)


def decoded_list(octets: bytes) -> list[Data]:
    """The SEQUENCE OF Data that the octets are; raises DecodeError."""
    # A WriteRequest about no variables is its tag, an empty list, and a SEQUENCE OF Data.
    return WriteRequest.decode(_NO_SPECIFICATIONS + octets).list_of_data


def octet_string(octets: bytes) -> Data:
    """The octets as Data."""
    return Data.hold(int(DataTag.octet_string), octets)


def null_data() -> Data:
    """No value, as Data."""
    return Data.hold(int(DataTag.null_data), None)


def octets_in(value: object) -> bytes | None:
    """The octets of an octet-string, or None for any other value."""
    if isinstance(value, Data) and value.tag == DataTag.octet_string:
        octets: bytes = value.raw
        return octets
    return None


def action_raw_data(
    results: tuple[ActionResponseWithOptionalData, ...], *, listed: bool, form: ActionResponseForm
) -> bytes:
    """What the blocks of a long ACTION.response hold; raises EncodeError."""
    data = [
        result.return_parameters
        for result in results
        if isinstance(result.return_parameters, Data) and result.result == ActionResult.success
    ]
    if form is ActionResponseForm.DATA and len(data) == len(results):
        return encoded_list(data) if listed else data[0].encode()
    if listed:
        return ActionResponseWithList(0, list(results)).encode()[len(ActionResponseWithList.TAG_PATH) + 1 :]
    return ActionResponseNormal(0, results[0]).encode()[len(ActionResponseNormal.TAG_PATH) + 1 :]


def action_results_of(
    raw_data: bytes, *, listed: bool, preferred: ActionResponseForm
) -> list[ActionResponseWithOptionalData]:
    """The results in the joined blocks of an ACTION.response, in whichever form they are; raises DecodeError."""
    forms = sorted(ActionResponseForm, key=lambda form: form is not preferred)
    errors = []
    for form in forms:
        try:
            return _action_results(raw_data, listed=listed, form=form)
        except DecodeError as error:
            errors.append(error)
    raise errors[0]


def _action_results(raw_data: bytes, *, listed: bool, form: ActionResponseForm) -> list[ActionResponseWithOptionalData]:
    if form is ActionResponseForm.DATA:
        values = decoded_list(raw_data) if listed else [Data.decode(raw_data)]
        return [ActionResponseWithOptionalData(ActionResult.success, value) for value in values]
    if listed:
        whole = ActionResponseWithList.TAG_PATH + _ANY_OCTET + raw_data
        return ActionResponseWithList.decode(whole).list_of_responses
    return [ActionResponseNormal.decode(ActionResponseNormal.TAG_PATH + _ANY_OCTET + raw_data).single_response]
