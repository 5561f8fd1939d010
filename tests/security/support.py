"""The keys and titles of the standard's examples (Tables 6 and 7), and contexts that use them."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable
from types import TracebackType

from xdlms.security import CounterStore, Keys, MemoryCounterStore, Protection, SecurityContext

EK = bytes.fromhex("000102030405060708090A0B0C0D0E0F")
AK = bytes.fromhex("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF")
BROADCAST = bytes.fromhex("B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF")
MASTER = bytes.fromhex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF")
TITLE = bytes.fromhex("4D4D4D0000BC614E")
CLIENT = bytes.fromhex("4D4D4D0000000001")
COUNTER = 0x01234567

GET_REQUEST = bytes.fromhex("C0010000080000010000FF0200")
GET_RESPONSE = bytes.fromhex("C401C1000600012345")
INITIATE_REQUEST = bytes.fromhex("01011000112233445566778899AABBCCDDEEFF0000065F1F0400007E1F04B0")
INITIATE_RESPONSE = bytes.fromhex("0800065F1F0400007C1F04000007")
EXCEPTION_RESPONSE = bytes.fromhex("D80101")
CONFIRMED_SERVICE_ERROR = bytes.fromhex("0E010600")


def keys(**changed: bytes | None) -> Keys:
    given: dict[str, bytes | None] = {
        "global_unicast_encryption_key": EK,
        "authentication_key": AK,
        "global_broadcast_encryption_key": BROADCAST,
        "master_key": MASTER,
    }
    given.update(changed)
    return Keys(**given)


def context(
    *,
    policy: int = 3,
    local: bytes = TITLE,
    peer: bytes | None = CLIENT,
    store: CounterStore | None = None,
    use: Keys | None = None,
    first_counter: int = COUNTER,
    random: Callable[[int], bytes] = secrets.token_bytes,
    ciphered: bool = True,
    window: int = 0,
) -> SecurityContext:
    return SecurityContext(
        suite=0,
        policy=policy,
        keys=keys() if use is None else use,
        local_title=local,
        peer_title=peer,
        store=MemoryCounterStore(first_counter=first_counter) if store is None else store,
        random=random,
        ciphered=ciphered,
        window=window,
    )


def pair(*, policy: int = 3, window: int = 0) -> tuple[SecurityContext, SecurityContext]:
    """A client and a server that share their keys."""
    return (
        context(policy=policy, local=CLIENT, peer=TITLE, first_counter=1, window=window),
        context(policy=policy, local=TITLE, peer=CLIENT, first_counter=1, window=window),
    )


def with_dedicated_key(policy: int = 0) -> tuple[SecurityContext, SecurityContext]:
    """A client and a server that have agreed a dedicated key."""
    client, server = pair(policy=policy)
    key = client.new_dedicated_key()
    request = b"\x01\x01\x10" + key.reveal() + INITIATE_REQUEST[19:]
    assert server.take_dedicated_key(
        server.unprotect(client.protect(request, protection=Protection.AUTHENTICATED_ENCRYPTION))
    )
    return client, server


def crash_report(error: BaseException) -> str:
    """The traceback of an error with the locals of every frame, from the first frame that is not a test's."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    return "".join(
        "".join(
            traceback.TracebackException(
                type(one), one, _without_tests(one.__traceback__), capture_locals=True, compact=True
            ).format(chain=False)
        )
        for one in chain
    )


def _without_tests(frames: TracebackType | None) -> TracebackType | None:
    while frames is not None and "tests" in frames.tb_frame.f_code.co_filename:
        frames = frames.tb_next
    return frames
