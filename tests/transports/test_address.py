"""The URLs that say how a peer is reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.transports import Address, AddressError, LinkOptions, Scheme, make_link


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1",
        "127.0.0.1:4059",
        "http://127.0.0.1",
        "tcp:127.0.0.1",
        "tcp://",
        "tcp://:4059",
        "tcp://host:0x10",
        "tcp://host:65536",
        "tcp://host:-1",
        "tcp://host/path",
        "tcp://user@host",
        "tcp://host#part",
        "tcp://[::1",
        "hdlc+tcp://host",
        "hdlc://host/dev",
        "hdlc:",
    ],
)
def test_a_url_that_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        Address.parse(url)


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"tcp://{text}", f"hdlc://{text}"):
        try:
            Address.parse(url)
        except AddressError:
            continue


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("tcp://host?baud=1", "tcp has no option 'baud'; it has none"),
        (
            "hdlc+tcp://host:1?baud=1",
            "its options are address_size, max_info, meter, open, physical, retries, timeout, window",
        ),
        ("hdlc+tcp://host:1?window=many", "window is a number, not 'many'"),
        ("hdlc+tcp://host:1?window=8", "window"),
        ("hdlc+tcp://host:1?max_info=0", "information"),
        ("hdlc+tcp://host:1?address_size=3", "3"),
    ],
)
def test_options_that_there_are_not_are_refused(url: str, message: str) -> None:
    with pytest.raises(AddressError, match=message):
        make_link(Address.parse(url), server=False, options=LinkOptions())


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("tcp://10.0.0.1", Address(Scheme.TCP, "10.0.0.1", 4059)),
        ("udp://meter.example:5000/", Address(Scheme.UDP, "meter.example", 5000)),
        ("tcp://[::1]:1", Address(Scheme.TCP, "::1", 1)),
        ("hdlc+tcp://host:4001?physical=17", Address(Scheme.HDLC_TCP, "host", 4001, "", (("physical", "17"),))),
        ("hdlc:///dev/ttyUSB0?baud=9600", Address(Scheme.HDLC_SERIAL, "", 0, "/dev/ttyUSB0", (("baud", "9600"),))),
    ],
)
def test_an_address_comes_back_from_its_url(url: str, address: Address) -> None:
    assert Address.parse(url) == address
    assert Address.parse(str(address)) == address
    assert address.option("baud", "300") == dict(address.options).get("baud", "300")
