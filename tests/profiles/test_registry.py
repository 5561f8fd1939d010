"""The table of communication profiles agrees with what the links and the URLs really do."""

from __future__ import annotations

import pytest

from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.registry import PROFILES, LowerLayer, carried, profile_of
from xdlms.profiles.wrapper_link import WrapperLink
from xdlms.transports import Address, AddressError, LinkOptions, make_link
from xdlms.transports.address import Scheme

pytestmark = pytest.mark.clause("Annex A")


def test_a_scheme_that_is_none_has_no_profile() -> None:
    assert profile_of("http") is None


def test_every_scheme_chooses_a_profile() -> None:
    assert {scheme for profile in carried() for scheme in profile.schemes} == set(Scheme)
    for scheme in Scheme:
        assert profile_of(scheme) is not None


def test_s_fsk_plc_is_listed_and_not_carried() -> None:
    profile = PROFILES["S-FSK PLC"]
    assert not profile.is_carried
    assert profile not in carried()
    assert "discover" in profile.event_notification


def test_rlrq_and_rlre_are_mandatory_over_the_wrapper_only() -> None:
    assert {profile.schemes for profile in carried() if profile.uses_release} == {("tcp",), ("udp",)}


def test_udp_has_no_connection() -> None:
    assert PROFILES["TCP-UDP/IP based, UDP"].lower_layer is LowerLayer.CONNECTIONLESS


@pytest.mark.parametrize(("scheme", "datagrams"), [("tcp", False), ("udp", True)])
def test_the_longest_apdu_is_that_of_the_link(scheme: str, datagrams: bool) -> None:
    profile = profile_of(scheme)
    assert profile is not None
    assert profile.largest_apdu == WrapperLink(server=False, datagrams=datagrams).largest_apdu


def test_the_longest_apdu_of_hdlc_is_that_of_the_link() -> None:
    profile = profile_of("hdlc")
    assert profile is not None
    assert PrimaryLink().largest_apdu == profile.largest_apdu


def test_the_parameters_of_hdlc_are_the_options_of_its_addresses() -> None:
    profile = profile_of("hdlc")
    assert profile is not None
    with pytest.raises(AddressError) as caught:
        make_link(Address.parse("hdlc:///dev/ttyUSB0?unknown=1"), server=False, options=LinkOptions())
    names = sorted(parameter.name for parameter in profile.parameters)
    assert str(caught.value).endswith(f"its options are {', '.join(names)}")


def test_every_profile_names_its_parameters() -> None:
    for profile in PROFILES.values():
        assert profile.source.startswith("IEC 62056")
        assert profile.parameters
        assert all(parameter.meaning and parameter.range for parameter in profile.parameters)
