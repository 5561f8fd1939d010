"""Reading the tables of a configuration: every name must be known, every value of its type.

No message shows what a key or a password holds, and no frame that raises: whatever stands under a name
that is not known to be public is concealed before anything is looked at, the misspelt names too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, Final, TypeVar

from xdlms.meter.config import (
    CONTEXTS,
    Access,
    ClientConfig,
    Mechanism,
    MeterConfig,
    MeterConfigError,
    SetupConfig,
)
from xdlms.security import KeyMaterialError, Keys, Secret
from xdlms.server import Limits

E = TypeVar("E", bound=StrEnum)

_TEXTS: Final = ("logical-device-name", "serial-number", "push-destination")
_NUMBERS: Final = (
    *("seed", "time-zone", "max-pdu-size", "load-profile-entries", "load-profile-period"),
    "push-security-setup",
)
_KEYS: Final = (
    "global-unicast-encryption-key",
    "global-broadcast-encryption-key",
    "authentication-key",
    "master-key",
)
_SECRETS: Final = ("password", "hls-secret")
_PUBLIC: Final = frozenset(
    {
        *("system-title", *_TEXTS, *_NUMBERS),
        *(field.name.replace("_", "-") for field in fields(Limits)),
        *("policy", "name", "access", "contexts", "mechanisms", "security-setup", "system-titles"),
        "hls-shared-counter",
    }
)
_NEVER: Final = "never"


class Concealed:
    """A value behind a repr that hides it."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "<hidden>"


def conceal(tables: Mapping[str, Any]) -> dict[str, Any]:
    """The same tables, with all values concealed but those whose names are known to be public.

    It goes as deep as the tables, which is what a reader of TOML allows.
    """
    return {
        name: (
            conceal(value)
            if isinstance(value, Mapping)
            else value if name in _PUBLIC or isinstance(value, Concealed) else Concealed(value)
        )
        for name, value in tables.items()
    }


def holds_secrets(tables: Mapping[str, Any]) -> bool:
    """Whether there is a key, a password or a secret in concealed tables."""
    return any(
        holds_secrets(value) if isinstance(value, Mapping) else name in (*_KEYS, *_SECRETS)
        for name, value in tables.items()
    )


def read_tables(document: Mapping[str, Any]) -> MeterConfig:
    """The configuration in concealed tables; raises MeterConfigError."""
    _only(document, ("meter", "limits", "security-setups", "clients"), "the configuration")
    given = _meter(_table(document, "meter", "meter"))
    if "limits" in document:
        given["limits"] = _limits(_table(document, "limits", "limits"))
    if "security-setups" in document:
        tables = _table(document, "security-setups", "security-setups")
        given["setups"] = {
            number: _setup(_table(tables, name, f"security-setups.{name}"), name)
            for number, name in _numbered(tables, "security-setups")
        }
    if "clients" in document:
        tables = _table(document, "clients", "clients")
        given["clients"] = {
            number: _client(_table(tables, name, f"clients.{name}"), name)
            for number, name in _numbered(tables, "clients")
        }
    return MeterConfig(**given)


def _meter(table: Mapping[str, Any]) -> dict[str, Any]:
    _only(table, ("system-title", *_TEXTS, *_NUMBERS), "meter")
    given: dict[str, Any] = {}
    if "system-title" in table:
        given["system_title"] = _octets(table["system-title"], "meter: system-title")
    for name in _TEXTS:
        if name in table:
            given[_python(name)] = _text(table[name], f"meter: {name}")
    for name in _NUMBERS:
        if name in table:
            given[_python(name)] = _whole(table[name], f"meter: {name}")
    return given


def _limits(table: Mapping[str, Any]) -> Limits:
    names = {field.name.replace("_", "-"): field.name for field in fields(Limits)}
    optional = ("connections-per-peer", "answering", "opening", "idle", "failed-authentications")
    _only(table, names, "limits")
    given: dict[str, Any] = {}
    for name, value in table.items():
        if value == _NEVER and name in optional:
            given[names[name]] = None
            continue
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or (isinstance(value, float) and name not in ("answering", "opening", "idle", "lockout")):
            also = ', or "never"' if name in optional else ""
            raise MeterConfigError(f"limits: {name} is a number{also}")
        given[names[name]] = value
    try:
        return Limits(**given)
    except ValueError as error:
        raise MeterConfigError(f"limits: {str(error).replace('_', '-')}") from None  # as the file writes their names


def _setup(table: Mapping[str, Any], number: str) -> SetupConfig:
    where = f"security-setups.{number}"
    _only(table, ("policy", *_KEYS), where)
    held = {_python(name): _secret(table[name], f"{where}: {name}") for name in _KEYS if name in table}
    try:
        keys = Keys(**{name: secret.reveal() for name, secret in held.items()})
    except KeyMaterialError as error:
        refused = str(error)
    else:
        return SetupConfig(keys=keys, policy=_whole(table.get("policy", 0), f"{where}: policy"))
    raise MeterConfigError(f"{where}: {refused}")


def _client(table: Mapping[str, Any], sap: str) -> ClientConfig:
    where = f"clients.{sap}"
    _only(
        table,
        (
            *("name", "access", "contexts", "mechanisms", "security-setup", "system-titles"),
            *_SECRETS,
            "hls-shared-counter",
        ),
        where,
    )
    given: dict[str, Any] = {"name": _text(table.get("name", f"client {sap}"), f"{where}: name")}
    if "access" in table:
        given["access"] = _choice(Access, table["access"], f"{where}: access")
    if "contexts" in table:
        given["contexts"] = frozenset(
            _context(name, f"{where}: contexts") for name in _list(table["contexts"], f"{where}: contexts")
        )
    if "mechanisms" in table:
        given["mechanisms"] = frozenset(
            _choice(Mechanism, name, f"{where}: mechanisms")
            for name in _list(table["mechanisms"], f"{where}: mechanisms")
        )
    if "security-setup" in table:
        given["setup"] = _whole(table["security-setup"], f"{where}: security-setup")
    if "system-titles" in table:
        given["titles"] = frozenset(
            _octets(title, f"{where}: system-titles")
            for title in _list(table["system-titles"], f"{where}: system-titles")
        )
    if "hls-shared-counter" in table:
        given["shared_counter"] = _flag(table["hls-shared-counter"], f"{where}: hls-shared-counter")
    for name, parameter in (("password", "password"), ("hls-secret", "secret")):
        if name in table:
            given[parameter] = _password(table[name], f"{where}: {name}")
    return ClientConfig(**given)


def _only(table: Mapping[str, Any], known: Any, where: str) -> None:
    for name in table:
        if name not in known:
            raise MeterConfigError(f"{where}: {name} is not known; there are {', '.join(known)}")


def _table(document: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, Mapping):
        raise MeterConfigError(f"{where} is a table")
    return table


def _numbered(tables: Mapping[str, Any], where: str) -> list[tuple[int, str]]:
    """The numbers that tables have for names, and the names as they are written: 7 and 07 are one number."""
    names: dict[int, str] = {}
    for name in tables:
        if not (name.isascii() and name.isdigit()) or len(name) > 5:
            raise MeterConfigError(f"{where}: {name} is not a number")
        if int(name) in names:
            raise MeterConfigError(f"{where}: {names[int(name)]} and {name} are the same number")
        names[int(name)] = name
    return list(names.items())


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise MeterConfigError(f"{where} is a text")
    return value


def _whole(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MeterConfigError(f"{where} is a whole number")
    return value


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise MeterConfigError(f"{where} is true or false")
    return value


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise MeterConfigError(f"{where} is a list")
    return value


def _octets(value: object, where: str) -> bytes:
    try:
        return bytes.fromhex(_text(value, where))
    except ValueError:
        raise MeterConfigError(f"{where} is written in hexadecimal digits") from None


def _secret(value: object, where: str) -> Secret:
    """A key as it is written; what it holds is in no frame that raises."""
    try:
        return Secret.from_hex(value.value if isinstance(value, Concealed) and isinstance(value.value, str) else "?")
    except KeyMaterialError:
        pass
    raise MeterConfigError(f"{where} is written in hexadecimal digits")


def _password(value: object, where: str) -> Secret:
    if not isinstance(value, Concealed) or not isinstance(value.value, str):
        raise MeterConfigError(f"{where} is a text")
    return Secret(value.value.encode("utf-8", "surrogatepass"))


def _choice(kind: type[E], value: object, where: str) -> E:
    known = {member.value: member for member in kind}
    if not isinstance(value, str) or value not in known:
        raise MeterConfigError(f"{where}: there are {', '.join(known)}")
    return known[value]


def _context(value: object, where: str) -> Any:
    if not isinstance(value, str) or value not in CONTEXTS:
        raise MeterConfigError(f"{where}: there are {', '.join(CONTEXTS)}")
    return CONTEXTS[value]


def _python(name: str) -> str:
    return name.replace("-", "_")
