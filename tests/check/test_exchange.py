"""Conversations: each side sends what is its own, and a response answers a request."""

from __future__ import annotations

import time

import pytest
from association.support import Objects, octets, pair
from check.acse import LN, aare, aarq
from check.examples import IN_CONVERSATIONS
from check.test_with_keys import STORE, protected
from security.support import CLIENT, GET_REQUEST, TITLE, context, keys

from xdlms import check
from xdlms.errors import Finding
from xdlms.security import Form, KeyEntry, KeyStore, Role
from xdlms.services.primitives import Get, Set
from xdlms.services.references import AttributeReference

C, S = Role.CLIENT, Role.SERVER

REGISTER = "0003 0100010800FF 02"
GET = "C001{}0003 0100010800FF 02 00"
GOT = "C401{}00 06 00000001"


BOTH_WAYS = KeyStore({title: KeyEntry(keys=keys()) for title in (CLIENT, TITLE)})


def answer(apdu: str, *, counter: int, form: Form = Form.SERVICE_GLO) -> bytes:
    """A response of the server, authenticated and encrypted."""
    sender = context(local=TITLE, peer=CLIENT, first_counter=counter)
    return sender.protect(bytes.fromhex(apdu), form=form)


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
        [(S, "D80101")],
        [(C, GET.format("C1")), (S, "D80101"), (S, "D80101")],
        [(C, "10 00000001 00")],
        [(S, "0F 00000001 00 00"), (C, "10 00000001 00"), (C, "10 00000001 00")],
    ],
    ids=[
        *("none", "twice", "unconfirmed", "other-service", "association", "old-association", "short-names"),
        *("refusal", "refused-twice", "confirmation", "confirmed-twice"),
    ],
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


@pytest.mark.clause("6.6")
@pytest.mark.parametrize(
    ("request_", "response"),
    [(GET.format("C1"), GOT.format("41")), ("D9 C0000007 00 00 00", "DA 40000007 00 00 00 00")],
    ids=["invoke-id", "long-invoke-id"],
)
def test_a_response_has_the_priority_of_its_request(request_: str, response: str) -> None:
    assert told((C, request_), (S, response)) == [("response-priority", "$[1]")]
    (finding,) = (f for f in findings((C, request_), (S, response)) if f.rule == "response-priority")
    assert finding.message == "expected the high priority of the request, found normal"
    assert finding.severity == "warning"


TWO = f"02 {REGISTER} 00 {REGISTER} 00"


@pytest.mark.parametrize(
    ("request_", "right", "wrong"),
    [
        pytest.param(f"C003C1 {TWO}", "C403C1 02 0100 0104", "C403C1 01 0100", marks=pytest.mark.clause("6.6")),
        pytest.param(
            f"C104C1 {TWO} 02 00 00", "C505C1 02 00 00", "C505C1 03 00 00 00", marks=pytest.mark.clause("6.7")
        ),
        pytest.param(
            f"C303C1 02 {REGISTER[:-2]}01 {REGISTER[:-2]}01 02 00 00",
            "C703C1 02 0000 0000",
            "C703C1 00",
            marks=pytest.mark.clause("6.8"),
        ),
        pytest.param("05 02 020100 020108", "0C 02 0000 0000", "0C 01 0000", marks=pytest.mark.clause("6.12")),
        pytest.param("06 02 020100 020108 02 00 00", "0D 02 00 00", "0D 01 00", marks=pytest.mark.clause("6.13")),
        pytest.param("05 8102 020100 020108", "0C 02 0000 0000", "0C 820001 0000", marks=pytest.mark.clause("6.12")),
    ],
    ids=["get", "set", "action", "read", "write", "long-form"],
)
def test_a_response_to_a_list_has_as_many_results(request_: str, right: str, wrong: str) -> None:
    assert told((C, request_), (S, right)) == []
    assert told((C, request_), (S, wrong)) == [("response-results", "$[1]")]


@pytest.mark.clause("6.12")
@pytest.mark.parametrize(
    ("request_", "response"),
    [
        ("05 02 020100 020108", "0C 01 02 00 0001 0100"),  # the first block of the results
        ("05 01 05 0001", "0C 01 02 01 0002 0100"),
        ("05 01 06 01 0001 0105", "0C 02 0000 0000"),  # the last block of the request
        ("06 01 07 00 0001 01 0900", "0D 01 02 0001"),
        ("05 02 020100", "0C 01 0103"),  # a request that is not complete
    ],
)
def test_blocks_have_no_results_to_be_counted(request_: str, response: str) -> None:
    assert told((C, request_), (S, response)) == []


@pytest.mark.clause("6.6")
def test_with_keys_a_ciphered_response_is_compared_with_its_request() -> None:
    request = protected(bytes.fromhex(GET.format("C1")), counter=1)
    wrong = answer(GOT.format("C2"), counter=1)
    assert [f.rule for f in check.conversation([(C, request), (S, wrong)])] == []
    (finding,) = check.conversation([(C, request), (S, wrong)], keys=BOTH_WAYS)
    assert (finding.rule, finding.path, finding.offset) == ("response-invoke-id", "$[1]", 7 + 2)
    right = answer(GOT.format("C1"), counter=1)
    assert check.conversation([(C, request), (S, right)], keys=BOTH_WAYS) == []


@pytest.mark.clause("6.6")
def test_with_keys_the_sender_of_what_a_general_ciphering_holds_is_checked() -> None:
    request = protected(bytes.fromhex(GET.format("C1")), form=Form.GENERAL_GLO)
    response = answer(GOT.format("C1"), counter=1, form=Form.GENERAL_GLO)
    assert check.conversation([(C, request), (S, response)], keys=BOTH_WAYS) == []
    assert [f.rule for f in check.conversation([(S, request)], keys=BOTH_WAYS)] == ["wrong-sender"]
    found = check.conversation([(S, response)], keys=BOTH_WAYS)
    assert [f.rule for f in found] == ["response-without-request"]
    assert check.conversation([(S, response)]) == []


@pytest.mark.parametrize("unreadable", ["E1E2", "", "E6 01 01"])
def test_what_is_no_apdu_may_be_what_is_answered(unreadable: str) -> None:
    assert told((C, unreadable), (S, "D80202")) == []
    assert told((C, unreadable), (S, GOT.format("C1"))) == []
    assert told((C, unreadable), (C, aarq(LN)), (S, aare(LN)), (S, "D80202")) == [("response-without-request", "$[3]")]


def test_requests_that_nobody_answers_do_not_pile_up() -> None:
    asked = [(C, GET.format("C1"))] * 3000
    started = time.perf_counter()
    assert told(*asked, (S, GOT.format("C1")), (S, "D80101")) == []
    assert time.perf_counter() - started < 5


def test_a_side_is_a_role() -> None:
    with pytest.raises(TypeError, match="expected a Role, found str"):
        check.conversation([("client", b"")])  # type: ignore[list-item]  # what is wrong is the point


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
        [(S, "0F 00000001 00 00"), (C, "10 00000001 00")],
        [(C, "160000"), (S, "D80202")],  # a server may say that it does not have the service
        [(C, GET.format("81")), (S, GOT.format("81"))],  # the frame says that it is confirmed
        [(C, "D9 40000007 00 00 00"), (S, "DA 40000007 00 00 00 00")],
        [(C, "E0 80 0001 0000 00"), (S, GOT.format("C1"))],
        [(C, "C8 19 30 00000001" + "00" * 20), (S, GOT.format("C5"))],
    ],
    ids=[
        *("whole", "crossing", "repeated", "refused", "unsolicited", "unconfirmed", "confirmed", "not-supported"),
        *("by-frame", "access", "blocks", "ciphered"),
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
def test_a_confirmation_has_the_long_invoke_id_of_its_notification() -> None:
    assert told((S, "0F 00000001 00 00"), (C, "10 00000002 00")) == [("response-invoke-id", "$[1]")]
    assert told((S, "10 00000002 00")) == [("wrong-sender", "$[0]")]


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
