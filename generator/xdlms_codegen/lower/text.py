"""Small pieces of Python text, and what a module must import for them."""

from __future__ import annotations

from dataclasses import dataclass, field

AXDR_MODULE = "xdlms.codec.axdr"
BER_MODULE = "xdlms.codec.ber"
NUMBERS_MODULE = "xdlms.codec.numbers"


@dataclass(slots=True)
class Imports:
    """Collects what a module uses: names of the runtime, and names of definitions of other modules."""

    names: dict[str, set[str]] = field(default_factory=dict)

    def use(self, module: str, name: str) -> str:
        """The name, after noting where it comes from."""
        self.names.setdefault(module, set()).add(name)
        return name

    def add(self, other: Imports) -> None:
        """Everything that another one has noted."""
        for module, names in other.names.items():
            self.names.setdefault(module, set()).update(names)


def indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def tuple_text(items: list[str]) -> str:
    """A tuple of expressions."""
    return f"({', '.join(items)}{',' * (len(items) == 1)})"


def hex_bytes(octets: tuple[int, ...]) -> str:
    """A bytes literal in hexadecimal escapes."""
    return 'b"' + "".join(f"\\x{octet:02x}" for octet in octets) + '"'
