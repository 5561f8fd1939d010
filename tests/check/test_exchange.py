"""Conversations: each side sends what is its own, and a response answers a request."""

from __future__ import annotations

import pytest
from association.support import Objects, octets, pair
from check.acse import LN, aare, aarq
from check.examples import IN_CONVERSATIONS
from check.test_with_keys import STORE, protected
from security.support import GET_REQUEST

from xdlms import check
from xdlms.errors import Finding
from xdlms.security import Role
from xdlms.services.primitives import Get, Set
from xdlms.services.references import AttributeReference

C, S = Role.CLIENT, Role.SERVER

GET = "C001{}0003 0100010800FF 02 00"
GOT = "C401{}00 06 00000001"


def told(*messages: tuple[Role, str | bytes], edition: str = "2023") -> list[tuple[str, str]]:
    """The rules about conversations that are broken, each with its path."""
    return [(f.rule, f.path) for f in findings(*messages, edition=edition) if f.rule in IN_CONVERSATIONS]


def findings(*messages: tuple[Role, str | bytes], edition: str = "2023") -> list[Finding]:
    given = [(role, of if isinstance(of, bytes) else bytes.fromhex(of)) for role, of in messages]
    return check.conversation(given, edition=edition)


# What breaks the rules


@pytest.mark.clause("6.6")
def test_a_response_has_the_invoke_id_of_its_request() -> None:
    (finding,) = findings((C, GET.format("C1")), (S, GOT.format("C2")))
    assert (finding.rule, finding.path, finding.offset, finding.octets) == ("response-invoke-id", "$[1]", 2, b"\xc2")
    assert finding.message == "expected the invoke-id 1 of a request that waits, found 2"
    assert finding.severity == "error"


@pytest.mark.clause("6.6")
@pytest.mark.parametrize(
    "messages",
    [
        [(S, GOT.format("C1"))],
        [(C, GET.format("C1")), (S, GOT.format("C1")), (S, GOT.format("C1"))],
        [(C, "160000"), (S, "0D00")],  # an unconfirmed request has no response
        [(C, GET.format("C1")), (S, "C501C100")],
        [(S, aare(LN))],
        [(C, GET.format("C1")), (C, aarq(LN)), (S, aare(LN)), (S, GOT.format("C1"))],
        [(S, "0C0100090100")],
    ],
    ids=["none", "twice", "unconfirmed", "other-service", "association", "old-association", "short-names"],
)
def test_a_response_answers_a_request_that_waits(messages: list[tuple[Role, str | bytes]]) -> None:
    assert told(*messages) == [("response-without-request", f"$[{len(messages) - 1}]")]


@pytest.mark.clause("6.6")
@pytest.mark.parametrize(
    ("role", "sent"),
    [
        (S, GET.format("C1")),
        (C, GOT.format("C1")),
        (C, "0F 00000001 00 00"),
        (C, "D80101"),
        (S, aarq(LN)),
        (C, "C2 00 0003 0100010800FF 02 00"),
        (S, "160000"),
        (C, "CC 19 30 00000001" + "00" * 20),
    ],
)
def test_each_side_sends_what_is_its_own(role: Role, sent: str | bytes) -> None:
    (finding,) = (finding for finding in findings((role, sent)) if finding.rule in IN_CONVERSATIONS)
    assert (finding.rule, finding.path, finding.offset) == ("wrong-sender", "$[0]", 0)
    assert told((S if role is C else C, sent)) in ([], [("response-without-request", "$[0]")])


def test_what_is_wrong_in_an_apdu_has_its_number_in_front() -> None:
    found = findings((C, GET.format("C1")), (S, "C401F100 06 000000"), (S, ""))
    assert [(finding.rule, finding.path) for finding in found] == [
        ("truncated", "$[1].result.data"),
        ("empty", "$[2]"),
    ]


# What keeps them


@pytest.mark.clause("6.6")
@pytest.mark.parametrize(
    "messages",
    [
        [(C, aarq(LN)), (S, aare(LN)), (C, GET.format("C1")), (S, GOT.format("C1")), (C, "6200"), (S, "6300")],
        [(C, GET.format("C1")), (C, GET.format("C2")), (S, GOT.format("C2")), (S, GOT.format("C1"))],
        [(C, GET.format("C1")), (C, GET.format("C1")), (S, GOT.format("C1")), (S, GOT.format("C1"))],
        [(C, GET.format("C1")), (S, "D80101")],
        [(S, "0F 00000001 00 00"), (S, "C2 00 0003 0100010800FF 02 00")],
        [(C, "160000")],
        [(C, GET.format("81")), (S, GOT.format("81"))],  # the frame says that it is confirmed
        [(C, "D9 40000007 00 00 00"), (S, "DA 40000007 00 00 00 00")],
        [(C, "E0 80 0001 0000 00"), (S, GOT.format("C1"))],
        [(C, "C8 19 30 00000001" + "00" * 20), (S, GOT.format("C5"))],
    ],
    ids=[
        *("whole", "crossing", "repeated", "refused", "unsolicited", "unconfirmed", "by-frame", "access", "blocks"),
        "ciphered",
    ],
)
def test_a_conversation_that_is_right_has_no_findings(messages: list[tuple[Role, str | bytes]]) -> None:
    assert told(*messages) == []


@pytest.mark.clause("Annex D")
@pytest.mark.parametrize("client_size", [40, 0xFFFF])
def test_what_our_client_and_server_exchange_is_right(client_size: int) -> None:
    first, second = AttributeReference(1, bytes(6), 2), AttributeReference(3, bytes(6), 2)
    wire = pair(application=Objects({first: octets(bytes(100)), second: octets(b"abc")}), client_size=client_size)
    for request in (Get.Request(first), Get.Request((first, second)), Set.Request(first, octets(bytes(90)))):
        wire.ask(request)
    sides = {"client": C, "server": S}
    messages = [(sides[side], apdu) for side, apdu in wire.seen]
    assert len(messages) > 6
    assert check.conversation(messages) == []
    # and the other way round it is wrong from end to end
    wrong = check.conversation([(S if role is C else C, apdu) for role, apdu in messages])
    assert {finding.rule for finding in wrong} == {"wrong-sender"}
    assert len(wrong) == len(messages)


@pytest.mark.clause("6.6")
def test_an_access_response_has_the_long_invoke_id_of_its_request() -> None:
    request, response = "D9 40000007 00 00 00", "DA 40000008 00 00 00 00"
    assert told((C, request), (S, response)) == [("response-invoke-id", "$[1]")]


@pytest.mark.clause("5.4.8")
def test_the_counters_of_a_conversation_go_up() -> None:
    first, again = protected(GET_REQUEST, counter=7), protected(GET_REQUEST, counter=7)
    found = check.conversation([(C, first), (C, again)], keys=STORE)
    assert [(finding.rule, finding.path.partition(".")[0]) for finding in found] == [("counter-repeated", "$[1]")]


def test_an_edition_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="there is no edition '1999'"):
        check.conversation([], edition="1999")
    assert check.conversation([]) == []
