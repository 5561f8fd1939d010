# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""What the classes of this edition have in common."""

from __future__ import annotations

from xdlms.codec import entry, require_abi
from xdlms.codec.schema import Syntax, TypeTable

require_abi(1, "xdlms_apdu.v2017")

SYNTAX = Syntax("2017", TypeTable("xdlms_apdu.v2017.types"), ("ACSE-APDU", "XDLMS-APDU"), later=("xdlms_apdu.v2023",))
"""The edition: its types and its roots."""


class Described(entry.Described):
    """A type of this edition that is read and written by its description."""

    __slots__ = ()
    SYNTAX = SYNTAX


class Encodable(entry.Encodable):
    """A type of this edition with a codec of its own."""

    __slots__ = ()
    SYNTAX = SYNTAX
