"""Pairs of modules with one change between them, or a few, and what is to be said of it."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = "Message ::= CHOICE { report [1] IMPLICIT Report }\n"


@dataclass(frozen=True)
class Case:
    """Report before and after, the rule, and what is expected: kind, path, effect."""

    name: str
    old: str
    new: str
    expected: tuple[tuple[str, str, str], ...]
    rule: str = "axdr"


def sequence(*members: str) -> str:
    return f"Report ::= SEQUENCE {{ {', '.join(members)} }}"


def one(name: str, old: str, new: str, kind: str, path: str, effect: str, rule: str = "axdr") -> Case:
    return Case(name, old, new, ((kind, path, effect),), rule)


A, B, C = "a INTEGER (0..255)", "b BOOLEAN", "c OCTET STRING"
TAGGED = ("a [0] IMPLICIT INTEGER (0..255)", "b [1] IMPLICIT BOOLEAN OPTIONAL", "c [2] IMPLICIT OCTET STRING OPTIONAL")

AXDR_CASES = [
    # Components
    one("component-added", sequence(A), sequence(A, B), "component added", "Report.b", "incompatible"),
    one("optional-added", sequence(A), sequence(A, f"{B} OPTIONAL"), "component added", "Report.b", "incompatible"),
    one("null-added", sequence(A), sequence(A, "n NULL"), "component added", "Report.n", "compatible"),
    one("component-removed", sequence(A, B), sequence(A), "component removed", "Report.b", "incompatible"),
    one("component-renamed", sequence(A, B), sequence(A, "d BOOLEAN"), "component renamed", "Report.d", "compatible"),
    one("component-moved", sequence(A, B, C), sequence(B, C, A), "component moved", "Report.a", "incompatible"),
    one(
        "made-optional", sequence(A, B), sequence(A, f"{B} OPTIONAL"), "optionality changed", "Report.b", "incompatible"
    ),
    one(
        "optional-to-default",
        sequence(A, f"{B} OPTIONAL"),
        sequence(A, f"{B} DEFAULT TRUE"),
        "optionality changed",
        "Report.b",
        "incompatible",
    ),
    # The octet of FALSE is that of an absent component too
    one(
        "made-default-of-the-octet-00",
        sequence(A, B),
        sequence(A, f"{B} DEFAULT FALSE"),
        "optionality changed",
        "Report.b",
        "incompatible",
    ),
    one(
        "default-changed",
        sequence(A, f"{B} DEFAULT FALSE"),
        sequence(A, f"{B} DEFAULT TRUE"),
        "default changed",
        "Report.b",
        "incompatible",
    ),
    one(
        "tag-of-component",
        sequence("a [0] IMPLICIT BOOLEAN"),
        sequence("a [4] BOOLEAN"),
        "tag changed",
        "Report.a",
        "compatible",
    ),
    one(
        "components-of-one-type-swapped",
        sequence(A, "d INTEGER (0..255)"),
        sequence("d INTEGER (0..255)", A),
        "component moved",
        "Report.a",
        "incompatible",
    ),
    one(
        "default-of-the-octet-00-made-mandatory",
        sequence("a INTEGER (0..255) DEFAULT 0", B),
        sequence(A, B),
        "optionality changed",
        "Report.a",
        "incompatible",
    ),
    # Numbers
    one(
        "range-wider",
        sequence("a INTEGER (0..100)"),
        sequence("a INTEGER (0..200)"),
        "range changed",
        "Report.a",
        "new reads old",
    ),
    one(
        "range-narrower",
        sequence("a INTEGER (0..200)"),
        sequence("a INTEGER (10..200)"),
        "range changed",
        "Report.a",
        "old reads new",
    ),
    one(
        "range-shifted",
        sequence("a INTEGER (0..100)"),
        sequence("a INTEGER (50..150)"),
        "range changed",
        "Report.a",
        "incompatible",
    ),
    one(
        "width-changed",
        sequence("a INTEGER (0..255)"),
        sequence("a INTEGER (0..256)"),
        "range changed",
        "Report.a",
        "incompatible",
    ),
    one(
        "sign-changed",
        sequence("a INTEGER (0..255)"),
        sequence("a INTEGER (-128..127)"),
        "range changed",
        "Report.a",
        "incompatible",
    ),
    one(
        "sign-of-small",
        sequence("a INTEGER (0..100)"),
        sequence("a INTEGER (-128..127)"),
        "range changed",
        "Report.a",
        "new reads old",
    ),
    one(
        "range-dropped",
        sequence("a INTEGER (0..100)"),
        sequence("a INTEGER"),
        "range changed",
        "Report.a",
        "new reads old",
    ),
    one(
        "range-given",
        sequence("a INTEGER"),
        sequence("a INTEGER (0..200)"),
        "range changed",
        "Report.a",
        "incompatible",
    ),
    # Enumerations
    one(
        "value-added",
        sequence("a ENUMERATED { x (0) }"),
        sequence("a ENUMERATED { x (0), y (1) }"),
        "value added",
        "Report.a.y",
        "new reads old",
    ),
    one(
        "value-removed",
        sequence("a ENUMERATED { x (0), y (1) }"),
        sequence("a ENUMERATED { y (1) }"),
        "value removed",
        "Report.a.x",
        "old reads new",
    ),
    one(
        "value-renamed",
        sequence("a ENUMERATED { x (0), y (1) }"),
        sequence("a ENUMERATED { x (0), z (1) }"),
        "value renamed",
        "Report.a.z",
        "compatible",
    ),
    Case(
        "values-swapped",
        sequence("a ENUMERATED { x (0), y (1) }"),
        sequence("a ENUMERATED { x (1), y (0) }"),
        (("value renumbered", "Report.a.y", "incompatible"), ("value renumbered", "Report.a.x", "incompatible")),
    ),
    one(
        "named-number-added",
        sequence("a INTEGER { x (0) } (0..255)"),
        sequence("a INTEGER { x (0), y (9) } (0..255)"),
        "value added",
        "Report.a.y",
        "new reads old",
    ),
    one(
        "names-given",
        sequence("a INTEGER (0..255)"),
        sequence("a INTEGER { x (0) } (0..255)"),
        "type changed",
        "Report.a",
        "old reads new",
    ),
    Case(
        "enumerated-to-integer",
        sequence("a ENUMERATED { x (0), y (1) }"),
        sequence("a INTEGER (0..255)"),
        (("type changed", "Report.a", "new reads old"),),
    ),
    Case(
        "enumerated-to-choice",
        sequence("a [1] IMPLICIT ENUMERATED { x (0), y (1) }"),
        sequence("a [1] CHOICE { x [0] NULL, y [1] NULL, z [2] INTEGER (0..255) }"),
        (("type changed", "Report.a", "compatible"), ("alternative added", "Report.a.z", "new reads old")),
    ),
    Case(
        "choice-to-enumerated",
        sequence("a CHOICE { x [0] NULL, y [1] NULL, z [2] NULL }"),
        sequence("a ENUMERATED { x (0), w (1) }"),
        (
            ("type changed", "Report.a", "compatible"),
            ("value renamed", "Report.a.w", "compatible"),
            ("alternative removed", "Report.a.z", "old reads new"),
        ),
    ),
    # Bits
    one(
        "bit-added-inside",
        sequence("a BIT STRING { x (0) } (SIZE(8))"),
        sequence("a BIT STRING { x (0), y (3) } (SIZE(8))"),
        "bit added",
        "Report.a.y",
        "compatible",
    ),
    one(
        "bit-added-behind",
        sequence("a BIT STRING { x (0) }"),
        sequence("a BIT STRING { x (0), y (3) }"),
        "bit added",
        "Report.a.y",
        "new reads old",
    ),
    one(
        "bit-removed",
        sequence("a BIT STRING { x (0), y (3) }"),
        sequence("a BIT STRING { x (0) }"),
        "bit removed",
        "Report.a.y",
        "old reads new",
    ),
    one(
        "bit-renamed",
        sequence("a BIT STRING { x (0) } (SIZE(8))"),
        sequence("a BIT STRING { y (0) } (SIZE(8))"),
        "bit renamed",
        "Report.a.y",
        "compatible",
    ),
    one(
        "bit-moved",
        sequence("a BIT STRING { x (0) } (SIZE(8))"),
        sequence("a BIT STRING { x (1) } (SIZE(8))"),
        "bit moved",
        "Report.a.x",
        "incompatible",
    ),
    one(
        "bits-get-names",
        sequence("a BIT STRING"),
        sequence("a BIT STRING { x (0), y (1) }"),
        "type changed",
        "Report.a",
        "old reads new",
    ),
    one(
        "bits-of-a-size-get-names",
        sequence("a BIT STRING (SIZE(8))"),
        sequence("a BIT STRING { x (0) } (SIZE(8))"),
        "type changed",
        "Report.a",
        "compatible",
    ),
    Case(
        "bits-get-names-and-lose-their-size",
        sequence("a BIT STRING (SIZE(8))"),
        sequence("a BIT STRING { x (0) }"),
        (("type changed", "Report.a", "incompatible"),),
    ),
    # Sizes and strings
    one(
        "size-fixed",
        sequence("a OCTET STRING"),
        sequence("a OCTET STRING (SIZE(2))"),
        "size changed",
        "Report.a",
        "incompatible",
    ),
    one(
        "size-limited",
        sequence("a OCTET STRING"),
        sequence("a OCTET STRING (SIZE(0..4))"),
        "size changed",
        "Report.a",
        "old reads new",
    ),
    one(
        "size-widened",
        sequence("a OCTET STRING (SIZE(1..4))"),
        sequence("a OCTET STRING (SIZE(1..8))"),
        "size changed",
        "Report.a",
        "new reads old",
    ),
    one(
        "size-other",
        sequence("a OCTET STRING (SIZE(2))"),
        sequence("a OCTET STRING (SIZE(3))"),
        "size changed",
        "Report.a",
        "incompatible",
    ),
    one(
        "bit-size",
        sequence("a BIT STRING (SIZE(8))"),
        sequence("a BIT STRING (SIZE(16))"),
        "size changed",
        "Report.a",
        "incompatible",
    ),
    one(
        "list-size",
        sequence("a SEQUENCE OF BOOLEAN"),
        sequence("a SEQUENCE (SIZE(1..2)) OF BOOLEAN"),
        "size changed",
        "Report.a",
        "old reads new",
    ),
    one(
        "list-size-fixed",
        sequence("a SEQUENCE OF BOOLEAN"),
        sequence("a SEQUENCE (SIZE(2)) OF BOOLEAN"),
        "size changed",
        "Report.a",
        "incompatible",
    ),
    one(
        "text-to-utf8",
        sequence("a VisibleString"),
        sequence("a UTF8String"),
        "type changed",
        "Report.a",
        "new reads old",
    ),
    one(
        "octets-to-text",
        sequence("a OCTET STRING"),
        sequence("a VisibleString"),
        "type changed",
        "Report.a",
        "old reads new",
    ),
    one(
        "text-of-a-size-to-utf8",
        sequence("a VisibleString (SIZE(2))"),
        sequence("a UTF8String (SIZE(2))"),
        "type changed",
        "Report.a",
        "incompatible",
    ),
    one(
        "size-of-utf8",
        sequence("a UTF8String (SIZE(1))"),
        sequence("a UTF8String (SIZE(1..2))"),
        "size changed",
        "Report.a",
        "new reads old",
    ),
    one(
        "characters-to-octets",
        sequence("a UTF8String (SIZE(0..2))"),
        sequence("a OCTET STRING (SIZE(0..2))"),
        "type changed",
        "Report.a",
        "incompatible",
    ),
    # Other types
    one("kind", sequence("a BOOLEAN"), sequence("a OCTET STRING"), "type changed", "Report.a", "incompatible"),
    one(
        "kind-in-a-list",
        sequence("a SEQUENCE OF BOOLEAN"),
        sequence("a SEQUENCE OF VisibleString"),
        "type changed",
        "Report.a.element",
        "incompatible",
    ),
    one(
        "another-name-for-the-same",
        sequence("a Small, d Big") + " Small ::= INTEGER (0..255) Big ::= INTEGER (0..65535)",
        sequence("a INTEGER (0..255), d Big, e SEQUENCE OF Small").replace(", e SEQUENCE OF Small", "")
        + " Small ::= INTEGER (0..255) Big ::= INTEGER (0..65535)",
        "type changed",
        "Report.a",
        "compatible",
    ),
    one(
        "another-type-by-name",
        sequence("a Small, d Big") + " Small ::= INTEGER (0..255) Big ::= INTEGER (0..65535)",
        sequence("a Big, d Big") + " Small ::= INTEGER (0..255) Big ::= INTEGER (0..65535)",
        "type changed",
        "Report.a",
        "incompatible",
    ),
    # Alternatives
    one(
        "alternative-added",
        "Report ::= CHOICE { x [0] NULL }",
        "Report ::= CHOICE { x [0] NULL, y [1] NULL }",
        "alternative added",
        "Report.y",
        "new reads old",
    ),
    one(
        "alternative-removed",
        "Report ::= CHOICE { x [0] NULL, y [1] NULL }",
        "Report ::= CHOICE { y [1] NULL }",
        "alternative removed",
        "Report.x",
        "old reads new",
    ),
    one(
        "alternative-renamed",
        "Report ::= CHOICE { x [0] BOOLEAN }",
        "Report ::= CHOICE { y [0] BOOLEAN }",
        "alternative renamed",
        "Report.y",
        "compatible",
    ),
    one(
        "alternative-tag",
        "Report ::= CHOICE { x [0] NULL, y [1] NULL }",
        "Report ::= CHOICE { x [0] NULL, y [2] NULL }",
        "tag changed",
        "Report.y",
        "incompatible",
    ),
    Case(
        "tag-used-by-another-type",
        "Report ::= CHOICE { x [0] NULL, y [1] BOOLEAN }",
        "Report ::= CHOICE { x [0] NULL, z [1] OCTET STRING }",
        (("alternative added", "Report.z", "incompatible"), ("alternative removed", "Report.y", "incompatible")),
    ),
    # Definitions
    one(
        "type-renamed",
        sequence("a Small") + " Small ::= INTEGER (0..255)",
        sequence("a Tiny") + " Tiny ::= INTEGER (0..255)",
        "type renamed",
        "Tiny",
        "compatible",
    ),
    Case(
        "type-renamed-and-changed",
        sequence("a OLD-Reading") + " OLD-Reading ::= ENUMERATED { x (0) }",
        sequence("a Old-Reading") + " Old-Reading ::= ENUMERATED { x (0), y (1) }",
        (("type renamed", "Old-Reading", "compatible"), ("value added", "Old-Reading.y", "new reads old")),
    ),
    Case(
        "type-added",
        "Report ::= CHOICE { x [0] NULL }",
        "Report ::= CHOICE { x [0] NULL, y [1] Detail } Detail ::= SEQUENCE { a BOOLEAN }",
        (("alternative added", "Report.y", "new reads old"), ("type added", "Detail", "new reads old")),
    ),
    one(
        "becomes-ber",
        sequence("a Flags") + " Flags ::= BIT STRING { x (0) } (SIZE(8))",
        sequence("a Flags") + " Flags ::= [APPLICATION 31] IMPLICIT BIT STRING { x (0) } (SIZE(8))",
        "encoding rule changed",
        "Flags",
        "incompatible",
    ),
]

BER_CASES = [
    one(
        "optional-added",
        sequence(*TAGGED[:2]),
        sequence(*TAGGED),
        "component added",
        "Report.c",
        "new reads old",
        "ber",
    ),
    one(
        "mandatory-added",
        sequence(TAGGED[0]),
        sequence(TAGGED[0], "d [3] IMPLICIT BOOLEAN"),
        "component added",
        "Report.d",
        "incompatible",
        "ber",
    ),
    one(
        "optional-removed",
        sequence(*TAGGED),
        sequence(*TAGGED[:2]),
        "component removed",
        "Report.c",
        "old reads new",
        "ber",
    ),
    one(
        "made-optional",
        sequence(TAGGED[0]),
        sequence(f"{TAGGED[0]} OPTIONAL"),
        "optionality changed",
        "Report.a",
        "new reads old",
        "ber",
    ),
    one(
        "made-mandatory",
        sequence(f"{TAGGED[0]} OPTIONAL"),
        sequence(TAGGED[0]),
        "optionality changed",
        "Report.a",
        "old reads new",
        "ber",
    ),
    one(
        "tag",
        sequence(TAGGED[0]),
        sequence("a [5] IMPLICIT INTEGER (0..255)"),
        "tag changed",
        "Report.a",
        "incompatible",
        "ber",
    ),
    one(
        "explicit",
        sequence(TAGGED[0]),
        sequence("a [0] INTEGER (0..255)"),
        "tag changed",
        "Report.a",
        "incompatible",
        "ber",
    ),
    one(
        "range-wider",
        sequence(TAGGED[0]),
        sequence("a [0] IMPLICIT INTEGER (0..65535)"),
        "range changed",
        "Report.a",
        "new reads old",
        "ber",
    ),
    one(
        "kind", sequence("a [0] BOOLEAN"), sequence("a [0] INTEGER"), "type changed", "Report.a", "incompatible", "ber"
    ),
    one(
        "kind-under-an-implicit-tag",
        sequence("a [0] IMPLICIT VisibleString"),
        sequence("a [0] IMPLICIT OCTET STRING"),
        "type changed",
        "Report.a",
        "new reads old",
        "ber",
    ),
    one(
        "kind-under-an-explicit-tag",
        sequence("a [0] VisibleString"),
        sequence("a [0] OCTET STRING"),
        "type changed",
        "Report.a",
        "incompatible",
        "ber",
    ),
    one(
        "size-fixed",
        sequence("a [0] OCTET STRING"),
        sequence("a [0] OCTET STRING (SIZE(2))"),
        "size changed",
        "Report.a",
        "old reads new",
        "ber",
    ),
    one(
        "moved",
        sequence(*TAGGED),
        sequence(TAGGED[1], TAGGED[0], TAGGED[2]),
        "component moved",
        "Report.a",
        "incompatible",
        "ber",
    ),
]

CASES = [*AXDR_CASES, *BER_CASES]
