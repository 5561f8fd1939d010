"""Security of DLMS/COSEM messages and associations: clause 5 of IEC 62056-5-3, suite 0.

The modules, from the bottom up::

    errors, secret               what goes wrong; keys and passwords that do not show themselves
    suite, tags, rules           suites, policies and forms; which APDU may be ciphered how
    envelope, gcm                the octets of a ciphered APDU; AES-GCM (Tables 5 to 7)
    counters, sqlite_counters    invocation counters: no nonce twice, no message twice
    keys, keywrap, keystore      the keys of a context, their transport, and where they come from
    channel, context             one key in use; `SecurityContext`: protect and unprotect
    hls                          LLS and HLS
    decipher                     captures
"""

from xdlms.security.channel import Unprotected
from xdlms.security.context import SecurityContext, inspect
from xdlms.security.counters import CounterLine, CounterStore, MemoryCounterStore, counter_line
from xdlms.security.decipher import Deciphered, Decipherer, DecipherStatus
from xdlms.security.envelope import Envelope
from xdlms.security.errors import (
    AuthenticationError,
    CounterError,
    CounterExhaustedError,
    CounterStoreError,
    DecipheringError,
    KeyFileError,
    KeyMaterialError,
    PolicyError,
    ReplayError,
    SecurityError,
    WeakSecurityWarning,
)
from xdlms.security.hls import (
    ApplicationHls,
    GmacHls,
    HlsFunction,
    HlsHandshake,
    HlsState,
    Md5Hls,
    Mechanism,
    Role,
    Sha1Hls,
    check_password,
)
from xdlms.security.keys import Keys
from xdlms.security.keystore import KEYS_FILE_VARIABLE, KeyEntry, KeyStore, entry_from_environment
from xdlms.security.keywrap import KeyId, unwrap_key, unwrap_keys, wrap_key
from xdlms.security.secret import Key, Secret
from xdlms.security.sqlite_counters import SqliteCounterStore
from xdlms.security.suite import Form, KeySet, Protection, SecurityPolicy, SecurityStatus, SecuritySuite

__all__ = [
    "KEYS_FILE_VARIABLE",
    "ApplicationHls",
    "AuthenticationError",
    "CounterError",
    "CounterExhaustedError",
    "CounterLine",
    "CounterStore",
    "CounterStoreError",
    "DecipherStatus",
    "Deciphered",
    "Decipherer",
    "DecipheringError",
    "Envelope",
    "Form",
    "GmacHls",
    "HlsFunction",
    "HlsHandshake",
    "HlsState",
    "Key",
    "KeyEntry",
    "KeyFileError",
    "KeyId",
    "KeyMaterialError",
    "KeySet",
    "KeyStore",
    "Keys",
    "Md5Hls",
    "Mechanism",
    "MemoryCounterStore",
    "PolicyError",
    "Protection",
    "ReplayError",
    "Role",
    "SecurityContext",
    "SecurityError",
    "SecurityPolicy",
    "SecurityStatus",
    "SecuritySuite",
    "Secret",
    "Sha1Hls",
    "SqliteCounterStore",
    "Unprotected",
    "WeakSecurityWarning",
    "check_password",
    "counter_line",
    "entry_from_environment",
    "inspect",
    "unwrap_key",
    "unwrap_keys",
    "wrap_key",
]
