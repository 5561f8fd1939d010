"""Whatever a peer sends, the server goes on: it serves the next client, and nothing was written that was not asked."""

from __future__ import annotations

from typing import Any

from association.support import PASSWORD
from hypothesis import given, settings
from hypothesis import strategies as st
from server.support import LN, PUBLIC, SN, Line, Thing, ciphered_client, device, octets, public, unsigned, value_of

from xdlms.association import ServerSettings
from xdlms.profiles.link import Saps
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.server import AttributeAccess, Client, LogicalDevice, MethodAccess, Rights
from xdlms.services.primitives import Get
from xdlms_apdu.v2023 import Data

RIGHTS = Rights(
    {1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE, 3: AttributeAccess.READ}, {1: MethodAccess.ACCESS}
)
MANAGER = Saps(1, 1)
REQUESTS = [
    bytes.fromhex(text)
    for text in (
        "601DA109060760857405080101BE10040E01000000065F1F0400FFFFFFFFFF",
        "601DA109060760857405080102BE10040E01000000065F1F0400FFFFFFFFFF",
        "6200",
        "C001C100030000600100FF0200",
        "C001C1000F0000280000FF0200",
        "C001C100030000600100FF0000",
        "C001C100030000600100FF02010102040600000001",
        "C003C10200030000600100FF020000030000600100FF0100",
        "C002C100000001",
        "C101C100030000600100FF02001105",
        "C101C100030000600100FF0000 0203000011051100",
        "C102C100030000600100FF0200 00 00000001 03 110511",
        "C103C1 01 00000002 01 00",
        "C104C10100030000600100FF0200011105",
        "C301C100030000600100FF01010F00",
        "C3 01 C1 000F 0000280000FF 01 01 0908 0102030405060708",
        "C304C1 00030000600100FF01 00 00000001 03 010F00",
        "050202010802FA08",
        "05010402200802110501",
        "050104FA5800 0908 0102030405060708",
        "0501 05 0001",
        "060102200801 1105",
        "160102200801 1105",
        "C8 1E 30 01234567 411312FF935A47566827C467BC 7D825C3BE4A77C3FCC056B6B",
    )
]


def made() -> tuple[LogicalDevice, Thing]:
    thing = Thing(class_id=3, a2=unsigned(7), a3=octets(bytes(300)))

    def only_numbers(value: Data) -> Any:
        if not isinstance(value.value, int):
            raise TypeError(value)
        thing.values[2] = value
        return None

    thing.answer = only_numbers
    reader = Client(sap=2, settings=ServerSettings(lowest=False, password=PASSWORD))
    result = LogicalDevice(1, b"XYZ", [public(), reader, ciphered_client()])
    result.add(thing, RIGHTS, base_name=0x2000)
    return result, thing


def mutated(data: st.DataObject) -> bytes:
    octets_ = bytearray(data.draw(st.sampled_from(REQUESTS)))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, max(len(octets_) - 1, 0)))
        how = data.draw(st.integers(0, 3))
        if how == 0:
            octets_[at : at + 1] = bytes((data.draw(st.integers(0, 255)),))
        elif how == 1:
            del octets_[at:]
        elif how == 2:
            octets_[at:at] = data.draw(st.binary(max_size=4))
        else:
            del octets_[at : at + 1]
    return bytes(octets_)


@settings(max_examples=80)
@given(st.data())
def test_no_sequence_of_apdus_harms_the_server(data: st.DataObject) -> None:
    device_, thing = made()
    line = Line(device_)
    saps = data.draw(st.sampled_from([PUBLIC, MANAGER, Saps(2, 1)]))
    if saps == PUBLIC and data.draw(st.booleans()):
        line.talk(context=data.draw(st.sampled_from([LN, SN])))
    for _ in range(data.draw(st.integers(1, 8))):
        line.ask(saps, mutated(data))
    again = Line(device_)
    assert again.talk().one(Get.Request(value_of(class_id=3))).result == thing.values[2]
    assert isinstance(thing.values[2].value, int)


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=40), max_size=8))
def test_no_octets_of_a_stream_harm_the_server(pieces: list[bytes]) -> None:
    line = Line(device(Thing(a2=unsigned(7))))
    for piece in pieces:
        line.receive(piece)
    line.closed("gone")
    assert line.connection.associations == 0


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=30), min_size=1, max_size=8))
def test_no_apdu_gets_past_hls(apdus: list[bytes]) -> None:
    device_, thing = made()
    line = Line(device_)
    for apdu in (*apdus, *REQUESTS):
        line.ask(MANAGER, apdu)
    assert thing.seen == []


def test_a_peer_that_speaks_for_several_clients_gets_what_each_may() -> None:
    device_, thing = made()
    line = Line(device_)
    client = line.talk()
    message = WrapperMessage(1, 1, REQUESTS[3]).encode()
    line.receive(message)
    assert line.take(MANAGER) == [bytes.fromhex("D80101")]
    assert thing.seen == []
    assert client.one(Get.Request(value_of(class_id=3))).result == unsigned(7)


def test_a_value_in_blocks_that_never_ends_changes_nothing() -> None:
    device_, thing = made()
    line = Line(device_)
    line.talk()
    line.ask(PUBLIC, bytes.fromhex("C102C100030000600100FF02000000000001021105"))
    line.ask(PUBLIC, bytes.fromhex("C001C200030000600100FF0200"))
    (answer,) = line.ask(PUBLIC, bytes.fromhex("C103C10100000002 01 06".replace(" ", "")))
    assert answer.hex().upper().startswith("C503C1")
    assert thing.values[2] == unsigned(7)
