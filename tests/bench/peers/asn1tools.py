"""asn1tools: BER by the same abstract syntax. It has no A-XDR: what user-information holds stays octets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import asn1tools
from bench.worker import Task, same, serve
from bench.workloads import workloads

ASN1 = Path(__file__).parents[3] / "asn1" / "2023" / "acse.asn1"
CONTEXT = {"2.16.756.5.8.1.1": "60857405080101"}


def tasks() -> dict[str, Task]:
    given = workloads()
    decode = asn1tools.compile_files([str(ASN1)], "ber").decode
    return {
        f"{name} decode": Task(lambda octets: decode("ACSE-APDU", octets), same(given[name].octets), _association)
        for name in ("aarq", "aare")
    }


def _association(value: Any) -> dict[str, object]:
    _, components = value
    return {
        "context": CONTEXT[components["application-context-name"]],
        "user_information": components["user-information"].hex(),
    }


if __name__ == "__main__":
    serve(tasks)
