"""Names of objects, classes, attributes and units, and values with their scaler."""

from __future__ import annotations

import pytest

from xdlms.tools.objects import (
    attribute_name,
    class_name,
    describe_object,
    is_logical_name,
    method_name,
    object_name,
)
from xdlms.tools.units import scaled, scaler_and_unit, with_unit


def name(dots: str) -> bytes:
    return bytes(int(part) for part in dots.split("."))


@pytest.mark.parametrize(
    ("dots", "known"),
    [
        ("0.0.1.0.0.255", "clock"),
        ("0.0.42.0.0.255", "logical device name"),
        ("0.0.40.0.0.255", "current association"),
        ("0.0.40.0.3.255", "association"),
        ("0.0.43.1.2.255", "invocation counter"),
        ("0.5.25.9.0.255", "push setup"),
        ("0.0.96.1.0.255", "serial number"),
        ("1.0.1.8.0.255", "active energy import"),
        ("1.0.2.8.0.255", "active energy export"),
        ("1.0.1.8.2.255", "active energy import tariff 2"),
        ("1.0.1.7.0.255", "active power import"),
        ("1.0.21.7.0.255", "active power import L1"),
        ("1.0.32.7.0.255", "voltage L1"),
        ("1.0.52.7.0.255", "voltage L2"),
        ("1.0.72.7.0.255", "voltage L3"),
        ("1.0.31.7.0.255", "current L1"),
        ("1.0.71.7.0.255", "current L3"),
        ("1.0.14.7.0.255", "frequency"),
        ("1.0.99.1.0.255", "load profile"),
        ("1.0.99.98.0.255", "event log"),
        ("1.0.12.8.0.255", ""),
        ("1.0.200.7.0.255", ""),
        ("7.0.1.8.0.255", ""),
    ],
)
def test_common_objects_have_names(dots: str, known: str) -> None:
    assert object_name(name(dots)) == known
    assert describe_object(name(dots)) == (f"{dots} {known}" if known else dots)


@pytest.mark.parametrize(
    "octets", [b"", b"12345", b"123456", b"1234567", name("16.0.1.8.0.255"), name("1.0.3.2.1.200")]
)
def test_other_octets_are_no_logical_name(octets: bytes) -> None:
    assert not is_logical_name(octets)
    assert object_name(octets) == ""


def test_a_logical_name_ends_with_255_or_is_known() -> None:
    assert is_logical_name(name("1.1.77.66.55.255"))
    assert is_logical_name(name("1.0.1.8.0.1"))


def test_attributes_and_methods_are_counted_from_1() -> None:
    assert (class_name(8), attribute_name(8, 1), attribute_name(8, 2)) == ("Clock", "logical_name", "time")
    assert attribute_name(7, 3) == "capture_objects"
    assert attribute_name(15, 8) == "association_status"
    assert attribute_name(3, 0) == "all attributes"
    assert [attribute_name(3, 9), attribute_name(3, -1), attribute_name(9999, 2)] == ["", "", ""]
    assert (method_name(15, 1), method_name(70, 2)) == ("reply_to_HLS_authentication", "remote_reconnect")
    assert [method_name(15, 0), method_name(15, 99), method_name(9999, 1), class_name(9999)] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("value", "scaler", "text"),
    [
        (2330, -1, "233.0"),
        (5, -1, "0.5"),
        (-5, -2, "-0.05"),
        (0, -3, "0.000"),
        (12, 3, "12000"),
        (7, 0, "7"),
        (1, -9, "0.000000001"),
        (1, 127, "1 × 10^127"),
        (1, -128, "1 × 10^-128"),
        (1.5, 0, "1.5"),
        (1.5, -1, "1.5 × 10^-1"),
    ],
)
def test_a_value_is_scaled_exactly(value: float, scaler: int, text: str) -> None:
    assert scaled(value, scaler) == text


def test_units_are_shown_by_their_symbol() -> None:
    assert with_unit(2330, -1, 35) == "233.0 V"
    assert with_unit(4027, 0, 27) == "4027 W"
    assert with_unit(3, 0, 255) == "3"
    assert with_unit(3, 0, 200) == "3 (unit 200)"
    assert scaler_and_unit(-1, 35) == "× 10^-1 V"
    assert scaler_and_unit(0, 30) == "Wh"
    assert scaler_and_unit(3, 200) == "× 10^3 unit 200"
