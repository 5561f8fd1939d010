"""The table of rules, and the page that lists it."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from xdlms.check import rules
from xdlms.check.rules import LINK_RULES, RULES, SUBJECTS
from xdlms.check.rules_page import BEGIN, markdown, with_rules
from xdlms.codec.errors import ErrorCode
from xdlms.codec.rules import DECODING_RULES, UNDECODABLE, Rule
from xdlms.profiles.problems import LinkFault

PAGE = Path(__file__).parents[2] / "docs" / "check.md"


def test_names_are_unique_and_every_rule_is_in_one_subject() -> None:
    listed = [rule for group in SUBJECTS.values() for rule in group]
    names = [rule.name for rule in listed]
    assert len(names) == len({*names}) == len(RULES)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    of_the_module = {value.name for value in vars(rules).values() if isinstance(value, Rule)}
    assert of_the_module | {rule.name for rule in DECODING_RULES} <= {*RULES}


def test_every_rule_says_what_must_be_so_and_where_that_stands() -> None:
    for rule in RULES.values():
        assert rule.clause.startswith(("IEC ", "ISO/IEC ", "EN "))
        assert rule.title
        assert not rule.title.endswith(".")
        assert "|" not in rule.title


def test_every_code_of_a_decoding_error_and_every_link_fault_has_a_rule() -> None:
    assert {*ErrorCode} - {*UNDECODABLE} == {ErrorCode.WRONG_TYPE}
    assert all(rule.name in RULES for rule in UNDECODABLE.values())
    assert {*LINK_RULES} == {*LinkFault}


def test_the_page_has_the_rules_of_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_rules(page) == page, "python -m xdlms.check.rules_page docs/check.md"
    assert markdown().count("| `") == len(RULES)


def test_a_page_without_its_marks_is_refused() -> None:
    for page in ("", BEGIN):
        with pytest.raises(ValueError, match="no marks"):
            with_rules(page)


def test_the_python_of_the_page_does_what_it_says() -> None:
    (text,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    example = doctest.DocTestParser().get_doctest(text, {}, "check", str(PAGE), 0)
    assert example.examples
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0
