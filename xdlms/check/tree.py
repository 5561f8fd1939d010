"""An APDU as a tree of nodes with their octets: what the checks look at.

The tree is built from what the decoder tells a tracer, by ASN.1 names: it is the same for every edition
and for a vendor's package, whatever their Python classes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from xdlms.codec import schema
from xdlms.codec.decoding import Element

ABSENT: Final = "absent"
"""The kind of an OPTIONAL component that is not there, in A-XDR; in BER it has no node."""


class Node:
    """An element of an APDU.

    `step` is its name in the path, ``.name`` or ``[index]``; `kind` the kind of its type (``INTEGER``, a
    class, an alternative of Data), `type` its description, `value` its value when it is a leaf and the count
    when it is a list. A node for an alternative that only holds another one has neither kind nor type.
    """

    __slots__ = ("_end", "children", "kind", "parent", "start", "step", "type", "value")

    def __init__(self, step: str, parent: Node | None, start: int) -> None:
        self.step = step
        self.parent = parent
        self.kind = ""
        self.type: Any = None
        self.value: Any = None
        self.start = start
        self._end: int | None = None
        self.children: Sequence[Node] = ()

    def add(self, step: str, start: int) -> Node:
        """A new node inside."""
        child = Node(step, self, start)
        if isinstance(self.children, list):
            self.children.append(child)
        else:
            self.children = [child]
        return child

    def fill(self, element: Element) -> None:
        """Takes what the decoder told."""
        self.kind = element.type_name
        self.type = element.type
        self.value = element.value
        self._end = element.end

    @property
    def name(self) -> str:
        """The ASN.1 name of the component or alternative, or the index of an element."""
        return self.step.strip(".[]")

    @property
    def end(self) -> int:
        """Where its octets end."""
        node = self
        while node._end is None and node.children:
            node = node.children[-1]
        return node.start + 1 if node._end is None else node._end

    @property
    def path(self) -> str:
        """The steps from the APDU, from ``$``."""
        steps = []
        node: Node | None = self
        while node is not None:
            steps.append(node.step)
            node = node.parent
        return "$" + "".join(reversed(steps))

    @property
    def class_name(self) -> str:
        """The name of the class that its type has, or nothing."""
        cls = getattr(self.type, "cls", None)
        return "" if cls is None else str(cls.__name__)

    @property
    def is_data(self) -> bool:
        """Whether it is an element of a self-describing value."""
        return isinstance(self.type, schema.SelfDescribing)

    @property
    def only(self) -> Node | None:
        """The one thing that it holds: the alternative of a CHOICE, the APDU in an OCTET STRING."""
        return self.children[0] if len(self.children) == 1 else None

    def get(self, name: str) -> Node | None:
        """The component with this ASN.1 name, or None where it is absent."""
        for child in self.children:
            if child.step == "." + name:
                return None if child.kind == ABSENT else child
        return None

    def at(self, *names: str) -> Node | None:
        """The component at the end of a path of names, or None."""
        node: Node | None = self
        for name in names:
            if node is None:
                return None
            node = node.get(name)
        return node

    def walk(self) -> Iterator[Node]:
        """Itself and all that it holds, in the order of the octets."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def __repr__(self) -> str:
        return f"<{self.path}: {self.kind} {self.value!r}>"


class TreeBuilder:
    """A tracer that builds the tree; `root` is None until the decoder has told of something."""

    __slots__ = ("_open", "root")

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[tuple[tuple[str, ...], Node]] = []

    def __call__(self, element: Element) -> None:
        """Takes the next element."""
        path = element.path
        open_nodes = self._open
        while open_nodes and not _holds(open_nodes[-1], path):
            open_nodes.pop()
        if self.root is None:
            self.root = Node("", None, element.start)
            self._open = [((), self.root)]
            if path:
                self._descend((), self.root, path, element)
            else:
                self.root.fill(element)
        elif open_nodes:
            at, node = open_nodes[-1]
            self._descend(at, node, path, element)

    def _descend(self, at: tuple[str, ...], node: Node, path: tuple[str, ...], element: Element) -> None:
        # One node a step: a CHOICE has a step in the path and tells nothing of its own. An APDU in an OCTET
        # STRING has the path of what holds it.
        for index in range(len(at), max(len(path), len(at) + 1)):
            step = path[index] if index < len(path) else ""
            node = node.add(step, element.start)
            self._open.append((path[: index + 1], node))
        node.fill(element)


def _holds(opened: tuple[tuple[str, ...], Node], path: tuple[str, ...]) -> bool:
    """Whether an element with this path belongs inside the node that is open."""
    at, node = opened
    size = len(at)
    if size > len(path) or path[:size] != at:
        return False
    return size < len(path) or isinstance(node.type, schema.Octets)


def names_of(types: schema.TypeTable, node: Node) -> Iterator[str]:
    """The ASN.1 names that the type of a component has, the first of names of names.

    The tree itself has what they stand for.
    """
    type = _declared(types, node)
    while isinstance(type, schema.Named):
        yield type.name
        type = types[type.name].type


def _declared(types: schema.TypeTable, node: Node) -> schema.Type | None:
    """The type of a node as what holds it declares it."""
    parent = node.parent
    if parent is None:
        return None
    holder: Any = parent.type
    if holder is None:
        # An alternative: its CHOICE has no type of its own in the tree.
        declared = _declared(types, parent)
        holder = None if declared is None else types.resolve(declared)
    match holder:
        case schema.Sequence():
            return next((field.type for field in holder.fields if field.name == node.name), None)
        case schema.SequenceOf():
            return holder.element
        case schema.SelfDescribing() if node.step.startswith("["):
            return holder
        case schema.SelfDescribing():
            return next((each.type for each in holder.others.values() if each.name == node.name), None)
        case schema.Choice():
            return next((each.type for each in holder.alternatives if each.name == node.name), None)
    return None
