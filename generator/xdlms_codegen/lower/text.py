"""Small pieces of Python text."""

from __future__ import annotations


def indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def tuple_text(items: list[str]) -> str:
    """A tuple of expressions."""
    return f"({', '.join(items)}{',' * (len(items) == 1)})"


def hex_bytes(octets: tuple[int, ...]) -> str:
    """A bytes literal in hexadecimal escapes."""
    return 'b"' + "".join(f"\\x{octet:02x}" for octet in octets) + '"'
