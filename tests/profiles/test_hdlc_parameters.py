"""Parameters in SNRM and UA."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.codec.errors import EncodeError
from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.problems import FrameError, LinkFault


@pytest.mark.parametrize(
    ("information", "fault", "offset"),
    [
        ("80", LinkFault.PARAMETERS, 0),
        ("818112", LinkFault.PARAMETERS, 0),
        ("8180", LinkFault.TRUNCATED, 2),
        ("818003", LinkFault.TRUNCATED, 3),
        ("818003050180" + "00", LinkFault.TRAILING_OCTETS, 6),
        ("818003090101", LinkFault.PARAMETERS, 3),
        ("818006050180050180", LinkFault.PARAMETERS, 6),
        ("81800105", LinkFault.TRUNCATED, 4),
        ("8180030502FF", LinkFault.TRUNCATED, 6),
        ("8180020500", LinkFault.PARAMETERS, 4),
        ("81800705050000000080", LinkFault.PARAMETERS, 4),
        ("818003050100", LinkFault.PARAMETERS, 5),
        ("818004050207EF", LinkFault.PARAMETERS, 5),
        ("81800607040000" + "0008", LinkFault.PARAMETERS, 5),
        ("81800608040000" + "0000", LinkFault.PARAMETERS, 5),
    ],
)
def test_wrong_information_is_refused_and_says_where(information: str, fault: LinkFault, offset: int) -> None:
    with pytest.raises(FrameError) as caught:
        LinkParameters.decode(bytes.fromhex(information))
    assert (caught.value.fault, caught.value.offset) == (fault, offset)


@pytest.mark.parametrize("value", [0, -1, 2031])
def test_information_lengths_are_1_to_2030(value: int) -> None:
    with pytest.raises(EncodeError):
        LinkParameters(max_information_transmit=value)
    with pytest.raises(EncodeError):
        LinkParameters(max_information_receive=value)


@pytest.mark.parametrize("value", [0, -1, 8])
def test_windows_are_1_to_7(value: int) -> None:
    with pytest.raises(EncodeError):
        LinkParameters(window_transmit=value)
    with pytest.raises(EncodeError):
        LinkParameters(window_receive=value)


def test_the_defaults_written_out() -> None:
    octets = bytes.fromhex("81801205018006018007040000000108040000000" + "1")
    assert LinkParameters().encode() == octets
    assert LinkParameters.decode(octets) == LinkParameters()


def test_no_information_means_the_defaults() -> None:
    assert LinkParameters.decode(b"") == LinkParameters(128, 128, 1, 1)


def test_a_missing_parameter_has_its_default() -> None:
    assert LinkParameters.decode(bytes.fromhex("818003060140")) == LinkParameters(max_information_receive=0x40)


def test_more_than_255_octets_take_two() -> None:
    assert LinkParameters(2030, 255).encode().hex() == "818013050207ee0601ff07040000000108040000" + "0001"


def test_a_window_in_one_octet_is_taken() -> None:
    assert LinkParameters.decode(bytes.fromhex("818003070103")).window_transmit == 3


def test_in_each_direction_the_smaller_value_counts() -> None:
    client = LinkParameters(512, 256, 4, 2)
    server = LinkParameters(128, 1024, 7, 1)
    assert client.agreed(server) == LinkParameters(512, 128, 1, 2)
    assert server.agreed(client) == LinkParameters(128, 512, 2, 1)


@given(st.integers(1, 2030), st.integers(1, 2030), st.integers(1, 7), st.integers(1, 7))
def test_parameters_are_read_as_they_were_written(transmit: int, receive: int, out: int, back: int) -> None:
    parameters = LinkParameters(transmit, receive, out, back)
    assert LinkParameters.decode(parameters.encode()) == parameters


@given(st.binary(max_size=24) | st.binary(max_size=20).map(lambda tail: bytes((0x81, 0x80, len(tail))) + tail))
def test_any_octets_are_parameters_or_one_documented_error(octets: bytes) -> None:
    with suppress(FrameError):
        LinkParameters.decode(octets)
