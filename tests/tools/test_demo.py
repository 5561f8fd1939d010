"""What `make run` reports, and that it fails when something does."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from xdlms.security import Key, Keys
from xdlms.tools import demo

VECTORS = Path(__file__).parents[1] / "vectors"
CAPTURES = VECTORS / "captures"
KEYS = ("global_unicast_encryption_key", "authentication_key")


def vector(folder: Path, **changes: str) -> None:
    """A folder with one vector, a correct one but for the changes."""
    right = {"name": "null-data", "edition": "2013", "apdu": "Data", "hex": "00"}
    (folder / "one.json").write_text(json.dumps([right | changes]), encoding="utf-8")


async def no_meter() -> demo.Step:
    return demo.Step(0, "no meter", [])


def test_a_vector_that_does_not_decode_fails(tmp_path: Path) -> None:
    vector(tmp_path, hex="6301")
    step = demo.prove_vectors(tmp_path)
    assert (step.counted, len(step.failures)) == (0, 1)
    assert step.failures[0].startswith("null-data: ")


def test_a_malformed_vector_that_decodes_fails(tmp_path: Path) -> None:
    vector(tmp_path, expect="reject")
    step = demo.prove_vectors(tmp_path)
    assert (step.counted, step.failures) == (0, ["null-data: should be refused"])


def test_a_vector_of_something_else_is_left_out(tmp_path: Path) -> None:
    vector(tmp_path, apdu="-", hex="01")
    assert demo.prove_vectors(tmp_path).counted == 0


def test_a_capture_that_does_not_decode_fails(tmp_path: Path) -> None:
    (tmp_path / "bad.hex").write_text("C4 01\n", encoding="utf-8")
    step = demo.decode_captures(tmp_path)
    assert step.counted == 0
    assert [failure.partition(":")[0] for failure in step.failures] == ["bad.hex"]


def test_a_line_that_is_no_octets_fails(tmp_path: Path) -> None:
    (tmp_path / "bad.hex").write_text("# a capture\nC4 0G\n", encoding="utf-8")
    step = demo.decode_captures(tmp_path)
    assert step.failures == ["bad.hex: line 2: 'G' is no hexadecimal digit (column 5)"]


def test_a_wrong_frame_fails(tmp_path: Path) -> None:
    text = (CAPTURES / "push-kaifa-hdlc-quirk-date-time.hex").read_text(encoding="utf-8")
    (tmp_path / "bad.hex").write_text(text.replace("398ABAD7E", "398ABAE7E"), encoding="utf-8")
    assert "bad.hex: line" in demo.decode_captures(tmp_path).failures[0]


def test_one_failure_is_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "compile_editions", lambda: demo.Step(3, "3 types", []))
    monkeypatch.setattr(demo, "read_meter", no_meter)
    vector(tmp_path, hex="63")
    assert demo.main([str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "  failed: null-data: " in out
    assert "types compiled: 3, vectors proved: 0, APDUs decoded: 0, seconds: " in out


def test_every_vector_and_capture_of_the_source_tree_is_proved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "compile_editions", lambda: demo.Step(3, "3 types", []))
    monkeypatch.setattr(demo, "read_meter", no_meter)
    assert demo.main([str(VECTORS)]) == 0
    out = capsys.readouterr().out
    assert all(path.stem in out for path in CAPTURES.glob("*.hex"))
    assert "types compiled: 3, vectors proved: 240, APDUs decoded: 27, seconds: " in out


def test_a_general_block_transfer_is_joined() -> None:
    text = (CAPTURES / "push-landis-hdlc-general-block-transfer.hex").read_text(encoding="utf-8")
    framing, readings, problems = demo.read_capture(text)
    assert (framing, problems) == ("hdlc", [])
    assert readings[-1].name == "Data-Notification"


def test_a_meter_that_refuses_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_TITLE", demo._TITLE[::-1])
    monkeypatch.setattr(demo, "_TEST_KEYS", Keys(**dict.fromkeys(KEYS, Key(bytes(16)))))
    step = asyncio.run(demo.read_meter())
    assert step.counted == 0
    assert "refused client 1" in step.failures[0]


def test_the_simulated_meter_is_read_with_hls_and_ciphering() -> None:
    step = asyncio.run(demo.read_meter())
    assert step.failures == []
    assert step.counted > 500
    assert any("1.0.1.8.0.255 active energy import" in line and line.endswith(" Wh") for line in step.details)
    assert "HLS with GMAC, ciphered" in step.line
