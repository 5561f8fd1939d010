"""The client of gurux-dlms, against the server that it is told of."""

from __future__ import annotations

from typing import Any

from gurux_dlms import GXByteBuffer, GXReplyData
from gurux_dlms.enums import Authentication, Conformance, DataType, InterfaceType, Security
from gurux_dlms.GXDLMSException import GXDLMSException
from gurux_dlms.internal._GXCommon import _GXCommon
from gurux_dlms.internal._GXDataInfo import _GXDataInfo
from gurux_dlms.objects import GXDLMSProfileGeneric
from gurux_dlms.secure import GXDLMSSecureClient
from talk import Wire, client_session, plain, serve

MECHANISMS = {
    "lowest": Authentication.NONE,
    "lls": Authentication.LOW,
    "hls-md5": Authentication.HIGH_MD5,
    "hls-sha1": Authentication.HIGH_SHA1,
    "hls-gmac": Authentication.HIGH_GMAC,
}
SECURITY = {
    "": Security.NONE,
    "authentication": Security.AUTHENTICATION,
    "encryption": Security.ENCRYPTION,
    "both": Security.AUTHENTICATION_ENCRYPTION,
}


class Session:
    def __init__(self, given: dict[str, Any]) -> None:
        secret = bytes.fromhex(given["secret"])
        kind = InterfaceType.HDLC if given["hdlc"] else InterfaceType.WRAPPER
        mechanism = MECHANISMS[given["mechanism"]]
        client = self._client = GXDLMSSecureClient(
            given["referencing"] == "LN", given["client"], given["server"], mechanism, secret or None, kind
        )
        client.maxReceivePDUSize = given["pdu"]
        if given["referencing"] == "SN":
            # It has blocks with short names, but does not propose them by itself.
            client.proposedConformance |= Conformance.BLOCK_TRANSFER_WITH_GET_OR_READ
        keys = given["keys"]
        if keys:
            client.ciphering.systemTitle = bytearray.fromhex(keys["title"])
            client.ciphering.blockCipherKey = bytearray.fromhex(keys["encryption"])
            client.ciphering.authenticationKey = bytearray.fromhex(keys["authentication"])
            client.ciphering.invocationCounter = keys["counter"]
            client.ciphering.security = SECURITY[given["security"]]
            # By itself it releases with a plain RLRQ, whatever the application context.
            client.useProtectedRelease = bool(given["security"]) and not given["plain_release"]
            if given["dedicated"]:
                client.ciphering.dedicatedKey = bytearray.fromhex(given["dedicated"])
        if given["hdlc"]:
            client.hdlcSettings.maxInfoTX = client.hdlcSettings.maxInfoRX = given["hdlc"]["information"]
            client.hdlcSettings.windowSizeTX = client.hdlcSettings.windowSizeRX = given["hdlc"]["window"]
        self._buffer = GXByteBuffer()
        self._wire = Wire(given["port"], given["wait"])
        try:
            self._open(mechanism)
        except BaseException:
            self._wire.close()
            raise

    def _open(self, mechanism: Authentication) -> None:
        client = self._client
        request = client.snrmRequest()
        if request:
            client.parseUAResponse(self._exchange([request]).data)
        client.parseAareResponse(self._exchange(client.aarqRequest()).data)
        if mechanism > Authentication.LOW:
            reply = self._exchange(client.getApplicationAssociationRequest())
            client.parseApplicationAssociationResponse(reply.data)

    def negotiated(self) -> dict[str, Any]:
        client = self._client
        return {"pdu": client.maxReceivePDUSize, "conformance": int(client.negotiatedConformance)}

    def get(self, step: dict[str, Any]) -> Any:
        return plain(self._exchange(self._client.read(self._object(step), step["attribute"])).value)

    def get_list(self, step: dict[str, Any]) -> Any:
        wanted = [(self._object(each), each["attribute"]) for each in step["list"]]
        found: list[Any] = []
        for request in self._client.readList(wanted):
            value = self._exchange(request).value
            found += value if isinstance(value, list) else [value]
        return plain(found)

    def by_entry(self, step: dict[str, Any]) -> Any:
        client = self._client
        return plain(self._exchange(client.readRowsByEntry(self._profile(step), step["first"], step["count"])).value)

    def by_range(self, step: dict[str, Any]) -> Any:
        start, end = (
            _GXCommon.changeType(self._client.settings, bytearray.fromhex(step[name]), DataType.DATETIME)
            for name in ("start", "end")
        )
        return plain(self._exchange(self._client.readRowsByRange(self._profile(step), start, end)).value)

    def set(self, step: dict[str, Any]) -> Any:
        value, kind = self._data(step)
        item = self._object(step)
        # The public method takes only what its own classes hold.
        write = self._client._GXDLMSClient__write
        self._exchange(write(item.name, value, kind, item.objectType, step["attribute"]))

    def action(self, step: dict[str, Any]) -> Any:
        value, kind = self._data(step)
        return plain(self._exchange(self._client.method(self._object(step), step["method"], value, kind)).value)

    def release(self) -> bool:
        request = self._client.releaseRequest()
        if request:
            self._exchange(request)
        request = self._client.disconnectRequest()
        if request:
            self._exchange([request])
        return True

    def close(self) -> None:
        self._wire.close()

    def _object(self, step: dict[str, Any]) -> Any:
        item = self._client.createObject(step["class"])
        item.logicalName = step["name"]
        item.shortName = step.get("base", 0)
        return item

    def _profile(self, step: dict[str, Any]) -> Any:
        profile = GXDLMSProfileGeneric(step["name"])
        profile.shortName = step.get("base", 0)
        return profile

    def _data(self, step: dict[str, Any]) -> tuple[Any, DataType]:
        octets = bytearray.fromhex(step["data"])
        return _GXCommon.getData(self._client.settings, GXByteBuffer(octets), _GXDataInfo()), DataType(octets[0])

    def _exchange(self, requests: Any) -> GXReplyData:
        reply = GXReplyData()
        for request in requests:
            reply.clear()
            self._ask(request, reply)
            while reply.isMoreData():
                self._ask(self._client.receiverReady(reply), reply)
        return reply

    def _ask(self, request: Any, reply: GXReplyData) -> None:
        if not request:
            return
        self._wire.send(request)
        received = GXByteBuffer()
        while True:
            received.set(self._wire.receive())
            if self._client.getData(received, reply, GXReplyData()):
                break
        if reply.error:
            raise GXDLMSException(reply.error)


if __name__ == "__main__":
    serve(lambda given: client_session(given, Session))
