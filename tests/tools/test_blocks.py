"""General block transfers are joined."""

from __future__ import annotations

import pytest

from xdlms.tools.blocks import BlockJoiner, Incomplete, Joined

APDU = bytes(range(100))


class Block:
    """A block as any edition has it."""

    def __init__(self, number: int, data: bytes, control: int = 0x40) -> None:
        self.block_control = control
        self.block_number = number
        self.block_data = data


def last(number: int, data: bytes) -> Block:
    return Block(number, data, 0xC0)


def cut(count: int, apdu: bytes = APDU) -> list[Block]:
    """The APDU in `count` blocks."""
    size = -(-len(apdu) // count)
    blocks = [Block(number + 1, apdu[number * size : (number + 1) * size]) for number in range(count)]
    blocks[-1].block_control |= 0x80
    return blocks


def joined(blocks: list[Block]) -> list[bytes | list[int]]:
    """The APDUs that come of blocks, and of transfers that are not complete the numbers that are there."""
    joiner = BlockJoiner()
    results = [result for block in blocks for result in joiner.feed("a", block)] + joiner.finish()
    return [result.apdu if isinstance(result, Joined) else result.numbers for result in results]


def test_a_transfer_without_its_last_block_is_not_complete() -> None:
    joiner = BlockJoiner()
    for block in cut(3)[:2]:
        assert joiner.feed(None, block) == []
    (incomplete,) = joiner.finish()
    assert (incomplete.numbers, incomplete.missing) == ([1, 2], [])
    assert str(incomplete) == (
        "a general block transfer is not complete: blocks 1 to 2 (68 octets), the last one missing"
    )
    assert joiner.finish() == []


def test_a_transfer_without_a_block_in_the_middle_says_which() -> None:
    blocks = cut(5)
    joiner = BlockJoiner()
    for block in (blocks[0], blocks[4]):
        assert joiner.feed(None, block) == []
    (incomplete,) = joiner.finish()
    assert incomplete.missing == [2, 3, 4]
    assert "blocks 1, 5 (40 octets), 2 to 4 missing" in str(incomplete)


def test_a_transfer_whose_beginning_was_not_recorded_is_not_taken_for_an_apdu() -> None:
    assert joined(cut(3)[1:]) == [[2, 3]]


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_blocks_in_order_are_joined(count: int) -> None:
    assert joined(cut(count)) == [APDU]


def test_an_apdu_may_come_in_one_block() -> None:
    (result,) = BlockJoiner().feed(None, last(1, APDU))
    assert str(result) == "joined from block 1 alone"


def test_a_block_that_was_lost_and_sent_again_is_put_in_its_place() -> None:
    blocks = cut(4)
    assert joined([blocks[0], blocks[2], blocks[3], blocks[1]]) == [APDU]


def test_the_next_transfer_goes_on_behind_the_last_block_though_an_earlier_one_came_last() -> None:
    first, second, third = cut(3)
    again = [Block(4, APDU[:50]), last(5, APDU[50:])]
    assert joined([first, third, second, *again]) == [APDU, APDU]
    # 3 is not the number behind the block that completed the transfer
    assert joined([first, third, second, Block(3, b"other"), last(4, b"end")]) == [APDU, [3, 4]]


def test_a_block_that_was_sent_twice_counts_once() -> None:
    blocks = cut(3)
    assert joined([blocks[0], blocks[0], blocks[1], blocks[1], blocks[2], blocks[2]]) == [APDU]


def test_a_sender_that_begins_anew_leaves_the_transfer_incomplete() -> None:
    blocks = cut(4)
    assert joined([blocks[0], blocks[2], blocks[3], *blocks]) == [[1, 3, 4], APDU]
    assert joined([*blocks[:2], *cut(4, APDU[::-1])]) == [[1, 2], APDU[::-1]]


def test_another_block_of_the_same_number_begins_another_transfer() -> None:
    assert joined([Block(1, b"a"), Block(2, b"b"), Block(2, b"c")]) == [[1, 2], [2]]


def test_a_block_behind_the_last_one_begins_another_transfer() -> None:
    blocks = cut(3)
    assert joined([blocks[0], blocks[2], Block(7, b"x")]) == [[1, 3], [7]]
    assert joined([Block(1, b"a"), Block(5, b"e"), last(3, b"c")]) == [[1, 5], [3]]
    assert joined([Block(1, b"a"), last(3, b"c"), last(2, b"b")]) == [[1, 3], [2]]


def test_the_two_directions_are_kept_apart() -> None:
    joiner = BlockJoiner()
    there, back = cut(2), cut(2, APDU[::-1])
    assert joiner.feed("there", there[0]) == []
    assert joiner.feed("back", back[0]) == []
    (first,) = joiner.feed("there", there[1])
    (second,) = joiner.feed("back", back[1])
    assert [isinstance(result, Joined) and result.apdu for result in (first, second)] == [APDU, APDU[::-1]]


def test_a_block_without_data_only_acknowledges_and_uses_a_number() -> None:
    acknowledgement = Block(1, b"", 0x80)
    joiner = BlockJoiner()
    assert joiner.feed("server", acknowledgement) == []
    results = [
        result
        for block in cut(2)
        for result in joiner.feed("server", Block(block.block_number + 1, block.block_data, block.block_control))
    ]
    assert [isinstance(result, Joined) and result.apdu for result in results] == [APDU]
    assert str(results[0]) == "joined from blocks 2 to 3"
    assert joiner.finish() == []


def test_many_gaps_are_said_in_few_words() -> None:
    joiner = BlockJoiner()
    for number in range(1, 100, 2):
        joiner.feed(None, Block(number, b"x"))
    (incomplete,) = joiner.finish()
    assert isinstance(incomplete, Incomplete)
    assert str(incomplete).endswith("2, 4, 6, 8, 10, 12, 14, 16, ... missing")


def test_a_transfer_over_the_limit_is_given_up_and_the_next_one_is_joined() -> None:
    joiner = BlockJoiner(limit=100)
    for block in cut(4, bytes(100))[:3]:
        assert joiner.feed("a", block) == []
    (given_up,) = joiner.feed("a", Block(4, bytes(26)))
    assert isinstance(given_up, Incomplete)
    assert given_up.numbers == [1, 2, 3]
    assert [joiner.feed("a", Block(number, bytes(25))) for number in range(5, 9)] == [[]] * 4
    results = [result for block in cut(4, bytes(100)) for result in joiner.feed("a", block)]
    assert [type(result) for result in results] == [Joined]


def test_few_directions_are_remembered_where_there_is_a_limit() -> None:
    joiner = BlockJoiner(limit=1000)
    results = [result for number in range(20) for result in joiner.feed(number, Block(1, b"a"))]
    assert [type(result) for result in results] == [Incomplete] * 12
    assert len(joiner.finish()) == 8
