"""A server that is told more over HDLC than its objects do: the client waits, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest
from transports.virtual_line import THING, VirtualLine

from xdlms import data
from xdlms.client import ClientSettings
from xdlms.data import Data
from xdlms.profiles.hdlc import FrameKind

pytestmark = pytest.mark.clause("Annex A")


def test_a_client_with_many_requests_waits_for_a_slow_object() -> None:
    line = VirtualLine(information=512, window=7, waiting=16)
    calls: list[int] = []

    async def slowly(argument: Data) -> Data:
        calls.append(argument.value)
        await asyncio.sleep(1.5)
        return argument

    line.thing.answer = slowly

    async def ask(line: VirtualLine) -> list[int]:
        async with line.client(settings=ClientSettings(in_flight=8)) as meter:
            jobs = [meter.action(1, THING, 1, data.unsigned(number)) for number in range(12)]
            answers = await asyncio.gather(*jobs)
        return [answer.value for answer in answers if isinstance(answer, Data)]

    answers, seconds = line.play(ask)
    assert sorted(answers) == sorted(calls) == list(range(12))
    assert seconds >= 18
    assert seconds < 20
    assert FrameKind.RNR in line.kinds(by_client=False)
    assert FrameKind.RNR not in line.kinds(by_client=True)
