"""Keys files and environment variables (clause 5.4.7): what is taken, what is refused, and what is never said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from security.support import AK, BROADCAST, EK, MASTER, TITLE, crash_report

from xdlms.security import Key, KeyFileError, KeyMaterialError, KeyStore, Secret, entry_from_environment

FULL = f"""
[system-titles.{TITLE.hex()}]
security-suite = 0
global-unicast-encryption-key = "{EK.hex(" ")}"
global-broadcast-encryption-key = "{BROADCAST.hex().upper()}"
authentication-key = "{AK.hex()}"
master-key = "{MASTER.hex()}"
dedicated-key = "{bytes(16).hex()}"
lls-password = "für alle"
hls-secret-hex = "00FF"

[system-titles.{TITLE.hex()}.associations."16/1"]
lls-password-hex = "0102"
authentication-key = "{EK.hex()}"

[system-titles.4D4D4D0000000002]
authentication-key = "{AK.hex()}"
"""
CANARY = "c0ffee00c0ffee00c0ffee00c0ffee11"


def written(folder: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path = folder / "keys.toml"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    path.chmod(mode)
    return path


def test_a_keys_file_by_system_title_and_by_association(tmp_path: Path) -> None:
    store = KeyStore.load(written(tmp_path, FULL))
    entry = store.find(TITLE)
    assert entry is not None
    assert entry.suite == 0
    assert entry.keys.global_unicast_encryption_key == Key(EK)
    assert entry.keys.global_broadcast_encryption_key == Key(BROADCAST)
    assert entry.keys.authentication_key == Key(AK)
    assert entry.keys.master_key == Key(MASTER)
    assert entry.dedicated_key == Key(bytes(16))
    assert entry.lls_password == Secret("für alle".encode())
    assert entry.hls_secret == Secret(b"\x00\xff")
    here = store.find(TITLE, association=(16, 1))
    assert here is not None
    assert here.lls_password == Secret(b"\x01\x02")
    assert here.keys.authentication_key == Key(EK)
    assert here.keys.global_unicast_encryption_key == Key(EK)
    assert store.find(TITLE, association=(16, 2)) is entry
    other = store.find(bytes.fromhex("4D4D4D0000000002"))
    assert other is not None
    assert other.keys.global_unicast_encryption_key is None
    assert store.find(bytes(8)) is None
    assert list(store) == [TITLE, bytes.fromhex("4D4D4D0000000002")]
    assert len(store) == len(list(store.entries())) == 3


@pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o666, 0o601])
def test_a_file_that_others_can_read_is_refused_with_advice(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, FULL, mode)
    with pytest.raises(KeyFileError, match=f"chmod 600 {path}"):
        KeyStore.load(path)
    path.chmod(0o400)
    assert len(KeyStore.load(path)) == 3


def test_a_file_that_is_not_there_or_none(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path, "a\0b"):
        with pytest.raises(KeyFileError):
            KeyStore.load(path)


WRONG = {
    "not TOML": f"[system-titles.4D4D4D0000BC614E]\nauthentication-key = {CANARY}",
    "a bad escape": f'[system-titles.4D4D4D0000BC614E]\nauthentication-key = "{CANARY}\\q"',
    "not UTF-8": b"# \xff\n" + CANARY.encode(),
    "no table": f'authentication-key = "{CANARY}"',
    "another table": f'[meters.4D4D4D0000BC614E]\nauthentication-key = "{CANARY}"',
    "a key as title": f"[system-titles.{CANARY}]\n",
    "a title that is no table": f'system-titles.4D4D4D0000BC614E = "{CANARY}"',
    "a key as name": f"[system-titles.4D4D4D0000BC614E]\n{CANARY} = 1",
    "an unknown name": f'[system-titles.4D4D4D0000BC614E]\nauthentification-key = "{CANARY}"',
    "a digit too few": f'[system-titles.4D4D4D0000BC614E]\nauthentication-key = "{CANARY[:-1]}"',
    "a byte too many": f'[system-titles.4D4D4D0000BC614E]\nauthentication-key = "{CANARY}00"',
    "no digits": f'[system-titles.4D4D4D0000BC614E]\nauthentication-key = "{CANARY}xx"',
    "a number": f"[system-titles.4D4D4D0000BC614E]\nauthentication-key = 0x{CANARY}",
    "a list": f'[system-titles.4D4D4D0000BC614E]\nauthentication-key = ["{CANARY}"]',
    "two lengths": f'[system-titles.4D4D4D0000BC614E]\nauthentication-key = "{CANARY}"\nmaster-key = "{CANARY * 2}"',
    "a secret twice": f'[system-titles.4D4D4D0000BC614E]\nhls-secret = "{CANARY}"\nhls-secret-hex = "{CANARY}"',
    "a password that is a number": f"[system-titles.4D4D4D0000BC614E]\nlls-password = 0x{CANARY}",
    "another suite": f'[system-titles.4D4D4D0000BC614E]\nsecurity-suite = 1\nauthentication-key = "{CANARY}"',
    "a suite that is true": f'[system-titles.4D4D4D0000BC614E]\nsecurity-suite = false\nmaster-key = "{CANARY}"',
    "associations no table": f'[system-titles.4D4D4D0000BC614E]\nassociations = "{CANARY}"',
    "a key as association": f"[system-titles.4D4D4D0000BC614E.associations.{CANARY}]\n",
    "wrong in an association": f'[system-titles.4D4D4D0000BC614E.associations."1/1"]\nmaster-key = "{CANARY}x"',
    "a huge number": f"[system-titles.4D4D4D0000BC614E]\nsecurity-suite = {'9' * 5000} # {CANARY}",
    "nested deeply": "a = " + "[" * 5000 + f'"{CANARY}"' + "]" * 5000,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_gives_one_clear_error_that_shows_nothing_of_it(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, WRONG[name])
    with pytest.raises(KeyFileError) as caught:
        KeyStore.load(path)
    assert str(caught.value).startswith(str(path))
    assert CANARY not in crash_report(caught.value)
    assert CANARY[:-1] not in crash_report(caught.value)


def test_an_error_of_syntax_has_its_place(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="line 2, column"):
        KeyStore.load(written(tmp_path, WRONG["not TOML"]))


def test_keys_from_the_environment() -> None:
    assert entry_from_environment({"HOME": "/"}) is None
    entry = entry_from_environment(
        {
            "XDLMS_GLOBAL_UNICAST_ENCRYPTION_KEY": EK.hex(),
            "XDLMS_AUTHENTICATION_KEY": AK.hex(),
            "XDLMS_LLS_PASSWORD": "12345678",
            "XDLMS_HLS_SECRET_HEX": "00FF",
            "XDLMS_KEYS_FILE": "somewhere",
        }
    )
    assert entry is not None
    assert entry.keys.global_unicast_encryption_key == Key(EK)
    assert entry.keys.authentication_key == Key(AK)
    assert entry.lls_password == Secret(b"12345678")
    assert entry.hls_secret == Secret(b"\x00\xff")


def test_octets_of_the_environment_that_are_no_text() -> None:
    entry = entry_from_environment({"XDLMS_LLS_PASSWORD": os.fsdecode(b"\xff\x00pass")})
    assert entry is not None
    assert entry.lls_password == Secret(b"\xff\x00pass")


def test_a_wrong_environment_is_told_without_its_values() -> None:
    environment = {"XDLMS_MASTER_KEY": CANARY, "XDLMS_AUTHENTICATION_KEY": CANARY + "0"}
    with pytest.raises(KeyMaterialError, match="authentication-key") as caught:
        entry_from_environment(environment)
    assert CANARY not in crash_report(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
@pytest.mark.timeout(20)
def test_a_fifo_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path, 0o600)
    with pytest.raises(KeyFileError, match="not a regular file"):
        KeyStore.load(path)
