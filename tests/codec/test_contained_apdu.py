"""The APDU inside an AARQ: decoded with it, and never out of step with `user_information`."""

from __future__ import annotations

import copy
import pickle

import pytest

from xdlms import apdu
from xdlms.apdu import AARQ, InitiateRequest
from xdlms.errors import DecodeError

OCTETS = bytes.fromhex("601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0")
OTHER = bytes.fromhex("01000000065F1F040000101D0200")


def decoded() -> AARQ:
    aarq = apdu.decode(OCTETS)
    assert isinstance(aarq, AARQ)
    return aarq


def size(aarq: AARQ) -> int:
    inner = aarq.user_information_apdu
    assert isinstance(inner, InitiateRequest)
    return inner.client_max_receive_pdu_size


@pytest.mark.clause("7.2.4")
def test_the_apdu_inside_is_that_of_the_octets_as_often_as_asked() -> None:
    aarq = decoded()
    assert [size(aarq), size(aarq), size(aarq)] == [1200, 1200, 1200]


def test_other_octets_hold_another_apdu() -> None:
    aarq = decoded()
    aarq.user_information = OTHER
    assert size(aarq) == 512
    aarq.user_information = None
    assert aarq.user_information_apdu is None
    aarq.user_information = b"\x01"
    with pytest.raises(DecodeError):
        _ = aarq.user_information_apdu


def test_a_changed_apdu_inside_changes_nothing_else() -> None:
    aarq = decoded()
    inner = aarq.user_information_apdu
    assert isinstance(inner, InitiateRequest)
    inner.client_max_receive_pdu_size = 7
    assert size(aarq) == 1200
    assert aarq.encode() == OCTETS


def test_asking_for_the_apdu_inside_makes_no_difference_to_equality_and_copies() -> None:
    asked, fresh = decoded(), decoded()
    assert size(asked) == 1200
    assert asked == fresh
    for aarq in (asked, fresh):
        for twin in (copy.copy(aarq), copy.deepcopy(aarq), pickle.loads(pickle.dumps(aarq))):
            assert twin == aarq
            assert size(twin) == 1200
            twin.user_information = OTHER
            assert (size(twin), size(aarq)) == (512, 1200)


def test_one_that_was_made_has_the_apdu_of_its_octets() -> None:
    aarq = AARQ("2.16.756.5.8.1.1", user_information=OTHER)
    assert size(aarq) == 512
