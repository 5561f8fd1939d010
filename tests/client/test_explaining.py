"""What refusals mean, in words, and what to try next."""

from __future__ import annotations

from typing import Any

import pytest
from client.support import ENERGY, ScriptedServer, context, run

from xdlms.association import PreEstablished
from xdlms.client import (
    AssociationError,
    ClientError,
    ClientSettings,
    CounterTooLowError,
    CredentialsError,
    Hls,
    NoAnswerError,
    NotSentError,
    ServiceRefusedError,
)
from xdlms.security import Key, Keys, Md5Hls, Mechanism, Secret
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives.association import LARGEST_PDU_SIZE
from xdlms_apdu.v2023 import Conformance

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")


def answered(*answers: str, **options: Any) -> ClientError:
    """What a GET raises when these octets are the answer."""

    async def ask() -> ClientError:
        async with ScriptedServer() as server, server.connect(timeout=0.3, **options) as meter:
            server.filter = lambda peer, saps, octets: [bytes.fromhex(answer) for answer in answers]
            with pytest.raises(ClientError) as caught:
                await meter.get(*ENERGY)
            server.filter = lambda peer, saps, octets: [octets]
            return caught.value

    return run(ask())


@pytest.mark.clause("7.3.2")
def test_an_invocation_counter_error_tells_the_counter_that_is_expected() -> None:
    error = answered("D8 01 06 00000010", auth=Hls(), security=context())
    assert isinstance(error, CounterTooLowError)
    assert error.expected == 16
    assert "waits for 16" in str(error)
    assert error.hint


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("D8 01 01", "service-not-allowed, operation-not-possible"),
        ("D8 02 02", "service-unknown, service-not-supported"),
        ("D8 01 05", "service-not-allowed, deciphering-error"),
    ],
)
def test_an_exception_response_is_told_in_the_words_of_the_standard(answer: str, words: str) -> None:
    error = answered(answer)
    assert type(error) is ServiceRefusedError
    assert words in str(error)
    assert error.error is not None
    assert bool(error.hint) == ("deciphering" in words)


def test_an_answer_that_is_not_protected_is_dropped_and_told() -> None:
    error = answered("C401C1000600000001", auth=Hls(), security=context())
    assert isinstance(error, NoAnswerError)
    assert "dropped" in str(error)
    assert "protected" in error.hint


@pytest.mark.clause("7.2.4")
def test_a_refusal_of_the_vde_handler_is_named() -> None:
    async def attempt() -> ClientError:
        async with ScriptedServer() as server:
            with pytest.raises(ClientError) as caught:
                await server.connect(conformance=Conformance.read).open()
            return caught.value

    error = run(attempt())
    assert type(error) is AssociationError
    assert "incompatible-conformance" in str(error)
    assert "other services" in error.hint


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("D80101", "ExceptionResponse, service-not-allowed, operation-not-possible"),
        ("0E010603", "initiate-error, initiate: pdu-size-too-short"),
        ("0E010500", "initiate-error"),
    ],
)
@pytest.mark.parametrize("ciphered", [True, False])
def test_an_aarq_that_is_answered_by_a_service_error_is_refused_at_once(
    answer: str, words: str, ciphered: bool
) -> None:
    options: Any = {"auth": Hls(), "security": context()} if ciphered else {}

    async def attempt() -> ClientError:
        async with ScriptedServer() as server:
            server.filter = lambda peer, saps, octets: [bytes.fromhex(answer)]
            with pytest.raises(ClientError) as caught:
                await server.connect(timeout=None, **options).open()
            await server.emptied()
            return caught.value

    error = run(attempt())
    assert type(error) is AssociationError
    assert words in str(error)
    assert "client or server address" in error.hint


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize("counted", [True, False])
def test_a_wrong_hls_secret_is_told_and_counters_only_where_there_are_any(counted: bool) -> None:
    known = {"hls": {3: lambda given, user: Md5Hls(Secret(b"right"))}, "password": None}
    auth = Hls() if counted else Hls(Mechanism.HLS_MD5, Secret(b"wrong"))
    wrong = Keys(global_unicast_encryption_key=Key(bytes(16)), authentication_key=Key(bytes(16)))

    async def attempt() -> ClientError:
        async with ScriptedServer(**({} if counted else known)) as server:
            given = context(ciphered=False, keys=wrong) if counted else None
            with pytest.raises(CredentialsError, match="authentication failed") as caught:
                await server.connect(auth=auth, security=given).open()
            return caught.value

    error = run(attempt())
    assert ("counter" in error.hint) is counted
    assert ("secret" in error.hint) is not counted
    assert "wrong" not in str(error) + repr(error) + error.hint


@pytest.mark.parametrize("size", [-1, 1, 11, 65536])
def test_a_pdu_size_that_cannot_be_is_not_sent(size: int) -> None:
    async def attempt() -> None:
        async with ScriptedServer() as server:
            with pytest.raises(NotSentError, match="12 to 65535"):
                await server.connect(max_receive_pdu_size=size).open()
            assert server.received == []

    run(attempt())


@pytest.mark.clause("7.2.4")
def test_an_aare_that_refuses_at_the_provider_is_an_association_error() -> None:
    async def attempt() -> ClientError:
        async with ScriptedServer() as server:
            aare = bytes.fromhex("61 17 A109060760857405080101 A203020101 A305A203020102")
            server.filter = lambda peer, saps, octets: [aare]
            with pytest.raises(ClientError) as caught:
                await server.connect().open()
            return caught.value

    error = run(attempt())
    assert type(error) is AssociationError
    assert "no-common-acse-version" in str(error)


def test_no_reason_given_in_a_ciphered_context_is_about_keys_or_counters() -> None:
    async def attempt() -> ClientError:
        async with ScriptedServer() as server:
            aare = bytes.fromhex("61 17 A109060760857405080103 A203020101 A305A103020101")
            server.filter = lambda peer, saps, octets: [aare]
            with pytest.raises(ClientError) as caught:
                await server.connect(auth=Hls(), security=context()).open()
            return caught.value

    error = run(attempt())
    assert isinstance(error, CredentialsError)
    assert "keys" in error.hint
    assert "counter" in error.hint


@pytest.mark.clause("7.2.4")
def test_a_pre_established_association_needs_no_aarq() -> None:
    known = PreEstablished(
        application_context=ApplicationContext.LN,
        conformance=Conformance.get,
        client_max_receive_pdu_size=LARGEST_PDU_SIZE,
    )

    async def read() -> None:
        async with ScriptedServer(pre_established=known) as server:
            async with server.connect(settings=ClientSettings(pre_established=known)) as meter:
                assert (await meter.get(*ENERGY)).value == 123456
            assert [octets[0] for octets in server.received] == [0xC0]

    run(read())
