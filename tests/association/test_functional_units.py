"""The functional units of ACSE (clause 7.2.1, Table 33): kernel and authentication, and which components go with them.

One row a level of security: what AARQ and AARE carry.
"""

from __future__ import annotations

from typing import Any

import pytest
from association.support import CTOS, LN, PASSWORD, STOC, Objects, Wire, gmac, pair, security

from xdlms.association import Authenticated, ClientAssociation, ClientSettings, ServerAssociation, ServerSettings
from xdlms.security import GmacHls, HlsFunction, Md5Hls, MemoryCounterStore, Secret, SecurityContext, Sha1Hls
from xdlms.services.primitives import Open, Release
from xdlms_apdu.v2023 import AARE, AARQ, AcseRequirements, AcseServiceUser, AssociationResult

MECHANISM = "2.16.756.5.8.2"
SECRET = Secret(b"0123456789ABCDEF")
CLIENT, SERVER = bytes.fromhex("4D4D4D0000000001"), bytes.fromhex("4D4D4D0000BC614E")
ACCEPTED = AssociationResult.accepted


def wire_of(level: int) -> Wire:
    """A client and a server of a level, not associated yet."""
    hashed: dict[int, Any] = {3: Md5Hls, 4: Sha1Hls}
    hls: HlsFunction | None = None
    context: SecurityContext | None = None
    if level in hashed:
        hls = hashed[level](SECRET)
    if level == 5:
        context = security(CLIENT, None, ciphered=False)
        hls = GmacHls(context)
    counters = MemoryCounterStore()
    settings = ServerSettings(
        lowest=level == 0,
        password=PASSWORD if level == 1 else None,
        hls={3: lambda _, user: Md5Hls(SECRET), 4: lambda _, user: Sha1Hls(SECRET), 5: gmac} if level > 1 else {},
        security=lambda title, ciphered: security(SERVER, None, ciphered=ciphered, store=counters),
        challenge_length=8,
    )
    made = Wire(
        ClientAssociation(
            security=context, hls=hls, random=lambda length: CTOS, settings=ClientSettings(challenge_length=8)
        ),
        ServerAssociation(settings, random=lambda length: STOC),
    )
    made.application = Objects()
    made.connect()
    return made


def request_of(level: int) -> Open.Request:
    return Open.Request(application_context_name=LN, calling_authentication_value=PASSWORD if level == 1 else None)


LEVELS = [
    pytest.param(0, None, None, None, AcseServiceUser.null, None, None, id="lowest"),
    pytest.param(1, "1", PASSWORD.reveal(), None, AcseServiceUser.null, None, None, id="LLS"),
    *(
        pytest.param(
            level,
            str(level),
            CTOS,
            CLIENT if level == 5 else None,
            AcseServiceUser.authentication_required,
            STOC,
            SERVER if level == 5 else None,
            id=f"HLS {level}",
        )
        for level in (3, 4, 5)
    ),
]


@pytest.mark.clause("7.2.1")
@pytest.mark.clause("Table 33")
@pytest.mark.filterwarnings("ignore:HLS with")
@pytest.mark.parametrize(
    ("level", "mechanism", "value", "client_title", "diagnostic", "answer", "server_title"), LEVELS
)
def test_what_aarq_and_aare_carry_at_each_level_of_security(
    level: int,
    mechanism: str | None,
    value: bytes | None,
    client_title: bytes | None,
    diagnostic: AcseServiceUser,
    answer: bytes | None,
    server_title: bytes | None,
) -> None:
    wire = wire_of(level)
    wire.ask(request_of(level))
    aarq, aare = AARQ.decode(wire.seen[0][1]), AARE.decode(wire.seen[1][1])
    named = None if mechanism is None else f"{MECHANISM}.{mechanism}"
    units = None if mechanism is None else AcseRequirements.authentication
    # The kernel, always: version, context, user-information.
    assert aarq.application_context_name == aare.application_context_name == LN.value
    assert aarq.user_information is not None
    assert aare.user_information is not None
    assert aare.result == ACCEPTED
    # The functional unit of authentication: the components that go with it are all there, or none of them is.
    assert (aarq.sender_acse_requirements, aarq.mechanism_name) == (units, named)
    assert aarq.calling_authentication_value == value
    assert (aarq.calling_ap_title, aare.responding_ap_title) == (client_title, server_title)
    assert aare.result_source_diagnostic == diagnostic
    # The AARE authenticates the server in HLS only.
    hls = level > 1
    assert aare.responder_acse_requirements == (units if hls else None)
    assert aare.mechanism_name == (named if hls else None)
    assert aare.responding_authentication_value == answer
    assert any(isinstance(event, Authenticated) for event in wire.client_events) == hls
    assert wire.client.authenticated
    assert wire.server.authenticated
    assert len(wire.seen) == (4 if hls else 2)  # passes 3 and 4


@pytest.mark.clause("7.2.1")
@pytest.mark.filterwarnings("ignore:HLS with")
@pytest.mark.parametrize("level", [0, 1, 3, 4, 5])
def test_the_kernel_is_the_same_at_each_level(level: int) -> None:
    wire = wire_of(level)
    wire.ask(request_of(level))
    wire.seen.clear()
    wire.ask(Release.Request())
    assert wire.hexed() == ["6203800100", "6303800100"]
    wire.ask(request_of(level))
    assert wire.client.authenticated


@pytest.mark.clause("7.2.1")
@pytest.mark.parametrize("level", [1, 3, 4, 5])
@pytest.mark.filterwarnings("ignore:HLS with")
def test_who_does_not_ask_for_authentication_gets_no_association_where_it_is_required(level: int) -> None:
    wire = pair(open_it=False)
    strict = wire_of(level)
    wire = Wire(wire.client, strict.server)
    wire.application = Objects()
    wire.ask(Open.Request(application_context_name=LN))
    aare = AARE.decode(wire.seen[1][1])
    assert aare.result == AssociationResult.rejected_permanent
    assert aare.result_source_diagnostic == AcseServiceUser.authentication_required
    assert not wire.server.authenticated
