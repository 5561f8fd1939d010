"""dlms-cosem: its client over its own transport, and its parser of Data."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from bench.elapsed import ENERGY, KEYS, LOAD_PROFILE, port, tasks_of
from bench.worker import serve
from dlms_cosem import cosem, enumerations
from dlms_cosem.client import DlmsClient
from dlms_cosem.io import BlockingTcpIO, TcpTransport
from dlms_cosem.security import HighLevelSecurityGmacAuthentication
from dlms_cosem.utils import parse_as_dlms_data


def attribute(interface: int, name: str) -> cosem.CosemAttribute:
    octets = bytes(map(int, name.split(".")))
    return cosem.CosemAttribute(enumerations.CosemInterface(interface), cosem.Obis.from_bytes(octets), 2)


def opened(size: int, number: int) -> Mapping[str, Callable[[], Any]]:
    client = DlmsClient(
        TcpTransport(1, 1, BlockingTcpIO("127.0.0.1", port(), timeout=10), timeout=10),
        HighLevelSecurityGmacAuthentication(),
        encryption_key=KEYS[0],
        authentication_key=KEYS[1],
        client_system_title=b"DCB" + bytes((0, 0, 0, 0, number)),
        client_initial_invocation_counter=1,
        max_pdu_size=size,
    )
    client.connect()
    client.associate()
    profile, energy = attribute(7, LOAD_PROFILE), attribute(3, ENERGY)
    return {
        "profile": lambda: parse_as_dlms_data(client.get(profile)),
        "get": lambda: parse_as_dlms_data(client.get(energy)),
    }


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    serve(lambda: tasks_of(opened))
