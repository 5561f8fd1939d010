# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""Any APDU ciphered with a key that key-info tells or carries."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual, read_octets, write_octets
from xdlms.codec.entry import same
from xdlms.codec.numbers import NamedNumber
from xdlms.codec.schema import Reader
from xdlms_apdu.v2017.syntax import Described, Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias


class KeyId(Described, NamedNumber):
    """The key."""

    global_unicast_encryption_key = 0
    """The global unicast encryption key."""
    global_broadcast_encryption_key = 1
    """The global broadcast encryption key."""


KEY_ID_BY_NUMBER = {value.value: value for value in KeyId}

_IDENTIFIED_KEY = Struct(">1sB")


class IdentifiedKey(Encodable):
    """A key that both sides have.

    key_id: The key.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("key_id",)
    __match_args__ = ("key_id",)
    TAG_PATH = b"\x00"

    def __init__(
        self,
        key_id: KeyId,
    ) -> None:
        self.key_id = key_id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdentifiedKey) and self.key_id == other.key_id

    def __repr__(self) -> str:
        return f"IdentifiedKey(key_id={self.key_id!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        key_id = octets[at]
        at += 1
        return cls(KEY_ID_BY_NUMBER[key_id]), at

    def write(self) -> bytes:
        return _IDENTIFIED_KEY.pack(b"\x00", KEY_ID_BY_NUMBER[self.key_id])


class KekId(Described, NamedNumber):
    """The key encrypting key."""

    master_key = 0
    """The master key."""


KEK_ID_BY_NUMBER = {value.value: value for value in KekId}

_WRAPPED_KEY = Struct(">1sB")


class WrappedKey(Encodable):
    """A key that is sent along, wrapped with a key encrypting key (KEK).

    kek_id: The key encrypting key.
    key_ciphered_data: The wrapped key (AES key wrap, RFC 3394).

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("kek_id", "key_ciphered_data")
    __match_args__ = ("kek_id", "key_ciphered_data")
    TAG_PATH = b"\x01"

    def __init__(
        self,
        kek_id: KekId,
        key_ciphered_data: bytes,
    ) -> None:
        self.kek_id = kek_id
        self.key_ciphered_data = key_ciphered_data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, WrappedKey)
            and self.kek_id == other.kek_id
            and self.key_ciphered_data == other.key_ciphered_data
        )

    def __repr__(self) -> str:
        return f"WrappedKey(kek_id={self.kek_id!r}, key_ciphered_data={self.key_ciphered_data!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        kek_id = octets[at]
        at += 1
        key_ciphered_data, at = read_octets(octets, at)
        return cls(KEK_ID_BY_NUMBER[kek_id], key_ciphered_data), at

    def write(self) -> bytes:
        return _WRAPPED_KEY.pack(b"\x01", KEK_ID_BY_NUMBER[self.kek_id]) + write_octets(self.key_ciphered_data)


class AgreedKey(Encodable):
    """A key from key agreement (ECDH).

    key_parameters: One octet: 01 is one-pass Diffie-Hellman, 02 the static unified model.
    key_ciphered_data: One-pass: ephemeral public key, then its signature; empty for 02.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("key_parameters", "key_ciphered_data")
    __match_args__ = ("key_parameters", "key_ciphered_data")
    TAG_PATH = b"\x02"

    def __init__(
        self,
        key_parameters: bytes,
        key_ciphered_data: bytes,
    ) -> None:
        self.key_parameters = key_parameters
        self.key_ciphered_data = key_ciphered_data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AgreedKey)
            and self.key_parameters == other.key_parameters
            and self.key_ciphered_data == other.key_ciphered_data
        )

    def __repr__(self) -> str:
        return f"AgreedKey(key_parameters={self.key_parameters!r}, key_ciphered_data={self.key_ciphered_data!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        key_parameters, at = read_octets(octets, at)
        key_ciphered_data, at = read_octets(octets, at)
        return cls(key_parameters, key_ciphered_data), at

    def write(self) -> bytes:
        return b"\x02" + write_octets(self.key_parameters) + write_octets(self.key_ciphered_data)


KeyInfo: TypeAlias = IdentifiedKey | WrappedKey | AgreedKey
"""Which key protects a General-Ciphering APDU.

Source: IEC 62056-5-3, added by the edition of 2016.
"""


KEY_INFO_READERS: dict[int, Reader] = {
    0x00: IdentifiedKey.read,
    0x01: WrappedKey.read,
    0x02: AgreedKey.read,
}


def read_key_info(octets: bytes, at: int) -> tuple[KeyInfo, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return KEY_INFO_READERS[octets[at]](octets, at + 1)


def write_key_info(value: KeyInfo) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, (IdentifiedKey, WrappedKey, AgreedKey)):
        return value.write()
    raise Unusual


class GeneralCiphering(Encodable):
    """Any APDU ciphered with a key that key-info tells or carries.

    transaction_id: Identifier of the exchange.
    originator_system_title: System title of the one who protected the APDU, 8 octets.
    recipient_system_title: System title of the one it is meant for, 8 octets.
    date_time: When it was protected: a Cosem-Date-Time, or empty.
    other_information: Anything the two sides agreed on; may be empty.
    key_info: The key; absent when both sides know it.
    ciphered_content: Security control octet, invocation counter, protected APDU.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = (
        "transaction_id",
        "originator_system_title",
        "recipient_system_title",
        "date_time",
        "other_information",
        "key_info",
        "ciphered_content",
    )
    __match_args__ = (
        "transaction_id",
        "originator_system_title",
        "recipient_system_title",
        "date_time",
        "other_information",
        "ciphered_content",
        "key_info",
    )
    TAG_PATH = b"\xdd"

    def __init__(
        self,
        transaction_id: bytes,
        originator_system_title: bytes,
        recipient_system_title: bytes,
        date_time: bytes,
        other_information: bytes,
        ciphered_content: bytes,
        key_info: KeyInfo | None = None,
    ) -> None:
        self.transaction_id = transaction_id
        self.originator_system_title = originator_system_title
        self.recipient_system_title = recipient_system_title
        self.date_time = date_time
        self.other_information = other_information
        self.key_info = key_info
        self.ciphered_content = ciphered_content

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GeneralCiphering)
            and self.transaction_id == other.transaction_id
            and self.originator_system_title == other.originator_system_title
            and self.recipient_system_title == other.recipient_system_title
            and self.date_time == other.date_time
            and self.other_information == other.other_information
            and same(self.key_info, other.key_info)
            and self.ciphered_content == other.ciphered_content
        )

    def __repr__(self) -> str:
        return (
            "GeneralCiphering("
            f"transaction_id={self.transaction_id!r}, "
            f"originator_system_title={self.originator_system_title!r}, "
            f"recipient_system_title={self.recipient_system_title!r}, "
            f"date_time={self.date_time!r}, "
            f"other_information={self.other_information!r}, "
            f"key_info={self.key_info!r}, "
            f"ciphered_content={self.ciphered_content!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        transaction_id, at = read_octets(octets, at)
        originator_system_title, at = read_octets(octets, at)
        recipient_system_title, at = read_octets(octets, at)
        date_time, at = read_octets(octets, at)
        other_information, at = read_octets(octets, at)
        has_key_info = octets[at]
        at += 1
        if has_key_info == 0:
            key_info = None
        elif has_key_info == 1:
            key_info, at = read_key_info(octets, at)
        else:
            raise Unusual
        ciphered_content, at = read_octets(octets, at)
        return (
            cls(
                transaction_id,
                originator_system_title,
                recipient_system_title,
                date_time,
                other_information,
                ciphered_content,
                key_info,
            ),
            at,
        )

    def write(self) -> bytes:
        return (
            b"\xdd"
            + write_octets(self.transaction_id)
            + write_octets(self.originator_system_title)
            + write_octets(self.recipient_system_title)
            + write_octets(self.date_time)
            + write_octets(self.other_information)
            + (b"\x00" if self.key_info is None else b"\x01" + write_key_info(self.key_info))
            + write_octets(self.ciphered_content)
        )
