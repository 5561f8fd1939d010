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


def main() -> None:
    made = workloads()
    client = GXDLMSClient(True, 16, 1, Authentication.NONE, None, InterfaceType.PDU)

    def parse(octets: bytes) -> Any:
        reply = GXReplyData()
        client.getData(GXByteBuffer(octets), reply, None)
        return reply.value

    tasks = {}
    for name in ("profile", "compact-array", "sparse stamps", "alternating", "get-response", "push"):
        tasks[f"{name} decode"] = Task(parse, same(made[name].octets), plain)

    profile = made["profile"].octets
    values = _GXCommon.getData(client.settings, GXByteBuffer(profile[4:]), _GXDataInfo())

    def encode(rows: Any) -> bytes:
        buffer = GXByteBuffer()
        buffer.set(profile[:4])
        _GXCommon.setData(client.settings, buffer, DataType.ARRAY, rows)
        return bytes(buffer.array())

    tasks["profile encode"] = Task(encode, same(values), plain)

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

    tasks["ciphered profile decode"] = Task(decipher, same(protected(1, profile)), plain)
    serve(tasks)


if __name__ == "__main__":
    main()
