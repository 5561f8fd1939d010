"""The meters file: how each meter is reached, under a name of your own, with its keys or where they are.

::

    [meters.home]
    url = "tcp://192.0.2.7:4059"
    client = 1                               # addresses (SAPs); by default client 16, server 1
    server = 1
    referencing = "LN"                       # or "SN"
    authentication = "hls-gmac"              # lowest, lls, hls-md5, hls-sha1, hls-gmac
    ciphering = true                         # the application context with ciphering
    security-policy = 3                      # 0 to 3; by default 3 with ciphering
    system-title = "4D4D4D0000000001"        # the client's own
    meter-title = "58444C0000000001"         # to find the keys in a keys file; else optional
    keys = "keys.toml"                       # a keys file; or here:
    global-unicast-encryption-key = "00 01 02 ..."
    authentication-key = "..."
    lls-password = "..."                     # or lls-password-hex, hls-secret, hls-secret-hex
    dedicated-key = false                    # cipher with a key made for each association
    counters = "counters.sqlite"             # where invocation counters are kept
    timeout = 5                              # seconds; without it over HDLC longer, by what bad lines need
    user-id = 1                              # where the meter asks for one
    max-pdu-size = 65535

A file with keys or passwords may be read by its owner only. Paths in it are relative to its folder.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from xdlms.client.patience import USUAL_TIMEOUT
from xdlms.security import (
    KeyEntry,
    KeyFileError,
    KeyMaterialError,
    Keys,
    KeyStore,
    entry_from_environment,
)

METERS_VARIABLE: Final = "XDLMS_METERS"
"""The environment variable that names a meters file."""
AUTHENTICATIONS: Final = ("lowest", "lls", "hls-md5", "hls-sha1", "hls-gmac")
_TABLE: Final = "meters"
_KEYS: Final = (
    "global-unicast-encryption-key",
    "global-broadcast-encryption-key",
    "authentication-key",
    "master-key",
    "lls-password",
    "lls-password-hex",
    "hls-secret",
    "hls-secret-hex",
)
_KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "url": str,
    "client": int,
    "server": int,
    "referencing": str,
    "authentication": str,
    "ciphering": bool,
    "security-policy": int,
    "system-title": str,
    "meter-title": str,
    "keys": str,
    "dedicated-key": bool,
    "counters": str,
    "timeout": (int, float),
    "user-id": int,
    "max-pdu-size": int,
}
_NO_KEYS: Final = KeyEntry(keys=Keys())


class MetersError(ValueError):
    """A meters file, or an entry in it, that cannot be used; the message says what is wrong, and shows no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterEntry:
    """How a meter is reached; what is None was not said."""

    name: str = ""
    url: str | None = None
    client: int = 16
    server: int = 1
    referencing: str = "LN"
    authentication: str = "lowest"
    ciphering: bool = False
    security_policy: int | None = None
    system_title: bytes | None = None
    meter_title: bytes | None = None
    secrets: KeyEntry = field(default=_NO_KEYS)
    dedicated_key: bool = False
    counters: Path | None = None
    timeout: float = USUAL_TIMEOUT
    user_id: int | None = None
    max_pdu_size: int = 65535


def usual_meters_file(environment: Mapping[str, str]) -> Path:
    """The file that XDLMS_METERS names, or meters.toml in the user's folder for configuration."""
    named = environment.get(METERS_VARIABLE)
    if named:
        return Path(named)
    folder = environment.get("XDG_CONFIG_HOME") or os.path.join(environment.get("HOME", ""), ".config")
    return Path(folder, "xdlms", "meters.toml")


def usual_counters_file(environment: Mapping[str, str]) -> Path:
    """Where invocation counters are kept unless told: in the user's folder for state."""
    folder = environment.get("XDG_STATE_HOME") or os.path.join(environment.get("HOME", ""), ".local", "state")
    return Path(folder, "xdlms", "counters.sqlite")


def load_meter(path: Path, name: str, environment: Mapping[str, str]) -> MeterEntry:
    """One entry of a meters file. Keys that it lacks are taken from the environment. Raises MetersError."""
    table = _table(path, name)
    where = f"{path}: [{_TABLE}.{name}]"
    for key, value in table.items():
        kind = str if key in _KEYS else _KINDS.get(key)
        if kind is None:
            raise MetersError(f"{where} has no {key!r}; the names are: {', '.join((*_KINDS, *_KEYS))}")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise MetersError(f"{where} {key} is of another type: a name is written in quotes, a number is not")
    authentication = table.get("authentication", "lowest")
    if authentication not in AUTHENTICATIONS:
        raise MetersError(f"{where} authentication is one of {', '.join(AUTHENTICATIONS)}")
    if table.get("referencing", "LN") not in ("LN", "SN"):
        raise MetersError(f'{where} referencing is "LN" or "SN"')
    client, server = table.get("client", 16), table.get("server", 1)
    meter_title = _title(table, "meter-title", where)
    ciphering = table.get("ciphering", False)
    return MeterEntry(
        name=name,
        url=table.get("url"),
        client=client,
        server=server,
        referencing=table.get("referencing", "LN"),
        authentication=authentication,
        ciphering=ciphering,
        security_policy=table.get("security-policy"),
        system_title=_title(table, "system-title", where),
        meter_title=meter_title,
        secrets=_secrets(table, path.parent, where, meter_title, (client, server), environment),
        dedicated_key=table.get("dedicated-key", False),
        counters=path.parent / table["counters"] if "counters" in table else None,
        timeout=float(table["timeout"]) if "timeout" in table else USUAL_TIMEOUT,
        user_id=table.get("user-id"),
        max_pdu_size=table.get("max-pdu-size", 65535),
    )


def entry_without_file(environment: Mapping[str, str]) -> MeterEntry:
    """What holds without a meters file: the public client, and the keys of the environment. Raises MetersError."""
    return MeterEntry(secrets=_of_environment(environment) or _NO_KEYS)


def _table(path: Path, name: str) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(1 << 20).decode("utf-8")
    except OSError as error:
        raise MetersError(f"{path}: {error.strerror}; a meters file says how meters are reached") from None
    except ValueError:
        raise MetersError(f"{path} is no text in UTF-8") from None
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"line \d+, column \d+|end of document", str(error))  # no more of it: a key may stand there
        raise MetersError(f"{path} is not TOML{f': {place.group()}' if place else ''}") from None
    tables = document.get(_TABLE)
    if not isinstance(tables, dict) or set(document) != {_TABLE}:
        raise MetersError(f"{path} has tables [{_TABLE}.NAME], one a meter, and nothing else")
    table = tables.get(name)
    if not isinstance(table, dict):
        raise MetersError(f"{path} has no meter {name!r}; it has: {', '.join(tables) or 'none'}")
    holds_keys = any(key in _KEYS for each in tables.values() if isinstance(each, dict) for key in each)
    if holds_keys and os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise MetersError(f"others can read {path}, which holds keys; run: chmod 600 {path}")
    return table


def _title(table: Mapping[str, Any], name: str, where: str) -> bytes | None:
    digits = table.get(name)
    if digits is None:
        return None
    try:
        title = bytes.fromhex(digits)
    except ValueError:
        title = b""
    if len(title) != 8:
        raise MetersError(f"{where} {name} is 16 hexadecimal digits in quotes")
    return title


def _secrets(
    table: Mapping[str, Any],
    folder: Path,
    where: str,
    meter_title: bytes | None,
    saps: tuple[int, int],
    environment: Mapping[str, str],
) -> KeyEntry:
    """The keys in the entry, in the keys file that it names, or in the environment."""
    written = [name for name in _KEYS if name in table]
    if written:
        variables = {_variable(name): table[name] for name in written}
        try:
            entry_from_environment(variables)
        except KeyMaterialError as error:
            message = str(error).partition(": ")[2]
        else:
            covered = {_variable(name.removesuffix("-hex")) + end for name in written for end in ("", "_HEX")}
            variables |= {name: value for name, value in environment.items() if name not in covered}
            return _of_environment(variables) or _NO_KEYS
        raise MetersError(f"{where} {message}")
    if "keys" in table:
        if meter_title is None:
            raise MetersError(f"{where} meter-title is missing: it says whose keys in {table['keys']} are meant")
        try:
            found = KeyStore.load(folder / table["keys"]).find(meter_title, association=saps)
        except KeyFileError as error:
            raise MetersError(str(error)) from None
        if found is None:
            raise MetersError(f"{folder / table['keys']} has no keys of {meter_title.hex().upper()}")
        return found
    return _of_environment(environment) or _NO_KEYS


def _variable(name: str) -> str:
    """The environment variable that stands for a name of the file."""
    return "XDLMS_" + name.upper().replace("-", "_")


def _of_environment(environment: Mapping[str, str]) -> KeyEntry | None:
    try:
        return entry_from_environment(environment)
    except KeyMaterialError as error:
        raise MetersError(str(error)) from None
