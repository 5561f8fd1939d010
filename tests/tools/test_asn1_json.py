"""Values as JSON by the names of the ASN.1, and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import vectors
from data_json import DATA
from hypothesis import given

from xdlms.codec.encoding import Encoder
from xdlms.codec.schema import Named
from xdlms.tools.asn1_json import JsonError, from_json, to_json
from xdlms.tools.editions import NAMES, syntax_of, value_of
from xdlms.tools.json_values import Builder
from xdlms.tools.reading import Target, read

NEWEST = syntax_of("2023")


def data_of(octets: str) -> Any:
    """The JSON of a Data of the newest edition."""
    info = NEWEST.types["Data"]
    reading = read(Target("2023", info), bytes.fromhex(octets))
    assert reading.error is None, reading.error
    return to_json(NEWEST, info.type, reading.value)


def apdu_of(octets: str, edition: str = "2023") -> Any:
    """The JSON of the value of an APDU."""
    reading = read(Target(edition), bytes.fromhex(octets))
    assert reading.error is None, reading.error
    assert reading.info is not None
    return to_json(reading.target.syntax, reading.info.type, value_of(reading.value, reading.info))


def refused(type: str, value: Any, edition: str = "2023") -> str:
    """What the JSON of a value is refused with."""
    with pytest.raises(JsonError) as caught:
        from_json(syntax_of(edition), Named(type), value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("type", "value", "message"),
    [
        ("Data", None, "expected an object (the type of the value), found null - at $"),
        ("Data", {}, "expected an object with one name (the type of the value), found 0 - at $"),
        ("Data", {"integer": 1, "long": 1}, "expected an object with one name (the type of the value), found 2"),
        ("Data", {"intger": 1}, "no type 'intger'; perhaps integer"),
        ("Data", {"integer": 128}, "128 is not in -128 to 127 - at $.integer"),
        ("Data", {"unsigned": -1}, "-1 is not in 0 to 255 - at $.unsigned"),
        ("Data", {"long64": 1 << 63}, "9223372036854775808 is not in -9223372036854775808 to 9223372036854775807"),
        ("Data", {"integer": 1.0}, "expected a number, found the number 1.0 - at $.integer"),
        ("Data", {"integer": True}, "expected a number, found true - at $.integer"),
        ("Data", {"integer": "1"}, "expected a number, found the string '1' - at $.integer"),
        ("Data", {"boolean": 1}, "expected true or false, found the number 1 - at $.boolean"),
        ("Data", {"null-data": 0}, "expected null, found the number 0 - at $.null-data"),
        ("Data", {"octet-string": "ABC"}, "expected a string of hexadecimal digits, two an octet"),
        ("Data", {"octet-string": "AB CD"}, "expected a string of hexadecimal digits, two an octet"),
        ("Data", {"octet-string": [1]}, "found an array - at $.octet-string"),
        ("Data", {"bit-string": "012"}, "expected a string of 0 and 1"),
        ("Data", {"visible-string": "é"}, "characters that a string of this type does not have"),
        ("Data", {"visible-string": "\n"}, "characters that a string of this type does not have"),
        ("Data", {"utf8-string": "\udcff"}, "characters that a string of this type does not have"),
        ("Data", {"float32": 1e300}, "the value does not fit a float32 - at $.float32"),
        ("Data", {"float32": "NaN"}, 'expected a number, "Infinity", "-Infinity" or "NaN:" and its octets'),
        ("Data", {"float32": "NaN:3F800000"}, 'expected a number, "Infinity"'),
        ("Data", {"float64": "NaN:7FC00000"}, "expected 8 octets, found 4"),
        ("Data", {"float64": 10**400}, "the number is too large"),
        ("Data", {"date-time": "00"}, "expected 12 octets, found 1 - at $.date-time"),
        ("Data", {"structure": [{"array": [{"x": 1}]}]}, "no type 'x'; there are null-data, array, structure"),
        ("Data", {"structure": {}}, "expected an array, found an object - at $.structure"),
        ("Data", {"compact-array": {}}, "expected contents-description and array-contents, found neither"),
        (
            "Data",
            {"compact-array": {"contents-description": {"compact-array": None}, "array-contents": ""}},
            "a description has no compact-array - at $.compact-array.contents-description.compact-array",
        ),
        (
            "Data",
            {"compact-array": {"contents-description": {"array": {"number-of-elements": 70000}}}},
            "expected contents-description and array-contents, found contents-description",
        ),
        ("TypeDescription", {"array": {"type-description": {}}}, "expected number-of-elements and type-description"),
        (
            "TypeDescription",
            {"array": {"number-of-elements": 65536, "type-description": {"integer": None}}},
            "expected a number from 0 to 65535 as number-of-elements, found the number 65536",
        ),
        ("TypeDescription", {"integer": 1}, "expected null, found the number 1 - at $.integer"),
        ("Get-Request-Next", {"block-number": 1}, "invoke-id-and-priority is missing - at $"),
        ("Get-Request-Next", {"block-nmber": 1}, "no component 'block-nmber'; perhaps block-number - at $"),
        ("Get-Request-Next", [], "expected an object (its components by name), found an array"),
        ("Get-Data-Result", {"dta": {}}, "no alternative 'dta'; perhaps data"),
        ("Get-Data-Result", {"data-access-result": "sucess"}, "no value 'sucess'; perhaps success"),
        ("Get-Data-Result", {"data-access-result": 77}, "77 is the number of no value; there are success"),
        ("Get-Data-Result", {"data-access-result": None}, "expected a name or a number, found null"),
        ("Conformance", ["gt"], "no bit 'gt'; perhaps get"),
        ("Conformance", [24], "no bit 24; there are reserved-zero"),
        ("Conformance", [True], "no bit True"),
        ("Conformance", "get", "expected an array, found the string 'get'"),
        ("Cosem-Object-Instance-Id", "00", "expected 6 octets, found 1"),
        ("Mechanism-name", 1, "expected a string, found the number 1"),
        ("ReadRequest", [{"variable-name": "x"}], "expected a number, found the string 'x' - at $[0].variable-name"),
    ],
)
def test_json_that_is_no_value_is_refused_with_its_path(type: str, value: Any, message: str) -> None:
    assert message in refused(type, value)


def test_values_nested_too_deeply_are_refused() -> None:
    value: Any = {"null-data": None}
    for _ in range(33):
        value = {"array": [value]}
    assert "more than 32 levels of nesting" in refused("Data", value)
    for _ in range(100_000):
        value = {"array": [value]}
    assert "more than 32 levels of nesting" in refused("Data", value)
    description: Any = {"null-data": None}
    for _ in range(33):
        description = {"structure": [description]}
    assert "more than 32 levels" in refused("TypeDescription", description)


@pytest.mark.clause("8")
@pytest.mark.parametrize(
    ("octets", "value"),
    [
        ("00", {"null-data": None}),
        ("0301", {"boolean": True}),
        ("12F026", {"long-unsigned": 61478}),
        ("15FFFFFFFFFFFFFFFF", {"long64-unsigned": 18446744073709551615}),
        ("0902AB0F", {"octet-string": "AB0F"}),
        ("0A0141", {"visible-string": "A"}),
        ("0C02C3A9", {"utf8-string": "é"}),
        ("040420", {"bit-string": "0010"}),
        ("0400", {"bit-string": ""}),
        ("161B", {"enum": 27}),
        ("1905DC0101FF000000FF800000", {"date-time": "05DC0101FF000000FF800000"}),
        ("173F800000", {"float32": 1.0}),
        ("177FA00000", {"float32": "NaN:7FA00000"}),
        ("18FFF8000000000001", {"float64": "NaN:FFF8000000000001"}),
        ("17FF800000", {"float32": "-Infinity"}),
        ("1780000000", {"float32": -0.0}),
        ("0100", {"array": []}),
        ("02020F010FFF", {"structure": [{"integer": 1}, {"integer": -1}]}),
        (
            "13120400010002",
            {"compact-array": {"contents-description": {"long-unsigned": None}, "array-contents": "00010002"}},
        ),
        (
            "1302020100031109040A0B0C00",
            {
                "compact-array": {
                    "contents-description": {
                        "structure": [
                            {"array": {"number-of-elements": 3, "type-description": {"unsigned": None}}},
                            {"octet-string": None},
                        ]
                    },
                    "array-contents": "0A0B0C00",
                }
            },
        ),
        ("FF", {"dont-care": None}),
    ],
)
def test_data_is_an_object_named_by_its_type(octets: str, value: Any) -> None:
    assert data_of(octets) == value
    again = from_json(NEWEST, Named("Data"), json.loads(json.dumps(value)))
    assert Encoder(NEWEST).whole(NEWEST.types["Data"], again).hex().upper() == octets


def test_an_absent_optional_is_left_out_and_a_default_is_there() -> None:
    assert apdu_of("01000000065F1F0400007E1F04B0") == {
        "response-allowed": True,
        "proposed-dlms-version-number": 6,
        "proposed-conformance": [
            "priority-mgmt-supported",
            "attribute0-supported-with-get",
            "block-transfer-with-get-or-read",
            "block-transfer-with-set-or-write",
            "block-transfer-with-action",
            "multiple-references",
            "get",
            "set",
            "selective-access",
            "event-notification",
            "action",
        ],
        "client-max-receive-pdu-size": 1200,
    }
    assert apdu_of("601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0") == {
        "protocol-version": ["version1"],
        "application-context-name": "2.16.756.5.8.1.1",
        "user-information": "01000000065F1F0400007E1F04B0",
    }


def test_a_choice_is_an_object_with_its_alternative() -> None:
    assert apdu_of("C401810104")["result"] == {"data-access-result": "object-undefined"}
    assert apdu_of("0E010601") == {"initiateError": {"initiate": "dlms-version-too-low"}}
    assert apdu_of("D80102") == {
        "state-error": "service-not-allowed",
        "service-error": {"service-not-supported": None},
    }
    assert apdu_of("D80102", "2013") == {"state-error": "service-not-allowed", "service-error": "service-not-supported"}
    assert apdu_of("0D020001FA") == [{"success": None}, {"data-access-error": "other-reason"}]


def test_an_alternative_that_only_wraps_octets_is_those_octets() -> None:
    assert apdu_of("C80430012345") == "30012345"


def test_a_number_without_a_name_is_a_number() -> None:
    reading = read(Target("2023", lenient=True), bytes.fromhex("C501814D"))
    assert reading.info is not None
    value = to_json(NEWEST, reading.info.type, reading.value)
    assert value == {"invoke-id-and-priority": 129, "result": 77}
    again = from_json(NEWEST, reading.info.type, value, lenient=True)
    assert again.encode().hex().upper() == "C501814D"


def test_characters_that_a_string_does_not_have_survive_leniently() -> None:
    info = NEWEST.types["Data"]
    for octets in ("0A02FF41", "0C02FF41", "0A020A41"):
        reading = read(Target("2023", info, lenient=True), bytes.fromhex(octets))
        value = json.loads(json.dumps(to_json(NEWEST, info.type, reading.value)))
        again = from_json(NEWEST, info.type, value, lenient=True)
        assert again.encode().hex().upper() == octets


def test_a_bit_without_a_name_is_its_number() -> None:
    value = from_json(NEWEST, Named("Conformance"), [0, "get", 2])
    assert to_json(NEWEST, Named("Conformance"), value) == ["reserved-zero", "general-block-transfer", "get"]


@pytest.mark.clause("8")
@pytest.mark.parametrize("edition", NAMES)
def test_every_vector_is_the_same_octets_again(edition: str) -> None:
    files = ("acse_plain", "axdr_data", "ciphered_suite0", "initiate", "ln_services", "sn_services", "later_edition")
    proved = 0
    for vector in vectors(*files):
        data = vector["apdu"] == "Data"
        target = Target(edition, syntax_of(edition).types["Data"] if data else None)
        reading = read(target, bytes.fromhex(vector["hex"]))
        if reading.error is not None and (vector["edition"] != "2013" or "floating-point" in vector["name"]):
            continue  # of another edition
        assert reading.error is None, (vector["name"], reading.error)
        assert reading.info is not None
        value = to_json(target.syntax, reading.info.type, value_of(reading.value, reading.info))
        text = json.dumps(value, allow_nan=False)
        again = Builder(target.syntax).wrapped(reading.info, json.loads(text))
        octets = Encoder(target.syntax).whole(reading.info, again)
        assert octets == Encoder(target.syntax).whole(reading.info, reading.value), vector["name"]
        assert octets == reading.octets or reading.findings, vector["name"]
        proved += 1
    assert proved > 150


@given(DATA)
def test_random_data_is_the_same_json_again(value: Any) -> None:
    info = NEWEST.types["Data"]
    octets = from_json(NEWEST, info.type, json.loads(json.dumps(value))).encode()
    reading = read(Target("2023", info), octets)
    assert reading.error is None
    assert to_json(NEWEST, info.type, reading.value) == value
    assert reading.value.encode() == octets
