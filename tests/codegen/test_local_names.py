"""Members whose names are those of functions and variables of generated code."""

from __future__ import annotations

from pathlib import Path

import pytest

from xdlms_codegen.job import Job, Source, compile_job

NAMES = ["read-list", "write-octets", "decode-type", "cls", "octets", "at", "self", "len", "encode", "none", "struct"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rule", ["axdr", "ber"])
def test_a_member_may_be_called_as_a_name_of_generated_code(name: str, rule: str, tmp_path: Path) -> None:
    tmp_path.joinpath("m.asn1").write_text(
        "M DEFINITIONS AUTOMATIC TAGS ::= BEGIN\n"
        "Message ::= CHOICE { one [1] IMPLICIT One }\n"
        f"One ::= SEQUENCE {{ {name} OCTET STRING, other SEQUENCE OF Other }}\n"
        f"Other ::= SEQUENCE {{ {name} INTEGER (0..255) OPTIONAL }}\n"
        "END\n"
    )
    tmp_path.joinpath("binding.toml").write_text(f'[roots]\n"Message" = "{rule}"\n')
    job = Job((Source(tmp_path / "m.asn1", "m.asn1"),), "m", "m", Source(tmp_path / "binding.toml", "binding.toml"))
    for text in compile_job(job).files.values():
        compile(text, "m", "exec")
