"""``xdlms decode --json``: one object an APDU and line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import VECTORS
from running import Outcome, Run

GET = "C0018100010000800000FF0200"
WRAPPED = "000100100001000D" + GET
VALUE = {
    "invoke-id-and-priority": 129,
    "cosem-attribute-descriptor": {"class-id": 1, "instance-id": "0000800000FF", "attribute-id": 2},
}


def objects(outcome: Outcome) -> list[dict[str, Any]]:
    return [json.loads(line) for line in outcome.lines]


def test_an_error_is_an_object_with_code_path_offset_and_reason(run: Run) -> None:
    outcome = run("decode", "--json", GET[:-4])
    assert (outcome.code, outcome.err) == (1, "")
    assert objects(outcome) == [
        {
            "error": {
                "code": "truncated",
                "path": "$.cosem-attribute-descriptor.attribute-id",
                "offset": 11,
                "reason": "expected 1 octet, found 0",
            },
            "octets": GET[:-4],
            "offset": 0,
        }
    ]


def test_an_error_says_what_would_help(run: Run) -> None:
    (error,) = objects(run("decode", "--json", GET + "00"))
    assert error["error"]["hints"] == ["--lenient takes it (trailing-octets)"]


def test_an_error_in_a_text_has_its_line(run: Run) -> None:
    first, second = objects(run("decode", "--json", "-", stdin=f"{GET}\n{WRAPPED[:-2]}01\n"))
    assert first["apdu"] == "Get-Request-Normal"
    assert (second["error"]["code"], second["line"], second["offset"]) == ("truncated", 2, 8)


def test_a_wrong_frame_is_an_object_too(run: Run) -> None:
    aidon = (VECTORS / "captures" / "push-aidon-hdlc.hex").read_text("ascii").splitlines()[-1]
    damaged = aidon[:100] + f"{int(aidon[100:102], 16) ^ 1:02X}" + aidon[102:]
    outcome = run("decode", "--json", damaged + aidon)
    assert (outcome.code, outcome.err) == (1, "")
    wrong, right = objects(outcome)
    assert (wrong["error"]["code"], wrong["error"]["path"], wrong["error"]["offset"]) == ("fcs", None, None)
    assert wrong["octets"] == damaged
    assert wrong["offset"] == 0
    assert right["apdu"] == "Data-Notification"


def test_an_input_that_cannot_be_read_is_told_to_programs_and_people(run: Run) -> None:
    outcome = run("decode", "--json", "zz")
    assert outcome.code == 1
    assert outcome.err == "error: character 1: 'z' is no hexadecimal digit\n"
    (error,) = objects(outcome)
    assert (error["error"]["code"], error["offset"]) == ("input", None)


def test_an_apdu_has_exactly_these_names_in_this_order(run: Run) -> None:
    outcome = run("decode", "--json", GET)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.lines == [
        json.dumps({"apdu": "Get-Request-Normal", "edition": "2023", "value": VALUE, "octets": GET, "findings": []})
    ]


@pytest.mark.parametrize("framing", [WRAPPED, "E6E600" + GET, GET])
def test_octets_are_those_of_the_apdu_alone(run: Run, framing: str) -> None:
    (apdu,) = objects(run("decode", "--json", framing))
    assert (apdu["octets"], apdu["value"]) == (GET, VALUE)


def test_a_finding_has_all_its_parts(run: Run) -> None:
    (apdu,) = objects(run("decode", "--json", "--lenient", "C501814D"))
    assert apdu["findings"] == [
        {
            "rule": "unknown-value",
            "severity": "error",
            "path": "$.result",
            "offset": 3,
            "octets": "4D",
            "message": "77 is no value of DataAccessResult",
            "clause": "IEC 62056-5-3, 8",
        }
    ]
    assert apdu["value"]["result"] == 77


@pytest.mark.parametrize(
    ("octets", "name"),
    [
        ("601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0", "AARQ"),
        ("6203800100", "RLRQ"),
        ("C80430012345", "glo-get-request"),
        ("0E010601", "ConfirmedServiceError"),
        ("050102FA00", "ReadRequest"),
        ("D80102", "ExceptionResponse"),
        ("DB0000", "General-Glo-Ciphering"),
        ("01000000065F1F0400007E1F04B0", "InitiateRequest"),
    ],
)
def test_apdus_have_the_names_of_their_types(run: Run, octets: str, name: str) -> None:
    assert objects(run("decode", "--json", octets))[0]["apdu"] == name


def test_blocks_and_the_apdu_joined_of_them_are_objects(run: Run) -> None:
    stdin = f"E0400001000007{GET[:14]}\nE0C00002000006{GET[14:]}\n"
    outcome = run("decode", "--json", "-", stdin=stdin)
    assert outcome.code == 0
    assert [apdu["apdu"] for apdu in objects(outcome)] == ["General-Block-Transfer"] * 2 + ["Get-Request-Normal"]
    assert objects(outcome)[2]["octets"] == GET


def test_a_block_alone_is_an_object_and_a_warning(run: Run) -> None:
    outcome = run("decode", "--json", f"E0400001000007{GET[:14]}")
    assert outcome.code == 0
    assert [apdu["apdu"] for apdu in objects(outcome)] == ["General-Block-Transfer"]
    assert outcome.err.startswith("warning: a general block transfer is not complete: block 1 (7 octets)")


def test_a_warning_is_no_object(run: Run) -> None:
    segment, last = "680C0C6853FF000167C0018100010000FD16", "680B0B6853FF110167800000FF02004C16"
    outcome = run("decode", "--json", segment + segment + last)
    assert outcome.code == 0
    assert len(outcome.lines) == 1
    assert outcome.err == "warning: octet 18: segment 0 sent again\n"


def test_a_gateway_prefix_is_kept_behind_the_findings(run: Run) -> None:
    (apdu,) = objects(run("decode", "--json", "E70100" + GET))
    assert list(apdu) == ["apdu", "edition", "value", "octets", "findings", "gateway"]
    assert apdu["gateway"] == {"direction": "response", "network-id": 1, "address": ""}
    assert apdu["octets"] == "E70100" + GET


def test_what_keys_open_is_behind_the_findings(run: Run, tmp_path: Any) -> None:
    keys = tmp_path / "keys.toml"
    key = "4d5944554d4d59474c4f42414c4b4559"
    keys.write_text(
        f'[system-titles.2F19229199164103]\nglobal-unicast-encryption-key = "{key}"\nauthentication-key = "{key}"\n'
    )
    keys.chmod(0o600)
    capture = str(VECTORS / "captures" / "push-wrapper-general-glo-ciphering.hex")
    (apdu,) = objects(run("decode", "--json", "--keys", str(keys), "--in", capture))
    assert list(apdu) == ["apdu", "edition", "value", "octets", "findings", "deciphered"]
    assert list(apdu["deciphered"])[:6] == ["status", "verified", "replayed", "counter-goes-back", "path", "remarks"]
    assert apdu["deciphered"]["status"] == "verified"
    assert [apdu["deciphered"][name] for name in ("verified", "replayed", "counter-goes-back")] == [True, False, False]
    assert apdu["deciphered"]["apdu"] == "Data-Notification"


def test_every_line_is_ascii(run: Run) -> None:
    outcome = run("decode", "--json", "--type", "Data", "0C02C3A9")
    assert outcome.out.isascii()
    assert objects(outcome)[0]["value"] == {"utf8-string": "é"}
