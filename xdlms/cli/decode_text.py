"""What ``xdlms decode`` writes for people: a heading and a tree for every APDU."""

from __future__ import annotations

import re
from typing import Final

from xdlms.cli.console import Console, Style
from xdlms.cli.decode import Shown
from xdlms.cli.inputs import Source
from xdlms.codec.errors import DecodeError, Finding, Severity
from xdlms.codec.wording import counted
from xdlms.tools.capture import Fault, OtherFrame, Place
from xdlms.tools.editions import NEWEST
from xdlms.tools.lines import Line
from xdlms.tools.reading import Reading
from xdlms.tools.tree import Tree
from xdlms.tools.words import Words

_AROUND: Final = 12
_INDENT: Final = "  "
_HIDDEN: Final = "hidden; --json shows it"
_WITH_DEDICATED_KEY: Final = re.compile(r"(?:\d+ octets: )?01(?!00)")


class TextReport:
    """Writes a tree for every APDU, and everything that is wrong as a line on standard error."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_first = True

    def apdu(self, shown: Shown) -> None:
        """An APDU: what it is and where it stood, its tree, findings, and what is ciphered in it."""
        reading = shown.reading
        self._heading(_title(reading), shown)
        if reading.error is not None:
            self._octets_around(reading)
            place = shown.place(reading.error.offset or 0)
            if place is not None and place.line is None and place.offset == reading.error.offset:
                place = None  # the error says it
            self._complain(shown.source, place, _refused(reading.error, reading.hints))
            return
        gutter = _Gutter(shown, len(reading.octets))
        if gutter.titles:
            self._console.line(self._console.styled(gutter.titles, Style.FAINT))
        self._tree(reading, gutter)
        self._findings(reading, shown)
        if shown.opened is not None:
            self._opened(shown)

    def other_frame(self, source: Source, frame: OtherFrame) -> None:
        """A frame without an APDU."""
        where = f"{source.name}, {frame.place}" if source.name else str(frame.place)
        self._blank_line()
        self._console.line(f"no APDU: {frame.text}  {self._console.styled(f'[{where}]', Style.FAINT)}")

    def fault(self, source: Source, fault: Fault) -> None:
        """Octets that are no frame."""
        count = counted(len(fault.octets), "octet")
        grade = "warning" if fault.harmless else "error"
        self._complain(source, fault.place, f"{fault.reason} ({fault.code}, {count})", grade)

    def warning(self, source: Source, message: str) -> None:
        """Something that people should know of an input."""
        self._complain(source, None, message, "warning")

    def input_error(self, message: str) -> None:
        """An input that cannot be read, or a line of it."""
        self._console.complain(f"error: {message}")

    def hint(self, message: str) -> None:
        """What could have been meant."""
        self._console.complain(f"hint: {message}")

    # Pieces of the report

    def _blank_line(self) -> None:
        if not self._is_first:
            self._console.line()
        self._is_first = False

    def _heading(self, title: str, shown: Shown) -> None:
        self._blank_line()
        reading = shown.reading
        count = len(reading.octets)
        words = [counted(count, "octet")]
        if reading.target.edition != NEWEST:
            words.append(f"edition {reading.target.edition}")
        if reading.error is not None:
            words.append("not decoded")
        where = [shown.source.name] if shown.source.name and not shown.source.alone else []
        found = shown.found
        if shown.origin:
            where.append(shown.origin)
        elif found is not None:
            place = found.locate(0)
            if place.line is not None or found.link:
                where.append(str(place))
            if found.link:
                where.append(found.link)
        if shown.prefix.llc:
            where.append(f"behind LLC header {shown.prefix.llc.hex().upper()}")
        if shown.prefix.gateway is not None:
            where.append(f"behind {shown.prefix.gateway}")
        text = f"{self._console.styled(title, Style.TITLE)}, {', '.join(words)}"
        if where:
            text += "  " + self._console.styled(f"[{'; '.join(where)}]", Style.FAINT)
        self._console.line(text)

    def _tree(self, reading: Reading, gutter: _Gutter) -> None:
        conceal = _Concealing()

        def emit(line: Line) -> None:
            conceal(line)
            self._line(line, gutter)

        # What needs nothing forgiven is read strictly, which tells of the elements one by one.
        strict = all(finding.severity is not Severity.ERROR for finding in reading.findings)
        Tree(reading.target, emit).read(reading.octets, strict=strict or not reading.target.lenient)

    def _line(self, line: Line, gutter: _Gutter) -> None:
        styled = self._console.styled
        words = line.words
        indent = _INDENT * line.depth
        name = line.name
        said = " ".join(word for word in (words.kind, words.text) if word)
        if name and said:
            name += " " if name.endswith("]") else ": "
        text = f"{indent}{name}{said}"
        if line.faint:
            text = styled(text, Style.FAINT)
        if words.note:
            text += f"  {styled(words.note, Style.MEANING)}"
        self._console.line(f"{styled(gutter.at(line.offset), Style.FAINT)}  {text}")
        for start, more in words.more:
            offset = None if line.offset is None or start < 0 else line.offset + start
            shown = styled(more, Style.MEANING) if start < 0 else more
            blank = " " * (len(indent) + len(_INDENT))
            self._console.line(f"{styled(gutter.at(None if start < 0 else offset), Style.FAINT)}  {blank}{shown}")

    def _octets_around(self, reading: Reading) -> None:
        """Some octets around the one at fault, and a mark under it."""
        error = reading.error
        if error is None or error.offset is None or not reading.octets:
            return
        first = max(0, error.offset - _AROUND)
        shown = reading.octets[first : error.offset + _AROUND]
        before = "... " if first else ""
        after = " ..." if first + len(shown) < len(reading.octets) else ""
        self._console.line(f"{_INDENT}{before}{shown.hex(' ').upper()}{after}")
        blanks = len(_INDENT) + len(before) + 3 * (error.offset - first)
        self._console.line(self._console.styled(f"{' ' * blanks}^ octet {error.offset}", Style.CAUTION))

    def _findings(self, reading: Reading, shown: Shown) -> None:
        for finding in reading.findings:
            place = shown.place(finding.offset) if shown.found is not None and shown.found.link else None
            where = "" if place is None else f", in the input {place}"
            style = Style.FAINT if finding.severity is Severity.NOTE else Style.CAUTION
            words = _finding(finding, where, forgiven=reading.target.lenient)
            self._console.line(f"{_INDENT}{self._console.styled(words, style)}")

    def _opened(self, shown: Shown) -> None:
        """What the keys made of a ciphered APDU."""
        opened, reading = shown.opened, shown.opened_reading
        if opened is None:
            return
        remarks = " ".join(opened.remarks) or opened.status
        self._console.line(f"{_INDENT}{self._console.styled(remarks, Style.CAUTION)}")
        if opened.warnings:
            self._complain(shown.source, shown.place(0), " ".join(opened.warnings), "warning")
        if opened.failed:
            self._complain(shown.source, shown.place(0), opened.status if not opened.remarks else opened.remarks[0])
        if reading is None:
            return
        count = len(reading.octets)
        title = self._console.styled(f"{_title(reading)}, {counted(count, 'octet')}", Style.TITLE)
        self._console.line(f"{_INDENT}deciphered: {title}")
        if reading.error is None:
            self._tree(reading, _Gutter(None, count))
            for finding in reading.findings:
                words = _finding(finding, "", forgiven=reading.target.lenient)
                self._console.line(f"{_INDENT}{self._console.styled(words, Style.CAUTION)}")
        else:
            self._octets_around(reading)
            self._complain(shown.source, None, f"deciphered APDU: {_refused(reading.error, reading.hints)}")

    def _complain(self, source: Source, place: Place | None, message: str, grade: str = "error") -> None:
        where = [source.name] if source.name else []
        if place is not None:
            where.append(str(place))
        self._console.complain(f"{', '.join(where)}: {grade}: {message}" if where else f"{grade}: {message}")


class _Concealing:
    """Hides passwords and dedicated keys in the lines of one APDU: people paste what they see.

    A challenge of HLS stands where the password of LLS does, and is no secret; the mechanism comes before it.
    """

    def __init__(self) -> None:
        self._challenge = False

    def __call__(self, line: Line) -> None:
        name, words = line.name.partition(".")[0], line.words
        if name == "mechanism-name":
            self._challenge = words.note.startswith("HLS")
        is_password = name == "calling-authentication-value" and not self._challenge
        holds_key = name == "user-information" and _WITH_DEDICATED_KEY.match(words.text) is not None
        if (is_password or holds_key or name == "dedicated-key") and words.text != "absent":
            line.words = Words(_HIDDEN, kind=words.kind)


class _Gutter:
    """The octets of lines, in the APDU and, where that differs, in the input."""

    def __init__(self, shown: Shown | None, size: int) -> None:
        self._shown = shown
        self._width = max(len(str(size)), 4)
        self._input_width = 0
        self._line: int | None = None
        self.titles = ""
        first = None if shown is None else shown.place(0)
        if shown is None or first is None or (first.offset == 0 and shown.found is not None and not shown.found.link):
            return
        self._line = first.line
        self._input_width = max(len(str(shown.source.size)), 5)
        self.titles = f"{'octet':>{self._width + 1}}  {'input':>{self._input_width}}"

    def at(self, offset: int | None) -> str:
        """The columns for an octet of the APDU; blank for none."""
        width = self._width + 1
        if offset is None:
            return " " * (width + (2 + self._input_width if self._input_width else 0))
        text = f"{offset:>{width}}"
        place = self._shown.place(offset) if self._shown is not None and self._input_width else None
        if place is None:
            return text
        number = f"{place.offset}" if place.line == self._line else f"{place.line}:{place.offset}"
        return f"{text}  {number:>{self._input_width}}"


def _title(reading: Reading) -> str:
    if reading.kind is not None and reading.target.info is None:
        return reading.kind.title
    return reading.name or "no APDU"


def _refused(error: DecodeError, hints: list[str]) -> str:
    return "; ".join((str(error), *hints))


def _finding(finding: Finding, where: str, *, forgiven: bool) -> str:
    grade = "forgiven" if forgiven and finding.severity is Severity.ERROR else finding.severity
    at = f"{finding.path}, octet {finding.offset}{where}"
    return f"{grade}: {finding.message} - at {at} ({finding.rule}; {finding.clause})"
