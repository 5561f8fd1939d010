"""gurux-dlms: its client over a socket, as its examples do it: ask, read until the reply is whole, take the value."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Any

from bench.elapsed import ENERGY, FIELD, KEYS, LOAD_PROFILE, READER, Elapsed, port, tasks_of
from bench.worker import Task, serve
from gurux_dlms import GXByteBuffer, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, Security
from gurux_dlms.objects import GXDLMSProfileGeneric, GXDLMSRegister
from gurux_dlms.secure import GXDLMSSecureClient


class Session:
    def __init__(self, size: int, number: int) -> None:
        client = self.client = GXDLMSSecureClient(True, 1, 1, Authentication.HIGH_GMAC, None, InterfaceType.WRAPPER)
        client.maxReceivePDUSize = size
        client.ciphering.systemTitle = bytearray(b"GXB" + bytes((0, 0, 0, 0, number)))
        client.ciphering.blockCipherKey, client.ciphering.authenticationKey = map(bytearray, KEYS)
        client.ciphering.invocationCounter = 1
        client.ciphering.security = Security.AUTHENTICATION_ENCRYPTION
        self.socket = socket.create_connection(("127.0.0.1", port()))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.parseAareResponse(self.exchange(client.aarqRequest()).data)
        client.parseApplicationAssociationResponse(self.exchange(client.getApplicationAssociationRequest()).data)
        self.profile = GXDLMSProfileGeneric(LOAD_PROFILE)
        self.energy = GXDLMSRegister(ENERGY)

    def exchange(self, requests: Any) -> GXReplyData:
        reply = GXReplyData()
        for request in requests:
            reply.clear()
            self.ask(request, reply)
            while reply.isMoreData():
                self.ask(self.client.receiverReady(reply), reply)
        return reply

    def ask(self, request: Any, reply: GXReplyData) -> None:
        self.socket.sendall(bytes(request))
        received = GXByteBuffer()
        missing = 8
        while missing:
            octets = self.socket.recv(65536)
            received.set(octets)
            if len(received) < 8:
                continue
            missing = max(0, 8 + received.getUInt16(6) - len(received))
        self.client.getData(received, reply, None)
        if reply.error:
            raise ValueError(reply.error)

    def read(self, item: Any) -> Any:
        return self.exchange(self.client.read(item, 2)).value


def opened(size: int, number: int) -> Mapping[str, Callable[[], Any]]:
    session = Session(size, number)
    return {"profile": lambda: session.read(session.profile), "get": lambda: session.read(session.energy)}


class HdlcSession(Session):
    """Over HDLC; its acknowledgements are right with window 1 only."""

    def __init__(self) -> None:
        sap, password = READER
        client = self.client = GXDLMSSecureClient(True, sap, 1, Authentication.LOW, password, InterfaceType.HDLC)
        client.hdlcSettings.maxInfoTX = client.hdlcSettings.maxInfoRX = FIELD
        self.socket = socket.create_connection(("127.0.0.1", port(hdlc=True)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.parseUAResponse(self.exchange([client.snrmRequest()]).data)
        client.parseAareResponse(self.exchange(client.aarqRequest()).data)
        self.profile = GXDLMSProfileGeneric(LOAD_PROFILE)

    def ask(self, request: Any, reply: GXReplyData) -> None:
        self.socket.sendall(bytes(request))
        received = GXByteBuffer()
        complete = False
        while not complete:
            received.set(self.socket.recv(65536))
            complete = self.client.getData(received, reply, GXReplyData())
        if reply.error:
            raise ValueError(reply.error)


def tasks() -> dict[str, Task]:
    session = HdlcSession()
    return {**tasks_of(opened), "profile, HDLC, window 1": Elapsed(lambda: session.read(session.profile))}


if __name__ == "__main__":
    serve(tasks)
