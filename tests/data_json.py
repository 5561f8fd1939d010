"""Random values of Data as JSON, in every form that JSON has for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Json = st.SearchStrategy[Any]

_INTEGERS = {
    "double-long": (-1 << 31, (1 << 31) - 1),
    "double-long-unsigned": (0, (1 << 32) - 1),
    "bcd": (-128, 127),
    "integer": (-128, 127),
    "long": (-1 << 15, (1 << 15) - 1),
    "unsigned": (0, 255),
    "long-unsigned": (0, 0xFFFF),
    "long64": (-1 << 63, (1 << 63) - 1),
    "long64-unsigned": (0, (1 << 64) - 1),
    "enum": (0, 255),
    "delta-integer": (-128, 127),
    "delta-long": (-1 << 15, (1 << 15) - 1),
    "delta-double-long": (-1 << 31, (1 << 31) - 1),
    "delta-unsigned": (0, 255),
    "delta-long-unsigned": (0, 0xFFFF),
    "delta-double-long-unsigned": (0, (1 << 32) - 1),
}
_SIZED = {"date-time": 12, "date": 5, "time": 4}
_TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)


def _tagged(tag: str, values: Json) -> Json:
    return values.map(lambda value: {tag: value})


def _hex(low: int, high: int) -> Json:
    return st.binary(min_size=low, max_size=high).map(lambda octets: octets.hex().upper())


def _nan(size: int) -> Json:
    """The octets of a float that is no number: all bits of the exponent set, and one of the fraction."""
    exponent = 0x7F800000 if size == 4 else 0x7FF0000000000000
    fraction = st.integers(1, (1 << (23 if size == 4 else 52)) - 1)
    numbers = st.builds(lambda bits, sign: bits | exponent | sign << 8 * size - 1, fraction, st.integers(0, 1))
    return numbers.map(lambda number: f"NaN:{number:0{2 * size}X}")


def _floats() -> list[Json]:
    special = st.sampled_from(["Infinity", "-Infinity"])
    singles = st.floats(width=32, allow_nan=False, allow_infinity=False)
    doubles = st.floats(allow_nan=False, allow_infinity=False)
    return [_tagged("float32", singles | special | _nan(4)), _tagged("float64", doubles | special | _nan(8))]


LEAVES: Json = st.one_of(
    st.sampled_from([{"null-data": None}, {"dont-care": None}]),
    _tagged("boolean", st.booleans()),
    _tagged("bit-string", st.text("01", max_size=20)),
    _tagged("octet-string", _hex(0, 20)),
    _tagged("visible-string", _TEXT),
    _tagged("utf8-string", st.text(st.characters(codec="utf-8"), max_size=10)),
    *(_tagged(tag, st.integers(low, high)) for tag, (low, high) in _INTEGERS.items()),
    *(_tagged(tag, _hex(size, size)) for tag, size in _SIZED.items()),
    *_floats(),
)

_DESCRIPTIONS: Json = st.recursive(
    st.sampled_from([{"null-data": None}, {"long-unsigned": None}, {"octet-string": None}, {"date": None}]),
    lambda inner: _tagged("structure", st.lists(inner, max_size=3))
    | _tagged(
        "array", st.fixed_dictionaries({"number-of-elements": st.integers(0, 0xFFFF), "type-description": inner})
    ),
    max_leaves=6,
)

COMPACT: Json = _tagged(
    "compact-array",
    st.fixed_dictionaries({"contents-description": _DESCRIPTIONS, "array-contents": _hex(0, 12)}),
)

DATA: Json = st.recursive(
    LEAVES | COMPACT,
    lambda inner: _tagged("array", st.lists(inner, max_size=5)) | _tagged("structure", st.lists(inner, max_size=5)),
    max_leaves=20,
)
"""Any Data of the newest edition."""
