"""The simulator of pydlms-client: started on request, and asked what it holds."""

from __future__ import annotations

from typing import Any

from pydlms.apdu.xdlms import Conformance
from pydlms.cosem.data import encode_data
from pydlms.security.hls import Mechanism
from pydlms.simulator import ClientProfile, MeterSimulator, example_meter
from pydlms.simulator import serve as listen
from talk import serve

SECRET = b"0123456789ABCDEF"
PASSWORD = b"12345678"
running: list[MeterSimulator] = []


def answer(question: dict[str, Any]) -> dict[str, Any]:
    if "start" in question:
        return {"port": start(question["start"])}
    return {"holds": holds()}


def start(given: dict[str, Any]) -> int:
    keys = {name: bytes.fromhex(given[name]) for name in ("encryption_key", "authentication_key")}
    sim = example_meter(**keys, max_pdu=given["pdu"])
    if given["short_names"]:
        # By itself it offers the services with logical names only, whatever the application context.
        sim.conformance |= Conformance.default_sn()
    sim.clients |= {
        2: ClientProfile(Mechanism.LLS, secret=PASSWORD),
        3: ClientProfile(Mechanism.HLS_GMAC),
        1: ClientProfile(Mechanism.HLS_GMAC, ciphered=True),
        4: ClientProfile(Mechanism.NONE, ciphered=True),
        5: ClientProfile(Mechanism.HLS_MD5, secret=SECRET),
        6: ClientProfile(Mechanism.HLS_SHA1, secret=SECRET),
    }
    running[:] = [sim]
    return int(listen(sim, hdlc=given["hdlc"], hdlc_window=given["window"]).server_address[1])


def holds() -> list[list[Any]]:
    """Class, logical name, attribute, octets of the Data, of everything."""
    found: list[list[Any]] = []
    for (class_id, name), attributes in running[0].objects.items():
        text = ".".join(str(octet) for octet in name.to_bytes())
        found += [[int(class_id), text, number, encode_data(value).hex()] for number, value in attributes.items()]
    return found


if __name__ == "__main__":
    serve(answer)
