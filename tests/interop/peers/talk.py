"""What the drivers of other stacks share: sessions come in as lines of JSON, what the stack made of them goes out.

A driver runs under the interpreter of the other stacks and imports nothing of xdlms.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any


class Refused(Exception):
    """The association was not made."""


class Wire:
    """A TCP connection to the server under test."""

    def __init__(self, port: int, wait: float) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=wait)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, octets: Iterable[int]) -> None:
        self._socket.sendall(bytes(octets))

    def receive(self) -> bytes:
        octets = self._socket.recv(65536)
        if not octets:
            raise ConnectionError("the server closed the connection")
        return octets

    def close(self) -> None:
        self._socket.close()


def logical_name(text: str) -> bytes:
    return bytes(int(part) for part in text.split("."))


def plain(value: Any) -> Any:
    """A value of the peer as JSON: octets as {"octets": hex}, bit strings as {"bits": "0101"}."""
    if isinstance(value, bytes | bytearray):
        return {"octets": bytes(value).hex()}
    if value is None or isinstance(value, bool | float | str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if type(value).__name__ == "GXBitString":
        return {"bits": str(value)}
    return {"kind": type(value).__name__, "text": str(value)}


def serve(run: Callable[[dict[str, Any]], Any]) -> None:
    """Answer each line of the standard input with one line; whatever a stack prints by itself is not taken for it."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        try:
            answer = run(json.loads(line))
        except Exception as error:  # whatever the other stack raises is what is to be told
            answer = {"failed": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def client_session(given: dict[str, Any], opened: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """Open an association with `opened`, do the steps with it, release it, and tell what came of each.

    What `opened` gives has a method for each kind of step, `negotiated`, `release` and `close`.
    """
    try:
        session = opened(given)
    except Exception as error:  # see serve
        return {"refused": f"{type(error).__name__}: {error}"}
    answers = []
    try:
        for step in given["steps"]:
            try:
                answers.append({"value": getattr(session, step["do"])(step)})
            except Exception as error:  # see serve
                answers.append({"error": f"{type(error).__name__}: {error}"})
        try:
            released = session.release()
        except Exception as error:  # see serve
            released = f"{type(error).__name__}: {error}"
        return {"answers": answers, "negotiated": session.negotiated(), "released": released}
    finally:
        session.close()
