"""A process that starts senders, kills them at random moments, and writes down every nonce that left them.

Run as: senders.py COUNTERS RECORD KILLS AT_A_TIME SEED. COUNTERS is the counters file that all share, RECORD the
recorder: it gets each message as one atomic append, as a wire would. Each sender is forked, opens the
counters file for itself, and sends until SIGKILL meets it.
"""

from __future__ import annotations

import os
import random
import secrets
import signal
import sys
import time

from security.support import CLIENT, GET_REQUEST, TITLE, keys

from xdlms.security import Keys, SecurityContext, SqliteCounterStore
from xdlms.security.tags import standard_tags

LONGEST_LIFE = 0.06
"""Seconds. A sender needs some of them to open the file, so that kills meet that too."""


def send_for_ever(counters: str, record: int, use: Keys, reserve: int) -> None:
    """Send under the shared store until killed."""
    store = SqliteCounterStore(counters, reserve=reserve)
    context = SecurityContext(
        suite=0,
        policy=3,
        keys=use,
        local_title=CLIENT,
        peer_title=TITLE,
        store=store,
        random=secrets.token_bytes,
    )
    while True:
        octets = context.protect(GET_REQUEST)
        os.write(record, octets[2:7] + b"\n")
        reply = context.gmac(bytes(16))
        os.write(record, reply[:5] + b"\n")


def main(counters: str, record_path: str, kills: int, at_a_time: int, seed: int) -> None:
    moments = random.Random(seed)
    use = keys()
    standard_tags()  # once, and not in each sender
    record = os.open(record_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    running: list[tuple[float, int]] = []
    started = 0
    while started < kills or running:
        while started < kills and len(running) < at_a_time:
            reserve = moments.choice((1, 2, 7, 100))
            child = os.fork()
            if child == 0:
                try:
                    send_for_ever(counters, record, use, reserve)
                except BaseException as error:
                    os.write(2, f"{type(error).__name__}: {error}\n".encode())
                finally:
                    os._exit(1)
            started += 1
            running.append((time.monotonic() + moments.uniform(0.0, LONGEST_LIFE), child))
        running.sort()
        moment, child = running.pop(0)
        time.sleep(max(moment - time.monotonic(), 0))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *(int(argument) for argument in sys.argv[3:6]))
