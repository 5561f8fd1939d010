# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""ACSE-APDU: every APDU, by its first octet."""

from __future__ import annotations

from xdlms.codec.axdr import FAULTS, Unusual
from xdlms.codec.entry import MAX_DEPTH, decode_slowly
from xdlms.codec.schema import Reader
from xdlms_apdu.v2023.aare import AARE
from xdlms_apdu.v2023.aarq import AARQ
from xdlms_apdu.v2023.rlre import RLRE
from xdlms_apdu.v2023.rlrq import RLRQ
from xdlms_apdu.v2023.syntax import SYNTAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

AcseApdu: TypeAlias = AARQ | AARE | RLRQ | RLRE
"""Any ACSE APDU of COSEM, told apart by its first octet, an APPLICATION tag.

Source: IEC 62056-5-3:2013, clauses 7.2.1, 7.2.4, 7.2.5 and 8.
"""


ACSE_APDU_READERS: dict[int, Reader] = {
    0x60: AARQ.read,
    0x61: AARE.read,
    0x62: RLRQ.read,
    0x63: RLRE.read,
}


def read_acse_apdu(octets: bytes, at: int) -> tuple[AcseApdu, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return ACSE_APDU_READERS[octets[at]](octets, at + 1)


def write_acse_apdu(value: AcseApdu) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, (AARQ, AARE, RLRQ, RLRE)):
        return value.write()
    raise Unusual


def decode_acse_apdu(octets: bytes, *, strict: bool = True, max_depth: int = 32) -> AcseApdu:
    """One whole APDU of ACSE-APDU; raises DecodeError."""
    apdu: AcseApdu
    if type(octets) is bytes and max_depth >= MAX_DEPTH:
        try:
            apdu, end = ACSE_APDU_READERS[octets[0]](octets, 1)
            if end == len(octets):
                return apdu
        except FAULTS:
            pass
    apdu = decode_slowly(SYNTAX, octets, strict=strict, max_depth=max_depth, roots=("ACSE-APDU",))
    return apdu
