"""Which type is told on which page, and the links between pages.

A root's alternative has a page, with the types that it alone uses; self-describing types have one, what
several APDUs use is on one, and a root has one for its alternatives without a type of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xdlms_codegen.lower.context import Context, references
from xdlms_codegen.lower.reach import SHARED
from xdlms_codegen.model import Choice, Reference, Type
from xdlms_codegen.names import snake_name

INDEX = "index"
TYPES = "types"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its file, and the definitions that it tells of, the one that it is about first."""

    file: str
    names: tuple[str, ...]


class Pages:
    """All pages of a context."""

    def __init__(self, context: Context) -> None:
        self.context = context
        modules: dict[str, list[str]] = {}
        for name in context.definitions:
            modules.setdefault(self._module(name), []).append(name)
        self.shared = modules.pop(SHARED, [])
        self.pages = [Page(_file(module), tuple(self._in_order(names))) for module, names in modules.items()]
        self.files = {name: page.file for page in self.pages for name in page.names}
        self.files |= dict.fromkeys(self.shared, f"{TYPES}.md")

    def _module(self, name: str) -> str:
        """What a page is called after: the module of the class, or the self-describing type that it belongs to."""
        for owner, how in self.context.binding.self_describing.items():
            if name in (owner, how.description) or (name in self.context.absorbed and self._is_inside(name, owner)):
                return snake_name(self.context.python_name(owner))
        return self.context.modules[name]

    def _is_inside(self, name: str, owner: str) -> bool:
        """Whether a definition stands in the text of a self-describing type or of its description."""
        parts = (owner, self.context.binding.self_describing[owner].description)
        return self.context.path_of(name).partition(".")[0] in parts

    def _in_order(self, names: list[str]) -> list[str]:
        """What is used behind what uses it, and a self-describing type in front of all."""
        done: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in names and name not in done:
                done[name] = None
                for used in references(self.context.definitions[name].type):
                    visit(used)

        used = {each for name in names for each in references(self.context.definitions[name].type) if each != name}
        first = [name for name in names if self.context.is_self_describing(name)]
        for name in first + [name for name in names if name not in used] + names:
            visit(name)
        return list(done)

    def title(self, name: str) -> str:
        """The heading of a type."""
        return self.context.path_of(name)

    def link(self, name: str, page: str) -> str:
        """A link to a type from a page, with its name."""
        if name not in self.files:
            return f"`{self.title(name)}`"
        file = self.files[name]
        return f"[{self.title(name)}]({'' if file == page else file}#{slug(self.title(name))})"

    def type_link(self, type_: Type, page: str) -> str | None:
        """A link to the definition that a type is used by, if it is."""
        return self.link(type_.name, page) if isinstance(type_, Reference) else None

    def roots(self) -> list[str]:
        """The roots that are CHOICEs, as the binding has them."""
        definitions = self.context.definitions
        return [root for root in self.context.binding.roots if isinstance(definitions[root].type, Choice)]


def _file(module: str) -> str:
    name = module.rstrip("_").replace("_", "-")
    return f"{name}-apdu.md" if name in (INDEX, TYPES) else f"{name}.md"


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and others make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
