"""One APDU checked: read leniently, its tree looked at node by node, and what is inside it."""

from __future__ import annotations

from typing import Final

from xdlms.check import association, blocks, ciphering, data, date_time, initiate, invocation, lists, services
from xdlms.check.case import Case, Check, Checks, Edition
from xdlms.check.deciphering import Deciphering
from xdlms.check.editions import OtherReadings, edition_with_apdu
from xdlms.check.rules import APDU_OF_OTHER_EDITION, VALUE_OF_OTHER_EDITION
from xdlms.check.tree import ABSENT, Node, TreeBuilder, names_of
from xdlms.codec import schema
from xdlms.codec.data import DEEPEST
from xdlms.codec.decoding import Decoder
from xdlms.codec.entry import octets_of, shallow
from xdlms.codec.errors import DecodeError, ErrorCode, Finding
from xdlms.codec.rules import CONTAINED_APDU, UNDECODABLE, UNKNOWN_VALUE, Rule

MOST_INSIDE: Final = 4
"""How many APDUs may stand in each other: signed, ciphered, signed inside, plain. More are not looked into."""

_SUBJECTS: Final = (invocation, lists, blocks, initiate, association, services, date_time, data, ciphering)
_QUOTED: Final = 8


def _joined(name: str) -> dict[str, tuple[Check, ...]]:
    """The checks that the subjects have under one heading, by what they look at."""
    joined: dict[str, tuple[Check, ...]] = {}
    for subject in _SUBJECTS:
        checks: Checks = getattr(subject, name, {})
        for key, functions in checks.items():
            joined[key] = (*joined.get(key, ()), *functions)
    return joined


_BY_CLASS: Final = _joined("BY_CLASS")
_BY_SHOW: Final = _joined("BY_SHOW")
_BY_NAME: Final = _joined("BY_NAME")
_BY_APDU: Final = _joined("BY_APDU")
_BY_DATA: Final = _joined("BY_DATA")
_BY_KIND: Final = _joined("BY_KIND")


class Checker:
    """Checks APDUs against an edition, or a vendor's package.

    With `deciphering`, the APDUs are those of one capture, in their order: the associations that they open
    tell system titles and dedicated keys.
    """

    __slots__ = ("_deciphering", "edition")

    def __init__(self, edition: Edition, deciphering: Deciphering | None = None) -> None:
        self.edition = edition
        self._deciphering = deciphering

    def check(self, octets: bytes) -> list[Finding]:
        """The findings of one APDU, in the order of its octets. Never raises for what the octets are."""
        return self.check_inside(octets)[0]

    def check_inside(self, octets: bytes) -> tuple[list[Finding], tuple[int, bytes] | None]:
        """As `check`; and of a ciphered APDU that the keys decipher, the octet it begins at, and the plain APDU."""
        case = Case(self.edition, octets_of(octets), self._inside)
        root = _examine(case)
        plain = None if self._deciphering is None else self._deciphering.check(case, root)
        return sorted(case.findings, key=_offset), plain

    def _inside(self, outer: Case, octets: bytes, start: int, node: Node, unreadable: Rule | None) -> None:
        """An APDU inside another one: its findings are at their places in the outer one."""
        if outer.depth >= MOST_INSIDE:
            return
        prefix = outer.prefix + node.path[1:]
        depth = outer.depth + 1
        case = Case(self.edition, octets, self._inside, base=outer.base + start, prefix=prefix, depth=depth)
        if _examine(case) is None and unreadable is not None:
            outer.report(unreadable, node, f"the octets hold no APDU: {case.findings[-1].message}", start=start)
        else:
            outer.findings += case.findings


def _offset(finding: Finding) -> int:
    return finding.offset


def _examine(case: Case) -> Node | None:
    """Reads the octets and runs the checks; the tree, or None where they cannot be read."""
    builder = TreeBuilder()
    decoder = Decoder(case.edition.syntax, case.octets, strict=False, max_depth=DEEPEST, tracer=builder)
    error: DecodeError | None = None
    try:
        shallow(decoder.apdu)
    except DecodeError as caught:
        error = caught
    others = OtherReadings(case.octets, case.edition)
    for finding in decoder.findings:
        if finding.rule == UNKNOWN_VALUE.name:
            edition = others.edition_that_takes(finding.offset)
            if edition is not None:
                message = f"{finding.message}; edition {edition} has it"
                end = finding.offset + len(finding.octets)
                case.add(VALUE_OF_OTHER_EDITION, finding.path, finding.offset, end, message)
                continue
        case.take(finding)
    if error is not None:
        _undecodable(case, error, others)
        return None
    root = builder.root
    if root is not None:
        _cut_unreadable(root, decoder.findings)
        _run(case, root)
    return root


def _undecodable(case: Case, error: DecodeError, others: OtherReadings) -> None:
    offset = error.offset or 0
    rule, message = UNDECODABLE[error.code], error.reason
    if error.code is ErrorCode.UNKNOWN_APDU:
        found = edition_with_apdu(case.octets[offset], case.edition)
        if found is not None:
            rule = APDU_OF_OTHER_EDITION
            message = f"{found[1]} [{case.octets[offset]}] is an APDU of edition {found[0]}, not of {case.edition.name}"
    elif error.code is ErrorCode.UNKNOWN_TAG:
        edition = others.edition_that_takes(offset)
        if edition is not None:
            rule = VALUE_OF_OTHER_EDITION
            message = f"{message}; edition {edition} has it"
    case.add(rule, error.path, offset, offset + _QUOTED, message)


def _cut_unreadable(root: Node, findings: list[Finding]) -> None:
    """Takes out of the tree what was begun inside an OCTET STRING and could not be read to its end."""
    unreadable = {finding.path for finding in findings if finding.rule == CONTAINED_APDU.name}
    if unreadable:
        for node in root.walk():
            if isinstance(node.type, schema.Octets) and node.type.contains and node.path in unreadable:
                node.children = ()


def _run(case: Case, root: Node) -> None:
    """The checks of every node, in the order of the octets."""
    # The checks of classes are made for those of the standard: another module may have others of the same name.
    by_class = _BY_CLASS if case.edition.tags is not None else {}
    for node in root.walk():
        type = node.type
        if (type is None and node is not root) or node.kind == ABSENT:
            continue
        for check in _BY_KIND.get(node.kind, ()):
            check(case, node)
        if node.is_data:
            for check in _BY_DATA.get(node.kind, ()):
                check(case, node)
            continue
        for check in _BY_SHOW.get(getattr(type, "show", None) or "", ()):
            check(case, node)
        for check in by_class.get(node.class_name, ()):
            check(case, node)
        if isinstance(type, schema.Integer):
            for name in names_of(case.edition.syntax.types, node):
                for check in _BY_NAME.get(name, ()):
                    check(case, node)
        if node is root:
            _whole(case, node, 0)
        elif node.parent is not None and getattr(node.parent.type, "contains", None) and not node.step:
            _whole(case, node, node.parent.end - len(node.parent.value))


def _whole(case: Case, node: Node, at: int) -> None:
    """The checks of a whole APDU, by what its first octet says."""
    if case.edition.tags is None:
        return
    name = case.edition.alternatives.get(case.octets[at], "")
    for check in _BY_APDU.get(name, ()):
        check(case, node)
    if name.startswith(ciphering.PREFIXES) and isinstance(node.type, schema.Octets):
        ciphering.service(case, node)
