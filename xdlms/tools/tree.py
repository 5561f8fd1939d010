"""The tree of an APDU for people: every element in a line, with its octet, its name, its value and what it means.

The lines come while the octets are read; only the last few are held back, until the structure that they
belong to is complete and what it means can be written beside its first line.
"""

from __future__ import annotations

from typing import Any, Final

from xdlms.codec import schema
from xdlms.codec.decoding import Element
from xdlms.codec.errors import DecodeError
from xdlms.codec.schema import Syntax, Type
from xdlms.tools.editions import kind_of, public_name
from xdlms.tools.envelope import describe_control, is_ciphered, open_envelope
from xdlms.tools.left_out import default_lines
from xdlms.tools.lines import Emit, Frame, Line
from xdlms.tools.meaning import LARGEST, CaptureObject, Cell, Meaning, Unit, meaning_of
from xdlms.tools.objects import attribute_name, method_name
from xdlms.tools.reading import Target
from xdlms.tools.words import Words, description_in_words, element_in_words, octets_in_words, short_octets, words_of

_HELD_BACK: Final = 512
_MOST_OBJECTS: Final = 1024
_MOST_INSIDE: Final = 8
_CIPHERED_CONTENT: Final = ".ciphered-content"
_SIGNED_CONTENT: Final = ".content"
_BLOCK_DATA: Final = ".block-data"
_NOTHING: Final = schema.Null()


class Tree:
    """Makes the lines of one reading of octets; `base` is added to offsets, `depth` to levels."""

    def __init__(self, target: Target, emit: Emit, *, base: int = 0, depth: int = 0, inside: int = 0) -> None:
        self.target = target
        self.syntax: Syntax = target.syntax
        self.emit = emit
        self.base = base
        self.depth = depth
        self.inside = inside
        self._held: list[Line] = []
        self._small = 0
        self._frames: list[Frame] = []
        self._path: list[str] = []
        self._types: list[Type] = []

    def read(self, octets: bytes, *, strict: bool) -> None:
        """Emit the lines of `octets`; raises DecodeError, after the lines of what could be read."""
        kind = self.target.kind(octets)
        root = Frame(None, self.depth - 1)
        root.kind = kind
        self._frames = [root]
        self._path = []
        self._types = [kind.type if kind is not None else self.target.info.type if self.target.info else _NOTHING]
        try:
            self.target.read(octets, strict=strict, tracer=self._trace)
        finally:
            while self._frames:
                self._close()
            self._release()

    # The elements as they come

    def _trace(self, element: Element) -> None:
        path = element.path
        frame = self._parent(path, element.start)
        declared = self._declared(path)
        name = "".join(path[max(frame.length, 0) :]).removeprefix(".")
        if frame.tag and not isinstance(element.type, schema.SelfDescribing) and name.startswith("["):
            # A vendor's type among the elements of an array or structure: it means nothing to the others.
            self._count(frame, Cell(path[-1][1:], None))
        if element.type_name in ("absent", "default"):
            self._leave_out(element, frame, name)
        elif element.end is None:
            self._container(element, frame, name)
        else:
            self._leaf(element, declared, frame, name)
        if not self._small or len(self._held) > _HELD_BACK:
            self._release()

    def _parent(self, path: tuple[str, ...], start: int) -> Frame:
        """The frame that an element belongs to; those that are complete are closed."""
        while True:
            frame = self._frames[-1]
            if frame.length < 0:
                return frame
            if frame.end is None:
                # An element may stand deeper than its neighbour: behind the name of an alternative.
                if len(path) > frame.length and path[: frame.length] == frame.path:
                    return frame
            elif start < frame.end and len(path) >= frame.length:
                return frame
            self._close()

    def _declared(self, path: tuple[str, ...]) -> Type:
        """The type at a path, as the abstract syntax writes it there."""
        known, types = self._path, self._types
        same = 0
        for mine, other in zip(known, path, strict=False):
            if mine != other:
                break
            same += 1
        del known[same:], types[same + 1 :]
        for segment in path[same:]:
            types.append(_descend(self.syntax, types[-1], segment))
            known.append(segment)
        return types[-1]

    def _add(self, element: Element, frame: Frame, name: str, words: Words, *, faint: bool = False) -> Line:
        offset = None if frame.compact else self.base + element.start
        line = Line(offset, frame.depth + 1, name, words, faint=faint)
        self._held.append(line)
        return line

    def _leave_out(self, element: Element, frame: Frame, name: str) -> None:
        if element.type_name == "absent":
            self._add(element, frame, name, Words("absent"), faint=True)
            return
        offset = self.base + element.start
        self._held += default_lines(self.syntax, element.type, element.value, offset, frame.depth + 1, name)

    # Containers

    def _container(self, element: Element, frame: Frame, name: str) -> None:
        type = element.type
        inner = Frame(element.path, frame.depth + 1)
        inner.compact = frame.compact
        if isinstance(type, schema.SelfDescribing):
            self._open_described(element, frame, inner, name)
        elif name:
            text = ""
            if isinstance(type, schema.Sequence):
                text = public_name(self.syntax.types.of_class(type.cls).name) if name.startswith("[") else ""
            elif element.value is not None:
                text = _elements(element.value)
            inner.line = self._add(element, frame, name, Words(kind=text))
        else:
            # The APDU itself, whose name stands in the line above.
            inner.depth = frame.depth
        self._frames.append(inner)

    def _open_described(self, element: Element, frame: Frame, inner: Frame, name: str) -> None:
        inner.tag = element.type_name
        inner.count = element.value or 0
        words = Words(kind=f"{inner.tag} of {inner.count}" if element.value is not None else inner.tag)
        self._correlate(frame, words)
        inner.line = self._add(element, frame, name, words)
        if inner.tag == "structure" and inner.count <= LARGEST:
            inner.cells = []
            self._small += 1
        elif inner.tag == "array":
            inner.objects = []

    def _close(self) -> None:
        """The last frame is complete: what its elements mean together is known now."""
        frame = self._frames.pop()
        meaning: Meaning | None = None
        if frame.cells is not None:
            self._small -= 1
            if len(frame.cells) == frame.count:
                meaning = meaning_of(frame.cells)
                if meaning is not None and frame.line is not None and not frame.line.words.note:
                    frame.line.words.note = str(self._in_a_row(frame, meaning) or meaning)
        if self._frames and frame.tag:
            self._count(self._frames[-1], Cell(frame.tag, None, meaning))
            parent = self._frames[-1]
            if parent.tag == "structure" and parent.seen == 1 and frame.objects:
                # The first element lists the objects of all: a push, or a profile.
                parent.objects = frame.objects if len(frame.objects) == parent.count else None

    def _in_a_row(self, frame: Frame, meaning: Meaning) -> Meaning | None:
        """A unit whose name and value stand before it among many others, in one long structure."""
        before = self._frames[-1].recent if self._frames else []
        if isinstance(meaning, Unit) and len(before) == 2:
            return meaning_of((*before, Cell(frame.tag, None, meaning)))
        return None

    @staticmethod
    def _count(frame: Frame, cell: Cell) -> None:
        frame.seen += 1
        if frame.cells is not None:
            frame.cells.append(cell)
        elif frame.tag == "structure":
            frame.recent = [*frame.recent[-1:], cell]
        elif frame.tag == "array" and frame.objects is not None:
            if isinstance(cell.meaning, CaptureObject) and len(frame.objects) < _MOST_OBJECTS:
                frame.objects.append(cell.meaning)
            else:
                frame.objects = None

    @staticmethod
    def _correlate(frame: Frame, words: Words) -> None:
        """An element of a structure whose first element lists the objects of all."""
        if frame.tag == "structure" and frame.objects is not None and 0 < frame.seen < len(frame.objects):
            subject = str(frame.objects[frame.seen])
            words.note = f"{words.note}  ({subject})" if words.note else subject

    # Leaves

    def _leaf(self, element: Element, declared: Type, frame: Frame, name: str) -> None:
        type = element.type
        if isinstance(type, schema.SelfDescribing):
            self._described_leaf(element, type, frame, name)
        elif isinstance(type, schema.Description):
            of = self.syntax.types.resolve(schema.Named(type.describes))
            text = description_in_words(of, element.value) if isinstance(of, schema.SelfDescribing) else ""
            self._add(element, frame, name, Words(text))
        elif isinstance(type, schema.Octets) and self._is_special(element, type, frame, name):
            return
        else:
            words = words_of(self.syntax, declared, type, element.value)
            self._explain(frame, name, element.value, words)
            self._add(element, frame, name, words)

    def _described_leaf(self, element: Element, type: schema.SelfDescribing, frame: Frame, name: str) -> None:
        tag = element.type_name
        if tag == "description":
            self._add(element, frame, name, Words(description_in_words(type, element.value)))
        elif tag == "contents":
            line = self._add(element, frame, name, octets_in_words(element.value))
            rows = Frame(element.path, frame.depth + 1, line)
            rows.compact = True
            self._frames.append(rows)
        else:
            words = element_in_words(type, tag, element.value)
            self._correlate(frame, words)
            self._add(element, frame, name, words)
            self._count(frame, Cell(tag, element.value))

    @staticmethod
    def _explain(frame: Frame, name: str, value: Any, words: Words) -> None:
        """Names attributes and methods, whose class stands before them."""
        if name == "class-id":
            frame.class_id = value
        elif frame.class_id is not None and name == "attribute-id":
            words.note = attribute_name(frame.class_id, value)
        elif frame.class_id is not None and name == "method-id":
            words.note = method_name(frame.class_id, value)

    def _is_special(self, element: Element, type: schema.Octets, frame: Frame, name: str) -> bool:
        """Octets that hold something of their own: an APDU, a ciphered APDU, a block of one."""
        octets: bytes = element.value
        start = (element.end or element.start) - len(octets)
        last = element.path[-1] if element.path else ""
        if type.contains is not None:
            self._contained(element, type.contains, frame, name)
        elif not name and frame.kind is not None and is_ciphered(frame.kind.name):
            self._envelope(octets, start, frame.depth + 1)
        elif last == _CIPHERED_CONTENT:
            self._add(element, frame, name, Words(kind=short_octets(octets, 0).rstrip(":. ")))
            self._envelope(octets, start, frame.depth + 2)
        elif last == _SIGNED_CONTENT:
            self._add(element, frame, name, octets_in_words(octets))
            self._apdu_inside(octets, start, frame.depth + 2)
        elif last == _BLOCK_DATA:
            self._add(element, frame, name, Words(short_octets(octets)))
        else:
            return False
        return True

    def _contained(self, element: Element, root: str, frame: Frame, name: str) -> None:
        """Octets in which the same reading goes on: the APDU of user-information."""
        octets: bytes = element.value
        line = self._add(element, frame, name, octets_in_words(octets))
        kind = kind_of(self.syntax, octets, (root,))
        if kind is None or element.end is None:
            return
        start = element.end - len(octets)
        self._held.append(Line(self.base + start, frame.depth + 2, kind.title, Words()))
        inner = Frame(element.path, frame.depth + 2, line)
        inner.end = element.end
        inner.kind = kind
        self._frames.append(inner)
        self._types[-1] = kind.type

    def _envelope(self, octets: bytes, start: int, depth: int) -> None:
        """The public parts of ciphered octets."""
        envelope = open_envelope(octets)
        at = self.base + start
        if envelope is None:
            words = octets_in_words(octets, "too short for a security header")
            self._held.append(Line(at, depth, "ciphered", words))
            return
        content_at = at + 5
        lines = [
            Line(at, depth, "security-control", Words(f"{envelope.control:02X}", describe_control(envelope.control))),
            Line(
                at + 1,
                depth,
                "invocation-counter",
                Words(envelope.counter.hex().upper(), str(int.from_bytes(envelope.counter, "big"))),
            ),
        ]
        name, note = ("plain-apdu", "readable without a key") if envelope.is_readable else ("ciphertext", "")
        lines.append(Line(content_at, depth, name, Words(short_octets(envelope.content), note)))
        self._held += lines
        if envelope.is_readable:
            self._apdu_inside(envelope.content, start + 5, depth + 1)
        if envelope.tag:
            tag_at = content_at + len(envelope.content)
            words = Words(envelope.tag.hex().upper())
            self._held.append(Line(tag_at, depth, "authentication-tag", words))

    def _apdu_inside(self, octets: bytes, start: int, depth: int) -> None:
        """A plain APDU in octets that this reading does not look into."""
        self._release()
        if self.inside >= _MOST_INSIDE:
            self.emit(Line(None, depth, "...", Words(f"more than {_MOST_INSIDE} APDUs inside one another")))
            return
        show_apdu(
            Target(self.target.syntax, lenient=True),
            octets,
            self.emit,
            base=self.base + start,
            depth=depth,
            inside=self.inside + 1,
        )

    def _release(self) -> None:
        for line in self._held:
            self.emit(line)
        self._held.clear()


def show_apdu(target: Target, octets: bytes, emit: Emit, *, base: int, depth: int, inside: int) -> None:
    """The lines of an APDU inside another; octets that are none are said to be so in a line."""
    kind = target.kind(octets)
    if kind is not None:
        emit(Line(base, depth, kind.title, Words()))
    try:
        Tree(target, emit, base=base, depth=depth + 1, inside=inside).read(octets, strict=False)
    except DecodeError as error:
        emit(Line(base + (error.offset or 0), depth, "no APDU", Words(str(error))))


def _descend(syntax: Syntax, type: Type, segment: str) -> Type:
    """The type that a segment of a path leads to; that of nothing where it leads nowhere."""
    resolved = syntax.types.resolve(type)
    match resolved:
        case schema.Sequence():
            for field in resolved.fields:
                if field.name == segment[1:]:
                    return field.type
        case schema.Choice():
            for alternative in resolved.alternatives:
                if alternative.name == segment[1:]:
                    return alternative.type
        case schema.SequenceOf():
            return resolved.element
        case schema.SelfDescribing() if segment.startswith("["):
            return type
        case schema.SelfDescribing():
            for other in resolved.others.values():
                if other.name == segment[1:]:
                    return other.type
    return _NOTHING


def _elements(count: int) -> str:
    return f"{count} element{'s' * (count != 1)}"
