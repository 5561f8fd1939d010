"""What a client sends wrongly, and what the server answers: each case octet for octet, and the association goes on.

The object has the logical name 0.0.96.1.0.255 and the short name 2000; attribute 2 holds unsigned 7, attribute 3 has
300 octets. In an answer, ".." stands for what follows.
"""

from __future__ import annotations

from typing import Any

import pytest
from server.support import LN_CIPHERED, PUBLIC, Line, Thing, ciphered_client, device, octets, unsigned, value_of

from xdlms.profiles.link import Saps
from xdlms.profiles.wrapper_link import WrapperLink
from xdlms.server import AttributeAccess, Limits, MethodAccess, Rights
from xdlms.services.primitives import Get, Set
from xdlms_apdu.v2023 import DataAccessResult

RIGHTS = Rights(
    {1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE, 3: AttributeAccess.READ}, {1: MethodAccess.ACCESS}
)
AARQ = "601DA109060760857405080101BE10040E01000000065F1F0400FFFFFFFFFF"
AARQ_SN = "601DA109060760857405080102BE10040E01000000065F1F0400FFFFFFFFFF"
SMALL = AARQ[:-4] + "0040"
GET = "C001C1 0003 0000600100FF 02 00"
GET_LONG = "C001C1 0003 0000600100FF 03 00"
SET_FIRST = "C102C1 0003 0000600100FF 02 00"
CALL = "C301C1 0003 0000600100FF 01"
CALL_FIRST = "C304C1 0003 0000600100FF 01"
MANAGER = Saps(1, 1)
SEVEN = "C401C1 00 1107"
NOTHING = ""

UNDECODABLE = "D8 02 03"  # service-unknown, other-reason
NOT_SUPPORTED = "D8 02 02"  # service-unknown, service-not-supported
NOT_POSSIBLE = "D8 01 01"  # service-not-allowed, operation-not-possible

LN = {
    "no octets at all": [("", UNDECODABLE)],
    "a tag that is nobody's": [("FF00", NOT_SUPPORTED), ("00", NOT_SUPPORTED)],
    "a request that ends early": [("C0", UNDECODABLE), ("C001", UNDECODABLE), (GET[:-2], UNDECODABLE)],
    "a request of a type that there is not": [("C000C1", UNDECODABLE), ("C00FC1", UNDECODABLE)],
    "octets behind a request": [(GET + "00", UNDECODABLE)],
    "an InitiateRequest outside of an AARQ": [("01000000065F1F0400FFFFFFFFFF", NOT_SUPPORTED)],
    "a service that the server does not have": [("E0 80 0001 0000 02 0102", NOT_SUPPORTED)],
    "what only servers send": [
        ("61 00", NOTHING),
        ("0F 00000000 00 00", NOTHING),
        ("C2 00 0003 0000600100FF 02 1105", NOTHING),
        ("C4 01 C1 00 1105", NOTHING),
        ("D8 01 01", NOTHING),
        ("0E 01 01 01", NOTHING),
    ],
    "an AARQ that does not decode": [("60", UNDECODABLE), ("60 03 800207", UNDECODABLE), ("60 7F", UNDECODABLE)],
    "ciphered APDUs in a context without ciphering": [
        ("C8 1E 30 01234567 411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B", "D8 01 05"),
        ("DB 08 0011223344556677 09 30 01234567 12345678", "D8 01 05"),
    ],
    "requests by short name": [
        ("05 01 02 2008", NOT_SUPPORTED),
        ("06 01 02 2008 01 1105", NOT_SUPPORTED),
        ("16 01 02 2008 01 1105", NOT_SUPPORTED),
    ],
    "Data nested deeper than is taken": [
        ("C101C1 0003 0000600100FF 02 00" + "0201" * 33 + "00", UNDECODABLE),
        ("C101C1 0003 0000600100FF 02 00" + "0201" * 5000 + "00", UNDECODABLE),
    ],
    "lists of nothing": [("C003C1 00", "C403C1 00"), ("C104C1 00 00", "C505C1 00"), ("C303C1 00 00", "C703C1 00")],
    "more values than attributes": [("C104C1 01 0003 0000600100FF 02 00 02 1105 1106", "C505C1 01 0C")],
    "NEXT with no transfer": [("C002C1 00000001", "C402C1 01 00000002 01 10")],
    "NEXT when the transfer has ended": [
        (GET, SEVEN),
        ("C002C1 00000001", "C402C1 01 00000002 01 10"),
    ],
    "NEXT with a block-number of before, of later, and the highest": [
        (GET_LONG, "C402C1 00 00000001 00 36 .."),
        ("C002C1 00000000", "C402C1 01 00000002 01 13"),
        ("C002C1 00000001", "C402C1 01 00000002 01 10"),
        (GET_LONG, "C402C1 00 00000001 00 36 .."),
        ("C002C1 00000002", "C402C1 01 00000002 01 13"),
        (GET_LONG, "C402C1 00 00000001 00 36 .."),
        ("C002C1 FFFFFFFF", "C402C1 01 00000002 01 13"),
    ],
    "NEXT with another invoke-id": [
        (GET_LONG, "C402C1 00 00000001 00 36 .."),
        ("C002C2 00000001", "C402C2 01 00000002 01 10"),
        ("C002C1 00000001", "C402C1 00 00000002 00 36 .."),
    ],
    "NEXT unconfirmed": [(GET_LONG, "C402C1 00 00000001 00 36 .."), ("C00281 00000001", NOTHING)],
    "a block of SET with no transfer": [("C103C1 01 00000002 01 05", "C503C1 12 00000002")],
    "a first block of SET that is not 1": [
        (SET_FIRST + "00 00000000 02 1105", "C503C1 13 00000001"),
        (SET_FIRST + "00 00000002 02 1105", "C503C1 13 00000001"),
    ],
    "a block of SET twice": [
        (SET_FIRST + "00 00000001 01 11", "C502C1 00000001"),
        ("C103C1 01 00000001 01 05", "C503C1 13 00000002"),
        ("C103C1 01 00000002 01 05", "C503C1 12 00000002"),
    ],
    "a block of SET that is left out": [
        (SET_FIRST + "00 00000001 01 11", "C502C1 00000001"),
        ("C103C1 01 00000003 01 05", "C503C1 13 00000002"),
    ],
    "blocks of SET without octets, which join to nothing": [
        (SET_FIRST + "00 00000001 00", "C502C1 00000001"),
        ("C103C1 00 00000002 00", "C502C1 00000002"),
        ("C103C1 01 00000003 00", "C503C1 0C 00000003"),
    ],
    "blocks of SET that do not join to Data": [
        (SET_FIRST + "00 00000001 02 FFFF", "C502C1 00000001"),
        ("C103C1 01 00000002 01 05", "C503C1 0C 00000002"),
    ],
    "blocks of SET that join to more than Data": [
        (SET_FIRST + "00 00000001 02 1105", "C502C1 00000001"),
        ("C103C1 01 00000002 01 05", "C503C1 0C 00000002"),
    ],
    "another request between the blocks of SET": [
        (SET_FIRST + "00 00000001 01 11", "C502C1 00000001"),
        (GET, SEVEN),
        ("C103C1 01 00000002 01 05", "C503C1 12 00000002"),
    ],
    "a block of ACTION with no transfer": [("C306C1 01 00000002 01 05", "C701C1 10 00")],
    "NEXT-PBLOCK with no transfer": [("C302C1 00000001", "C701C1 10 00")],
    "a block of ACTION that is left out": [
        (CALL_FIRST + "00 00000001 01 11", "C704C1 00000001"),
        ("C306C1 01 00000003 01 05", "C701C1 0E 00"),
        ("C306C1 01 00000002 01 05", "C701C1 10 00"),
    ],
    "a method that there is not": [("C301C1 0003 0000600100FF 09 00", "C701C1 03 00")],
    "an attribute, an object, a class that there is not": [
        ("C001C1 0003 0000600100FF 09 00", "C401C1 01 03"),
        ("C001C1 0003 0000600109FF 02 00", "C401C1 01 04"),
        ("C001C1 0008 0000600100FF 02 00", "C401C1 01 09"),
    ],
}
"""APDUs, and what is answered."""

SN = {
    "requests by logical name": [
        (GET, "0E 05 03 02"),
        ("C101C1 0003 0000600100FF 02 00 1105", "0E 05 03 02"),
        (CALL + "00", "0E 05 03 02"),
    ],
    "a Read that does not decode": [
        ("05", "0C 01 01 FA"),
        ("05 01", "0C 01 01 FA"),
        ("05 01 09", "0C 01 01 FA"),
        ("05 01 02 00", "0C 01 01 FA"),
        ("05 00 00", "0C 01 01 FA"),
    ],
    "a Write that does not decode": [("06", "0D 01 01 FA"), ("06 01 02 2008", "0D 01 01 FA")],
    "lists of nothing": [("05 00", "0C 00"), ("06 00 00", "0D 00")],
    "more values than variables": [("06 01 02 2008 02 1105 1106", "0D 01 01 0C")],
    "a short name that there is not": [("05 01 02 0008", "0C 01 01 04"), ("06 01 02 0008 01 1105", "0D 01 01 04")],
    "a short name between two attributes": [("05 01 02 2009", "0C 01 01 04")],
    "block-number-access with no transfer": [("05 01 05 0001", "0C 01 01 10"), ("05 01 05 FFFF", "0C 01 01 10")],
    "a block of Read with no transfer": [("05 01 06 01 0002 01 02", "0C 01 01 10")],
    "a block of Write with no transfer": [("06 01 07 01 0002 01 09 01 05", "0D 01 01 12")],
    "a block of Write that is left out": [
        ("06 01 07 00 0001 01 09 01 05", "0D 01 02 0001"),
        ("06 01 07 01 0003 01 09 01 05", "0D 01 01 13"),
        ("06 01 07 01 0002 01 09 01 05", "0D 01 01 12"),
    ],
    "UnconfirmedWrite with anything wrong": [
        ("16", NOTHING),
        ("16 01 02 0008 01 1105", NOTHING),
        ("16 01 02 2008 00", NOTHING),
    ],
}


def made() -> tuple[Line, Thing]:
    thing = Thing(class_id=3, a2=unsigned(7), a3=octets(bytes(300)))
    served = device()
    served.add(thing, RIGHTS, base_name=0x2000)
    return Line(served), thing


def talk(aarq: str, exchange: list[tuple[str, str]]) -> tuple[Line, Thing]:
    """Associate, and send; what is answered is what should be."""
    line, thing = made()
    (aare,) = line.ask(PUBLIC, bytes.fromhex(aarq))
    assert aare[0] == 0x61
    for sent, expected in exchange:
        answers = [answer.hex().upper() for answer in line.ask(PUBLIC, bytes.fromhex(sent))]
        whole = expected.replace(" ", "")
        if whole.endswith(".."):
            assert [answer[: len(whole) - 2] for answer in answers] == [whole[:-2]], sent
        else:
            assert answers == ([whole] if whole else []), sent
    return line, thing


def limit(exchange: list[tuple[str, str]]) -> str:
    """Blocks of responses need a client that takes little."""
    return SMALL if any(sent == GET_LONG for sent, _ in exchange) else AARQ


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize("what", LN)
def test_what_is_wrong_by_logical_name_has_its_answer_and_the_association_goes_on(what: str) -> None:
    line, thing = talk(limit(LN[what]), LN[what])
    assert thing.values[2] == unsigned(7)
    assert [apdu.hex().upper() for apdu in line.ask(PUBLIC, bytes.fromhex(GET))] == [SEVEN.replace(" ", "")]
    assert not line.is_closed


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize("what", SN)
def test_what_is_wrong_by_short_name_has_its_answer_and_the_association_goes_on(what: str) -> None:
    line, thing = talk(AARQ_SN, SN[what])
    assert thing.values[2] == unsigned(7)
    assert line.ask(PUBLIC, bytes.fromhex("05 01 02 2008")) == [bytes.fromhex("0C 01 00 1107")]
    assert not line.is_closed


# Out of the order of states (Figure 10)


@pytest.mark.clause("7.1")
def test_an_rlrq_and_requests_before_an_aarq() -> None:
    line, _ = made()
    assert line.ask(PUBLIC, bytes.fromhex("62 00")) == []
    assert line.ask(PUBLIC, bytes.fromhex(GET)) == [bytes.fromhex(NOT_POSSIBLE)]
    assert line.ask(PUBLIC, bytes.fromhex("05 01 02 2008")) == [bytes.fromhex("0E 05 02 01")]
    assert line.ask(PUBLIC, bytes.fromhex(AARQ))[0][0] == 0x61


@pytest.mark.clause("7.2.5")
def test_what_comes_behind_the_rlre() -> None:
    line, thing = talk(AARQ, [("62 00", "63 ..")])
    assert line.connection.associations == 0
    for rubbish in ("", "00FF", "C0", "62 00", "63 00", "61 00"):
        assert line.ask(PUBLIC, bytes.fromhex(rubbish)) in ([], [bytes.fromhex(NOT_POSSIBLE)])
    assert line.ask(PUBLIC, bytes.fromhex(GET)) == [bytes.fromhex(NOT_POSSIBLE)]
    assert thing.seen == []
    assert line.ask(PUBLIC, bytes.fromhex(AARQ))[0][0] == 0x61
    assert line.ask(PUBLIC, bytes.fromhex(GET)) == [bytes.fromhex(SEVEN)]


@pytest.mark.clause("7.3.4")
def test_a_transfer_does_not_go_on_in_the_next_association() -> None:
    line, thing = talk(AARQ, [(SET_FIRST + "00 00000001 01 11", "C502C1 00000001"), (AARQ, "61 ..")])
    assert line.ask(PUBLIC, bytes.fromhex("C103C1 01 00000002 01 05")) == [bytes.fromhex("C503C1 12 00000002")]
    assert thing.values[2] == unsigned(7)


@pytest.mark.clause("7.3.4")
def test_blocks_without_octets_do_not_go_on_for_ever() -> None:
    line, thing = made()
    line.ask(PUBLIC, bytes.fromhex(AARQ))
    line.ask(PUBLIC, bytes.fromhex(SET_FIRST + "00 00000001 00"))
    number, answer = 2, b"\xc5\x02"
    while answer[:2] == b"\xc5\x02":
        assert number < 1000
        (answer,) = line.ask(PUBLIC, bytes.fromhex("C103C1 00") + number.to_bytes(4, "big") + b"\x00")
        number += 1
    assert answer.hex().upper().startswith("C503C1")
    assert thing.values[2] == unsigned(7)


# Slow peers


def test_an_octet_from_time_to_time_does_not_keep_a_connection_open() -> None:
    line, _ = made()
    slow = Line(*line.shared.devices.values(), limits=Limits(opening=60.0, idle=600.0))
    frame = bytes.fromhex("0001 0010 0001 001F" + AARQ)
    closed_at = None
    for at, octet in enumerate(frame):
        slow.time = 10.0 * at
        slow.receive(bytes((octet,)))
        slow.connection.handle_timeout()
        if slow.is_closed:
            closed_at = slow.time
            break
    assert closed_at == 60.0
    assert slow.connection.associations == 0


def test_an_octet_from_time_to_time_does_not_keep_an_association_open() -> None:
    line, _ = made()
    slow = Line(*line.shared.devices.values(), limits=Limits(opening=60.0, idle=100.0))
    slow.talk()
    frame = bytes.fromhex("0001 0010 0001 000D" + GET)
    for at in range(11):
        slow.time = 10.0 * at
        assert not slow.is_closed
        slow.receive(frame[at : at + 1])
        slow.connection.handle_timeout()
    assert slow.is_closed


def test_a_peer_that_is_refused_again_and_again_is_not_kept_for_longer_than_it_may_take_to_open() -> None:
    line, _ = made()
    stubborn = Line(*line.shared.devices.values(), limits=Limits(opening=60.0))
    refused = AARQ.replace("0101BE", "0109BE")
    for at in range(0, 61, 30):
        stubborn.time = float(at)
        assert not stubborn.is_closed
        assert stubborn.ask(PUBLIC, bytes.fromhex(refused))[0][0] == 0x61
        stubborn.connection.handle_timeout()
    assert stubborn.is_closed


# Datagrams, which come twice, or too late


@pytest.mark.clause("5.4.5")
def test_a_ciphered_datagram_that_comes_twice_or_late_is_served_once() -> None:
    thing = Thing(class_id=3, a2=unsigned(7))
    served = device(clients=(ciphered_client(),))
    served.add(thing, RIGHTS)
    line = Line(served, link=WrapperLink(server=True, datagrams=True))
    client = line.talk(MANAGER, context=LN_CIPHERED, hls=True)
    client.client.send(Set.Request(value_of(class_id=3), unsigned(5)), now=0)
    (early,) = client.client.apdus_to_send()
    (answer,) = line.ask(MANAGER, early)
    client.client.receive_apdu(answer, now=0)
    (again,) = line.ask(MANAGER, early)
    assert again[:3] == bytes.fromhex("D80106")  # invocation-counter-error, and the counter that is expected
    client.client.events()
    assert client.one(Set.Request(value_of(class_id=3), unsigned(6))).result == DataAccessResult.success
    (late,) = line.ask(MANAGER, early)
    assert late[:3] == bytes.fromhex("D80106")
    assert [value.value for what, _, value in thing.seen if what == "set"] == [5, 6]
    assert client.one(Get.Request(value_of(class_id=3))).result == unsigned(6)


@pytest.mark.clause("Annex A")
@pytest.mark.parametrize("wrong", ["", "00", "0001 0010 0001 0002 C0", "0002 0010 0001 0001 C0", "0001 0010 0001 0000"])
def test_a_datagram_that_is_no_message_is_dropped_and_the_next_one_served(wrong: str) -> None:
    line, _ = made()
    there = Line(*line.shared.devices.values(), link=WrapperLink(server=True, datagrams=True))
    there.ask(PUBLIC, bytes.fromhex(AARQ))
    there.receive(bytes.fromhex(wrong))
    there.pump()
    assert [frame for frame in there.frames if len(frame) > 11] == []
    there.frames.clear()
    assert there.ask(PUBLIC, bytes.fromhex(GET)) == [bytes.fromhex(SEVEN)]


# Several clients on one connection


@pytest.mark.clause("4.2.2")
def test_an_association_of_one_client_is_nobody_elses() -> None:
    line, thing = talk(AARQ, [(SET_FIRST + "00 00000001 01 11", "C502C1 00000001")])
    stranger = Saps(99, 1)
    assert line.ask(stranger, bytes.fromhex("C103C1 01 00000002 01 05")) == []
    assert line.ask(stranger, bytes.fromhex(AARQ)) == []
    assert line.ask(Saps(16, 9), bytes.fromhex(AARQ)) == []
    assert line.ask(PUBLIC, bytes.fromhex("C103C1 01 00000002 01 05")) == [bytes.fromhex("C503C1 00 00000002")]
    assert thing.values[2] == unsigned(5)


def test_whatever_the_priority_a_request_is_served_and_its_response_has_it() -> None:
    line, _ = made()
    client = line.talk()
    for octet in (0x41, 0xC1, 0x40, 0xCF):
        (answer,) = line.ask(PUBLIC, bytes.fromhex(GET.replace("C1", f"{octet:02X}", 1)))
        assert answer[2] == octet
    confirm: Any = client.one(Get.Request(value_of(class_id=3)))
    assert confirm.result == unsigned(7)
