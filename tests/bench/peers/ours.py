"""xdlms, through its public names only."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from bench.worker import Task, plain, same, serve
from bench.workloads import (
    AUTHENTICATION_KEY,
    CLIENT_TITLE,
    ENCRYPTION_KEY,
    SERVER_TITLE,
    SMALL_RESPONSE,
    protected,
    workloads,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xdlms import apdu
from xdlms.errors import DecodeError
from xdlms.security import Keys, MemoryCounterStore, SecurityContext, SecurityError

CONTEXT = {"2.16.756.5.8.1.1": "60857405080101"}
"""The application context name without ciphering, and its octets."""


def tasks() -> dict[str, Task]:
    given = workloads()
    made = {}
    for name in ("profile", "compact-array", "sparse stamps", "alternating", "get-response"):
        octets = given[name].octets
        made[f"{name} decode"] = Task(result, same(octets), plain, DecodeError)
    for name in ("profile", "get-request"):
        made[f"{name} encode"] = Task(encode, same(decode(given[name].octets)), plain)
    made["push decode"] = Task(body, same(given["push"].octets), plain, DecodeError)
    made["get-request decode"] = Task(decode, same(given["get-request"].octets), _request, DecodeError)
    made["aarq decode"] = Task(association, same(given["aarq"].octets), _aarq, DecodeError)
    made["aare decode"] = Task(association, same(given["aare"].octets), _aare, DecodeError)
    made |= ciphered(given["profile"].octets)
    return made


decode: Callable[[bytes], Any] = apdu.decode
"""Any APDU: the caller knows nothing of it."""


def result(octets: bytes) -> Any:
    return decode(octets).result.value


def body(octets: bytes) -> Any:
    return decode(octets).notification_body.data_value.value


def association(octets: bytes) -> tuple[Any, Any]:
    whole = decode(octets)
    return whole, whole.user_information_apdu


def encode(value: Any) -> Any:
    return value.encode()


def ciphered(profile: bytes) -> dict[str, Task]:
    """Each call has an APDU with the next invocation counter: a replay is refused."""
    context = SecurityContext(
        suite=0,
        policy=3,
        keys=Keys(global_unicast_encryption_key=ENCRYPTION_KEY, authentication_key=AUTHENTICATION_KEY),
        local_title=CLIENT_TITLE,
        peer_title=SERVER_TITLE,
        store=MemoryCounterStore(first_counter=1),
        random=secrets.token_bytes,
    )
    unprotect = context.unprotect
    counters = count(1)
    seal = AESGCM(ENCRYPTION_KEY).encrypt
    associated = b"\x30" + AUTHENTICATION_KEY

    def messages(number: int, plain: bytes) -> Iterator[bytes]:
        return iter([protected(next(counters), plain) for _ in range(number)])

    return {
        "ciphered profile decode": Task(
            lambda octets: result(unprotect(octets).apdu),
            lambda number: messages(number, profile),
            plain,
            SecurityError,
        ),
        "unprotect": Task(
            lambda octets: unprotect(octets).apdu, lambda number: messages(number, SMALL_RESPONSE), plain
        ),
        "encryption": Task(
            lambda octets: seal(SERVER_TITLE + bytes(4), octets, associated),
            same(SMALL_RESPONSE),
            lambda sealed: SMALL_RESPONSE.hex(),
        ),
    }


def _request(value: apdu.GetRequestNormal) -> dict[str, object]:
    descriptor = value.cosem_attribute_descriptor
    return {"class": descriptor.class_id, "name": descriptor.instance_id.hex(), "attribute": descriptor.attribute_id}


def _aarq(value: tuple[apdu.AARQ, apdu.InitiateRequest]) -> dict[str, object]:
    request, inner = value
    return {
        "context": CONTEXT[request.application_context_name],
        "user_information": plain(request.user_information),
        "conformance": f"{int(inner.proposed_conformance):06x}",
        "size": inner.client_max_receive_pdu_size,
    }


def _aare(value: tuple[apdu.AARE, apdu.InitiateResponse]) -> dict[str, object]:
    response, inner = value
    return {
        "context": CONTEXT[response.application_context_name],
        "user_information": plain(response.user_information),
        "conformance": f"{int(inner.negotiated_conformance):06x}",
        "size": inner.server_max_receive_pdu_size,
    }


if __name__ == "__main__":
    serve(tasks)
