"""Each rule about APDUs: octets that break it, where, and the nearest octets that keep it."""

from __future__ import annotations

import pytest
from check.examples import EXAMPLES, IN_CONVERSATIONS, OF_A_MODULE, WITH_KEYS, Example

from xdlms import check
from xdlms.check.rules import LINK_LLC, LINK_OVERFLOW, LINK_RULES, RULES
from xdlms.errors import Finding

LINK_NAMES = {rule.name for rule in (*LINK_RULES.values(), LINK_LLC, LINK_OVERFLOW)}


def found(octets: bytes, edition: str, rule: str) -> list[Finding]:
    """The findings of a rule."""
    return [finding for finding in check.apdu(octets, edition=edition) if finding.rule == rule]


def test_every_rule_has_its_examples() -> None:
    groups = (EXAMPLES, OF_A_MODULE, WITH_KEYS, IN_CONVERSATIONS, LINK_NAMES)
    assert {name for group in groups for name in group} == {*RULES}
    assert sum(map(len, groups)) == len(RULES)


@pytest.mark.clause("8")
@pytest.mark.parametrize(("name", "example"), EXAMPLES.items(), ids=EXAMPLES.keys())
def test_octets_that_break_a_rule_are_found_where_they_break_it(name: str, example: Example) -> None:
    findings = found(example.breaks, example.edition, name)
    assert findings, [str(finding) for finding in check.apdu(example.breaks, edition=example.edition)]
    (finding,) = findings
    rule = RULES[name]
    assert (finding.severity, finding.clause) == (rule.severity, rule.clause)
    assert finding.offset == example.at
    assert example.breaks[finding.offset :].startswith(finding.octets)
    assert finding.path.startswith("$")
    assert finding.message


@pytest.mark.clause("8")
@pytest.mark.parametrize(("name", "example"), EXAMPLES.items(), ids=EXAMPLES.keys())
def test_octets_that_keep_a_rule_are_not_found_to_break_it(name: str, example: Example) -> None:
    assert found(example.keeps, example.keeping_edition, name) == []
    assert example.breaks != example.keeps or example.edition != example.keeping_edition


# What the examples keep is right altogether, but for these, which are right in their rule only.
NOT_ALTOGETHER = {
    "attribute-0-selection": set[str](),
}


@pytest.mark.parametrize(("name", "example"), EXAMPLES.items(), ids=EXAMPLES.keys())
def test_octets_that_keep_a_rule_break_no_other_gravely(name: str, example: Example) -> None:
    findings = check.apdu(example.keeps, edition=example.keeping_edition)
    assert [finding.rule for finding in findings if finding.severity == "error"] == []
