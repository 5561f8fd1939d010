"""gurux-dlms: the client's parsing of a reply to values, not to XML."""

from __future__ import annotations

from typing import Any

from bench.worker import Task, plain, same, serve
from bench.workloads import (
    AUTHENTICATION_KEY,
    CLIENT_TITLE,
    ENCRYPTION_KEY,
    SERVER_TITLE,
    protected,
    workloads,
)
from gurux_dlms import GXByteBuffer, GXDLMSClient, GXReplyData
from gurux_dlms.enums import Authentication, DataType, InterfaceType, Security
from gurux_dlms.internal._GXCommon import _GXCommon
from gurux_dlms.internal._GXDataInfo import _GXDataInfo
from gurux_dlms.secure import GXDLMSSecureClient


def tasks() -> dict[str, Task]:
    given = workloads()
    client = GXDLMSClient(True, 16, 1, Authentication.NONE, None, InterfaceType.PDU)

    def parse(octets: bytes) -> Any:
        reply = GXReplyData()
        client.getData(GXByteBuffer(octets), reply, None)
        return reply.value

    made = {}
    for name in ("profile", "compact-array", "sparse stamps", "alternating", "get-response", "push"):
        made[f"{name} decode"] = Task(parse, same(given[name].octets), plain)

    profile = given["profile"].octets
    values = _GXCommon.getData(client.settings, GXByteBuffer(profile[4:]), _GXDataInfo())

    def encode(rows: Any) -> bytes:
        buffer = GXByteBuffer()
        buffer.set(profile[:4])
        _GXCommon.setData(client.settings, buffer, DataType.ARRAY, rows)
        return bytes(buffer.array())

    made["profile encode"] = Task(encode, same(values), plain)

    secure = GXDLMSSecureClient(True, 16, 1, Authentication.NONE, None, InterfaceType.PDU)
    secure.ciphering.security = Security.AUTHENTICATION_ENCRYPTION
    secure.ciphering.systemTitle = CLIENT_TITLE
    secure.ciphering.blockCipherKey = ENCRYPTION_KEY
    secure.ciphering.authenticationKey = AUTHENTICATION_KEY
    secure.settings.sourceSystemTitle = SERVER_TITLE

    def decipher(octets: bytes) -> Any:
        reply = GXReplyData()
        secure.getData(GXByteBuffer(octets), reply, None)
        return reply.value

    made["ciphered profile decode"] = Task(decipher, same(protected(1, profile)), plain)
    return made


if __name__ == "__main__":
    serve(tasks)
