"""How long protecting and unprotecting take. Run as a program, or use `overhead` from a benchmark."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from security.support import AK, EK, pair

GET_RESPONSE = bytes.fromhex("C401C1000600012345")
"""A small GET.response: one double-long-unsigned."""


def best(prepare: Callable[[int], list[bytes]], work: Callable[[bytes], object], *, number: int, rounds: int) -> float:
    """Microseconds a call, in the best of several rounds; what is prepared is not counted."""
    fastest = float("inf")
    for _ in range(rounds):
        inputs = prepare(number)
        begin = time.perf_counter()
        for octets in inputs:
            work(octets)
        fastest = min(fastest, (time.perf_counter() - begin) / number)
    return fastest * 1e6


def overhead(apdu: bytes = GET_RESPONSE, *, number: int = 20_000, rounds: int = 7) -> tuple[float, float]:
    """Microseconds of `unprotect` with the in-memory store, and of one AESGCM.encrypt of equal length."""
    client, server = pair()
    aead, nonce, associated = AESGCM(EK), secrets.token_bytes(12), b"\x30" + AK
    unprotect = best(
        lambda count: [server.protect(apdu) for _ in range(count)], client.unprotect, number=number, rounds=rounds
    )
    encrypt = best(
        lambda count: [apdu] * count,
        lambda octets: aead.encrypt(nonce, octets, associated),
        number=number,
        rounds=rounds,
    )
    return unprotect, encrypt


def main() -> None:
    for name, apdu in (("small glo-get-response", GET_RESPONSE), ("39 kB profile", b"\xc4" + bytes(39_000))):
        unprotect, encrypt = overhead(apdu, number=20_000 if len(apdu) < 100 else 2_000)
        print(
            f"{name}: unprotect {unprotect:.2f} us, one encryption {encrypt:.2f} us, above it {unprotect - encrypt:.2f}"
        )


if __name__ == "__main__":
    main()
