"""Keys by system title: from a TOML file that only its owner can read, or from environment variables.

The file::

    [system-titles.4D4D4D0000BC614E]
    security-suite = 0
    global-unicast-encryption-key = "00 01 02 ..."     # hexadecimal digits, spaces allowed
    global-broadcast-encryption-key = "..."
    authentication-key = "..."
    master-key = "..."
    dedicated-key = "..."                              # only to decipher captures
    lls-password = "..."                               # text, or lls-password-hex
    hls-secret = "..."                                 # text, or hls-secret-hex

    [system-titles.4D4D4D0000BC614E.associations."16/1"]    # client SAP / server SAP
    lls-password = "..."                               # what differs in this association

The environment has the same names in capitals with ``XDLMS_`` in front: XDLMS_AUTHENTICATION_KEY,
XDLMS_LLS_PASSWORD; and XDLMS_KEYS_FILE for the path of a file. No function here takes a key from a
command line, which every user of the machine can read.

No message shows anything that the file or the environment holds, apart from well-formed system titles.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from xdlms.security.errors import KeyFileError, KeyMaterialError
from xdlms.security.keys import Keys
from xdlms.security.secret import Key, Problem, Secret, as_key
from xdlms.security.suite import SUITES, TITLE_LENGTH, SecuritySuite

_MAX_FILE: Final = 64 << 20
_TABLE: Final = "system-titles"
_ASSOCIATIONS: Final = "associations"
_SUITE: Final = "security-suite"
_GLOBAL_KEYS: Final = (
    "global-unicast-encryption-key",
    "global-broadcast-encryption-key",
    "authentication-key",
    "master-key",
)
_KEYS: Final = (*_GLOBAL_KEYS, "dedicated-key")
_SECRETS: Final = ("lls-password", "hls-secret")
_KNOWN: Final = (_SUITE, *_KEYS, *(name + end for name in _SECRETS for end in ("", "-hex")))
_ENVIRONMENT: Final = {
    "XDLMS_" + name.upper().replace("-", "_"): name
    for name in (*_KEYS, *(n + e for n in _SECRETS for e in ("", "-hex")))
}
KEYS_FILE_VARIABLE: Final = "XDLMS_KEYS_FILE"
"""The environment variable that names a keys file."""


class KeyEntry:
    """What is known of one party, or of one association with it.

    `suite`, `keys`, and where given `dedicated_key`, `lls_password` and `hls_secret`.

    Raises:
        KeyMaterialError: something of it is not of the type that hides what it holds.
    """

    __slots__ = ("dedicated_key", "hls_secret", "keys", "lls_password", "suite")

    def __init__(
        self,
        *,
        suite: SecuritySuite = SecuritySuite.AES_GCM_128,
        keys: Keys,
        dedicated_key: Key | None = None,
        lls_password: Secret | None = None,
        hls_secret: Secret | None = None,
    ) -> None:
        hidden = isinstance(keys, Keys) and isinstance(dedicated_key, Key | None)
        if not hidden or not isinstance(lls_password, Secret | None) or not isinstance(hls_secret, Secret | None):
            del keys, dedicated_key, lls_password, hls_secret  # no frame that raises holds octets of them
            raise KeyMaterialError("keys are given as Keys, a dedicated key as Key, a password or secret as Secret")
        self.suite = suite
        self.keys = keys
        self.dedicated_key = dedicated_key
        self.lls_password = lls_password
        self.hls_secret = hls_secret

    def __repr__(self) -> str:
        if not hasattr(self, "keys"):
            return "<KeyEntry, not complete>"  # in the traceback of an error while it was made
        given = [name for name in ("dedicated_key", "lls_password", "hls_secret") if getattr(self, name) is not None]
        return f"<KeyEntry suite {self.suite:d}, {self.keys}{''.join(f', {name}' for name in given)}>"


class KeyStore:
    """Keys by system title, and by association where they differ there."""

    __slots__ = ("_associations", "_entries")

    def __init__(self, entries: Mapping[bytes, KeyEntry] | None = None) -> None:
        self._entries: dict[bytes, KeyEntry] = dict(entries or {})
        self._associations: dict[tuple[bytes, int, int], KeyEntry] = {}

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> KeyStore:
        """The keys in a file; the module's docstring shows its form.

        Raises:
            KeyFileError: the file cannot be read, others can read it, or it has another form; the message
                says what to do.
        """
        name = os.fspath(path)
        result = _read(name)
        if isinstance(result, Problem):
            raise KeyFileError(f"{name}: {result}")
        return result

    def add(self, system_title: bytes, entry: KeyEntry, *, association: tuple[int, int] | None = None) -> None:
        """Add what is known of a party; `association` is (client SAP, server SAP) where it holds for that one only."""
        if association is None:
            self._entries[system_title] = entry
        else:
            self._associations[(system_title, *association)] = entry

    def find(self, system_title: bytes, *, association: tuple[int, int] | None = None) -> KeyEntry | None:
        """What is known of a party, in this association (client SAP, server SAP) where that differs; or None."""
        entry = None if association is None else self._associations.get((system_title, *association))
        return self._entries.get(system_title) if entry is None else entry

    def __iter__(self) -> Iterator[bytes]:
        """The system titles."""
        return iter(dict.fromkeys([*self._entries, *(title for title, _, _ in self._associations)]))

    def entries(self) -> Iterator[tuple[bytes, KeyEntry]]:
        """Every system title and entry, those of single associations too."""
        yield from self._entries.items()
        for (title, _, _), entry in self._associations.items():
            yield title, entry

    def __len__(self) -> int:
        return len(self._entries) + len(self._associations)

    def __repr__(self) -> str:
        return f"<KeyStore: {len(self)} entries>"


def entry_from_environment(environment: Mapping[str, str]) -> KeyEntry | None:
    """The keys and secrets in environment variables, such as `os.environ`; None when there are none.

    Raises:
        KeyMaterialError: a value is not what its name says; the message has the name alone.
    """
    result = _entry({name: environment[variable] for variable, name in _ENVIRONMENT.items() if variable in environment})
    del environment
    if isinstance(result, Problem):
        raise KeyMaterialError(f"environment variables XDLMS_...: {result}")
    return result


def _read(path: str) -> KeyStore | Problem:
    """The store in a file, or what is wrong with the file: this frame holds the file, and does not raise."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return Problem("the keys file is not a regular file")
            if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                return Problem(f"others can read the keys file; run: chmod 600 {path}")
            if status.st_size > _MAX_FILE:
                return Problem("the keys file is too large")
            text = file.read().decode("utf-8")
    except OSError as error:
        return Problem(f"the keys file cannot be read: {error.strerror}")
    except ValueError:
        return Problem("the keys file is not UTF-8, or its path is none")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line \d+, column \d+", str(error))
        return Problem(f"the keys file is not TOML{f' at {place.group()}' if place else ''}")
    except (ValueError, RecursionError):
        return Problem("the keys file holds a number, or tables in tables, beyond all measure")
    return _store(document)


def _without_waiting(path: str, flags: int) -> int:
    """Open a file to look at it: nobody may ever write to the other end of a FIFO."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _store(document: dict[str, Any]) -> KeyStore | Problem:
    tables = document.get(_TABLE)
    if set(document) != {_TABLE} or not isinstance(tables, dict):
        return Problem(f"the keys file has tables [{_TABLE}.XXXXXXXXXXXXXXXX], one a system title, and nothing else")
    store = KeyStore()
    for digits, table in tables.items():
        if not re.fullmatch(r"[0-9A-Fa-f]{16}", digits) or not isinstance(table, dict):
            return Problem(f"a name under {_TABLE} is a system title: {2 * TITLE_LENGTH} hexadecimal digits, a table")
        title = bytes.fromhex(digits)
        associations = table.pop(_ASSOCIATIONS, {})
        entry = _entry(table)
        if isinstance(entry, Problem):
            return Problem(f"[{_TABLE}.{digits}] {entry}")
        if entry is not None:
            store.add(title, entry)
        if not isinstance(associations, dict):
            return Problem(f"[{_TABLE}.{digits}] {_ASSOCIATIONS} is a table")
        for saps, differences in associations.items():
            match = re.fullmatch(r"(\d{1,5})/(\d{1,5})", saps)
            if match is None or not isinstance(differences, dict):
                return Problem(f'[{_TABLE}.{digits}] an association is a table named "client SAP/server SAP"')
            # A secret that the association gives in one form replaces the one that the title gives in the other.
            replaced = {name.removesuffix("-hex") for name in differences}
            kept = {name: value for name, value in table.items() if name.removesuffix("-hex") not in replaced}
            entry = _entry({**kept, **differences})
            if isinstance(entry, Problem):
                return Problem(f'[{_TABLE}.{digits}.{_ASSOCIATIONS}."{match.group()}"] {entry}')
            if entry is not None:
                store.add(title, entry, association=(int(match.group(1)), int(match.group(2))))
    return store


def _entry(table: Mapping[str, Any]) -> KeyEntry | Problem | None:
    """The entry that a table gives, what is wrong with it, or None when it is empty; it does not raise."""
    if not table:
        return None
    if not set(table) <= set(_KNOWN):
        return Problem(f"an unknown name is used; the names are: {', '.join(_KNOWN)}")
    keys: dict[str, Key | None] = {}
    for name in _KEYS:
        key = _key(table.get(name))
        if isinstance(key, Problem):
            return Problem(f"{name}: {key}")
        keys[name] = key
    secrets: dict[str, Secret | None] = {}
    for name in _SECRETS:
        secret = _secret(table.get(name), table.get(name + "-hex"))
        if isinstance(secret, Problem):
            return Problem(f"{name}: {secret}")
        secrets[name] = secret
    number = table.get(_SUITE, 0)
    if type(number) is not int or number not in SecuritySuite.__members__.values():
        return Problem(f"{_SUITE} is not one that is offered; 0 is")
    suite = SecuritySuite(number)
    if {key.length for key in keys.values() if key is not None} - {SUITES[suite].key_length}:
        return Problem(f"the keys of security suite {number} have {SUITES[suite].key_length} octets")
    return KeyEntry(
        suite=suite,
        keys=Keys(**{name.replace("-", "_"): keys[name] for name in _GLOBAL_KEYS}),
        dedicated_key=keys["dedicated-key"],
        lls_password=secrets["lls-password"],
        hls_secret=secrets["hls-secret"],
    )


def _key(digits: object) -> Key | Problem | None:
    if digits is None:
        return None
    octets = _octets(digits)
    return Problem("a key is written as hexadecimal digits, in quotes") if octets is None else as_key(octets)


def _secret(text: object, digits: object) -> Secret | Problem | None:
    if text is not None and digits is not None:
        return Problem("it is given twice, as text and in hexadecimal")
    if text is not None:
        # Octets of the environment that are no UTF-8 come as surrogates, and go back to what they were.
        return (
            Secret(text.encode("utf-8", "surrogateescape"))
            if isinstance(text, str)
            else Problem("it is text, in quotes")
        )
    if digits is None:
        return None
    octets = _octets(digits)
    return Problem("it is written as hexadecimal digits, in quotes") if octets is None else Secret(octets)


def _octets(digits: object) -> bytes | None:
    try:
        return bytes.fromhex(digits) if isinstance(digits, str) else None
    except ValueError:
        return None
