"""``xdlms check``: inputs, what it writes, and exit codes."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from check.network import datagram, pcap, pcapng, upwards
from check.test_pcap import GET, RESPONSE, captured, message
from conftest import VECTORS
from running import Run, runner
from security.support import AK, CLIENT, EK, GET_REQUEST, TITLE, context

from xdlms.check.rules import RULES

CAPTURES = VECTORS / "captures"
WRITE = "0602020100020208011105"
"""A WriteRequest of two names and one value: an error."""
RESERVED = "C001D1000301000108 00FF0200"
"""A GetRequest with a reserved bit in its invoke-id: a warning."""
RIGHT = GET.hex()

# What the captures say of themselves in their quirk lines are errors; the rest can be used all the same. Read off the
# octets: a client that proposes all bits, a count in three octets, a meter that encrypts without authenticating, and
# frames without LLC header behind the first of a general block transfer.
QUIRKS = {"quirk-presence-octet": "presence-octet", "quirk-0x09-date-time": "date-time-form"}
SAID = {
    "associations-hdlc": {"conformance-reserved": 1},
    "get-response-object-list": {"length-not-shortest": 1},
    "push-kaifa-mbus-encrypted": {"encryption-only": 1},
    "push-landis-hdlc-general-block-transfer": {"link-llc": 6},
}
APDUS = {
    "associations-hdlc": 10,
    # nine blocks, and what is joined from those of the last line
    "push-landis-hdlc-general-block-transfer": 10,
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, monkeypatch)


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def rules(text: str) -> list[str]:
    return [finding["rule"] for found in objects(text) for finding in found["findings"]]


# Wrong usage, wrong inputs


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--json",),
        ("--edition", "2016", RIGHT),
        ("--framing", "token-ring", RIGHT),
        ("--apdus", "no.such.package", RIGHT),
        ("--apdus", "", RIGHT),
        ("--apdus", "json", RIGHT),
        ("--apdus", "xdlms_apdu.v2013", "--edition", "2017", RIGHT),
    ],
)
def test_wrong_usage_is_told(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run("check", *arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("usage: xdlms check")
    assert outcome.out == ""


@pytest.mark.parametrize("arguments", [("XY",), ("--in", "no/such/file"), ("--keys", "no/such/file", RIGHT), ("-",)])
def test_an_input_that_cannot_be_read_is_an_error(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run("check", *arguments)
    assert outcome.code == 1
    assert "error: " in outcome.err


def test_a_folder_without_captures_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("nothing of the kind", encoding="utf-8")
    outcome = run("check", "--in", str(tmp_path))
    assert outcome.code == 1
    assert f"{tmp_path}: nothing in this folder can be checked: no file ends in .hex .txt" in outcome.err


def test_what_cannot_be_opened_in_a_folder_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "more" / "deep"
    deep.mkdir(parents=True)
    (deep / "good.hex").write_text("C401C10100")
    (tmp_path / "link.hex").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.hex").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.hex")
    outcome = run("check", "--in", str(tmp_path))
    assert outcome.code == 1
    assert outcome.err == f"error: {tmp_path / 'link.hex'}: No such file or directory\n"
    assert outcome.lines[-1] == "1 APDU checked against edition 2023: no findings; 1 error in reading the input"
    (tmp_path / "link.hex").unlink()
    assert run("check", "--in", str(tmp_path)).code == 0
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if str(path) == str(deep):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    outcome = run("check", "--in", str(tmp_path))
    assert outcome.code == 1
    assert str(deep) in outcome.err


def test_a_line_that_is_no_capture_does_not_keep_the_others_from_being_checked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mixed.hex"
    file.write_text(f"{RIGHT}\nno hex\n{RESERVED}\n", encoding="ascii")
    outcome = run("check", "--in", str(file))
    assert outcome.code == 1
    assert f"{file}: line 2, column 1" in outcome.err
    assert outcome.lines[-1] == "2 APDUs checked against edition 2023: 1 warning; 1 error in reading the input"


@pytest.mark.parametrize("framing", ["hdlc", "mbus"])
def test_an_input_without_any_frame_of_the_framing_asked_for_is_an_error(
    run: Run, tmp_path: Path, framing: str
) -> None:
    outcome = run("check", "--framing", framing, RIGHT)
    assert outcome.code == 1
    assert outcome.err == f"error: nothing in it is a frame of {framing}\n"
    assert "link-noise" in outcome.out
    file = tmp_path / "flow.pcap"
    file.write_bytes(pcap(upwards(message(GET), 1)))
    outcome = run("check", "--framing", framing, "--in", str(file))
    assert outcome.code == 1
    assert f"error: {file}: nothing in it is a frame of {framing}" in outcome.err
    wrapped = run("check", "--framing", "wrapper", RIGHT)  # the octets are an error already
    assert (wrapped.code, wrapped.err) == (1, "")


def test_noise_beside_frames_is_a_warning_alone(run: Run) -> None:
    frame = captured("push-aidon-hdlc.hex").hex()
    outcome = run("check", "--framing", "hdlc", f"0102{frame}")
    assert (outcome.code, outcome.err) == (0, "")
    assert "link-noise" in outcome.out


# Text, and the exit code


def test_an_apdu_without_findings_is_counted(run: Run) -> None:
    outcome = run("check", RIGHT)
    assert (outcome.code, outcome.out, outcome.err) == (0, "1 APDU checked against edition 2023: no findings\n", "")


def test_an_error_is_told_with_its_rule_its_place_and_what_was_expected(run: Run) -> None:
    outcome = run("check", "--edition", "2013", WRITE)
    assert outcome.code == 1
    assert outcome.lines == [
        "WriteRequest, 11 octets  [octet 0]",
        "  error   list-lengths: $.list-of-data, octet 8: expected 2 elements as in variable-access-specification,"
        " found 1 (01 11 05)",
        "          lists that belong together have the same number of elements [IEC 62056-5-3, 8]",
        "",
        "1 APDU checked against edition 2013: 1 error",
    ]


def test_warnings_and_notes_alone_are_no_failure(run: Run) -> None:
    outcome = run("check", RESERVED, "C401C10009810105")
    assert outcome.code == 0
    assert outcome.lines[-1] == "2 APDUs checked against edition 2023: 1 warning, 1 note"


def test_standard_input_is_checked(run: Run) -> None:
    assert run("check", "-", stdin=f"# a comment\n{RIGHT}\n").code == 0
    assert run("check", "-", stdin=bytes.fromhex(WRITE)).code == 1


def test_a_gateway_prefix_is_no_part_of_the_apdu(run: Run) -> None:
    outcome = run("check", "--json", "E6 00 02 AABB " + RESERVED)
    assert outcome.code == 0
    (found,) = objects(outcome.out)
    (finding,) = found["findings"]
    assert (finding["offset"], finding["place"]) == (2, {"offset": 7})


# Captures


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*.hex")), ids=lambda path: path.stem)
def test_a_capture_has_the_errors_that_its_quirk_line_tells(run: Run, path: Path) -> None:
    text = path.read_text("utf-8")
    quirks = Counter(QUIRKS[quirk] for quirk in re.findall("^# quirk: (.*)$", text, re.MULTILINE))
    outcome = run("check", "--json", "--in", str(path))
    found = Counter(rules(outcome.out))
    assert found == quirks + Counter(SAID.get(path.stem, {}))
    assert outcome.code == (1 if quirks else 0)
    assert {RULES[rule].severity for rule in found if rule not in quirks} <= {"warning", "note"}
    assert len(objects(outcome.out)) == APDUS.get(path.stem, 1)


def test_a_folder_is_checked_file_by_file(run: Run) -> None:
    outcome = run("check", "--json", "--in", str(CAPTURES))
    assert outcome.code == 1
    inputs = [found["input"] for found in objects(outcome.out)]
    assert list(dict.fromkeys(inputs)) == sorted(str(path) for path in CAPTURES.glob("*.hex"))


def test_wrong_frames_are_findings(run: Run, tmp_path: Path) -> None:
    text = (CAPTURES / "push-kaifa-hdlc-quirk-date-time.hex").read_text("ascii")
    file = tmp_path / "damaged.hex"
    frame = text.splitlines()[-1]
    file.write_text(frame + frame.replace("ABAD7E", "ABAE7E"), encoding="ascii")
    outcome = run("check", "--json", "--in", str(file))
    assert outcome.code == 1
    assert rules(outcome.out) == ["date-time-form", "link-fcs"]
    last = objects(outcome.out)[-1]
    assert (last["apdu"], last["line"], last["offset"]) == (None, 1, len(frame) // 2)
    assert "  error   link-fcs: " in run("check", "--in", str(file)).out


def test_parameters_of_a_connection_are_checked(run: Run) -> None:
    from check.test_links import snrm

    outcome = run("check", "--json", snrm("8180 03 09 01 01").hex())
    assert rules(outcome.out) == ["link-parameters"]
    assert outcome.code == 1


def test_blocks_that_are_missing_are_a_remark(run: Run) -> None:
    outcome = run("check", "E0 01 0001 0000 02 C001")
    assert outcome.code == 0
    assert "a general block transfer is not complete" in outcome.err


def test_an_apdu_that_came_in_blocks_is_checked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "blocks.hex"
    octets = bytes.fromhex(RESERVED)
    blocks = (f"E000 0001 0000 05 {octets[:5].hex()}", f"E080 0002 0000 08 {octets[5:].hex()}")
    file.write_text("\n".join(blocks), encoding="ascii")
    outcome = run("check", "--in", str(file))
    assert "Get-Request-Normal, 13 octets  [" in outcome.out
    assert "joined from blocks 1 to 2" in outcome.out
    assert outcome.lines[-1] == "3 APDUs checked against edition 2023: 1 warning"


@pytest.mark.parametrize("make", [pcap, pcapng])
def test_network_captures_are_checked(run: Run, tmp_path: Path, make: Any) -> None:
    file = tmp_path / "network.pcap"
    octets = message(bytes.fromhex(RESERVED)) + message(RESPONSE)
    file.write_bytes(make(datagram(message(bytes.fromhex(WRITE))), upwards(octets[:9], 100), upwards(octets[9:], 109)))
    outcome = run("check", "--json", "--in", str(file))
    assert outcome.code == 1
    first, second, third = objects(outcome.out)
    assert (first["apdu"], first["frame"], first["offset"]) == ("WriteRequest", 1, 8)
    assert (second["apdu"], second["frame"]) == ("Get-Request-Normal", 2)
    assert [(finding["rule"], finding["place"]) for finding in second["findings"]] == [
        ("invoke-id-reserved", {"offset": 1, "frame": 3})
    ]
    assert (third["apdu"], third["findings"]) == ("Get-Response-Normal", [])
    text = run("check", "--in", str(file)).out
    assert "frame 1, octet 8; 10.0.0.1:50000 -> 10.0.0.2:4059; wrapper 16 -> 1]" in text


def test_faults_in_network_captures_are_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "network.cap"
    file.write_bytes(pcap(datagram(b"\x00\x02" + message(GET)[2:]), datagram(b"other", port=80)))
    outcome = run("check", "--in", str(file))
    assert outcome.code == 1
    assert "error   link-version" in outcome.out
    assert "1 stream or datagrams without APDUs left out" in outcome.err
    file.write_bytes(pcap()[:9])
    outcome = run("check", "--in", str(file))
    assert outcome.code == 1
    assert f"error: {file}: no capture that can be read" in outcome.err


def test_a_network_capture_that_is_cut_off_is_an_error_and_the_packets_before_are_checked(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "network.pcap"
    octets = pcap(datagram(message(GET)), datagram(message(GET)))[:-5]
    file.write_bytes(octets)
    outcome = run("check", "--in", str(file))
    assert outcome.code == 1
    assert outcome.err == f"error: {file}: the file ends at octet {len(octets)}, inside frame 2\n"
    assert "1 APDU checked" in outcome.out


def test_a_network_capture_without_packets_is_told_and_is_no_error(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "network.pcap"
    file.write_bytes(pcap())
    outcome = run("check", "--in", str(file))
    assert (outcome.code, outcome.err) == (0, f"{file}: the capture holds no packets\n")


@pytest.mark.parametrize("content", [b"hello world", bytes.fromhex("C001C100030100010800FF0200"), b"C001\n"])
def test_a_file_that_is_called_a_network_capture_and_is_none_says_so(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "network.pcap"
    file.write_bytes(content)
    outcome = run("check", "--in", str(file))
    assert outcome.code == 1
    assert f"error: {file}: no network capture: it does not begin with the magic number" in outcome.err


# Keys, packages, programs


def keys_file(folder: Path) -> Path:
    file = folder / "keys.toml"
    keys = f'global-unicast-encryption-key = "{EK.hex()}"\nauthentication-key = "{AK.hex()}"\n'
    text = f"[system-titles.{CLIENT.hex()}]\n{keys}"
    file.write_text(text, encoding="ascii")
    file.chmod(0o600)
    return file


def test_keys_decipher_what_is_inside_and_watch_the_counters(run: Run, tmp_path: Path) -> None:
    wrong = GET_REQUEST[:2] + b"\xd1" + GET_REQUEST[3:]
    octets = context(local=CLIENT, peer=TITLE, first_counter=7).protect(wrong).hex()
    file = tmp_path / "twice.hex"
    file.write_text(f"{octets}\n{octets}\n", encoding="ascii")
    outcome = run("check", "--json", "--keys", str(keys_file(tmp_path)), "--in", str(file))
    assert outcome.code == 1
    assert rules(outcome.out) == ["invoke-id-reserved", "counter-repeated", "invoke-id-reserved"]
    assert rules(run("check", "--json", "--in", str(file)).out) == []


def test_a_package_takes_the_place_of_an_edition(run: Run) -> None:
    outcome = run("check", "--json", "--apdus", "xdlms_apdu.v2013", "0F4000000000112A")
    assert rules(outcome.out) == ["apdu-of-other-edition"]


def test_a_finding_has_all_there_is_to_say_in_json(run: Run) -> None:
    (found,) = objects(run("check", "--json", WRITE).out)
    assert found == {
        "apdu": "WriteRequest",
        "edition": "2023",
        "input": None,
        "offset": 0,
        "octets": WRITE,
        "findings": [
            {
                "rule": "list-lengths",
                "severity": "error",
                "path": "$.list-of-data",
                "offset": 8,
                "octets": "011105",
                "message": "expected 2 elements as in variable-access-specification, found 1",
                "expected": "lists that belong together have the same number of elements",
                "clause": "IEC 62056-5-3, 8",
                "place": {"offset": 8},
            }
        ],
    }


def test_an_input_that_cannot_be_read_is_an_object_too(run: Run) -> None:
    outcome = run("check", "--json", "XY", RIGHT)
    assert outcome.code == 1
    first, second = objects(outcome.out)
    assert first["error"]["code"] == "input"
    assert second["apdu"] == "Get-Request-Normal"


def test_the_report_for_test_systems_has_a_case_for_every_apdu(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    file = tmp_path / "captures.hex"
    file.write_text(f"{RIGHT}\n{WRITE}\n{RESERVED}\n0A0A 0102\n", encoding="ascii")
    outcome = run("check", "--junit", str(report), "--in", str(file), "--in", str(tmp_path / "missing.hex"))
    assert outcome.code == 1
    root = ElementTree.parse(report).getroot()
    assert (root.tag, root.attrib) == (
        "testsuites",
        {"name": "xdlms check", "tests": "5", "failures": "2", "errors": "1"},
    )
    suite, other = root
    assert suite.attrib == {"name": str(file), "tests": "4", "failures": "2", "errors": "0"}
    assert [case.get("name") for case in suite] == [
        "line 1, octet 0: Get-Request-Normal",
        "line 2, octet 0: WriteRequest",
        "line 3, octet 0: Get-Request-Normal",
        "line 4, octet 0: no APDU",
    ]
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["system-out"], ["failure"]]
    failure = suite[1][0]
    assert failure.get("type") == "list-lengths"
    assert "expected 2 elements" in str(failure.get("message"))
    assert other.attrib["errors"] == "1"


def test_a_report_that_cannot_be_written_is_an_error(run: Run, tmp_path: Path) -> None:
    outcome = run("check", "--junit", str(tmp_path / "no" / "report.xml"), RIGHT)
    assert outcome.code == 1
    assert "cannot write" in outcome.err


def test_the_remarks_on_an_input_are_together_behind_its_cases(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run("check", "--junit", str(report), "--in", str(CAPTURES / "push-landis-hdlc-general-block-transfer.hex"))
    (suite,) = ElementTree.parse(report).getroot()
    assert [child.tag for child in suite] == ["testcase"] * 10 + ["system-out"]
    assert str(suite[-1].text).count("general block transfer") == 2


def test_keys_that_cannot_be_read_are_in_the_report_too(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert run("check", "--junit", str(report), "--keys", str(tmp_path / "none.toml"), RIGHT).code == 1
    root = ElementTree.parse(report).getroot()
    assert (root.get("tests"), root.get("errors")) == ("1", "1")
    assert "keys file cannot be read" in str(root[0][0][0].get("message"))


def test_characters_that_xml_cannot_hold_are_escaped(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    folder = tmp_path / "odd\x01name"
    folder.mkdir()
    file = folder / "one.hex"
    file.write_text(WRITE, encoding="ascii")
    assert run("check", "--junit", str(report), "--in", str(file)).code == 1
    (suite,) = ElementTree.parse(report).getroot()
    assert "odd\\x01name" in str(suite.get("name"))


# The list of rules


def test_the_rules_are_listed_from_the_table(run: Run) -> None:
    outcome = run("check", "--rules")
    assert outcome.code == 0
    assert re.findall(r"^  (?:error|warning|note) +([a-z0-9-]+): ", outcome.out, re.MULTILINE) == [*RULES]
    listed = objects(run("check", "--rules", "--json").out)
    assert [rule["rule"] for rule in listed] == [*RULES]
    assert {rule["severity"] for rule in listed} == {"error", "warning", "note"}
