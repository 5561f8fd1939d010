"""The units of COSEM (IEC 62056-6-2, enumeration `unit`), and values with their scaler."""

from __future__ import annotations

from typing import Final

UNITS: Final = {
    1: "a", 2: "mo", 3: "wk", 4: "d", 5: "h", 6: "min", 7: "s", 8: "°", 9: "°C", 10: "currency",
    11: "m", 12: "m/s", 13: "m³", 14: "m³ corrected", 15: "m³/h", 16: "m³/h corrected",
    17: "m³/d", 18: "m³/d corrected", 19: "l", 20: "kg", 21: "N", 22: "Nm", 23: "Pa", 24: "bar",
    25: "J", 26: "J/h", 27: "W", 28: "VA", 29: "var", 30: "Wh", 31: "VAh", 32: "varh", 33: "A", 34: "C",
    35: "V", 36: "V/m", 37: "F", 38: "Ω", 39: "Ωm²/m", 40: "Wb", 41: "T", 42: "A/m", 43: "H", 44: "Hz",
    45: "1/Wh", 46: "1/varh", 47: "1/VAh", 48: "V²h", 49: "A²h", 50: "kg/s", 51: "S", 52: "K",
    53: "1/V²h", 54: "1/A²h", 55: "1/m³", 56: "%", 57: "Ah", 60: "Wh/m³", 61: "J/m³", 62: "mol %",
    63: "g/m³", 64: "Pa·s", 65: "J/kg", 70: "dBm", 71: "dBµV", 72: "dB", 254: "other unit", 255: "no unit",
}  # fmt: skip
"""The unit that each value of the enumeration means."""

NO_UNIT: Final = 255
_MOST_ZEROS: Final = 9


def scaled(value: int | float, scaler: int) -> str:
    """`value` times ten to the power of `scaler`, exactly, with as many decimals as the scaler has.

    A number that would grow too long is written with the power of ten behind it.
    """
    if scaler == 0 or isinstance(value, float) or not -_MOST_ZEROS <= scaler <= _MOST_ZEROS:
        return str(value) if scaler == 0 else f"{value} × 10^{scaler}"
    if scaler > 0:
        return str(value * 10**scaler)
    digits = str(abs(value)).rjust(1 - scaler, "0")
    return f"{'-' if value < 0 else ''}{digits[:scaler]}.{digits[scaler:]}"


def with_unit(value: int | float, scaler: int, unit: int) -> str:
    """A value with its scaler and unit, as ``230.1 V``."""
    number = scaled(value, scaler)
    return number if unit == NO_UNIT else f"{number} {UNITS.get(unit, f'(unit {unit})')}"


def scaler_and_unit(scaler: int, unit: int) -> str:
    """The two in words, as ``× 10^-1 V``; the factor 1 is not said."""
    name = UNITS.get(unit, f"unit {unit}")
    return name if scaler == 0 else f"× 10^{scaler} {name}"
