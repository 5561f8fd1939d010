"""Where octets come from: arguments, files, standard input; and what is said of those that are none."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from running import Run

GET = "C0018100010000800000FF0200"
TITLE = "Get-Request-Normal, 13 octets"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("", "the argument: there are no octets"),
        (" ", "the argument: there are no octets"),
        ("C0zz", "character 3: 'z' is no hexadecimal digit"),
        ("C001 8", "character 6: 1 digit is no whole number of octets"),
        ("--", "give HEX, --in FILE, or - for standard input"),
    ],
)
def test_an_argument_that_is_no_octets_is_told_with_its_character(run: Run, argument: str, message: str) -> None:
    outcome = run("decode", argument)
    assert outcome.code == (2 if argument == "--" else 1)
    assert outcome.out == ""
    assert message in outcome.err


def test_an_argument_that_is_a_file_is_told_how_to_read_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "capture.hex"
    path.write_text(GET)
    outcome = run("decode", str(path))
    assert outcome.code == 1
    assert f"; to read the file, give --in {path}" in outcome.err


@pytest.mark.parametrize("name", ["missing.hex", "", "a\0b"])
def test_a_file_that_cannot_be_opened_is_told(run: Run, tmp_path: Path, name: str) -> None:
    outcome = run("decode", "--in", str(tmp_path / name))
    assert outcome.code == 1
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1


def test_an_empty_file_has_no_octets(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.hex"
    path.write_bytes(b"")
    assert run("decode", "--in", str(path)).err == f"error: {path}: there are no octets\n"
    path.write_bytes(b"# nothing\n\n")
    assert run("decode", "--in", str(path)).err.endswith(": there are no octets, only comments and empty lines\n")


def test_wrong_lines_are_told_with_line_and_column_and_the_others_decoded(run: Run) -> None:
    outcome = run("decode", "-", stdin=f"# capture\n{GET}\nC0 zz\n{GET}\n8\n")
    assert outcome.code == 1
    assert outcome.err.splitlines() == [
        "error: standard input: line 3, column 4: 'z' is no hexadecimal digit",
        "error: standard input: line 5, column 1: 1 digit is no whole number of octets",
    ]
    assert [line for line in outcome.lines if line.startswith("Get-")] == [
        f"{TITLE}  [line 2, octet 0]",
        f"{TITLE}  [line 4, octet 0]",
    ]


def test_many_wrong_lines_are_told_in_few(run: Run) -> None:
    outcome = run("decode", "-", stdin=GET + "\nxyz" * 500)
    assert len(outcome.err.splitlines()) == 11
    assert outcome.err.endswith("standard input: 490 more lines are no hexadecimal digits\n")


def test_a_text_that_is_none_of_octets_is_one_error(run: Run) -> None:
    outcome = run("decode", "-", stdin="Dear Sir or Madam\n" * 5000)
    assert outcome.code == 1
    message = "standard input: line 1, column 4: 'r' is no hexadecimal digit (at least 1000 such lines)"
    assert outcome.err == f"error: {message}\n"


@pytest.mark.parametrize(
    "stdin", [b"Gr\xfc\xdfe", b"\x00" * 1000, b"\x7f\x45\x4c\x46" + bytes(range(256)), b"\xff\xfe\x00"]
)
def test_binary_garbage_is_one_error(run: Run, stdin: bytes) -> None:
    outcome = run("decode", "-", stdin=stdin)
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    assert "is the tag of no APDU" in outcome.err


def test_noise_is_one_error_in_proportion(run: Run) -> None:
    outcome = run("decode", "-", stdin=b"\x01" + Random(1).randbytes(5_000_000))
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    assert len(outcome.out) < 500


@pytest.mark.parametrize(
    "arguments",
    [
        [GET],
        [GET.lower()],
        ["C0 01 81 00 01 00 00 80 00 00 FF 02 00"],
        ["C0:01:81:00:01:00:00:80:00:00:FF:02:00"],
        ["0xC0 0x01 0x81 0x00 0x01 0x00 0x00 0x80 0x00 0x00 0xFF 0x02 0x00"],
        [f"0x{GET}"],
        ["C00181000100\n00800000FF0200\n"],
        ["C0", "01", "81", "00", "01", "00", "00", "80", "00", "00", "FF", "02", "00"],
    ],
)
def test_hexadecimal_digits_as_people_write_them(run: Run, arguments: list[str]) -> None:
    outcome = run("decode", *arguments)
    assert (outcome.code, outcome.lines[0]) == (0, TITLE)


def test_several_inputs_are_told_apart(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.hex"
    path.write_text(GET)
    outcome = run("decode", GET, "-", "--in", str(path), stdin=bytes.fromhex(GET))
    assert outcome.code == 0
    assert [line for line in outcome.lines if line.startswith("Get-")] == [
        f"{TITLE}  [argument 1]",
        f"{TITLE}  [standard input]",
        f"{TITLE}  [{path}; line 1, octet 0]",
    ]


def test_an_input_that_is_wrong_does_not_hide_the_others(run: Run) -> None:
    outcome = run("decode", "zz", GET)
    assert outcome.code == 1
    assert outcome.err == "error: argument 1, character 1: 'z' is no hexadecimal digit\n"
    assert outcome.lines[0] == f"{TITLE}  [argument 2]"


def test_a_binary_file_is_one_capture(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "apdu.bin"
    path.write_bytes(bytes.fromhex(GET))
    assert run("decode", "--in", str(path)).lines[0] == TITLE


def test_a_file_without_a_name_is_told(run: Run) -> None:
    assert run("decode", "--in", "").err == "error: '' is no name of a file\n"
    assert run("check", "--in", "").code == 1
    assert run("encode", "--in", "").err == "error: '' is no name of a file\n"


@pytest.mark.parametrize("magic", ["D4C3B2A1", "A1B2C3D4", "0A0D0D0A"])
def test_a_network_capture_is_told_to_be_one(run: Run, tmp_path: Path, magic: str) -> None:
    path = tmp_path / "traffic.pcap"
    path.write_bytes(bytes.fromhex(magic) + bytes(40))
    outcome = run("decode", "--in", str(path))
    assert outcome.code == 1
    assert outcome.err == f"error: {path}: a network capture; `xdlms check` reads those\n"


def test_an_apdu_in_several_arguments_is_told_to_need_quotation_marks(run: Run) -> None:
    hint = "hint: all arguments together are one APDU: put it in quotation marks\n"
    groups = ("C001", "8100", "0100", "0080", "0000", "FF02", "00")
    for options in ((), ("--json",)):
        outcome = run("decode", *options, *groups)
        assert outcome.code == 1
        assert outcome.err.endswith(hint)
    assert hint not in run("decode", *groups[:-1]).err
    assert hint not in run("decode", GET, "C0018").err
    assert run("decode", GET, GET).err == ""
