"""The exchanges of Annex D as message sequences, octet for octet (objects and vectors of Annex D).

The examples have priority high and leave the service-class bit 0: there the frame tells that a service is
confirmed. Those that have it set are the same exchanges elsewhere.
"""

from __future__ import annotations

from typing import Any

import pytest
from association.support import LN, SN, Objects, Wire, octets, only, pair, text, unsigned
from conftest import vectors

from xdlms.association import ClientSettings
from xdlms.services.primitives import (
    Action,
    Get,
    Priority,
    Read,
    Set,
    SetMapperTable,
    UnconfirmedWrite,
    Write,
)
from xdlms.services.references import AttributeReference, MethodReference, VariableName
from xdlms.services.short_names import MapEntry
from xdlms_apdu.v2023 import Data, DataAccessResult

KNOWN = {vector["name"]: bytes.fromhex(vector["hex"]) for vector in vectors("ln_services", "sn_services")}
FIRST = AttributeReference(1, bytes.fromhex("0000800000FF"), 2)
SECOND = AttributeReference(1, bytes.fromhex("0000800100FF"), 2)
FIFTY = octets(bytes.fromhex("".join(f"{number:02d}" for number in range(1, 51))))
THREE = text("000")
HIGH = Priority.HIGH
BY_FRAME = ClientSettings(service_class_bit=False)


class FrameWire(Wire):
    """The frames tell that the services are confirmed."""

    def step(self) -> bool:
        moved = False
        for unit in self.client.units_to_send():
            self.seen.append(("client", unit.octets))
            self.server.receive_apdu(unit.octets, now=0, confirmed=unit.confirmed)
            moved = True
        return super().step() or moved


def exchange(request: Any, names: list[str], *, by_frame: bool = True, **given: Any) -> Any:
    """Carry out a request; the APDUs are the vectors with these names, and nothing else is sent."""
    objects = Objects({FIRST: FIFTY, SECOND: THREE, VariableName(0x0100): FIFTY, VariableName(0x0208): THREE})
    wire = pair(application=objects, client=BY_FRAME if by_frame else ClientSettings(), **given)
    framed = FrameWire(wire.client, wire.server)
    framed.application = objects
    events = framed.ask(request)
    assert [(side, apdu.hex().upper()) for side, apdu in framed.seen] == [
        (("client", "server")[at % 2], KNOWN[name].hex().upper()) for at, name in enumerate(names)
    ]
    return (*events, objects) if events else (None, objects)


@pytest.mark.clause("Annex D")
def test_get_without_blocks() -> None:
    names = ["Get-Request-Normal", "Get-Response-Normal octet-string(50)"]
    confirm, _ = exchange(Get.Request(FIRST, priority=HIGH), names)
    assert confirm.result == FIFTY


@pytest.mark.clause("Annex D")
def test_get_with_a_list_without_blocks() -> None:
    names = ["Get-Request-With-List", "Get-Response-With-List"]
    confirm, _ = exchange(Get.Request((FIRST, SECOND), priority=HIGH), names)
    assert confirm.result == (FIFTY, THREE)


@pytest.mark.clause("Annex D")
def test_get_with_blocks() -> None:
    names = [
        "Get-Request-Normal",
        "Get-Response-With-Datablock first",
        "Get-Request-Next",
        "Get-Response-With-Datablock last",
    ]
    confirm, _ = exchange(Get.Request(FIRST, priority=HIGH), names, client_size=40)
    assert confirm.result == FIFTY


@pytest.mark.clause("Annex D")
def test_set_without_blocks() -> None:
    request = Set.Request(FIRST, FIFTY, priority=HIGH)
    wire = pair(client=BY_FRAME)
    wire.client.send(request, now=0)
    (apdu,) = wire.client.apdus_to_send()
    assert apdu == KNOWN["Set-Request-Normal"]
    wire.server.receive_apdu(apdu, now=0, confirmed=True)
    indication = only(wire.server.events(), Set.Indication)
    assert (indication.attribute, indication.value) == (FIRST, FIFTY)
    wire.server.send(indication.response(DataAccessResult.success), now=0)
    assert wire.server.apdus_to_send() == [bytes.fromhex("C5018100")]


@pytest.mark.clause("Annex D")
def test_set_with_a_list_without_blocks() -> None:
    names = ["Set-Request-With-List", "Set-Response-With-List"]
    confirm, objects = exchange(Set.Request((FIRST, SECOND), (FIFTY, THREE), priority=HIGH), names)
    assert confirm.result == (DataAccessResult.success,) * 2
    assert objects.writes == 2


@pytest.mark.clause("Annex D")
def test_set_with_blocks() -> None:
    names = [
        "Set-Request-With-First-Datablock",
        "Set-Response-Datablock",
        "Set-Request-With-Datablock",
        "Set-Response-Last-Datablock",
    ]
    request = Set.Request(FIRST, FIFTY, priority=HIGH)
    confirm, objects = exchange(request, names, by_frame=False, server_size=40)
    assert confirm.result == DataAccessResult.success
    assert objects.values[FIRST] == FIFTY


DIGITS = FIFTY.encode()[2:].hex().upper()
"""The 50 octets of the first object, as hexadecimal digits."""
ATTRIBUTES = "02" "0001 0000800000FF 02 00" "0001 0000800100FF 02 00"
NAMES = "02" "02 0100" "02 0208"


def sent(request: Any, expected: list[str], *, values: dict[Any, Data] | None = None, **given: Any) -> Any:
    """Carry out a request, client first, by turns; the APDUs are these, which no vector has, octet for octet."""
    objects = Objects(values)
    wire = pair(application=objects, **given)
    wire.seen.clear()
    (confirm,) = wire.ask(request)
    assert wire.hexed() == [bytes.fromhex(text).hex().upper() for text in expected]
    assert [side for side, _ in wire.seen] == ["client", "server"] * (len(expected) // 2)
    return confirm, objects


@pytest.mark.clause("Annex D")
@pytest.mark.clause("7.3.4")
def test_set_with_a_list_and_with_blocks() -> None:
    # The raw-data of the blocks, joined, is the list of the values.
    expected = [
        f"C1 05 C1 {ATTRIBUTES} 00 00000001 0A  02 0932 {DIGITS[:14]}",
        "C5 02 C1 00000001",
        f"C1 03 C1 00 00000002 1F  {DIGITS[14:76]}",
        "C5 02 C1 00000002",
        f"C1 03 C1 01 00000003 11  {DIGITS[76:]} 0A03303030",
        "C5 04 C1 02 00 00 00000003",
    ]
    request = Set.Request((FIRST, SECOND), (FIFTY, THREE), priority=HIGH)
    confirm, objects = sent(request, expected, server_size=40)
    assert confirm.result == (DataAccessResult.success,) * 2
    assert (objects.values[FIRST], objects.values[SECOND]) == (FIFTY, THREE)


@pytest.mark.clause("Annex D")
@pytest.mark.clause("7.3.8")
def test_write_with_blocks() -> None:
    # The raw-data of the blocks, joined, is the WriteRequest but for its tag.
    expected = [
        f"06 01 07 00 0001 01 09 1F  01 02 0100 01 0932 {DIGITS[:48]}",
        "0D 01 02 0001",
        f"06 01 07 01 0002 01 09 1A  {DIGITS[48:]}",
        "0D 01 00",
    ]
    confirm, objects = sent(Write.Request((VariableName(0x0100),), (FIFTY,)), expected, context=SN, server_size=40)
    assert expected[1].replace(" ", "") == KNOWN["WriteResponse block-number"].hex().upper()
    assert expected[3].replace(" ", "") == KNOWN["WriteResponse success"].hex().upper()
    assert confirm.results == (DataAccessResult.success,)
    assert objects.values == {VariableName(0x0100): FIFTY}


@pytest.mark.clause("Annex D")
@pytest.mark.clause("7.3.8")
def test_write_with_a_list_and_with_blocks() -> None:
    expected = [
        f"06 01 07 00 0001 01 09 1F  {NAMES} 02 0932 {DIGITS[:42]}",
        "0D 01 02 0001",
        f"06 01 07 00 0002 01 09 1F  {DIGITS[42:]} 0A03",
        "0D 01 02 0002",
        "06 01 07 01 0003 01 09 03  303030",
        "0D 02 00 00",
    ]
    request = Write.Request((VariableName(0x0100), VariableName(0x0208)), (FIFTY, THREE))
    confirm, objects = sent(request, expected, context=SN, server_size=40)
    assert confirm.results == (DataAccessResult.success,) * 2
    assert objects.values == {VariableName(0x0100): FIFTY, VariableName(0x0208): THREE}


@pytest.mark.clause("Annex D")
@pytest.mark.clause("7.3.8")
def test_write_with_a_list_without_blocks() -> None:
    expected = [f"06 {NAMES} 02 0932 {DIGITS} 0A03303030", "0D 02 00 00"]
    request = Write.Request((VariableName(0x0100), VariableName(0x0208)), (FIFTY, THREE))
    confirm, objects = sent(request, expected, context=SN)
    assert confirm.results == (DataAccessResult.success,) * 2
    assert objects.values == {VariableName(0x0100): FIFTY, VariableName(0x0208): THREE}


@pytest.mark.clause("Annex D")
@pytest.mark.clause("7.3.7")
def test_read_with_a_list_and_with_blocks() -> None:
    # The raw-data of the blocks, joined, is the ReadResponse but for its tag.
    expected = [
        f"05 {NAMES}",
        f"0C 01 02 00 0001 21  02 00 0932 {DIGITS[:58]}",
        "05 01 05 0001",
        f"0C 01 02 01 0002 1B  {DIGITS[58:]} 00 0A03303030",
    ]
    values = {VariableName(0x0100): FIFTY, VariableName(0x0208): THREE}
    request = Read.Request(tuple(values))
    confirm, _ = sent(request, expected, values=values, context=SN, client_size=40)
    assert bytes.fromhex(expected[0]) == KNOWN["ReadRequest two variable-names"]
    assert bytes.fromhex(expected[2]) == KNOWN["ReadRequest block-number-access"]
    assert confirm.results == (FIFTY, THREE)


@pytest.mark.clause("Annex D")
@pytest.mark.clause("7.3.7")
def test_read_with_a_list_that_is_itself_in_blocks() -> None:
    # The raw-data of the blocks, joined, is the ReadRequest but for its tag.
    expected = [
        "05 01 06 00 0001 09  06 02 0100 02 0208 02 01",
        "0C 01 03 0001",
        "05 01 06 00 0002 09  00 02 0208 02 0100 02 02",
        "0C 01 03 0002",
        "05 01 06 01 0003 01  08",
        f"0C 06 {f'00 0932 {DIGITS} 00 0A03303030' * 3}",
    ]
    values = {VariableName(0x0100): FIFTY, VariableName(0x0208): THREE}
    request = Read.Request(tuple(values) * 3)
    confirm, _ = sent(request, expected, values=values, context=SN, server_size=16)
    assert bytes.fromhex(expected[1]) == KNOWN["ReadResponse block-number"]
    assert confirm.results == (FIFTY, THREE) * 3


@pytest.mark.clause("Annex D")
@pytest.mark.clause("7.3.3")
def test_get_with_a_list_and_with_blocks() -> None:
    # The raw-data of the blocks, joined, is the list of the results.
    expected = [
        f"C0 03 C1 {ATTRIBUTES}",
        f"C4 02 C1 00 00000001 00 1E  02 00 0932 {DIGITS[:52]}",
        "C0 02 C1 00000001",
        f"C4 02 C1 01 00000002 00 1E  {DIGITS[52:]} 00 0A03303030",
    ]
    objects = Objects({FIRST: FIFTY, SECOND: THREE})
    wire = pair(application=objects, client_size=40)
    wire.seen.clear()
    confirm = only(wire.ask(Get.Request((FIRST, SECOND), priority=HIGH)), Get.Confirm)
    assert wire.hexed() == [bytes.fromhex(text).hex().upper() for text in expected]
    assert confirm.result == (FIFTY, THREE)


@pytest.mark.clause("Annex D")
@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ((VariableName(0x0100),), ["ReadRequest one variable-name", "ReadResponse data"]),
        ((VariableName(0x0100), VariableName(0x0208)), ["ReadRequest two variable-names", "ReadResponse two results"]),
    ],
)
def test_read_without_blocks(variables: tuple[VariableName, ...], names: list[str]) -> None:
    confirm, _ = exchange(Read.Request(variables), names, context=SN)
    assert confirm.results == (FIFTY, THREE)[: len(variables)]


@pytest.mark.clause("Annex D")
def test_write_without_blocks() -> None:
    names = ["WriteRequest one", "WriteResponse success"]
    confirm, objects = exchange(Write.Request((VariableName(0x0100),), (FIFTY,)), names, context=SN)
    assert confirm.results == (DataAccessResult.success,)
    assert objects.writes == 1
    request = UnconfirmedWrite.Request((VariableName(0x0100),), (unsigned(5),))
    exchange(request, ["UnconfirmedWriteRequest"], context=SN)


@pytest.mark.clause("Annex D")
def test_read_with_blocks() -> None:
    # There is no vector for the last block.
    names = [
        "ReadRequest one variable-name",
        "ReadResponse data-block-result not last",
        "ReadRequest block-number-access",
    ]
    objects = Objects({VariableName(0x0100): FIFTY})
    wire = pair(SN, application=objects, client_size=38)
    wire.seen.clear()
    confirm = only(wire.ask(Read.Request((VariableName(0x0100),))), Read.Confirm)
    assert confirm.results == (FIFTY,)
    sent = [apdu for _, apdu in wire.seen]
    assert sent[:3] == [KNOWN[name] for name in names]
    assert sent[3] == bytes.fromhex("0C0102" "01" "0002" "17") + FIFTY.encode()[29:]


@pytest.mark.clause("Annex D")
def test_the_same_objects_by_logical_name_on_the_server_with_short_names() -> None:
    table = (MapEntry(1, 0, FIRST.instance_id, 0x00F8), MapEntry(1, 0, SECOND.instance_id, 0x0200))
    objects = Objects({VariableName(0x0100): FIFTY, VariableName(0x0208): THREE})
    wire = pair(SN, application=objects)
    wire.client.send(SetMapperTable.Request(table), now=0)
    wire.seen.clear()
    confirm = only(wire.ask(Get.Request((FIRST, SECOND))), Get.Confirm)
    assert confirm.result == (FIFTY, THREE)
    names = ["ReadRequest two variable-names", "ReadResponse two results"]
    assert [apdu for _, apdu in wire.seen] == [KNOWN[name] for name in names]


@pytest.mark.clause("7.3.5")
@pytest.mark.parametrize(
    ("request_of", "name"),
    [
        (
            Action.Request(
                MethodReference(9, bytes.fromhex("00000A0000FF"), 1), unsigned(2).hold(18, 2), priority=HIGH
            ),
            "Action-Request-Normal with parameter",
        ),
        (
            Action.Request(
                (
                    MethodReference(70, bytes.fromhex("000060030AFF"), 1),
                    MethodReference(70, bytes.fromhex("000060030AFF"), 2),
                ),
                (unsigned(0).hold(15, 0), unsigned(0).hold(15, 1)),
                priority=HIGH,
            ),
            "Action-Request-With-List",
        ),
    ],
)
def test_the_requests_of_action(request_of: Any, name: str) -> None:
    vector = KNOWN[name]
    settings = ClientSettings(service_class_bit=bool(vector[2] & 0x40))
    wire = pair(LN, client=settings)
    wire.client.send(request_of, now=0)
    assert wire.client.apdus_to_send() == [vector]


def with_service_class(name: str) -> bytes:
    """A vector as the request of a confirmed service."""
    vector = KNOWN[name]
    at = 2
    return vector[:at] + bytes((vector[at] | 0x40,)) + vector[at + 1 :]


@pytest.mark.parametrize("name", [name for name, vector in KNOWN.items() if vector[0] in (0xC0, 0xC1, 0xC3)])
def test_every_request_among_the_vectors_is_answered(name: str) -> None:
    wire = pair()
    wire.server.receive_apdu(with_service_class(name), now=0)
    wire.run()
    assert [side for side, _ in wire.seen[2:]] == ["server"]


@pytest.mark.parametrize("name", [name for name, vector in KNOWN.items() if vector[0] in (0x05, 0x06)])
def test_every_request_by_short_name_among_the_vectors_is_answered(name: str) -> None:
    wire = pair(SN)
    wire.server.receive_apdu(KNOWN[name], now=0)
    wire.run()
    assert [side for side, _ in wire.seen[2:]] == ["server"]
