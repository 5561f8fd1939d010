"""What is measured against whom, and what is to be reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Measure(Enum):
    """How two times become one number."""

    TIMES_FASTER = "times faster"
    OF_ITS_TIME = "of its time"
    MICROSECONDS_MORE = "µs more"


@dataclass(frozen=True)
class Target:
    """One line of the table: our task against a peer's, and the bound, if there is one."""

    work: str
    task: str
    peer: str
    measure: Measure
    bound: float | None
    peer_task: str | None = None
    """The peer's task, where it is called otherwise."""

    @property
    def other_task(self) -> str:
        return self.peer_task or self.task

    def is_reached(self, number: float) -> bool:
        if self.bound is None:
            return True
        return number >= self.bound if self.measure is Measure.TIMES_FASTER else number <= self.bound


def _faster(work: str, task: str, **bounds: float | None) -> list[Target]:
    return [Target(work, task, peer, Measure.TIMES_FASTER, bound) for peer, bound in bounds.items()]


def _share(work: str, task: str, bound: float | None, peer_task: str | None = None) -> Target:
    return Target(work, task, "msgspec", Measure.OF_ITS_TIME, bound, peer_task)


DECODE = "decode 1,000 rows × 6"
ENCODE = "encode 1,000 rows × 6"
COMPACT = "decode 1,000 rows × 6, compact-array"

TARGETS = (
    *_faster(DECODE, "profile decode", gurux=150, dlms_cosem=60, pydlms=90),
    _share(DECODE, "profile decode", 1.0),
    _share(f"{DECODE}; msgspec was told the types", "profile decode", None, "profile decode, typed"),
    *_faster(ENCODE, "profile encode", gurux=150, pydlms=None),
    _share(ENCODE, "profile encode", 4.0),
    *_faster(COMPACT, "compact-array decode", gurux=150, pydlms=None),
    _share(COMPACT, "compact-array decode", 0.9, "profile decode"),
    _share(f"{COMPACT}; msgspec was told the types", "compact-array decode", None, "profile decode, typed"),
    *_faster(
        "decode, time stamps null-data but every 24th", "sparse stamps decode", gurux=35, dlms_cosem=None, pydlms=None
    ),
    *_faster("decode, layout alternating each row", "alternating decode", gurux=12, dlms_cosem=None, pydlms=None),
    *_faster("decode a push of 30 mixed registers", "push decode", gurux=12, dlms_cosem=5, pydlms=None),
    *_faster("decode Get-Request-Normal", "get-request decode", dlms_cosem=8, pydlms=None),
    *_faster("encode Get-Request-Normal", "get-request encode", dlms_cosem=6, pydlms=None),
    *_faster("decode Get-Response-Normal", "get-response decode", gurux=12, dlms_cosem=5, pydlms=None),
    *_faster("decode AARQ with InitiateRequest", "aarq decode", asn1tools=4, dlms_cosem=4, pycrate=None),
    *_faster("decode AARE with InitiateResponse", "aare decode", asn1tools=4, dlms_cosem=4, pycrate=None),
    *_faster("decipher, check and decode 1,000 rows × 6", "ciphered profile decode", gurux=1000, dlms_cosem=60),
    Target("unprotect a small glo-get-response", "unprotect", "ours", Measure.MICROSECONDS_MORE, 3.0, "encryption"),
)
"""In the order of the table."""

MEMORY_BOUND = 8.0
"""Octets that a decoded profile keeps, for each octet it was decoded from."""
IMPORT_SHARE_BOUND = 0.25
"""Of the time that gurux-dlms takes to be imported."""
IMPORT_BOUND = 0.015
"""Seconds to import xdlms.apdu."""
COMMAND_BOUND = 0.150
"""Seconds for `xdlms decode` of one small APDU."""

NAMES = {
    "gurux": "gurux-dlms",
    "dlms_cosem": "dlms-cosem",
    "pydlms": "pydlms-client",
    "asn1tools": "asn1tools (BER)",
    "pycrate": "pycrate (BER)",
    "msgspec": "msgspec",
    "ours": "AESGCM.encrypt",
}
"""How the peers are called."""
PACKAGES = {
    "gurux": "gurux-dlms",
    "dlms_cosem": "dlms-cosem",
    "pydlms": "pydlms-client",
    "asn1tools": "asn1tools",
    "pycrate": "pycrate",
    "msgspec": "msgspec",
}
"""How their packages are called."""
