"""The figures of docs/reliability.md: python -m profiles.hdlc.reliability, with the folder tests in PYTHONPATH."""

from __future__ import annotations

from random import Random
from statistics import mean

from profiles.hdlc.lines import Fault, Line, exchange, make_line
from transports.virtual_line import VirtualLine, check
from transports.virtual_line import exchange as exchange_of_client

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


def single_faults_of_a_client() -> None:
    """The same through `xdlms.client`, with a whole server at the other end."""
    print("| field, window | fault | places | recovered | wrong | seconds more (mean, most) |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for information, window in SIZES:
        good = VirtualLine(information=information, window=window)
        _, usual = good.play(exchange_of_client)
        for fault in Fault:
            done = bad = 0
            more = []
            for place in range(good.sent):
                line = VirtualLine(information=information, window=window, faults={place: fault})
                error, seconds = line.play(exchange_of_client)
                done += error is None
                bad += is_wrong(line, error)
                more.append(seconds - usual)
            print(
                f"| {information}, {window} | {fault} | {good.sent} | {done} | {bad} "
                f"| {mean(more):.1f}, {max(more):.1f} |"
            )


def many_faults_of_a_client() -> None:
    print("| damaged octets in 1,000 | retries | exchanges | complete | one error | wrong | seconds more |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    random = Random(7)
    for rate in (0.5, 1, 2, 5):
        for retries in (3, 6):
            complete = failed = bad = 0
            more = []
            for _ in range(RUNS):
                information, window = random.choice(SIZES)
                good = VirtualLine(information=information, window=window)
                _, usual = good.play(exchange_of_client)
                span = 6 * good.sent
                faults = {random.randrange(span): random.choice(SMALL) for _ in range(round(span * rate / 1000))}
                line = VirtualLine(information=information, window=window, retries=retries, faults=faults)
                error, seconds = line.play(exchange_of_client)
                complete += error is None
                failed += error is not None
                bad += is_wrong(line, error)
                more.append(seconds - usual)
            print(f"| {rate} | {retries} | {RUNS} | {complete} | {failed} | {bad} | {mean(more):.1f} |")


def is_wrong(line: VirtualLine, error: Exception | None) -> bool:
    try:
        return not check(line, error) and error is None
    except AssertionError:
        return True


if __name__ == "__main__":
    for table in (single_faults, many_faults, single_faults_of_a_client, many_faults_of_a_client):
        table()
        print()
