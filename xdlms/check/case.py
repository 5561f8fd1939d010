"""What a check is given: the octets, their edition, and where to report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from xdlms.check.rules import RULES
from xdlms.check.tree import Node
from xdlms.codec import schema
from xdlms.codec.ber import first_octet
from xdlms.codec.errors import Finding
from xdlms.codec.rules import Rule
from xdlms.codec.schema import Syntax
from xdlms.security.tags import ApduTags

LONGEST_QUOTE: Final = 32
"""Octets of a finding at the most; more would only repeat the input."""

LATER: Final = "general-ciphering"
"""An APDU that came with the second edition: who has it has all that the editions after 2013 share."""


class Edition:
    """What checks must know of an edition, or of a vendor's package.

    `syntax`; `alternatives`, the name of the APDU that each first octet begins; `tags`, None for a package
    without the APDUs of the standard; whether it `is_later` than 2013.
    """

    __slots__ = ("alternatives", "is_later", "name", "syntax", "tags")

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.name = syntax.edition
        self.alternatives = dict(_alternatives(syntax))
        self.tags: ApduTags | None
        try:
            self.tags = ApduTags(syntax.types)
        except (KeyError, ValueError):
            self.tags = None
        self.is_later = any(name.lower() == LATER for name in syntax.types)


def _alternatives(syntax: Syntax) -> Iterator[tuple[int, str]]:
    for root in syntax.roots:
        info = syntax.types[root]
        choice = syntax.types.resolve(info.type)
        for alternative in choice.alternatives if isinstance(choice, schema.Choice) else ():
            if info.rule != schema.BER:
                yield alternative.tag, alternative.name
            elif alternative.tags:
                yield first_octet(alternative.tags[0]), alternative.name


class Case:
    """One APDU under check: its octets, and the findings so far.

    An APDU inside another one (signed, authenticated, deciphered) is a case of its own; `base` is where its
    octets begin in the input, `prefix` the path of what holds it, `depth` how many hold it. `inside` makes
    and checks one, given its octets, where they begin, the node that holds it, and the rule that stands for all
    errors where it cannot be read (None: they speak for themselves).
    """

    __slots__ = ("base", "depth", "edition", "findings", "inside", "octets", "prefix")

    def __init__(
        self,
        edition: Edition,
        octets: bytes,
        inside: Callable[[Case, bytes, int, Node, Rule | None], None],
        *,
        base: int = 0,
        prefix: str = "$",
        depth: int = 0,
    ) -> None:
        self.edition = edition
        self.octets = octets
        self.findings: list[Finding] = []
        self.inside = inside
        self.base = base
        self.prefix = prefix
        self.depth = depth

    def report(self, rule: Rule, node: Node, message: str, *, start: int | None = None, end: int | None = None) -> None:
        """Notes a breach of a rule by `node`, or by a part of its octets."""
        first = node.start if start is None else start
        self.add(rule, node.path, first, node.end if end is None else end, message)

    def add(self, rule: Rule, path: str, start: int, end: int, message: str) -> None:
        """Notes a breach of a rule at a path and place."""
        octets = self.octets[start : max(start, min(end, start + LONGEST_QUOTE))]
        place = self.base + start
        self.findings.append(
            Finding(rule.name, rule.severity, self.prefix + path[1:], place, octets, message, rule.clause)
        )

    def take(self, finding: Finding) -> None:
        """Takes over what the decoder found; how grave that is, the table of rules says."""
        self.findings.append(
            Finding(
                finding.rule,
                RULES[finding.rule].severity,
                self.prefix + finding.path[1:],
                self.base + finding.offset,
                finding.octets,
                finding.message,
                finding.clause,
            )
        )


Check: TypeAlias = Callable[[Case, Node], None]
Checks: TypeAlias = Mapping[str, tuple[Check, ...]]
