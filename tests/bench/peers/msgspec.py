"""msgspec: a codec in C, for the same values in MessagePack. No DLMS, but a bound to measure by.

As ours it knows nothing of the values in advance. A second decoder was told their types, which is faster.
"""

from __future__ import annotations

from typing import Any

import msgspec
from bench.worker import Task, plain, same, serve
from bench.workloads import workloads


def tasks() -> dict[str, Task]:
    rows = [(bytes.fromhex(stamp), *numbers) for stamp, *numbers in workloads()["profile"].values]
    octets = msgspec.msgpack.encode(rows)
    decode = msgspec.msgpack.Decoder().decode
    decode_typed = msgspec.msgpack.Decoder(list[tuple[bytes, int, int, int, int, int]]).decode
    encode = msgspec.msgpack.Encoder().encode
    return {
        "profile decode": Task(decode, same(octets), plain),
        "profile decode, typed": Task(decode_typed, same(octets), plain),
        "profile encode": Task(encode, same(rows), lambda packed: plain(_again(packed))),
    }


def _again(packed: bytes) -> Any:
    return msgspec.msgpack.decode(packed)


if __name__ == "__main__":
    serve(tasks)
