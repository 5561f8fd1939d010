"""dlms-cosem: the classes of its protocol package, and its parser of Data."""

from __future__ import annotations

from typing import Any

from bench.worker import Task, plain, same, serve
from bench.workloads import AUTHENTICATION_KEY, ENCRYPTION_KEY, SERVER_TITLE, protected, workloads
from dlms_cosem.protocol.acse import ApplicationAssociationRequest, ApplicationAssociationResponse
from dlms_cosem.protocol.xdlms import DataNotification, GetRequestNormal, GetResponseNormal
from dlms_cosem.security import SecurityControlField, decrypt
from dlms_cosem.utils import parse_as_dlms_data


def tasks() -> dict[str, Task]:
    given = workloads()
    made = {}
    for name in ("profile", "sparse stamps", "alternating", "get-response"):
        made[f"{name} decode"] = Task(response, same(given[name].octets), plain)
    made["push decode"] = Task(push, same(given["push"].octets), plain)
    request = given["get-request"].octets
    made["get-request decode"] = Task(GetRequestNormal.from_bytes, same(request), _request)
    made["get-request encode"] = Task(lambda value: value.to_bytes(), same(GetRequestNormal.from_bytes(request)), plain)
    made["aarq decode"] = Task(ApplicationAssociationRequest.from_bytes, same(given["aarq"].octets), _aarq)
    made["aare decode"] = Task(ApplicationAssociationResponse.from_bytes, same(given["aare"].octets), _aare)
    made["ciphered profile decode"] = Task(decipher, same(protected(1, given["profile"].octets)), plain)
    return made


def response(octets: bytes) -> Any:
    return parse_as_dlms_data(GetResponseNormal.from_bytes(octets).data)


def push(octets: bytes) -> Any:
    return parse_as_dlms_data(DataNotification.from_bytes(octets).body)


def decipher(octets: bytes) -> Any:
    """It has no class for glo-get-response, so the octets are taken apart here: tag, a length of 3 octets, header."""
    apdu = decrypt(
        SecurityControlField.from_bytes(octets[4:5]),
        SERVER_TITLE,
        int.from_bytes(octets[5:9], "big"),
        ENCRYPTION_KEY,
        octets[9:],
        AUTHENTICATION_KEY,
    )
    return response(apdu)


def _request(value: Any) -> dict[str, object]:
    attribute = value.cosem_attribute
    return {
        "class": int(attribute.interface),
        "name": attribute.instance.to_bytes().hex(),
        "attribute": attribute.attribute,
    }


def _aarq(value: Any) -> dict[str, object]:
    inner = value.user_information.content
    return {"conformance": inner.proposed_conformance.to_bytes()[1:].hex(), "size": inner.client_max_receive_pdu_size}


def _aare(value: Any) -> dict[str, object]:
    inner = value.user_information.content
    return {"conformance": inner.negotiated_conformance.to_bytes()[1:].hex(), "size": inner.server_max_receive_pdu_size}


if __name__ == "__main__":
    serve(tasks)
