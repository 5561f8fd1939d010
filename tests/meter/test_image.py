"""Image transfer: initiated, blocks in any order, verified, activated; and everything that is refused on the way."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from meter.support import SERVICE, call, get, manager, meter, put, reader
from server.support import Talker

from xdlms import data
from xdlms.data import Data
from xdlms.meter.image import BLOCK_SIZE, LARGEST_IMAGE, ImageStatus
from xdlms_apdu.v2023 import ActionResult, DataAccessResult

OBJECT = (18, "0.0.44.0.0.255")
SUCCESS, OTHER, TYPE = ActionResult.success, ActionResult.other_reason, ActionResult.type_unmatched
CONTENT = bytes(range(256)) + b"a firmware image"
IMAGE = CONTENT + zlib.crc32(CONTENT).to_bytes(4, "big")
BLOCKS = [IMAGE[at : at + BLOCK_SIZE] for at in range(0, len(IMAGE), BLOCK_SIZE)]
ZERO = data.integer(0)
INITIATE, TRANSFER, VERIFY, ACTIVATE = 1, 2, 3, 4


def initiate(identifier: bytes = b"XDL-2", size: int = len(IMAGE)) -> Data:
    return data.structure([data.octet_string(identifier), data.double_long_unsigned(size)])


def block(number: int, value: bytes) -> Data:
    return data.structure([data.double_long_unsigned(number), data.octet_string(value)])


def status(client: Talker) -> ImageStatus:
    return ImageStatus(get(client, *OBJECT, 6).value)


def transferred(blocks: list[bytes] = BLOCKS) -> Talker:
    """A manager whose blocks are all there."""
    client = manager(meter())
    assert call(client, *OBJECT, INITIATE, initiate(size=sum(map(len, blocks)))) == SUCCESS
    for number, value in enumerate(blocks):
        assert call(client, *OBJECT, TRANSFER, block(number, value)) == SUCCESS
    return client


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (None, TYPE),
        (data.null(), TYPE),
        (data.structure([data.octet_string(b"x")]), TYPE),
        (data.structure([data.double_long_unsigned(1), data.octet_string(b"x")]), TYPE),
        (data.structure([data.octet_string(b"x"), data.boolean(True)]), TYPE),
        (data.array([data.octet_string(b"x"), data.octet_string(b"x")]), TYPE),
        (initiate(b""), OTHER),
        (initiate(bytes(65)), OTHER),
        (initiate(size=0), OTHER),
        (initiate(size=4), OTHER),
        (initiate(size=LARGEST_IMAGE + 1), OTHER),
    ],
)
def test_a_wrong_image_is_not_initiated_and_the_one_before_stays(wrong: Any, expected: ActionResult) -> None:
    client = transferred()
    assert call(client, *OBJECT, INITIATE, wrong) == expected
    assert call(client, *OBJECT, VERIFY, ZERO) == SUCCESS


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (None, TYPE),
        (data.structure([data.octet_string(b"x"), data.octet_string(b"x")]), TYPE),
        (data.structure([data.boolean(True), data.octet_string(BLOCKS[1])]), TYPE),
        (block(len(BLOCKS), BLOCKS[0]), OTHER),
        (block(0xFFFFFFFF, BLOCKS[0]), OTHER),
        (data.structure([data.integer(-1), data.octet_string(BLOCKS[-1])]), OTHER),
        (block(0, b""), OTHER),
        (block(0, BLOCKS[0][:-1]), OTHER),
        (block(0, BLOCKS[0] + b"0"), OTHER),
        (block(len(BLOCKS) - 1, BLOCKS[0]), OTHER),
    ],
)
def test_a_wrong_block_is_refused_and_changes_nothing(wrong: Any, expected: ActionResult) -> None:
    client = manager(meter())
    assert call(client, *OBJECT, INITIATE, initiate()) == SUCCESS
    assert call(client, *OBJECT, TRANSFER, wrong) == expected
    assert get(client, *OBJECT, 4) == data.double_long_unsigned(0)
    assert str(get(client, *OBJECT, 3).value) == "0" * len(BLOCKS)


def test_an_image_is_transferred_in_any_order_verified_and_activated() -> None:
    client = manager(meter())
    assert status(client) is ImageStatus.NOT_INITIATED
    assert get(client, *OBJECT, 2) == data.double_long_unsigned(BLOCK_SIZE)
    assert call(client, *OBJECT, INITIATE, initiate()) == SUCCESS
    assert status(client) is ImageStatus.INITIATED
    order = [1, 0, 1, 2]
    firsts = []
    for number in order:
        assert call(client, *OBJECT, VERIFY, ZERO) == OTHER
        assert call(client, *OBJECT, ACTIVATE, ZERO) == OTHER
        assert call(client, *OBJECT, TRANSFER, block(number, BLOCKS[number])) == SUCCESS
        firsts.append(get(client, *OBJECT, 4).value)
    assert firsts == [0, 2, 2, 3]
    assert str(get(client, *OBJECT, 3).value) == "111"
    assert get(client, *OBJECT, 7) == data.array([])
    assert call(client, *OBJECT, VERIFY, ZERO) == SUCCESS
    assert status(client) is ImageStatus.VERIFIED
    assert get(client, *OBJECT, 7).value == [(len(IMAGE), b"XDL-2", IMAGE[-4:])]
    assert call(client, *OBJECT, TRANSFER, block(0, BLOCKS[0])) == OTHER
    assert call(client, *OBJECT, ACTIVATE, ZERO) == SUCCESS
    assert status(client) is ImageStatus.ACTIVATED
    assert call(client, *OBJECT, ACTIVATE, ZERO) == OTHER
    assert call(client, *OBJECT, INITIATE, initiate()) == SUCCESS
    assert status(client) is ImageStatus.INITIATED


def test_to_activate_verifies_an_image_that_is_not_yet() -> None:
    client = transferred()
    assert call(client, *OBJECT, ACTIVATE, ZERO) == SUCCESS
    assert status(client) is ImageStatus.ACTIVATED


def test_an_image_whose_signature_is_wrong_is_not_verified_and_not_activated() -> None:
    damaged = [BLOCKS[0], bytes(BLOCK_SIZE), BLOCKS[2]]
    client = transferred(damaged)
    assert call(client, *OBJECT, VERIFY, ZERO) == OTHER
    assert status(client) is ImageStatus.VERIFICATION_FAILED
    assert call(client, *OBJECT, ACTIVATE, ZERO) == OTHER
    assert status(client) is ImageStatus.VERIFICATION_FAILED
    assert get(client, *OBJECT, 7) == data.array([])


@pytest.mark.parametrize("method", [INITIATE, TRANSFER, VERIFY, ACTIVATE])
def test_while_it_is_not_enabled_no_method_is_served(method: int) -> None:
    client = transferred()
    assert put(client, *OBJECT, 5, data.unsigned(0)) == DataAccessResult.type_unmatched
    assert put(client, *OBJECT, 5, data.boolean(False)) == DataAccessResult.success
    argument = {INITIATE: initiate(), TRANSFER: block(0, BLOCKS[0])}.get(method, ZERO)
    assert call(client, *OBJECT, method, argument) == ActionResult.read_write_denied
    assert status(client) is ImageStatus.INITIATED
    assert put(client, *OBJECT, 5, data.boolean(True)) == DataAccessResult.success
    assert call(client, *OBJECT, method, argument) == SUCCESS


def test_without_an_image_there_is_nothing_to_transfer_verify_or_activate() -> None:
    client = manager(meter())
    for method, argument in ((TRANSFER, block(0, BLOCKS[0])), (VERIFY, ZERO), (ACTIVATE, ZERO), (5, ZERO)):
        expected = ActionResult.read_write_denied if method == 5 else OTHER
        assert call(client, *OBJECT, method, argument) == expected
    assert get(client, *OBJECT, 4) == data.double_long_unsigned(0)
    assert str(get(client, *OBJECT, 3).value) == ""


def test_readers_and_messages_without_authentication_change_nothing() -> None:
    made = meter()
    assert call(reader(made), *OBJECT, INITIATE, initiate()) == ActionResult.read_write_denied
    plain = manager(made, SERVICE, policy=0)
    assert call(plain, *OBJECT, INITIATE, initiate()) == ActionResult.scope_of_access_violated
    assert put(plain, *OBJECT, 5, data.boolean(False)) == DataAccessResult.scope_of_access_violated
    assert status(reader(made)) is ImageStatus.NOT_INITIATED
