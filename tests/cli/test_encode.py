"""``xdlms encode``: octets of what ``xdlms decode --json`` gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from running import Run

GET = "C0018100010000800000FF0200"


def next_block(**changes: Any) -> str:
    value = {"invoke-id-and-priority": 129, "block-number": 2, **changes}
    return json.dumps({"apdu": "Get-Request-Next", "value": value})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "error: the argument: there is no JSON"),
        ("{", "error: line 1, column 2: no JSON: expecting property name enclosed in double quotes"),
        ("[1]", "error: expected an object, found an array - at $"),
        ("{}", "error: apdu is missing - at $"),
        ('{"apdu": "Data"}', "error: value is missing - at $"),
        (
            '{"error": {"code": "truncated"}, "octets": "C0"}',
            "error: apdu is missing (this is an error that `xdlms decode` reported) - at $",
        ),
        ('{"apdu": 1, "value": 1}', "error: expected the name of a type, found the number 1 - at $.apdu"),
        ('{"apdu": "Dta", "value": 1}', "error: edition 2023 has no type 'Dta'; perhaps Data - at $.apdu"),
        (
            '{"apdu": "Data", "edition": "1999", "value": 1}',
            "error: expected an edition (2013, 2017, 2023), found the string '1999' - at $.edition",
        ),
        (
            '{"apdu": "Data-Notification", "edition": "2013", "value": 1}',
            "error: edition 2013 has no type 'Data-Notification'; edition 2017 has - at $.apdu",
        ),
        (
            '{"apdu": "Data", "value": {"structure": [{"unsigned": 256}]}}',
            "error: 256 is not in 0 to 255 - at $.value.structure[0].unsigned",
        ),
        (
            next_block(**{"block-number": 1 << 32}),
            "error: 4294967296 is not in 0 to 4294967295 - at $.value.block-number",
        ),
        (next_block(number=1), "error: no component 'number'; perhaps block-number - at $.value"),
        (
            '{"apdu": "RLRQ", "value": {}, "gateway": {"direction": "up"}}',
            "error: expected an object with direction, network-id and address - at $.gateway",
        ),
        (
            '{"apdu": "RLRQ", "value": {}, "gateway": {"direction": "up", "network-id": 0, "address": ""}}',
            'error: expected "request" or "response", found the string \'up\' - at $.gateway.direction',
        ),
        (
            '{"apdu": "RLRQ", "value": {}, "gateway": {"direction": "request", "network-id": 256, "address": ""}}',
            "error: expected a number from 0 to 255, found the number 256 - at $.gateway.network-id",
        ),
        (
            '{"apdu": "RLRQ", "value": {}, "gateway": {"direction": "request", "network-id": 0, "address": "0"}}',
            "error: expected a string of hexadecimal digits, found the string '0' - at $.gateway.address",
        ),
        ('{"apdu": "Mechanism-name", "value": "1.x"}', "error: '1.x' is no OBJECT IDENTIFIER - at $.value"),
    ],
)
def test_json_that_is_no_apdu_is_refused_with_its_path(run: Run, text: str, message: str) -> None:
    outcome = run("encode", text)
    assert (outcome.code, outcome.out, outcome.err) == (1, "", message + "\n")


@pytest.mark.parametrize("content", [b"\xff\xfe{", b"{\xff}", b"\x00" * 50, bytes(range(256)) * 1000])
def test_files_that_are_no_text_are_refused(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "apdus.json"
    path.write_bytes(content)
    outcome = run("encode", "--in", str(path))
    assert outcome.code == 1
    assert outcome.err.startswith(f"error: {path}")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("path", ["/nowhere/apdus.json", "/"])
def test_files_that_cannot_be_read_are_refused(run: Run, path: str) -> None:
    outcome = run("encode", "--in", path)
    assert outcome.code == 1
    assert outcome.err.startswith(f"error: {path}: ")


def test_what_is_wrong_is_told_with_its_line_and_the_rest_encoded(run: Run) -> None:
    stdin = f"{next_block()}\n{next_block(x=1)}\nnonsense\n{next_block()}\n"
    outcome = run("encode", "-", stdin=stdin)
    assert outcome.code == 1
    assert outcome.lines == ["C0028100000002"] * 2
    assert [line.split(":")[0] for line in outcome.err.splitlines()] == ["standard input, line 2", "error"]


def test_an_object_gives_a_line_of_digits(run: Run) -> None:
    outcome = run("encode", next_block())
    assert (outcome.code, outcome.out, outcome.err) == (0, "C0028100000002\n", "")


def test_objects_may_be_laid_out_over_lines(run: Run) -> None:
    text = json.dumps(json.loads(next_block()), indent=2)
    assert run("encode", "-", stdin=text + text).lines == ["C0028100000002"] * 2


def test_octets_can_be_written_as_they_are(run: Run) -> None:
    text = '{"apdu": "Data", "value": {"integer": 65}}'
    assert run("encode", "--binary", text, text).out == "\x0fA\x0fA"


def test_the_edition_is_that_of_the_object_unless_another_is_asked_for(run: Run) -> None:
    old = '{"apdu": "Data", "edition": "2013", "value": {"floating-point": 1.0}}'
    assert run("encode", old).out == "073F800000\n"
    assert "no type 'floating-point'" in run("encode", "--edition", "2023", old).err
    renamed = (
        '{"apdu": "ExceptionResponse", "value": {"state-error": "service-unknown", "service-error": "other-reason"}}'
    )
    assert run("encode", "--edition", "2013", renamed).out == "D80203\n"


def test_numbers_without_a_name_need_lenient(run: Run) -> None:
    text = '{"apdu": "Set-Response-Normal", "value": {"invoke-id-and-priority": 129, "result": 77}}'
    assert run("encode", text).code == 1
    assert run("encode", "--lenient", text).out == "C501814D\n"


def test_octets_that_differ_are_told_when_asked_for(run: Run) -> None:
    text = '{"apdu": "Data", "value": {"boolean": true}, "octets": "03FF"}'
    assert run("encode", text).out == "0301\n"
    outcome = run("encode", "--verify", text)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "error: the value encodes to other octets: from octet 1 on 01, not FF - at $.octets\n"
    assert run("encode", "--verify", text.replace("FF", "01")).code == 0
    assert "expected a string of hexadecimal digits, found null" in run("encode", "--verify", next_block()).err


def test_a_gateway_prefix_is_put_in_front_again(run: Run) -> None:
    for prefix in ("E6010211FF", "E70000"):
        decoded = run("decode", "--json", prefix + GET)
        assert run("encode", "--verify", decoded.out).out == f"{prefix}{GET}\n"
