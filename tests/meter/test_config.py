"""The configuration of the meter: what a file may say, and what it is told where it is wrong."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pytest
from security.support import crash_report

from xdlms.meter import Access, Mechanism, Meter, MeterConfig, MeterConfigError, load_config
from xdlms.meter.config import ClientConfig, SetupConfig, config_of
from xdlms.security import Key
from xdlms.server import Limits
from xdlms.services.names import ApplicationContext

FULL = """
[meter]
system-title = "58595A0000000009"
logical-device-name = "XYZ9"
serial-number = "42"
seed = 7
time-zone = -60
max-pdu-size = 512
load-profile-entries = 20
load-profile-period = 60
push-destination = "127.0.0.1:5000"

[limits]
connections = 5
idle = 1.5
opening = "never"

[security-setups.2]
policy = 1
global-unicast-encryption-key = "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"
authentication-key = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"

[clients.48]
name = "reader"
access = "read"
contexts = ["LN-ciphered"]
mechanisms = ["hls-gmac", "lls"]
security-setup = 2
system-titles = ["4D4D4D0000000001"]
password = "secret"
"""


def test_a_file_says_everything(tmp_path: Path) -> None:
    path = tmp_path / "meter.toml"
    path.write_text(FULL)
    path.chmod(0o600)
    config = load_config(path)
    assert config.system_title == bytes.fromhex("58595A0000000009")
    assert (config.logical_device_name, config.serial_number, config.seed) == ("XYZ9", "42", 7)
    assert (config.time_zone, config.max_pdu_size) == (-60, 512)
    assert (config.load_profile_entries, config.load_profile_period) == (20, 60)
    assert config.limits == Limits(connections=5, idle=1.5, opening=None)
    assert list(config.setups) == [2]
    assert config.setups[2].keys.global_unicast_encryption_key == Key(bytes(range(16)))
    client = config.clients[48]
    assert client.access is Access.READ
    assert client.contexts == {ApplicationContext.LN_CIPHERED}
    assert client.mechanisms == {Mechanism.HLS_GMAC, Mechanism.LLS}
    assert client.titles == {bytes.fromhex("4D4D4D0000000001")}
    assert client.password is not None
    assert client.password.reveal() == b"secret"
    device = Meter(config).devices[0]
    assert list(device.clients) == [48]
    assert device.name == b"XYZ9"


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    path = tmp_path / "meter.toml"
    path.write_text("")
    assert load_config(path).clients.keys() == MeterConfig().clients.keys() == {1, 2, 3, 4, 5, 16}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"metre": {}}, "metre is not known"),
    ({"meter": 5}, "meter is a table"),
    ({"meter": {"sead": 1}}, "meter: sead is not known"),
    ({"meter": {"seed": "1"}}, "meter: seed is a whole number"),
    ({"meter": {"seed": True}}, "meter: seed is a whole number"),
    ({"meter": {"system-title": "XY"}}, "meter: system-title is written in hexadecimal"),
    ({"meter": {"system-title": "00"}}, "system-title has 8 octets"),
    ({"meter": {"logical-device-name": ""}}, "logical-device-name has 1 to 16"),
    ({"meter": {"serial-number": "x" * 17}}, "serial-number has 1 to 16"),
    ({"meter": {"serial-number": 4}}, "meter: serial-number is a text"),
    ({"meter": {"time-zone": 841}}, "time-zone"),
    ({"meter": {"max-pdu-size": 11}}, "max-pdu-size"),
    ({"meter": {"load-profile-entries": 0}}, "load-profile-entries"),
    ({"meter": {"load-profile-period": 59}}, "load-profile-period"),
    ({"meter": {"push-destination": "nowhere"}}, "push-destination"),
    ({"limits": {"speed": 1}}, "limits: speed is not known"),
    ({"limits": {"connections": 0}}, "limits: connections must be at least 1"),
    ({"limits": {"connections": 1.5}}, "limits: connections is a number"),
    ({"limits": {"connections": "never"}}, "limits: connections is a number"),
    ({"limits": {"connections-per-peer": 0}}, "limits: connections-per-peer must be at least 1"),
    ({"limits": {"idle": math.nan}}, "limits: idle must be more than 0"),
    ({"limits": {"opening": math.inf}}, "limits: opening must be more than 0 and at most"),
    ({"limits": {"lockout": 10**400}}, "limits: lockout must be more than 0 and at most"),
    ({"limits": {"idle": "soon"}}, 'limits: idle is a number, or "never"'),
    ({"security-setups": {"x": {}}}, "security-setups: x is not a number"),
    ({"security-setups": {"256": {}}, "clients": {}}, "security-setups.256"),
    ({"security-setups": {"0": {"policy": 4}}, "clients": {}}, "security-setups.0: policy is 0 to 3"),
    ({"security-setups": {"0": {"key": "00"}}}, "security-setups.0: key is not known"),
    ({"security-setups": {"0": {"master-key": "5EC2E7"}}}, "security-setups.0: master_key"),
    ({"security-setups": {"0": {"master-key": "5EC2E7 secret"}}}, "security-setups.0: master-key is written in hex"),
    ({"security-setups": {"0": {"master-key": 5}}}, "security-setups.0: master-key is written in hex"),
    (
        {"security-setups": {"0": {}}, "clients": {"1": {"contexts": ["LN-ciphered"], "security-setup": 0}}},
        "clients.1: security setup 0 lacks the unicast encryption",
    ),
    (
        {
            "security-setups": {"0": {"global-unicast-encryption-key": "00" * 16}},
            "clients": {"1": {"mechanisms": ["hls-gmac"], "security-setup": 0}},
        },
        "clients.1: security setup 0 lacks the unicast encryption or authentication key",
    ),
    ({"clients": {"7": {}, "007": {}}}, "clients: 7 and 007 are the same number"),
    ({"security-setups": {"00": {}, "0": {}}}, "security-setups: 00 and 0 are the same number"),
    ({"clients": {"70000": {}}}, "clients.70000: a client SAP"),
    ({"clients": {"1": 1}}, "clients.1 is a table"),
    ({"clients": {"1": {"access": "all"}}}, "clients.1: access: there are public, read, manage"),
    ({"clients": {"1": {"contexts": "LN"}}}, "clients.1: contexts is a list"),
    ({"clients": {"1": {"contexts": ["XN"]}}}, "clients.1: contexts: there are LN, SN"),
    ({"clients": {"1": {"contexts": []}}}, "clients.1: there is no application context"),
    ({"clients": {"1": {"mechanisms": []}}}, "clients.1: there is no authentication mechanism"),
    ({"clients": {"1": {"mechanisms": ["hls"]}}}, "clients.1: mechanisms: there are lowest"),
    ({"clients": {"1": {"mechanisms": ["lls"]}}}, "clients.1: lls needs a password"),
    ({"clients": {"1": {"mechanisms": ["hls-md5"]}}}, "clients.1: hls-md5 and hls-sha1 need"),
    ({"clients": {"1": {"mechanisms": ["hls-gmac"]}}}, "clients.1: ciphering and hls-gmac need"),
    ({"clients": {"1": {"security-setup": 9}}}, "clients.1: there is no security setup 9"),
    ({"clients": {"1": {"system-titles": ["00"]}}}, "clients.1: a system title has 8 octets"),
    ({"clients": {"1": {"system-titles": [1]}}}, "clients.1: system-titles is a text"),
]


@pytest.mark.parametrize(("document", "message"), WRONG, ids=lambda case: case if isinstance(case, str) else "")
def test_what_is_wrong_is_told_with_its_place(document: dict[str, Any], message: str) -> None:
    with pytest.raises(MeterConfigError) as caught:
        config_of(document)
    assert message in str(caught.value)
    assert "5EC2E7" not in str(caught.value)


def test_a_file_that_cannot_be_read_or_is_no_toml(tmp_path: Path) -> None:
    with pytest.raises(MeterConfigError, match=r"none\.toml: No such file"):
        load_config(tmp_path / "none.toml")
    path = tmp_path / "wrong.toml"
    path.write_text("[meter\nsecret = 1")
    with pytest.raises(MeterConfigError, match=r"wrong\.toml: this is not TOML.*line 1"):
        load_config(path)
    path.write_bytes(b"\xff")
    with pytest.raises(MeterConfigError, match="not TOML: it is not UTF-8"):
        load_config(path)
    path.write_text("[limits]\nidle = 0")
    with pytest.raises(MeterConfigError, match=r"wrong\.toml: limits: idle"):
        load_config(path)


def test_a_configuration_does_not_show_its_keys() -> None:
    shown = repr(MeterConfig())
    assert "0001020304" not in shown
    assert "12345678" not in shown
    assert "x00\\x01\\x02" not in shown.replace(repr(MeterConfig().system_title), "")


def test_it_is_known_whether_well_known_keys_let_clients_in() -> None:
    assert MeterConfig().is_open_to_everybody
    keys = {"global-unicast-encryption-key": "11" * 16, "authentication-key": "22" * 16}
    client = {"contexts": ["LN-ciphered"], "mechanisms": ["lls"], "security-setup": 0, "password": "mine"}
    own: dict[str, Any] = {"security-setups": {"0": keys}, "clients": {"1": client}}
    assert not config_of(own).is_open_to_everybody
    assert config_of({**own, "clients": {"1": {**client, "password": "12345678"}}}).is_open_to_everybody
    for name in ("authentication-key", "master-key"):
        known = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"
        assert config_of({**own, "security-setups": {"0": {**keys, name: known}}}).is_open_to_everybody


@pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644])
def test_a_file_with_keys_that_others_can_read_or_change_is_refused_with_advice(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "meter.toml"
    key = "11" * 16
    for text in (FULL, f'[security-setups.0]\nmaster-key = "{key}"', '[clients.1]\nhls-secret = "mine"'):
        path.write_text(text)
        path.chmod(mode)
        with pytest.raises(MeterConfigError, match=f"others can read or change it; run: chmod 600 {path}"):
            load_config(path)
        path.chmod(0o600)
    path.write_text("[meter]\nseed = 5\n[clients.1]\nname = 'all'")
    path.chmod(mode)
    assert load_config(path).seed == 5


LEAKS = {
    "an unknown name": '[metre]\nsead = 1\n[clients.1]\npassword = "CANARY"',
    "a misspelt name of a password": '[clients.1]\npasword = "CANARY"',
    "a misspelt name of a list": '[clients.1]\npaswords = ["CANARY"]',
    "a password in a table": '[clients.1]\npassword = {text = "CANARY"}',
    "a password that is none": '[clients.1]\npassword = ["CANARY"]',
    "a key that is none": '[security-setups.0]\nmaster-key = "CANARY"',
    "a short key": '[security-setups.0]\nmaster-key = "CAFEC0DE"',
    "another value": '[clients.1]\npassword = "CANARY"\naccess = "all"',
    "a policy": '[security-setups.0]\nmaster-key = "CAFEC0DECAFEC0DECAFEC0DECAFEC0DE"\npolicy = 4\n[clients]',
    "no setup": '[clients.1]\nhls-secret = "CANARY"\nsecurity-setup = 9',
    "no TOML": '[clients.1]\npassword = "CANARY"\npassword = "CANARY"',
    "no TOML at the end": '[clients.1]\npassword = "CANARY',
    "no UTF-8": '[clients.1]\npassword = "CANARY\udcff"',
}


@pytest.mark.parametrize("name", LEAKS)
def test_no_error_of_a_configuration_shows_a_secret_in_any_of_its_frames(tmp_path: Path, name: str) -> None:
    path = tmp_path / "meter.toml"
    path.write_bytes(LEAKS[name].encode("utf-8", "surrogateescape"))
    path.chmod(0o600)
    with pytest.raises(MeterConfigError) as caught:
        load_config(path)
    report = crash_report(caught.value)
    assert "xdlms/meter/config" in report
    for canary in ("CANARY", "CAFEC0DE", "\\xca\\xfe", "202, 254"):
        assert canary not in report


def test_what_is_given_in_python_is_of_types_that_hide_it() -> None:
    octets: Any = b"CANARY-octets-16"
    wrong: list[dict[str, Any]] = [
        {"setups": {0: SetupConfig(keys=octets)}, "clients": {}},
        {"clients": {1: ClientConfig(name="one", password=octets)}},
        {"clients": {1: ClientConfig(name="one", secret=octets)}},
    ]
    for given in wrong:
        with pytest.raises(MeterConfigError, match="given as") as caught:
            MeterConfig(**given)
        assert "CANARY" not in crash_report(caught.value)
