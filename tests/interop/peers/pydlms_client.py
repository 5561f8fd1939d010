"""The client of pydlms-client, against the server that it is told of. It tells values as the octets of their Data."""

from __future__ import annotations

from typing import Any

from pydlms import DlmsClient, SecurityContext
from pydlms.apdu.xdlms import SelectiveAccess
from pydlms.cosem.data import DlmsData, decode_data, encode_data
from pydlms.hdlc.connection import HdlcParameters
from pydlms.security.hls import Mechanism
from pydlms.security.suites import SecurityPolicy
from talk import client_session, plain, serve

MECHANISMS = {
    "lowest": Mechanism.NONE,
    "lls": Mechanism.LLS,
    "hls-md5": Mechanism.HLS_MD5,
    "hls-sha1": Mechanism.HLS_SHA1,
    "hls-gmac": Mechanism.HLS_GMAC,
}
POLICIES = {
    "": SecurityPolicy.NONE,
    "authentication": SecurityPolicy.AUTHENTICATED,
    "encryption": SecurityPolicy.ENCRYPTED,
    "both": SecurityPolicy.AUTHENTICATED_ENCRYPTED,
}


class Session:
    def __init__(self, given: dict[str, Any]) -> None:
        keys = given["keys"]
        settings: dict[str, Any] = {}
        if keys:
            settings["security"] = SecurityContext(
                encryption_key=bytes.fromhex(keys["encryption"]),
                authentication_key=bytes.fromhex(keys["authentication"]),
                client_system_title=bytes.fromhex(keys["title"]),
                invocation_counter=keys["counter"],
                policy=POLICIES[given["security"]],
            )
            settings["ciphered_context"] = bool(given["security"])
        hdlc = given["hdlc"]
        if hdlc:
            settings["hdlc_parameters"] = HdlcParameters(
                max_info_tx=hdlc["information"],
                max_info_rx=hdlc["information"],
                window_tx=hdlc["window"],
                window_rx=hdlc["window"],
            )
        self._client = DlmsClient.tcp(
            "127.0.0.1",
            given["port"],
            given["client"],
            given["server"],
            hdlc=bool(hdlc),
            timeout=given["wait"],
            mechanism=MECHANISMS[given["mechanism"]],
            password=bytes.fromhex(given["secret"]) or None,
            logical_names=given["referencing"] == "LN",
            max_receive_pdu_size=given["pdu"],
            use_dedicated_key=bool(given["dedicated"]),
            **settings,
        )
        try:
            self._client.connect()
        except BaseException:
            self._client.close()
            raise

    def negotiated(self) -> dict[str, Any]:
        return {"conformance": int(self._client.conformance)}

    def get(self, step: dict[str, Any]) -> Any:
        return octets(self._client.get(step["name"], step["class"], step["attribute"]))

    def get_list(self, step: dict[str, Any]) -> Any:
        wanted = [(each["name"], each["class"], each["attribute"]) for each in step["list"]]
        return [octets(each) for each in self._client.get_many(wanted)]

    def by_range(self, step: dict[str, Any]) -> Any:
        selection = SelectiveAccess(1, data(step["selection"]))
        return octets(self._client.get(step["name"], step["class"], 2, selection))

    def by_entry(self, step: dict[str, Any]) -> Any:
        selection = SelectiveAccess(2, data(step["selection"]))
        return octets(self._client.get(step["name"], step["class"], 2, selection))

    def set(self, step: dict[str, Any]) -> Any:
        self._client.set(step["name"], step["class"], step["attribute"], data(step["data"]))

    def action(self, step: dict[str, Any]) -> Any:
        return octets(self._client.action(step["name"], step["class"], step["method"], data(step["data"])))

    def release(self) -> bool:
        self._client.association.release()
        return True

    def close(self) -> None:
        self._client.close()


def data(text: str) -> DlmsData:
    decoded = decode_data(bytes.fromhex(text))
    return decoded[0] if isinstance(decoded, tuple) else decoded


def octets(value: Any) -> Any:
    return plain(encode_data(value)) if isinstance(value, DlmsData) else plain(value)


if __name__ == "__main__":
    serve(lambda given: client_session(given, Session))
