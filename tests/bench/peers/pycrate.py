"""pycrate: BER by the same abstract syntax. It has no A-XDR: what user-information holds stays octets."""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.worker import Task, same, serve
from bench.workloads import workloads
from pycrate_asn1c.asnproc import PycrateGenerator, compile_text, generate_modules

ASN1 = Path(__file__).parents[3] / "asn1" / "2023" / "acse.asn1"
CONTEXT = {(2, 16, 756, 5, 8, 1, 1): "60857405080101"}


def compiled() -> Any:
    """The type ACSE-APDU; the compiler writes a module, which is imported."""
    with tempfile.TemporaryDirectory() as folder:
        compile_text([ASN1.read_text("utf-8")])
        generate_modules(PycrateGenerator, f"{folder}/compiled_acse.py")
        sys.path.insert(0, folder)
        return import_module("compiled_acse").DLMS_ACSE_2023.ACSE_APDU


def tasks() -> dict[str, Task]:
    type = compiled()

    def decode(octets: bytes) -> Any:
        type.from_ber(octets)
        return type.get_val()

    given = workloads()
    return {f"{name} decode": Task(decode, same(given[name].octets), _association) for name in ("aarq", "aare")}


def _association(value: Any) -> dict[str, object]:
    _, components = value
    return {
        "context": CONTEXT[components["application-context-name"]],
        "user_information": components["user-information"].hex(),
    }


if __name__ == "__main__":
    serve(tasks)
