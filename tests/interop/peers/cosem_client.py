"""The client of dlms-cosem, against the server that it is told of. It tells values as the octets of their Data."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import structlog
from dlms_cosem import cosem, enumerations
from dlms_cosem.client import DlmsClient
from dlms_cosem.cosem.capture_object import CaptureObject
from dlms_cosem.cosem.selective_access import RangeDescriptor
from dlms_cosem.hdlc.frames import HDLC_FLAG
from dlms_cosem.io import BlockingTcpIO, HdlcTransport, TcpTransport
from dlms_cosem.protocol.xdlms import GetResponseWithList
from dlms_cosem.security import (
    HighLevelSecurityGmacAuthentication,
    LowLevelSecurityAuthentication,
    NoSecurityAuthentication,
)
from talk import client_session, logical_name, plain, serve


class Hdlc(HdlcTransport):
    """Its own one takes the flag after a check sequence that ends with 7E for a first one, and waits for ever."""

    def recv_frame(self) -> bytes:
        in_a_frame = bool(self.hdlc_connection.buffer)
        return self.io.recv_until(HDLC_FLAG) if in_a_frame else super().recv_frame()


class Session:
    def __init__(self, given: dict[str, Any]) -> None:
        mechanism = {
            "lowest": NoSecurityAuthentication,
            "lls": lambda: LowLevelSecurityAuthentication(bytes.fromhex(given["secret"])),
            "hls-gmac": HighLevelSecurityGmacAuthentication,
        }[given["mechanism"]]()
        link = Hdlc if given["hdlc"] else TcpTransport
        extra = {"server_physical_address": 17} if given["hdlc"] else {}
        self._io = BlockingTcpIO("127.0.0.1", given["port"], timeout=given["wait"])
        transport = link(given["client"], given["server"], self._io, timeout=given["wait"], **extra)
        keys = given["keys"] or {}
        self._client = DlmsClient(
            transport,
            mechanism,
            encryption_key=bytes.fromhex(keys["encryption"]) if keys else None,
            authentication_key=bytes.fromhex(keys["authentication"]) if keys else None,
            client_system_title=bytes.fromhex(keys["title"]) if keys else None,
            client_initial_invocation_counter=keys.get("counter", 0),
            dedicated_ciphering=bool(given["dedicated"]),
            max_pdu_size=given["pdu"],
        )
        self._client.connect()
        try:
            self._client.associate()
        except BaseException:
            self._io.disconnect()
            raise

    def negotiated(self) -> dict[str, Any]:
        return {"pdu": self._client.dlms_connection.max_pdu_size}

    def get(self, step: dict[str, Any]) -> Any:
        return plain(self._client.get(self._attribute(step)))

    def get_list(self, step: dict[str, Any]) -> Any:
        wanted = [cosem.CosemAttributeWithSelection(self._attribute(each), None) for each in step["list"]]
        response = self._client.get_many(wanted)
        if not isinstance(response, GetResponseWithList):
            raise TypeError(f"{type(response).__name__} in place of a list")
        return [plain(each.value) for each in response.response_data]

    def by_range(self, step: dict[str, Any]) -> Any:
        clock = self._attribute({"class": 8, "name": "0.0.1.0.0.255", "attribute": 2})
        start, end = (datetime.fromisoformat(step[name]) for name in ("start_text", "end_text"))
        selection = RangeDescriptor(CaptureObject(cosem_attribute=clock, data_index=0), start, end)
        return plain(self._client.get(self._attribute({**step, "attribute": 2}), selection))

    def set(self, step: dict[str, Any]) -> Any:
        response = self._client.set(self._attribute(step), bytes.fromhex(step["data"]))
        if response.result is not enumerations.DataAccessResult.SUCCESS:
            raise ValueError(response.result.name)

    def action(self, step: dict[str, Any]) -> Any:
        interface = enumerations.CosemInterface(step["class"])
        method = cosem.CosemMethod(interface, self._name(step), step["method"])
        return plain(self._client.action(method, bytes.fromhex(step["data"])))

    def release(self) -> bool:
        self._client.release_association()
        self._client.disconnect()
        return True

    def close(self) -> None:
        self._io.disconnect()

    def _name(self, step: dict[str, Any]) -> cosem.Obis:
        return cosem.Obis.from_bytes(logical_name(step["name"]))

    def _attribute(self, step: dict[str, Any]) -> cosem.CosemAttribute:
        return cosem.CosemAttribute(enumerations.CosemInterface(step["class"]), self._name(step), step["attribute"])


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    serve(lambda given: client_session(given, Session))
