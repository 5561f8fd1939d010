"""The server class of gurux-dlms, with as much added to it as it takes to answer a GET at all."""

from __future__ import annotations

import socket
import threading
from typing import Any

from gurux_dlms import GXServerReply
from gurux_dlms.enums import AccessMode, DataType, InterfaceType, MethodAccessMode, SourceDiagnostic
from gurux_dlms.objects import GXDLMSAssociationLogicalName, GXDLMSData, GXDLMSRegister
from gurux_dlms.secure import GXDLMSSecureServer
from talk import serve

SERIAL_NUMBER = bytes(range(48, 58))
LONG = bytes(range(256)) * 4
objects: dict[str, GXDLMSData] = {}


class Reply(GXServerReply):
    """With the methods that the server calls, and that this version does not have."""

    def setReply(self, value: Any) -> None:
        self.reply = value

    def getConnectionInfo(self) -> None:
        return None


class Meter(GXDLMSSecureServer):
    def isTarget(self, server: int, client: int) -> bool:
        return server == 1 and client == 16

    def onValidateAuthentication(self, authentication: int, password: bytes) -> SourceDiagnostic:
        return SourceDiagnostic.NONE

    def onFindObject(self, kind: int, short_name: int, name: str) -> None:
        return None

    def onGetAttributeAccess(self, given: Any) -> AccessMode:
        return AccessMode.READ_WRITE

    def onGetMethodAccess(self, given: Any) -> MethodAccessMode:
        return MethodAccessMode.ACCESS

    def _nothing(self, *given: Any) -> None:
        pass

    onPreGet = onPostGet = onPreRead = onPostRead = onPreWrite = onPostWrite = _nothing
    onConnected = onDisconnected = onInvalidConnection = onPreAction = onPostAction = _nothing
    notifyRead = _nothing  # called, and not there


def answer(question: dict[str, Any]) -> dict[str, Any]:
    if "start" in question:
        return {"port": start()}
    return {"holds": {name: bytes(item.value).hex() for name, item in objects.items()}}


def start() -> int:
    association = GXDLMSAssociationLogicalName()
    meter = Meter(association, InterfaceType.WRAPPER)
    objects.clear()
    for name, value in (("0.0.96.1.0.255", SERIAL_NUMBER), ("0.0.96.1.1.255", LONG)):
        item = objects[name] = GXDLMSData(name)
        item.value = bytearray(value)
        item.setDataType(2, DataType.OCTET_STRING)
        meter.items.append(item)
        association.objectList.append(item)
    energy = GXDLMSRegister("1.0.1.8.0.255")
    energy.value = 12345
    energy.setDataType(2, DataType.UINT32)
    energy.scaler = 1
    energy.unit = 30
    meter.items.append(energy)
    association.objectList.append(energy)
    meter.items.append(association)
    meter.initialize()
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=talk, args=(listener, meter), daemon=True).start()
    return int(listener.getsockname()[1])


def talk(listener: socket.socket, meter: Meter) -> None:
    connection, _ = listener.accept()
    listener.close()
    with connection:
        while octets := connection.recv(65536):
            reply = Reply(octets)
            meter.handleRequest(reply)
            if reply.reply:
                connection.sendall(bytes(reply.reply))


if __name__ == "__main__":
    serve(answer)
