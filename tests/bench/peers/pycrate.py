"""pycrate: BER by the same abstract syntax. It has no A-XDR: what user-information holds stays octets."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

from bench.worker import Task, same, serve
from bench.workloads import workloads
from pycrate_asn1c.asnproc import GLOBAL, compile_text

ASN1 = Path(__file__).parents[3] / "asn1" / "2023" / "acse.asn1"
CONTEXT = {(2, 16, 756, 5, 8, 1, 1): "60857405080101"}


def main() -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        compile_text([ASN1.read_text()])
    type = GLOBAL.MOD["DLMS-ACSE-2023"]["ACSE-APDU"]

    def decode(octets: bytes) -> Any:
        type.from_ber(octets)
        return type.get_val()

    made = workloads()
    serve({f"{name} decode": Task(decode, same(made[name].octets), _association) for name in ("aarq", "aare")})


def _association(value: Any) -> dict[str, object]:
    _, components = value
    return {
        "context": CONTEXT[components["application-context-name"]],
        "user_information": components["user-information"].hex(),
    }


if __name__ == "__main__":
    main()
