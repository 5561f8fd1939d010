"""Captures are deciphered with the keys of a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import vectors

from xdlms.tools.decipher import Keys, KeysError

TITLE = "4D4D4D0000BC614E"
AUTHENTICATED = "C81E3001234567411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B"
PLAIN = "C0010000080000010000FF0200"


def keys_file(folder: Path, authentication_key: str | None = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF") -> str:
    path = folder / "keys.toml"
    lines = [f"[system-titles.{TITLE}]", 'global-unicast-encryption-key = "000102030405060708090A0B0C0D0E0F"']
    if authentication_key is not None:
        lines.append(f'authentication-key = "{authentication_key}"')
    path.write_text("\n".join(lines), "utf-8")
    path.chmod(0o600)
    return str(path)


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeysError, match="cannot be read"):
        Keys.load("/nowhere/keys.toml")


def test_a_file_that_others_can_read_is_an_error(tmp_path: Path) -> None:
    path = keys_file(tmp_path)
    Path(path).chmod(0o644)
    with pytest.raises(KeysError, match="chmod 600"):
        Keys.load(path)


def test_an_error_shows_no_key(tmp_path: Path) -> None:
    path = keys_file(tmp_path, "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFXX")
    with pytest.raises(KeysError) as caught:
        Keys.load(path)
    assert "D0D1" not in str(caught.value)


@pytest.mark.clause("5.4.6")
def test_a_tag_that_is_wrong_fails(tmp_path: Path) -> None:
    session = Keys.load(keys_file(tmp_path)).session()
    opened = session.open(bytes.fromhex(AUTHENTICATED[:-2] + "00"))
    assert opened is not None
    assert (opened.failed, opened.apdu) == (True, None)


@pytest.mark.clause("5.4.6")
def test_a_ciphered_apdu_is_deciphered_and_its_tag_checked(tmp_path: Path) -> None:
    opened = Keys.load(keys_file(tmp_path)).session().open(bytes.fromhex(AUTHENTICATED))
    assert opened is not None
    assert (opened.status, opened.failed, opened.where) == ("verified", False, "$")
    assert opened.apdu == bytes.fromhex(PLAIN)


@pytest.mark.clause("5.4.6")
def test_without_the_authentication_key_nothing_is_verified(tmp_path: Path) -> None:
    opened = Keys.load(keys_file(tmp_path, None)).session().open(bytes.fromhex(AUTHENTICATED))
    assert opened is not None
    assert not opened.failed
    assert opened.apdu == bytes.fromhex(PLAIN)
    assert any("NOT VERIFIED" in remark for remark in opened.remarks)
    assert (opened.verified, opened.replayed) == (False, False)
    assert opened.warnings == opened.remarks


def test_a_plain_apdu_has_nothing_to_decipher(tmp_path: Path) -> None:
    assert Keys.load(keys_file(tmp_path)).session().open(bytes.fromhex(PLAIN)) is None


def test_a_replay_is_pointed_out_within_a_capture_only(tmp_path: Path) -> None:
    keys = Keys.load(keys_file(tmp_path))
    session = keys.session()
    for expected in (False, True):
        opened = session.open(bytes.fromhex(AUTHENTICATED))
        assert opened is not None
        assert any("REPLAY" in remark for remark in opened.remarks) is expected
        assert any("REPLAY" in warning for warning in opened.warnings) is expected
        assert (opened.verified, opened.replayed) == (True, expected)
    opened = keys.session().open(bytes.fromhex(AUTHENTICATED))
    assert opened is not None
    assert not any("REPLAY" in remark for remark in opened.remarks)


def test_the_vector_is_the_one_of_the_collection() -> None:
    assert AUTHENTICATED in [vector["hex"] for vector in vectors("ciphered_suite0")]
