"""``xdlms decode`` for people: headings, trees, errors, findings."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from conftest import VECTORS
from running import Run

from xdlms.cli import main
from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame

GET = "C0018100010000800000FF0200"
WRAPPED = "000100100001000D" + GET
CAPTURES = VECTORS / "captures"


def headings(out: str) -> list[str]:
    """The lines that begin an APDU or stand for a frame: those that are not indented."""
    return [line for line in out.splitlines() if line and not line.startswith((" ", "octet"))]


# What is wrong


def test_octets_that_cannot_be_decoded_are_shown_with_a_mark_at_the_octet_at_fault(run: Run) -> None:
    outcome = run("decode", GET[:-4])
    assert outcome.code == 1
    assert outcome.lines == [
        "Get-Request-Normal, 11 octets, not decoded",
        "  C0 01 81 00 01 00 00 80 00 00 FF",
        "                                   ^ octet 11",
    ]
    assert outcome.err == (
        "error: expected 1 octet, found 0 - at $.cosem-attribute-descriptor.attribute-id, octet 11\n"
    )


def test_only_the_octets_around_the_fault_are_shown(run: Run) -> None:
    outcome = run("decode", "C401C10009" + "20" + "00" * 32 + "00")
    assert outcome.lines[1:] == [
        "  ... 00 00 00 00 00 00 00 00 00 00 00 00 00",
        "                                          ^ octet 38",
    ]
    assert "octet 38; --lenient takes it (trailing-octets)" in outcome.err


def test_an_apdu_of_another_edition_is_told(run: Run) -> None:
    outcome = run("decode", "--edition", "2013", "10400000000C07E1090E04131F02FF800000")
    assert outcome.code == 1
    assert outcome.err == (
        "error: 10 is the tag of no APDU of edition 2013; edition 2023 has it: data-notification-confirm [16]"
        " - at $, octet 0\n"
    )


def test_what_follows_a_wrong_apdu_is_decoded(run: Run) -> None:
    outcome = run("decode", "-", stdin=f"{GET[:-2]}\n{GET}\n")
    assert outcome.code == 1
    assert outcome.err.startswith("standard input, line 1, octet 12: error: ")
    assert headings(outcome.out)[1] == "Get-Request-Normal, 13 octets  [line 2, octet 0]"


def damaged(octets: str, place: int) -> str:
    changed = bytearray.fromhex(octets)
    changed[place] ^= 0x55
    return changed.hex()


def test_each_wrong_frame_is_a_line_of_its_own_and_the_rest_is_decoded(run: Run) -> None:
    frame = Frame(Address(16), Address(1), Control(FrameKind.UI), information=b"\xe6\xe7\x00" + bytes.fromhex(GET))
    good = frame.encode().hex()
    outcome = run("decode", damaged(good, 20) + good + "AABBCC" + good + damaged(good, len(good) // 2 - 3))
    assert outcome.code == 1
    assert [line.split(" error: ")[0] for line in outcome.err.splitlines()] == [
        "octet 0:",
        "octet 53:",  # with the flag before it
        "octet 84:",
    ]
    assert all("error: " in line for line in outcome.err.splitlines())
    assert len(headings(outcome.out)) == 2


def test_a_segment_that_is_missing_is_told_at_its_place(run: Run) -> None:
    lines = (CAPTURES / "push-kaifa-mbus-encrypted.hex").read_text("ascii").splitlines()
    octets = bytes.fromhex(lines[-1])
    outcome = run("decode", octets[: octets[1] + 6].hex())
    assert outcome.code == 1
    assert outcome.err == ("octet 0: error: the last segments of an APDU are missing (incomplete, 245 octets)\n")


def test_keys_that_cannot_be_used_are_told(run: Run, tmp_path: Path) -> None:
    outcome = run("decode", "--keys", str(tmp_path / "missing.toml"), GET)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"error: {tmp_path / 'missing.toml'}: the keys file cannot be read")


# What is there


def test_a_plain_apdu(run: Run) -> None:
    outcome = run("decode", GET)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.lines == [
        "Get-Request-Normal, 13 octets",
        "    2  invoke-id-and-priority: 81  invoke-id 1, unconfirmed, high priority",
        "    3  cosem-attribute-descriptor",
        "    3    class-id: 1  Data",
        "    5    instance-id: 0000800000FF  0.0.128.0.0.255",
        "   11    attribute-id: 2  value",
        "   12  access-selection: absent",
    ]


def test_octets_are_counted_in_the_apdu_and_in_the_input(run: Run) -> None:
    assert run("decode", WRAPPED).lines[:3] == [
        "Get-Request-Normal, 13 octets  [octet 8; wrapper 16 -> 1]",
        "octet  input",
        "    2     10  invoke-id-and-priority: 81  invoke-id 1, unconfirmed, high priority",
    ]


def test_a_gateway_prefix_is_shown_and_the_apdu_behind_it_decoded(run: Run) -> None:
    outcome = run("decode", "E6010211FF" + GET)
    assert outcome.code == 0
    assert outcome.lines[0] == "Get-Request-Normal, 13 octets  [behind gateway request, network 1, address 11FF]"
    assert outcome.lines[2].startswith("    2      7  invoke-id-and-priority")


def test_an_llc_header_without_its_frame_is_shown(run: Run) -> None:
    outcome = run("decode", "E6E600" + GET)
    assert (outcome.code, outcome.lines[0]) == (0, "Get-Request-Normal, 13 octets  [behind LLC header E6E600]")


def test_a_frame_without_an_apdu_is_shown_short(run: Run) -> None:
    snrm = Frame(Address(1), Address(16), Control(FrameKind.SNRM, True)).encode().hex()
    outcome = run("decode", snrm)
    assert (outcome.code, outcome.out) == (0, "no APDU: hdlc 16 -> 1 SNRM P/F  [octet 0]\n")


def test_an_edition_that_is_not_the_newest_is_named(run: Run) -> None:
    assert run("decode", "--edition", "2013", GET).lines[0] == "Get-Request-Normal, 13 octets, edition 2013"


def test_notes_do_not_change_the_exit_code(run: Run) -> None:
    outcome = run("decode", "C401810003FF")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.lines[-1] == ("  note: TRUE is sent as FF - at $.result.data, octet 5 (boolean-not-01; IEC 61334-6)")


def test_what_lenient_decoding_forgave_stands_under_the_apdu(run: Run) -> None:
    outcome = run("decode", "--lenient", "C501814D")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.lines[-2:] == [
        "    3  result: 77, not named",
        "  forgiven: 77 is no value of DataAccessResult - at $.result, octet 3 (unknown-value; IEC 62056-5-3, 8)",
    ]


def test_a_single_type_is_decoded_without_framing(run: Run) -> None:
    outcome = run("decode", "--type", "Data", "020211010903" + "7E7E7E")
    assert (outcome.code, outcome.lines) == (
        0,
        [
            "Data, 9 octets",
            "    0  structure of 2",
            "    2    [0] unsigned 1",
            '    4    [1] octet-string 7E7E7E  "~~~"',
        ],
    )


def test_a_framing_can_be_given(run: Run) -> None:
    assert run("decode", "--framing", "wrapper", WRAPPED).code == 0
    assert run("decode", "--framing", "none", WRAPPED).code == 1
    assert run("decode", "--framing", "hdlc", WRAPPED).code == 1


def test_general_block_transfers_are_joined_over_lines(run: Run) -> None:
    blocks = [
        f"E0{control}000{number}0000{len(piece) // 2:02X}{piece}"
        for number, control, piece in (
            (1, "40", GET[:10]),
            (2, "40", GET[10:16]),
            (3, "C0", GET[16:]),
        )
    ]
    outcome = run("decode", "-", stdin="\n".join(blocks))
    assert (outcome.code, outcome.err) == (0, "")
    assert headings(outcome.out) == [
        "General-Block-Transfer, 12 octets  [line 1, octet 0]",
        "General-Block-Transfer, 10 octets  [line 2, octet 0]",
        "General-Block-Transfer, 12 octets  [line 3, octet 0]",
        "Get-Request-Normal, 13 octets  [joined from blocks 1 to 3]",
    ]
    assert "    6  block-data: 5 octets: C001810001" in outcome.lines
    incomplete = run("decode", "-", stdin="\n".join((blocks[0], blocks[2])))
    assert incomplete.code == 0
    assert incomplete.err == (
        "standard input: warning: a general block transfer is not complete: blocks 1, 3 (10 octets), 2 missing\n"
    )


@pytest.mark.clause("5.4.6")
def test_what_is_ciphered_is_deciphered_with_keys(run: Run, tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    key = "4d5944554d4d59474c4f42414c4b4559"
    keys.write_text(
        f'[system-titles.2F19229199164103]\nglobal-unicast-encryption-key = "{key}"\nauthentication-key = "{key}"\n'
    )
    keys.chmod(0o600)
    capture = str(CAPTURES / "push-wrapper-general-glo-ciphering.hex")
    outcome = run("decode", "--keys", str(keys), "--in", capture)
    assert (outcome.code, outcome.err) == (0, "")
    assert "  Deciphered, and its tag is right." in outcome.lines
    assert "  deciphered: Data-Notification, 42 octets" in outcome.lines
    keys.write_text(keys.read_text().replace('key = "4d', 'key = "00'))
    outcome = run("decode", "--keys", str(keys), "--in", capture)
    assert outcome.code == 1
    assert "error: It cannot be deciphered" in outcome.err


KEYS = """
[system-titles.4D4D4D0000BC614E]
global-unicast-encryption-key = "000102030405060708090A0B0C0D0E0F"
"""
CIPHERED = "C81E3001234567411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B"


@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_what_is_not_verified_or_replayed_is_a_warning_on_standard_error(
    run: Run, tmp_path: Path, form: tuple[str, ...]
) -> None:
    keys, capture = tmp_path / "keys.toml", tmp_path / "capture.hex"
    capture.write_text(f"{CIPHERED}\n{CIPHERED}\n")
    keys.write_text(KEYS)
    keys.chmod(0o600)
    outcome = run("decode", "--keys", str(keys), "--in", str(capture), *form)
    assert outcome.code == 0
    first, second = outcome.err.splitlines()
    assert "warning: " in first
    assert "NOT VERIFIED: deciphered without checking who sent it" in first
    assert "REPLAY" not in first
    assert "REPLAY: its invocation counter was used before in this capture, by APDU 1." in second
    keys.write_text(KEYS + 'authentication-key = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"\n')
    outcome = run("decode", "--keys", str(keys), "--in", str(capture), *form)
    (warning,) = outcome.err.splitlines()
    assert "REPLAY" in warning
    assert "NOT VERIFIED" not in warning


AARQ = (
    "6047A1090607608574050801018A0207808B07608574050802{mechanism}AC0A80083132333435363738"
    "BE21041F01011000112233445566778899AABBCCDDEEFF0000065F1F0400007E1F04B0"
)


@pytest.mark.clause("5.3")
def test_passwords_and_dedicated_keys_are_hidden_from_people(run: Run) -> None:
    outcome = run("decode", AARQ.format(mechanism="01"))
    assert (outcome.code, outcome.err) == (0, "")
    assert "   30  calling-authentication-value.charstring: hidden; --json shows it" in outcome.lines
    assert "   42  user-information: hidden; --json shows it" in outcome.lines
    assert "   44      dedicated-key: hidden; --json shows it" in outcome.lines
    for secret in ("3132333435363738", "12345678", "00112233", "CCDDEEFF"):
        assert secret not in outcome.out


@pytest.mark.clause("5.3")
def test_a_challenge_of_hls_is_no_secret(run: Run) -> None:
    outcome = run("decode", AARQ.format(mechanism="05"))
    assert any("3132333435363738" in line for line in outcome.lines)
    assert "00112233" not in outcome.out


# Colours


class Terminal:
    """A standard output that is a terminal."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variable", "value", "coloured"), [("NO_COLOR", "", True), ("NO_COLOR", "1", False), ("TERM", "dumb", False)]
)
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, coloured: bool
) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr("sys.stdout", terminal)
    assert main(["decode", GET]) == 0
    assert ("\x1b[1mGet-Request-Normal\x1b[0m" in terminal.text) is coloured
    assert ("\x1b" in terminal.text) is coloured


def test_what_an_output_cannot_write_is_written_with_backslashes(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(octets, encoding="ascii"))
    assert main(["decode", "--type", "Data", "02020FFF1626"]) == 0
    assert octets.getvalue().splitlines()[1] == b"    0  structure of 2  \\xd7 10^-1 \\u03a9"


def test_what_a_meter_sends_never_commands_the_terminal(run: Run) -> None:
    outcome = run("decode", "--type", "Data", "0C071B5B33316D4142")
    assert outcome.lines[1] == '    0  utf8-string "\\x1b[31mAB"'
