"""The figures of docs/reliability.md: python -m profiles.hdlc.reliability, with the folder tests in PYTHONPATH."""

from __future__ import annotations

from random import Random
from statistics import mean

from profiles.hdlc.lines import Fault, Line, exchange, make_line

from xdlms.profiles.hdlc.states import State

REQUESTS = [bytes((0xC0, number)) + bytes(range(70)) for number in range(3)]
ANSWERS = [b"\xc4" + request[::-1] * 2 for request in REQUESTS]
SIZES = ((128, 1), (40, 1), (24, 3), (20, 7))
SMALL = (Fault.DROPPED, Fault.DOUBLED, Fault.FLIPPED)
RUNS = 400


def run(information: int, window: int, faults: dict[int, Fault], retries: int = 3) -> Line:
    line = make_line(information, window, retries=retries)
    line.faults = faults
    line.answer = lambda request: b"\xc4" + request[::-1] * 2
    exchange(line, REQUESTS)
    return line


def wrong(line: Line) -> bool:
    """Whether an APDU came twice, out of order, changed, or there is not exactly one end."""
    delivered = line.requests == REQUESTS[: len(line.requests)] and line.answers == ANSWERS[: len(line.answers)]
    return not delivered or len(line.ends) != 1 or line.client.state(line.ends[0].saps) is not State.DISCONNECTED


def single_faults() -> None:
    print(
        "| field, window | fault | places | recovered | wrong | frames more (mean, most) | seconds more (mean, most) |"
    )
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for information, window in SIZES:
        good = run(information, window, {})
        for fault in Fault:
            lines = [run(information, window, {place: fault}) for place in range(good.sent)]
            done = sum(line.answers == ANSWERS for line in lines)
            bad = sum(wrong(line) for line in lines)
            frames = [len(line.frames) - len(good.frames) for line in lines]
            seconds = [line.quiet_since - good.quiet_since for line in lines]
            print(
                f"| {information}, {window} | {fault} | {good.sent} | {done} | {bad} "
                f"| {mean(frames):.1f}, {max(frames)} | {mean(seconds):.1f}, {max(seconds):.1f} |"
            )


def many_faults() -> None:
    print("| damaged octets in 1,000 | retries | exchanges | complete | one error | wrong | frames more |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    random = Random(7)
    for rate in (0.1, 0.5, 1, 2, 5, 10):
        for retries in (3, 6):
            complete = failed = bad = 0
            frames = []
            for _ in range(RUNS):
                information, window = random.choice(SIZES)
                good = run(information, window, {})
                span = 6 * good.sent
                count = round(span * rate / 1000)
                faults = {random.randrange(span): random.choice(SMALL) for _ in range(count)}
                line = run(information, window, faults, retries)
                complete += line.answers == ANSWERS
                failed += line.answers != ANSWERS and bool(line.ends[0].reason)
                bad += wrong(line)
                frames.append(len(line.frames) / len(good.frames) - 1)
            print(f"| {rate} | {retries} | {RUNS} | {complete} | {failed} | {bad} | {mean(frames):.0%} |")


if __name__ == "__main__":
    single_faults()
    print()
    many_faults()
