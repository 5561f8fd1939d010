"""What ``xdlms check`` writes: text for people, JSON and the XML of JUnit for programs, the list of rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from json import dumps
from typing import Any, Final, Protocol
from xml.etree import ElementTree

from xdlms.check.rules import RULES, SUBJECTS
from xdlms.cli.console import Console, Style
from xdlms.codec.errors import Finding, Severity
from xdlms.codec.rules import Rule

_LINK: Final = "link"
_STYLES: Final = {Severity.ERROR: Style.WRONG, Severity.WARNING: Style.CAUTION, Severity.NOTE: Style.FAINT}
_WIDTH: Final = max(len(severity) for severity in Severity)
_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


class Where(Protocol):
    """A place in an input: of a text its line, of a network capture its frame; and the octet there."""

    @property
    def line(self) -> int | None: ...
    @property
    def offset(self) -> int: ...


class Checked:
    """What was checked: an APDU (`name` its type), or a piece of a link that is none (`name` None).

    `source` is the name of its input, `place` where it begins there (None where it was joined from blocks),
    `locate` gives the place of an octet of it, `link` is its way in words.
    """

    __slots__ = ("edition", "findings", "link", "locate", "name", "octets", "place", "source")

    def __init__(
        self,
        source: str,
        name: str | None,
        edition: str,
        octets: bytes,
        findings: list[Finding],
        *,
        place: Where | None = None,
        link: str = "",
    ) -> None:
        self.source = source
        self.name = name
        self.edition = edition
        self.octets = octets
        self.findings = findings
        self.place = place
        self.link = link
        self.locate: Callable[[int], Where] | None = None

    @property
    def title(self) -> str:
        """What it is, for people."""
        return self.name or "no APDU"

    @property
    def where(self) -> str:
        """Where it stands and how it came, in words."""
        words = [self.source, "" if self.place is None else str(self.place), self.link]
        return "; ".join(word for word in words if word)

    def input_place(self, finding: Finding) -> Where | None:
        """Where the octet of a finding stands in the input."""
        if finding.path == _LINK:
            return self.place
        return None if self.locate is None else self.locate(finding.offset)


class Report(Protocol):
    """How results are told."""

    def checked(self, checked: Checked) -> None:
        """An APDU or a piece of a link, with its findings."""

    def input_error(self, source: str, message: str) -> None:
        """An input that cannot be read, or a line of it."""

    def remark(self, source: str, message: str) -> None:
        """Something that people should know of an input."""

    def finish(self) -> None:
        """All inputs were told of."""


class TextReport:
    """Writes what has findings, in the order of the input, and a line that counts them."""

    def __init__(self, console: Console, edition: str) -> None:
        self._console = console
        self._edition = edition
        self._apdus = 0
        self._unread = 0
        self._counts = dict.fromkeys(Severity, 0)

    def checked(self, checked: Checked) -> None:
        self._apdus += checked.name is not None
        if not checked.findings:
            return
        styled = self._console.styled
        count = len(checked.octets)
        title = styled(checked.title, Style.TITLE)
        where = "  " + styled(f"[{checked.where}]", Style.FAINT) if checked.where else ""
        self._console.line(f"{title}, {count} octet{'s' * (count != 1)}{where}")
        for finding in checked.findings:
            self._counts[finding.severity] += 1
            self._finding(checked, finding)
        self._console.line()

    def _finding(self, checked: Checked, finding: Finding) -> None:
        styled = self._console.styled
        severity = styled(f"{finding.severity:<{_WIDTH}}", _STYLES[finding.severity])
        octets = f" ({finding.octets.hex(' ').upper()})" if finding.octets else ""
        place = checked.input_place(finding)
        at = "" if finding.path == _LINK else f"{finding.path}, octet {finding.offset}: "
        self._console.line(f"  {severity} {finding.rule}: {at}{finding.message}{octets}")
        rule = f"{RULES[finding.rule].title} [{finding.clause}]"
        if place is not None and str(place) != f"octet {finding.offset}":
            rule += f"; at {place}"
        self._console.line(f"  {'':<{_WIDTH}} {styled(rule, Style.FAINT)}")

    def input_error(self, source: str, message: str) -> None:
        self._unread += 1
        self._console.complain(f"error: {message}")

    def remark(self, source: str, message: str) -> None:
        self._console.complain(f"{source}: {message}" if source else message)

    def finish(self) -> None:
        counts = [f"{count} {severity}{'s' * (count != 1)}" for severity, count in self._counts.items() if count]
        said = ", ".join(counts) or "no findings"
        if self._unread:
            said += f"; {self._unread} error{'s' * (self._unread != 1)} in reading the input"
        against = f"edition {self._edition}" if self._edition.isdigit() else self._edition
        self._console.line(f"{self._apdus} APDU{'s' * (self._apdus != 1)} checked against {against}: {said}")


class JsonReport:
    """Writes an object for every APDU and every piece of a link with a finding, one a line."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def checked(self, checked: Checked) -> None:
        json: dict[str, Any] = {
            "apdu": checked.name,
            "edition": checked.edition,
            "input": checked.source or None,
            **_place_json(checked.place),
            "octets": checked.octets.hex().upper(),
            "findings": [_finding_json(checked, finding) for finding in checked.findings],
        }
        self._console.line(dumps(json))

    def input_error(self, source: str, message: str) -> None:
        self._console.line(dumps({"error": {"code": "input", "reason": message}, "input": source or None}))
        self._console.complain(f"error: {message}")

    def remark(self, source: str, message: str) -> None:
        self._console.complain(f"{source}: {message}" if source else message)

    def finish(self) -> None:
        """Every line is complete by itself."""


class JunitReport:
    """Collects a test case for every APDU, and writes them to a file in the XML of JUnit."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._root = ElementTree.Element("testsuites", name="xdlms check")
        self._suites: dict[str, ElementTree.Element] = {}
        self._remarks: dict[str, list[str]] = {}

    def checked(self, checked: Checked) -> None:
        suite = self._suite(checked.source)
        place = "" if checked.place is None else f"{checked.place}: "
        case = self._case(suite, f"{place}{checked.title}")
        errors = [finding for finding in checked.findings if finding.severity is Severity.ERROR]
        others = [finding for finding in checked.findings if finding.severity is not Severity.ERROR]
        # Readers of the format know one failure a case: the first is the heading of all.
        if errors:
            text = "\n".join(_in_words(checked, finding) for finding in errors)
            self._failure(suite, case, "failure", errors[0].rule, errors[0].message, text)
        if others:
            output = ElementTree.SubElement(case, "system-out")
            output.text = _xml_text("\n".join(_in_words(checked, finding) for finding in others))

    def input_error(self, source: str, message: str) -> None:
        suite = self._suite(source)
        self._failure(suite, self._case(suite, "input"), "error", "input", message, message)

    def remark(self, source: str, message: str) -> None:
        self._suite(source)
        self._remarks.setdefault(source, []).append(message)

    def finish(self) -> None:
        """Writes the file. Raises OSError."""
        # The schemas of the format have one of these in a suite, behind its cases.
        for source, remarks in self._remarks.items():
            output = ElementTree.SubElement(self._suites[source], "system-out")
            output.text = _xml_text("\n".join(remarks))
        for count in ("tests", "failures", "errors"):
            self._root.set(count, str(sum(int(suite.get(count, "0")) for suite in self._suites.values())))
        ElementTree.indent(self._root)
        ElementTree.ElementTree(self._root).write(self._path, encoding="utf-8", xml_declaration=True)

    def _suite(self, source: str) -> ElementTree.Element:
        if source not in self._suites:
            suite = ElementTree.SubElement(self._root, "testsuite", name=_xml_text(source or "arguments"))
            for count in ("tests", "failures", "errors"):
                suite.set(count, "0")
            self._suites[source] = suite
        return self._suites[source]

    def _case(self, suite: ElementTree.Element, name: str) -> ElementTree.Element:
        _count(suite, "tests")
        return ElementTree.SubElement(suite, "testcase", classname=suite.get("name", ""), name=_xml_text(name))

    def _failure(
        self, suite: ElementTree.Element, case: ElementTree.Element, kind: str, type: str, message: str, text: str
    ) -> None:
        _count(suite, f"{kind}s")
        failure = ElementTree.SubElement(case, kind, type=type, message=_xml_text(message))
        failure.text = _xml_text(text)


def list_rules(console: Console, *, as_json: bool) -> None:
    """Writes all rules, by subject."""
    for subject, rules in SUBJECTS.items():
        if as_json:
            for rule in rules:
                console.line(dumps({"subject": subject, **_rule_json(rule)}))
            continue
        console.line(console.styled(subject, Style.TITLE))
        for rule in rules:
            severity = console.styled(f"{rule.severity:<{_WIDTH}}", _STYLES[rule.severity])
            clause = console.styled(f"[{rule.clause}]", Style.FAINT)
            console.line(f"  {severity} {rule.name}: {rule.title} {clause}")
        console.line()


def _rule_json(rule: Rule) -> dict[str, str]:
    return {"rule": rule.name, "severity": rule.severity.value, "clause": rule.clause, "title": rule.title}


def _finding_json(checked: Checked, finding: Finding) -> dict[str, Any]:
    place = checked.input_place(finding)
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": finding.path,
        "offset": finding.offset,
        "octets": finding.octets.hex().upper(),
        "message": finding.message,
        "expected": RULES[finding.rule].title,
        "clause": finding.clause,
        "place": None if place is None else _place_json(place),
    }


def _place_json(place: Where | None) -> dict[str, int | None]:
    json: dict[str, int | None] = {"offset": None if place is None else place.offset}
    for name in ("line", "frame"):
        number = getattr(place, name, None)
        if number is not None:
            json[name] = number
    return json


def _in_words(checked: Checked, finding: Finding) -> str:
    place = checked.input_place(finding)
    where = f"{finding.path}, octet {finding.offset}" + ("" if place is None else f" (at {place})")
    rule = RULES[finding.rule]
    return f"{finding.severity} {finding.rule}: {where}: {finding.message}; {rule.title} [{finding.clause}]"


def _count(suite: ElementTree.Element, name: str) -> None:
    suite.set(name, str(int(suite.get(name, "0")) + 1))


def _xml_text(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _NOT_XML.sub("�", text)
