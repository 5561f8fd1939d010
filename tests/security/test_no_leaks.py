"""Keys, passwords and plaintext show nowhere: not in repr, str, formats, pickles, JSON, copies, nor in the frames
of any error that is raised (a crash reporter prints the locals of every frame)."""

from __future__ import annotations

import copy
import json
import pickle
import pprint
import secrets
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from security.support import CLIENT, GET_REQUEST, TITLE, crash_report

from xdlms.security import (
    ApplicationHls,
    AuthenticationError,
    CounterStoreError,
    Decipherer,
    Form,
    GmacHls,
    HlsHandshake,
    Key,
    KeyEntry,
    Keys,
    KeySet,
    KeyStore,
    Md5Hls,
    MemoryCounterStore,
    Protection,
    Role,
    Secret,
    SecurityContext,
    SecurityError,
    Sha1Hls,
    SqliteCounterStore,
    Unprotected,
    WeakSecurityWarning,
    check_password,
    entry_from_environment,
    errors,
    unwrap_key,
    unwrap_keys,
    wrap_key,
)

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
UNICAST = b"CANARY-unicast-K"
AUTHENTICATION = b"CANARY-authent-K"
BROADCAST = b"CANARY-broadca-K"
MASTER = b"CANARY-master--K"
DEDICATED = b"CANARY-dedicat-K"
PASSWORD = b"CANARY-password"
SECRET = b"CANARY-hls-secret"
CANARIES = (UNICAST, AUTHENTICATION, BROADCAST, MASTER, DEDICATED, PASSWORD, SECRET)
INITIATE = b"\x01\x01\x10" + DEDICATED + bytes.fromhex("0000065F1F0400007E1F04B0")
BOTH = Protection.AUTHENTICATED_ENCRYPTION


def shows(text: str) -> list[str]:
    """The canaries in a text: as they are, as hexadecimal digits, or as a list of numbers."""
    found = []
    for canary in CANARIES:
        forms = (
            canary.decode(),
            canary.hex(),
            canary.hex().upper(),
            canary.hex(" "),
            ", ".join(str(octet) for octet in canary),
            str(int.from_bytes(canary, "big")),
        )
        found += [form for form in forms if form in text]
    return found


def all_keys() -> Keys:
    return Keys(
        global_unicast_encryption_key=UNICAST,
        authentication_key=AUTHENTICATION,
        global_broadcast_encryption_key=BROADCAST,
        master_key=MASTER,
    )


def dedicated(length: int) -> bytes:
    return DEDICATED[:length]


def a_context(local: bytes = CLIENT, peer: bytes = TITLE, policy: int = 3) -> SecurityContext:
    made = SecurityContext(
        suite=0,
        policy=policy,
        keys=all_keys(),
        local_title=local,
        peer_title=peer,
        store=MemoryCounterStore(),
        random=dedicated,
    )
    made.new_dedicated_key()
    return made


def an_entry() -> KeyEntry:
    return KeyEntry(
        keys=all_keys(),
        dedicated_key=Key(DEDICATED),
        lls_password=Secret(PASSWORD),
        hls_secret=Secret(SECRET),
    )


def objects() -> dict[str, object]:
    """Every public object that holds a secret, or plaintext with one."""
    context = a_context()
    server = a_context(local=TITLE, peer=CLIENT)
    function = Md5Hls(Secret(SECRET))
    store = KeyStore({TITLE: an_entry()})
    decipherer = Decipherer(store, client_title=CLIENT)
    octets = context.protect(INITIATE)
    deciphered = decipherer.decipher(octets)
    return {
        "Secret": Secret(PASSWORD),
        "Key": Key(UNICAST),
        "Keys": all_keys(),
        "SecurityContext": context,
        "Unprotected": server.unprotect(octets),
        "Channel": context._ring.unicast,
        "KeyRing": context._ring,
        "Gcm": context._ring.unicast and context._ring.unicast._gcm,
        "Md5Hls": function,
        "Sha1Hls": Sha1Hls(Secret(SECRET)),
        "GmacHls": GmacHls(context),
        "HlsHandshake": HlsHandshake(role=Role.CLIENT, function=function, random=secrets.token_bytes),
        "KeyEntry": an_entry(),
        "KeyStore": store,
        "Decipherer": decipherer,
        "Deciphered": deciphered,
        "store": context.store,
    }


NAMES = (
    "Secret",
    "Key",
    "Keys",
    "SecurityContext",
    "Unprotected",
    "Channel",
    "KeyRing",
    "Gcm",
    "Md5Hls",
    "Sha1Hls",
    "GmacHls",
    "HlsHandshake",
    "KeyEntry",
    "KeyStore",
    "Decipherer",
    "Deciphered",
    "store",
)


def test_every_object_is_looked_at() -> None:
    assert tuple(objects()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_no_public_object_shows_a_secret(name: str) -> None:
    thing = objects()[name]
    texts = [
        repr(thing),
        str(thing),
        f"{thing}",
        f"{thing!r:>100}",
        ascii(thing),
    ]
    texts += [
        repr([thing]),
        repr({name: thing}),
        pprint.pformat({"nested": (thing,)}),
        str(getattr(thing, "__dict__", "")),
    ]
    assert shows("\n".join(texts)) == []


@pytest.mark.parametrize("name", NAMES)
def test_walking_every_attribute_finds_no_secret(name: str) -> None:
    """What debuggers and crash reporters do: dir() and getattr(), down to a depth, plaintext excepted."""
    seen: set[int] = set()

    def walk(thing: object, depth: int, path: str) -> None:
        if id(thing) in seen or depth > 6:
            return
        seen.add(id(thing))
        if isinstance(thing, bytes | str | int | list | tuple | dict):
            assert shows(repr(thing)) == [], path
        if isinstance(thing, bytes | str | int | float | type) or thing is None or isinstance(thing, Callable):
            return
        if isinstance(thing, dict):
            for key, value in thing.items():
                walk(key, depth + 1, path)
                walk(value, depth + 1, f"{path}[{key!r}]")
        elif isinstance(thing, list | tuple | set | frozenset):
            for value in thing:
                walk(value, depth + 1, f"{path}[]")
        else:
            for attribute in dir(thing):
                if attribute == "apdu" or attribute.startswith("__"):
                    continue
                walk(getattr(thing, attribute), depth + 1, f"{path}.{attribute}")

    walk(objects()[name], 0, name)


@pytest.mark.parametrize(
    "name", ["Secret", "Key", "Keys", "SecurityContext", "KeyEntry", "KeyStore", "Md5Hls", "KeyRing"]
)
def test_secrets_are_not_pickled_and_not_json(name: str) -> None:
    thing = objects()[name]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError) as caught:
            pickle.dumps(thing, protocol)
        assert shows(str(caught.value)) == []
    with pytest.raises(TypeError) as caught:
        json.dumps({"thing": thing})
    assert shows(str(caught.value)) == []


def test_copies_of_a_key_are_the_key() -> None:
    key = Key(UNICAST)
    assert copy.copy(key) is key
    assert copy.deepcopy([key])[0] is key
    assert copy.deepcopy(all_keys()).master_key == Key(MASTER)


class Full(MemoryCounterStore):
    """A store that cannot store."""

    def next_counter(self, line: bytes) -> int:
        raise CounterStoreError("no space left")

    def accept(self, line: bytes, counter: int, window: int = 0) -> int | None:
        raise CounterStoreError("no space left")


def broken_store_context(local: bytes, peer: bytes) -> SecurityContext:
    return SecurityContext(
        suite=0,
        policy=0,
        keys=all_keys(),
        local_title=local,
        peer_title=peer,
        store=Full(),
        random=secrets.token_bytes,
    )


def replay_an_initiate_request() -> None:
    octets = a_context().protect(INITIATE)
    server = a_context(local=TITLE, peer=CLIENT)
    server.unprotect(octets)
    server.unprotect(octets)


def unwrap_with_a_wrong_key() -> None:
    unwrap_key(wrap_key(Key(UNICAST), master_key=Key(MASTER))[:-1] + b"\0", master_key=Key(MASTER))


def unwrap_a_broken_transfer() -> None:
    wrapped = wrap_key(Key(UNICAST), master_key=Key(MASTER))
    unwrap_keys([(0, wrapped), (2, bytes(24))], keys=all_keys())


def turn_warnings_into_errors() -> None:
    errors._warned.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        a_context(policy=2).protect(INITIATE[:1] + b"\0" + PASSWORD, protection=Protection.ENCRYPTION)


def take_a_key_that_came_wrongly() -> None:
    client, server = a_context(policy=0), a_context(local=TITLE, peer=CLIENT, policy=0)
    server.take_dedicated_key(Unprotected(INITIATE, server.unprotect(client.protect(GET_REQUEST)).status))


# Every way to make this package raise while secrets are at hand. Secrets go in directly, as a caller would.
FAILURES: dict[str, Callable[[], object]] = {
    "a key too long": lambda: Key(UNICAST + b"!"),
    "a key as text": lambda: Key(UNICAST.decode()),
    "a secret as text": lambda: Secret(PASSWORD.decode()),
    "a key in hexadecimal": lambda: Key.from_hex(UNICAST.hex() + "g"),
    "a key in long hexadecimal": lambda: Key.from_hex(UNICAST.hex() + "00"),
    "keys too long": lambda: Keys(global_unicast_encryption_key=UNICAST, authentication_key=AUTHENTICATION + b"!"),
    "keys as text": lambda: Keys(master_key=MASTER, authentication_key=AUTHENTICATION.decode()),
    "keys of two lengths": lambda: Keys(master_key=MASTER * 2, authentication_key=AUTHENTICATION),
    "keys replaced by octets": lambda: all_keys().replace(master_key=MASTER),
    "a generated key": lambda: Key.generate(lambda n: UNICAST + b"!"),
    "a context of another suite": lambda: SecurityContext(
        suite=1,
        policy=0,
        keys=all_keys(),
        local_title=CLIENT,
        peer_title=TITLE,
        store=MemoryCounterStore(),
        random=secrets.token_bytes,
    ),
    "an initiate request in the wrong form": lambda: a_context().protect(INITIATE, form=Form.SERVICE_DED),
    "an initiate request without encryption": lambda: a_context(policy=0).protect(INITIATE),
    "an initiate request with less than the policy": lambda: a_context().protect(INITIATE, protection=Protection.NONE),
    "a broadcast with the dedicated key": lambda: a_context().protect(
        b"\xc1" + PASSWORD, form=Form.SERVICE_DED, key_set=KeySet.BROADCAST
    ),
    "an apdu that is text": lambda: a_context().protect(PASSWORD.decode()),
    "an apdu without a form": lambda: a_context().protect(b"\xfe" + PASSWORD),
    "no counter to send with": lambda: broken_store_context(CLIENT, TITLE).protect(INITIATE, protection=BOTH),
    "no counter for gmac": lambda: broken_store_context(CLIENT, TITLE).gmac(bytes(16)),
    "no counter to accept": lambda: broken_store_context(TITLE, CLIENT).unprotect(a_context().protect(INITIATE)),
    "a replayed initiate request": replay_an_initiate_request,
    "a changed initiate request": lambda: a_context(TITLE, CLIENT).unprotect(
        a_context().protect(INITIATE)[:-1] + b"\0"
    ),
    "a dedicated key that came wrongly": take_a_key_that_came_wrongly,
    "a wrapped key": unwrap_with_a_wrong_key,
    "a transfer of keys": unwrap_a_broken_transfer,
    "a wrong password": lambda: check_password(Secret(PASSWORD), PASSWORD + b"!"),
    "a password as text": lambda: check_password(Secret(PASSWORD), PASSWORD.decode()),
    "a hash secret as octets": lambda: Md5Hls(SECRET),
    "a wrong md5 reply": lambda: Md5Hls(Secret(SECRET)).verify(bytes(16), own=bytes(8), peer=bytes(9)),
    "a wrong sha-1 reply": lambda: Sha1Hls(Secret(SECRET)).verify(bytes(20), own=bytes(8), peer=bytes(9)),
    "a wrong gmac reply": lambda: a_context().verify_gmac(bytes(16), b"\x10" + bytes(16)),
    "a wrong reply of an application": lambda: ApplicationHls(
        reply=lambda challenge: SECRET, expected=lambda challenge: SECRET
    ).verify(bytes(16), own=bytes(8), peer=bytes(9)),
    "a context with octets for keys": lambda: SecurityContext(
        suite=0,
        policy=3,
        keys=UNICAST,
        local_title=CLIENT,
        peer_title=TITLE,
        store=MemoryCounterStore(),
        random=secrets.token_bytes,
    ),
    "a context that takes octets for keys": lambda: a_context().use_keys(UNICAST),
    "octets that are wrapped": lambda: wrap_key(UNICAST, master_key=Key(MASTER)),
    "octets that wrap": lambda: wrap_key(Key(UNICAST), master_key=MASTER),
    "octets that unwrap": lambda: unwrap_key(bytes(24), master_key=MASTER),
    "text that is unwrapped": lambda: unwrap_key("text", master_key=Key(MASTER)),
    "octets that unwrap all": lambda: unwrap_keys([(0, bytes(24))], keys=MASTER),
    "octets as the expected password": lambda: check_password(PASSWORD, b"x"),
    "octets as the keys of an entry": lambda: KeyEntry(keys=UNICAST),
    "octets as the password of an entry": lambda: KeyEntry(keys=all_keys(), lls_password=PASSWORD),
    "octets as the dedicated key of an entry": lambda: KeyEntry(keys=all_keys(), dedicated_key=DEDICATED),
    "an environment": lambda: entry_from_environment({"XDLMS_MASTER_KEY": MASTER.hex(), "XDLMS_LLS_PASSWORD_HEX": "x"}),
    "a warning that is an error": turn_warnings_into_errors,
}


@pytest.mark.parametrize("name", FAILURES)
def test_no_error_shows_a_secret_in_any_of_its_frames(name: str) -> None:
    with pytest.raises((SecurityError, WeakSecurityWarning)) as caught:
        FAILURES[name]()
    report = crash_report(caught.value)
    assert type(caught.value).__name__ in report
    assert "xdlms/security" in report
    assert shows(report) == []
    assert shows(repr(caught.value)) == []
    assert shows(repr(vars(caught.value))) == []


def test_the_walk_would_find_a_leak() -> None:
    """The proof that the tests above can fail."""
    held = PASSWORD

    def leaking(secret: bytes) -> None:
        raise AuthenticationError

    with pytest.raises(AuthenticationError) as caught:
        leaking(held)
    code = compile("def leaking(secret, error):\n    raise error\n", "elsewhere.py", "exec")
    space: dict[str, Callable[[bytes, Exception], None]] = {}
    exec(code, space)
    with pytest.raises(AuthenticationError) as caught:
        space["leaking"](held, AuthenticationError())
    assert shows(crash_report(caught.value)) != []


def test_counters_on_the_disk_hold_no_key(tmp_path: Path) -> None:
    with SqliteCounterStore(tmp_path / "counters") as store:
        context = SecurityContext(
            suite=0,
            policy=3,
            keys=all_keys(),
            local_title=CLIENT,
            peer_title=TITLE,
            store=store,
            random=secrets.token_bytes,
        )
        context.protect(INITIATE)
        octets = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert CLIENT in octets
    assert not any(canary in octets for canary in CANARIES)
