"""The meters file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.cli.meters import (
    MeterEntry,
    MetersError,
    entry_without_file,
    load_meter,
    usual_counters_file,
    usual_meters_file,
)

KEY = "00112233445566778899AABBCCDDEEFF"
TITLE = "58444C0000000001"


def written(folder: Path, text: str, *, mode: int = 0o600) -> Path:
    path = folder / "meters.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def load(folder: Path, lines: str, **environment: str) -> MeterEntry:
    """The entry `home` with these lines."""
    return load_meter(written(folder, f"[meters.home]\n{lines}"), "home", environment)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("adress = 1", "has no 'adress'; the names are: url"),
        ("client = '1'", "client is of another type"),
        ("client = true", "client is of another type"),
        ("ciphering = 1", "ciphering is of another type"),
        ("timeout = '5'", "timeout is of another type"),
        ("authentication = 'password'", "one of lowest, lls"),
        ("referencing = 'ln'", '"LN" or "SN"'),
        ("system-title = '4D4D4D'", "16 hexadecimal digits"),
        ("meter-title = 'meter meter meter'", "16 hexadecimal digits"),
        (f"authentication-key = '{KEY[:-2]}'", "authentication-key: "),
        ("authentication-key = 'very secret indeed'", "authentication-key: a key is written as hexadecimal digits"),
        ("lls-password = 'one'\nlls-password-hex = '01'", "twice"),
        ("keys = 'keys.toml'", "meter-title is missing"),
        (f"keys = 'keys.toml'\nmeter-title = '{TITLE}'", "cannot be read"),
        ("client = ", "is not TOML: end of document"),
        ("client = x", "is not TOML: line 2, column 10"),
        ("[other]", "and nothing else"),
    ],
)
def test_a_wrong_entry_is_told_without_its_values(tmp_path: Path, lines: str, message: str) -> None:
    with pytest.raises(MetersError) as caught:
        load(tmp_path, lines)
    assert message in str(caught.value)
    assert "very secret" not in str(caught.value)
    assert KEY[:-2] not in str(caught.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(MetersError, match="a meters file says how meters are reached"):
            load_meter(path, "home", {})
    path = written(tmp_path, "")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(MetersError, match="UTF-8"):
        load_meter(path, "home", {})
    with pytest.raises(MetersError, match="has no meter 'home'; it has: other"):
        load_meter(written(tmp_path, "[meters.other]"), "home", {})


def test_a_file_with_keys_that_others_can_read_is_refused(tmp_path: Path) -> None:
    text = f"[meters.home]\n[meters.other]\nauthentication-key = '{KEY}'"
    with pytest.raises(MetersError, match="chmod 600"):
        load_meter(written(tmp_path, text, mode=0o640), "home", {})
    assert load_meter(written(tmp_path, "[meters.home]", mode=0o644), "home", {}) == MeterEntry(name="home")


def test_a_wrong_key_in_the_environment_is_told_by_its_name() -> None:
    with pytest.raises(MetersError, match="authentication-key"):
        entry_without_file({"XDLMS_AUTHENTICATION_KEY": "no key"})


@given(st.text(max_size=60))
def test_any_text_is_a_meters_file_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(f"[meters.home]\n{text}", encoding="utf-8", errors="replace")
    path.chmod(0o600)
    try:
        load_meter(path, "home", {})
    except MetersError:
        return


def test_an_entry_says_all_that_is_needed(tmp_path: Path) -> None:
    entry = load(
        tmp_path,
        f"""\
url = "tcp://host"
client = 1
server = 2
referencing = "SN"
authentication = "hls-gmac"
ciphering = true
security-policy = 2
system-title = "4D4D4D0000000001"
meter-title = "{TITLE}"
authentication-key = "{KEY}"
lls-password = "12345678"
dedicated-key = true
counters = "counters.sqlite"
timeout = 2
user-id = 7
max-pdu-size = 512
""",
    )
    assert (entry.url, entry.client, entry.server, entry.referencing) == ("tcp://host", 1, 2, "SN")
    assert (entry.authentication, entry.ciphering, entry.security_policy) == ("hls-gmac", True, 2)
    assert (entry.meter_title, entry.dedicated_key, entry.user_id) == (bytes.fromhex(TITLE), True, 7)
    assert (entry.timeout, entry.max_pdu_size, entry.counters) == (2.0, 512, tmp_path / "counters.sqlite")
    assert entry.secrets.lls_password is not None
    assert entry.secrets.lls_password.reveal() == b"12345678"
    assert "12345678" not in repr(entry)
    assert KEY not in repr(entry)


def test_keys_may_stand_in_a_keys_file_for_one_association(tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text(
        f"[system-titles.{TITLE}]\nlls-password = 'one'\n"
        f"[system-titles.{TITLE}.associations.\"2/1\"]\nlls-password = 'two'\n",
        encoding="utf-8",
    )
    keys.chmod(0o600)
    for client, password in ((1, b"one"), (2, b"two")):
        entry = load(tmp_path, f"client = {client}\nkeys = 'keys.toml'\nmeter-title = '{TITLE}'")
        assert entry.secrets.lls_password is not None
        assert entry.secrets.lls_password.reveal() == password
    with pytest.raises(MetersError, match="has no keys of 0000000000000000"):
        load(tmp_path, f"keys = 'keys.toml'\nmeter-title = '{'0' * 16}'")


def test_what_the_file_lacks_is_taken_from_the_environment(tmp_path: Path) -> None:
    entry = load(tmp_path, "client = 2", XDLMS_LLS_PASSWORD="from outside")
    assert entry.secrets.lls_password is not None
    assert entry.secrets.lls_password.reveal() == b"from outside"
    assert entry_without_file({}) == MeterEntry()


def test_a_key_of_the_environment_stands_beside_those_of_the_file_and_never_in_place_of_one(tmp_path: Path) -> None:
    lines = f"global-unicast-encryption-key = '{KEY}'\nlls-password-hex = '3132'"
    entry = load(tmp_path, lines, XDLMS_AUTHENTICATION_KEY=KEY, XDLMS_LLS_PASSWORD="from outside")
    assert entry.secrets.keys.authentication_key is not None
    assert entry.secrets.keys.global_unicast_encryption_key is not None
    assert entry.secrets.lls_password is not None
    assert entry.secrets.lls_password.reveal() == b"12"
    with pytest.raises(MetersError, match="environment variables"):
        load(tmp_path, lines, XDLMS_AUTHENTICATION_KEY="no key")


def test_where_the_files_are() -> None:
    assert usual_meters_file({"XDLMS_METERS": "/m.toml", "HOME": "/h"}) == Path("/m.toml")
    assert usual_meters_file({"HOME": "/h"}) == Path("/h/.config/xdlms/meters.toml")
    assert usual_meters_file({"XDG_CONFIG_HOME": "/c"}) == Path("/c/xdlms/meters.toml")
    assert usual_counters_file({"HOME": "/h"}) == Path("/h/.local/state/xdlms/counters.sqlite")
    assert usual_counters_file({"XDG_STATE_HOME": "/s"}) == Path("/s/xdlms/counters.sqlite")
