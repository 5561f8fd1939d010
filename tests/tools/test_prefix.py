"""What stands in front of an APDU: the gateway prefix, a lone LLC header."""

from __future__ import annotations

import pytest

from xdlms.tools.prefix import Gateway, take_prefix

APDU = bytes.fromhex("C0018100010000800000FF0200")


@pytest.mark.parametrize(
    "octets", ["", "E6", "E600", "E60002", "E6000211", "E600021122", "E6E600", "E700FFC001", "C001"]
)
def test_octets_that_end_in_a_prefix_are_left_alone(octets: str) -> None:
    prefixed = take_prefix(bytes.fromhex(octets))
    assert (prefixed.apdu.hex().upper(), prefixed.gateway, prefixed.llc) == (octets, None, b"")


def test_a_gateway_request_is_taken_off() -> None:
    prefixed = take_prefix(bytes.fromhex("E60503112233") + APDU)
    assert prefixed.gateway is not None
    assert (prefixed.gateway.request, prefixed.gateway.network_id) == (True, 5)
    assert str(prefixed.gateway) == "gateway request, network 5, address 112233"
    assert prefixed.apdu == APDU


def test_a_gateway_response_is_taken_off() -> None:
    prefixed = take_prefix(bytes.fromhex("E70000") + APDU)
    assert prefixed.gateway is not None
    assert str(prefixed.gateway) == "gateway response, network 0, address empty"
    assert prefixed.apdu == APDU


@pytest.mark.parametrize("llc", ["E6E600", "E6E700"])
def test_an_llc_header_is_no_gateway_prefix(llc: str) -> None:
    prefixed = take_prefix(bytes.fromhex(llc) + APDU)
    assert (prefixed.apdu, prefixed.gateway, prefixed.llc.hex().upper()) == (APDU, None, llc)


def test_a_gateway_prefix_may_follow_an_llc_header() -> None:
    prefixed = take_prefix(bytes.fromhex("E6E600E6010142") + APDU)
    assert prefixed.gateway is not None
    assert (prefixed.apdu, prefixed.gateway.address, prefixed.llc) == (APDU, b"B", bytes.fromhex("E6E600"))


def test_a_second_llc_header_is_none() -> None:
    octets = bytes.fromhex("E6E600E6E600") + APDU
    assert take_prefix(octets).apdu == octets


def test_a_prefix_encodes_to_the_octets_it_was() -> None:
    octets = bytes.fromhex("E6050311223344")
    gateway = take_prefix(octets).gateway
    assert gateway is not None
    assert gateway.encode() == octets[:-1]
    with pytest.raises(ValueError, match="byte"):
        Gateway(True, 256, b"").encode()
