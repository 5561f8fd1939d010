"""Associating: what goes wrong, and what the client says to try next."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from client.support import (
    ENERGY,
    PASSWORD,
    ScriptedServer,
    context,
    run,
)

from xdlms import data
from xdlms.client import (
    AssociationError,
    ClientError,
    ConnectionLostError,
    ContextError,
    CredentialsError,
    Hls,
    Lls,
    NoAnswerError,
    NotSentError,
    UnreachableError,
    connect,
)
from xdlms.security import Key, KeyMaterialError, Keys, Mechanism
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Get, Read, ServiceClass, Set, UnconfirmedWrite
from xdlms.services.references import AttributeReference, VariableName
from xdlms_apdu.v2023 import AcseServiceUser

pytestmark = [
    pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning"),
]
ENERGY_NOW = 123456
PLAIN_REQUESTS = b"\xc0\x05"
"""The first octets of GetRequest and ReadRequest."""


def refusal(server: ScriptedServer, /, **options: Any) -> ClientError:
    """What `open` raises."""

    async def attempt() -> ClientError:
        async with server:
            with pytest.raises(ClientError) as caught:
                await server.connect(**options).open()
            await server.emptied()
            return caught.value

    return run(attempt())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://127.0.0.1",
        "tcp://",
        "tcp://127.0.0.1:99999",
        "tcp://u:p@host",
        "hdlc+tcp://host",
        "hdlc://",
        "tcp://h/x",
        "tcp://127.0.0.1:4059?baud=1",
        "hdlc+tcp://127.0.0.1:1?physical=x",
        "hdlc+tcp://127.0.0.1:1?physical=999999",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(NotSentError):
        connect(url)


def test_referencing_is_ln_or_sn() -> None:
    with pytest.raises(NotSentError, match='"LN" or "SN"'):
        connect("tcp://127.0.0.1", referencing="XN")  # type: ignore[arg-type]  # that is the point


def test_a_password_by_itself_is_no_authentication() -> None:
    with pytest.raises(NotSentError, match="Lls") as caught:
        connect("tcp://127.0.0.1", auth="12345678")  # type: ignore[arg-type]  # that is the point
    assert "12345678" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("user", [-1, 256])
def test_a_client_user_id_is_0_to_255(user: int) -> None:
    with pytest.raises(NotSentError, match="0 to 255"):
        connect("tcp://127.0.0.1", user_id=user)


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UnreachableError, match="cannot be reached") as caught:
            run(connect(url).open())
        assert "host and port" in caught.value.hint
        assert isinstance(caught.value, ConnectionError)


@pytest.mark.clause("7.2.4")
def test_a_wrong_password_is_named() -> None:
    error = refusal(ScriptedServer(lowest=False), auth=Lls(b"87654321"))
    assert isinstance(error, CredentialsError)
    assert error.diagnostic == AcseServiceUser.authentication_failure
    assert "password" in error.hint
    assert "87654321" not in f"{error!r} {error} {error.hint}"


@pytest.mark.clause("7.2.4")
def test_missing_credentials_are_named() -> None:
    error = refusal(ScriptedServer(lowest=False))
    assert isinstance(error, CredentialsError)
    assert "password" in error.hint


@pytest.mark.clause("7.2.4")
def test_an_unknown_context_is_named() -> None:
    offered = frozenset({ApplicationContext.LN})
    for options in ({"referencing": "SN"}, {"security": context()}):
        error = refusal(ScriptedServer(application_contexts=offered), **options)
        assert isinstance(error, ContextError)
        assert "referencing" in error.hint


@pytest.mark.clause("7.2.4")
def test_a_title_that_is_not_recognised_is_named() -> None:
    error = refusal(ScriptedServer(), security=context(local_title=bytes(8)))
    assert isinstance(error, CredentialsError)
    assert "system title" in error.hint


@pytest.mark.clause("5.3")
def test_wrong_keys_are_named() -> None:
    keys = Keys(global_unicast_encryption_key=Key(bytes(16)), authentication_key=Key(bytes(range(16))))
    for ciphered in (True, False):
        security = context(ciphered=ciphered, keys=keys)
        error = refusal(ScriptedServer(), auth=Hls(), security=security)
        assert isinstance(error, CredentialsError)
        assert "keys" in error.hint
        assert "counter" in error.hint


@pytest.mark.clause("5.4.5")
def test_a_counter_that_was_used_before_is_named() -> None:
    async def twice() -> ClientError:
        async with ScriptedServer() as server:
            async with server.connect(auth=Hls(), security=context()) as meter:
                await meter.get(*ENERGY)
            with pytest.raises(ClientError) as caught:
                await server.connect(auth=Hls(), security=context()).open()
            return caught.value

    error = run(twice())
    assert isinstance(error, AssociationError)
    assert "counter" in error.hint


def test_a_silent_meter_may_have_another_address() -> None:
    server = ScriptedServer()
    server.filter = lambda peer, saps, octets: []
    error = refusal(server, timeout=0.05)
    assert isinstance(error, NoAnswerError)
    assert "address" in error.hint


def test_a_meter_that_hangs_up_ends_the_opening() -> None:
    server = ScriptedServer()

    def hang_up(peer: Any, saps: Any, octets: bytes) -> list[bytes]:
        peer.driver.close()
        return []

    server.filter = hang_up
    assert isinstance(refusal(server), ConnectionLostError)


def test_an_answer_that_is_no_aare_does_not_open() -> None:
    server = ScriptedServer()
    server.filter = lambda peer, saps, octets: [b"\x61\x05\xff\xff\xff\xff\xff"]
    error = refusal(server, timeout=0.05)
    assert isinstance(error, NoAnswerError)
    assert "dropped" in str(error)


def test_opening_can_be_cancelled() -> None:
    async def cancelled() -> None:
        async with ScriptedServer() as server:
            server.filter = lambda peer, saps, octets: []
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await server.connect(timeout=None).open()
            await server.emptied()

    run(cancelled())


@pytest.mark.parametrize(
    ("url", "saps"),
    [
        ("tcp://127.0.0.1:0", {"client": 70000}),
        ("tcp://127.0.0.1:0", {"server": -1}),
        ("hdlc+tcp://127.0.0.1:0", {"client": 200}),
        ("hdlc+tcp://127.0.0.1:0", {"server": 20000}),
    ],
)
def test_addresses_that_the_profile_does_not_have_are_refused(url: str, saps: dict[str, int]) -> None:
    error = refusal(ScriptedServer(url=url), **saps)
    assert isinstance(error, NotSentError)
    assert "addresses" in error.hint


def test_a_client_that_is_closed_while_it_opens_is_closed() -> None:
    async def close() -> None:
        async with ScriptedServer() as server:
            meter = server.connect()
            opening = asyncio.create_task(meter.open())
            while not server.peers:
                await asyncio.sleep(0)
            await meter.close()
            with pytest.raises(ConnectionLostError):
                await opening
            await server.emptied()

    run(close())


def test_hls_with_gmac_needs_a_security_context() -> None:
    error = refusal(ScriptedServer(), auth=Hls())
    assert isinstance(error, NotSentError)
    assert "security context" in error.hint


@pytest.mark.parametrize(
    ("mechanism", "secret"),
    [(Mechanism.HLS_MD5, None), (Mechanism.HLS_GMAC, b"secret"), (Mechanism.LLS, None), (Mechanism.HLS, None)],
)
def test_credentials_that_do_not_fit_the_mechanism_are_refused(mechanism: Mechanism, secret: bytes | None) -> None:
    with pytest.raises(KeyMaterialError):
        Hls(mechanism, secret)


def test_no_credential_shows_itself() -> None:
    shown = f"{Lls(PASSWORD)!r} {Hls(Mechanism.HLS_MD5, PASSWORD)!r}"
    assert "12345678" not in shown


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize("url", ["tcp://127.0.0.1:0", "udp://127.0.0.1:0", "hdlc+tcp://127.0.0.1:0"])
@pytest.mark.parametrize("referencing", ["LN", "SN"])
@pytest.mark.parametrize("authentication", ["lowest", "lls", "gmac", "gmac, ciphered", "dedicated key"])
def test_an_association_of_each_kind(url: str, referencing: str, authentication: str) -> None:
    options: dict[str, Any] = {
        "lowest": {},
        "lls": {"auth": Lls(PASSWORD)},
        "gmac": {"auth": Hls(), "security": context(ciphered=False)},
        "gmac, ciphered": {"auth": Hls(), "security": context()},
        "dedicated key": {"auth": Hls(), "security": context(), "dedicated_key": True},
    }[authentication]

    async def read() -> None:
        async with (
            ScriptedServer(url=url) as server,
            server.connect(referencing=referencing, **options) as meter,
        ):
            assert (await meter.get(*ENERGY)).value == ENERGY_NOW
            plain = [octets for octets in server.received if octets[0] in PLAIN_REQUESTS]
            assert bool(plain) != (authentication in ("gmac, ciphered", "dedicated key"))

    run(read())


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize("url", ["tcp://127.0.0.1:0", "hdlc+tcp://127.0.0.1:0"])
@pytest.mark.parametrize(
    ("referencing", "ciphered"), [("LN", False), ("SN", False), ("LN", True)], ids=["ln", "sn", "ciphered"]
)
def test_an_unconfirmed_association_is_there_without_an_answer(url: str, referencing: str, ciphered: bool) -> None:
    async def use() -> None:
        async with ScriptedServer(url=url) as server:
            sent: list[bytes] = []
            server.filter = lambda peer, saps, octets: sent.append(octets) or [octets]
            security = {"security": context()} if ciphered else {}
            async with server.connect(confirmed=False, referencing=referencing, **security) as meter:
                assert meter.is_open
                with pytest.raises(NotSentError, match="unconfirmed services") as caught:
                    await meter.request(Read.Request((VariableName(0x0108),)) if referencing == "SN" else _get())
                assert "confirmed=True" in caught.value.hint
                if referencing == "SN":
                    await meter.send(UnconfirmedWrite.Request((VariableName(0x0108),), (data.unsigned(5),)))
                else:
                    await meter.send(Set.Request(_REFERENCE, data.unsigned(5), service_class=ServiceClass.UNCONFIRMED))
                async with asyncio.timeout(2):
                    while data.unsigned(5) not in (
                        *server.values.by_name.values(),
                        *server.values.by_short_name.values(),
                    ):
                        await asyncio.sleep(0.001)
                assert sent == []
            await server.emptied()
            assert len(sent) <= 1  # the RLRE

    run(use())


def test_hls_needs_an_answer() -> None:
    error = refusal(ScriptedServer(), confirmed=False, auth=Hls(), security=context())
    assert isinstance(error, NotSentError)


_REFERENCE = AttributeReference(3, bytes((1, 0, 1, 8, 0, 255)), 2)


def _get() -> Get.Request:
    return Get.Request(_REFERENCE)
