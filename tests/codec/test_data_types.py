"""Types that a vendor adds to Data and the kernel's table has no kind for: enumerations, ranges, SEQUENCEs."""

from __future__ import annotations

import copy
import importlib
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import vendor
from fuzzing import Differential, mutant, truncations
from hypothesis import HealthCheck, assume, given, settings
from running import Run, runner
from strategies import Strategies

from xdlms import data
from xdlms.check import apdu as check_apdu
from xdlms.errors import DecodeError, EncodeError, ErrorCode
from xdlms.tools.asn1_json import JsonError, from_json, to_json
from xdlms.tools.json_text import write_json
from xdlms_apdu import v2023
from xdlms_codegen.cli import main

MODULE = """
Types DEFINITIONS ::= BEGIN
IMPORTS Data, Unsigned8, Unsigned16, Integer16, Cosem-Date-Time, Data-Access-Result FROM DLMS-XDLMS-2023;
-- How bad it is.
T-Severity ::= ENUMERATED { low (0), middle (1), high (7) }
T-Percent ::= INTEGER (0..100)
T-Record ::= SEQUENCE {
  id Unsigned16, value Data, text VisibleString OPTIONAL, at Cosem-Date-Time OPTIONAL, list SEQUENCE OF T-Percent
}
T-Pick ::= CHOICE { one [0] IMPLICIT Unsigned8, record [1] IMPLICIT T-Record, two [2] IMPLICIT Unsigned8 }
T-Flags ::= BIT STRING { first (0), second (1) } (SIZE(8))
T-Switch ::= INTEGER { off (0), on (1) } (0..255)
T-Point ::= SEQUENCE { x Integer16, y Integer16 }
T-Apdu ::= SEQUENCE { point T-Point, value Data }
END
"""
BINDING = '''
[extend."XDLMS-APDU"]
"t-apdu" = "[180] IMPLICIT T-Apdu"
[extend."Data"]
"t-severity" = "[100] IMPLICIT T-Severity"
"t-percent" = "[101] IMPLICIT T-Percent"
"t-record" = "[102] IMPLICIT T-Record"
"t-pick" = "[103] T-Pick"
"t-flags" = "[104] IMPLICIT T-Flags"
"t-switch" = "[105] IMPLICIT T-Switch"
"t-points" = "[106] IMPLICIT SEQUENCE OF T-Point"
"t-three" = "[107] IMPLICIT INTEGER (0..16777215)"
"t-any" = "[108] IMPLICIT INTEGER"
"t-text" = "[109] IMPLICIT VisibleString (SIZE(1..5))"
"t-time" = "[110] IMPLICIT GeneralizedTime"
"t-graphic" = "[111] IMPLICIT GraphicString"
"t-name" = "[112] IMPLICIT OBJECT IDENTIFIER"
"t-inline" = """[113] IMPLICIT SEQUENCE {
  p T-Percent, kind ENUMERATED { x (1), y (2) } DEFAULT x, q CHOICE { m [0] NULL, n [1] BOOLEAN }
}"""
"t-data" = "[114] Data"
"t-octets" = "[115] IMPLICIT OCTET STRING (SIZE(2..3))"
"t-bits" = "[116] IMPLICIT BIT STRING (SIZE(12))"
"t-nothings" = "[117] IMPLICIT SEQUENCE OF NULL"
"t-result" = "[118] IMPLICIT Data-Access-Result"
"t-offset" = "[120] IMPLICIT INTEGER (-5..300)"
"t-two" = "[121] IMPLICIT UTF8String (SIZE(2))"
"t-datas" = "[122] IMPLICIT SEQUENCE OF Data"
"t-none" = "[123] IMPLICIT OCTET STRING (SIZE(0))"
"t-inline-enum" = "[124] IMPLICIT ENUMERATED { a (0), b (5) }"
"t-when" = "[125] IMPLICIT OCTET STRING (SIZE(12))"
[show]
"Data.t-when" = "date-time"
'''
PACKAGE = "data_types_apdu"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("types")
    (folder / "types.asn1").write_text(MODULE, "utf-8")
    (folder / "binding.toml").write_text(BINDING, "utf-8")
    files = [str(folder / "types.asn1"), "--binding", str(folder / "binding.toml")]
    if main([*files, "--extends", "2023", "--package", PACKAGE, "--edition", "types", "--out", str(folder)]):
        raise AssertionError("the compiler refuses the module")
    with vendor.importable(folder):
        yield importlib.import_module(PACKAGE)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, monkeypatch)


def response(octets: str) -> bytes:
    """A GET.response with this Data."""
    return bytes.fromhex("C401C100" + octets)


# Wrong octets and values first


@pytest.mark.clause("7.2.3")
@pytest.mark.parametrize(
    ("octets", "code", "path", "offset"),
    [
        ("64 08", ErrorCode.UNKNOWN_VALUE, ".t-severity", 5),
        ("64", ErrorCode.TRUNCATED, ".t-severity", 5),
        ("65 65", ErrorCode.OUT_OF_RANGE, ".t-percent", 5),
        ("01 02 65 64 65 65", ErrorCode.OUT_OF_RANGE, "[1].t-percent", 9),
        ("01 02 02 01 65 64 02 01 65 65", ErrorCode.OUT_OF_RANGE, "[1][0].t-percent", 13),
        ("6B 0000", ErrorCode.TRUNCATED, ".t-three", 5),
        ("78 012D", ErrorCode.OUT_OF_RANGE, ".t-offset", 5),
        ("66 0001 65C8 00 00 00", ErrorCode.OUT_OF_RANGE, ".t-record.value.t-percent", 8),
        ("66 0001 6564 00 00 01 C8", ErrorCode.OUT_OF_RANGE, ".t-record.list[0]", 12),
        ("67 03", ErrorCode.UNKNOWN_TAG, ".t-pick", 5),
        ("6A 02 00010002 0003", ErrorCode.TRUNCATED, ".t-points[1].y", 12),
        ("6D 00", ErrorCode.SIZE, ".t-text", 6),
        ("73 01 00", ErrorCode.SIZE, ".t-octets", 5),
        ("74 0001", ErrorCode.BAD_STRING, ".t-bits", 6),
        ("71 00 01 03 00", ErrorCode.UNKNOWN_VALUE, ".t-inline.kind", 7),
        ("72 63", ErrorCode.UNKNOWN_TAG, ".t-data", 5),
        ("77 00", ErrorCode.UNKNOWN_TAG, "", 4),
        ("13 66 00", ErrorCode.UNKNOWN_TAG, ".contents-description", 5),
        ("13 02 02 64 6A 00", ErrorCode.UNKNOWN_TAG, ".contents-description[1]", 8),
    ],
)
def test_what_is_wrong_in_a_vendors_type_is_told_with_its_place(
    package: Any, octets: str, code: ErrorCode, path: str, offset: int
) -> None:
    with pytest.raises(DecodeError) as caught:
        package.decode(response(octets))
    found = caught.value
    assert (found.code, found.path, found.offset) == (code, f"$.result.data{path}", offset)


@pytest.mark.clause("7.2.3")
@pytest.mark.parametrize(
    ("tag", "value", "code", "path"),
    [
        ("t_severity", 8, ErrorCode.UNKNOWN_VALUE, "$"),
        ("t_severity", "high", ErrorCode.WRONG_TYPE, "$"),
        ("t_percent", 101, ErrorCode.OUT_OF_RANGE, "$"),
        ("t_percent", -1, ErrorCode.OUT_OF_RANGE, "$"),
        ("t_percent", None, ErrorCode.WRONG_TYPE, "$"),
        ("t_three", 1 << 24, ErrorCode.OUT_OF_RANGE, "$"),
        ("t_offset", -6, ErrorCode.OUT_OF_RANGE, "$"),
        ("t_text", "", ErrorCode.SIZE, "$"),
        ("t_text", "ä", ErrorCode.BAD_STRING, "$"),
        ("t_octets", b"1", ErrorCode.SIZE, "$"),
        ("t_points", [(1, 2)], ErrorCode.WRONG_TYPE, "$[0]"),
        ("t_record", None, ErrorCode.WRONG_TYPE, "$"),
        ("t_data", 5, ErrorCode.WRONG_TYPE, "$"),
        ("t_when", bytes(11), ErrorCode.SIZE, "$"),
        ("long", 1 << 15, ErrorCode.OUT_OF_RANGE, "$"),
        ("date_time", bytes(11), ErrorCode.SIZE, "$"),
    ],
)
def test_data_of_refuses_what_its_type_does_not_have(
    package: Any, tag: str, value: Any, code: ErrorCode, path: str
) -> None:
    with pytest.raises(EncodeError) as caught:
        package.Data.of(package.DataTag[tag], value)
    assert (caught.value.code, caught.value.path) == (code, path)


@pytest.mark.clause("7.2.3")
def test_a_value_that_was_changed_is_refused_with_the_path_to_it(package: Any) -> None:
    of, tags = package.Data.of, package.DataTag
    record = of(tags.t_record, package.TRecord(1, data.long(4), [1, 2]))
    both = of(tags.array, [of(tags.t_percent, 5), record])
    both.value[1].list.append(101)
    with pytest.raises(EncodeError, match="101 is not in 0 to 100") as caught:
        package.GetResponseNormal(0xC1, both).encode()
    assert caught.value.path == "$.result.data[1].t-record.list[2]"


@pytest.mark.clause("7.2.3")
@pytest.mark.parametrize(
    ("json", "path"),
    [
        ({"t-percent": 101}, "$.t-percent"),
        ({"structure": [{"t-severity": "worst"}]}, "$.structure[0].t-severity"),
        ({"t-record": {"id": 1, "value": {"t-percent": 200}, "list": []}}, "$.t-record.value.t-percent"),
        ({"t-record": {"id": 1, "value": {"t-percent": 1}, "list": [1, 101]}}, "$.t-record.list[1]"),
        ({"t-text": ""}, "$.t-text"),
        (
            {"compact-array": {"contents-description": {"t-record": None}, "array-contents": ""}},
            "$.compact-array.contents-description.t-record",
        ),
    ],
)
def test_json_that_does_not_fit_is_refused_with_its_path(package: Any, json: Any, path: str) -> None:
    with pytest.raises(JsonError) as caught:
        from_json(package.SYNTAX, package.TYPES["Data"].type, json)
    assert caught.value.path == path


@pytest.mark.clause("7.2.3")
@pytest.mark.parametrize("wrap", ["66 0001 {} 00 00 00", "72 {}", "7A 01 {}", "67 01 0001 {} 00 00 00"])
def test_every_constructed_type_in_data_is_a_level(package: Any, wrap: str) -> None:
    def nested(levels: int) -> bytes:
        before, _, after = wrap.partition("{}")
        return bytes.fromhex(before) * levels + b"\x00" + bytes.fromhex(after) * levels

    most = 16 if wrap.startswith("67") else 32  # a CHOICE and the SEQUENCE in it are two levels
    good = nested(most)
    assert package.Data.decode(good).encode() == good
    assert package.Data.read(good, 0)[0].encode() == good
    for levels in (most + 1, 300, 3000):
        with pytest.raises(DecodeError) as caught:
            package.Data.decode(nested(levels))
        assert caught.value.code is ErrorCode.TOO_DEEP


# Round trips


@pytest.mark.clause("7.2.3")
def test_random_values_come_back_from_octets_and_from_json(package: Any) -> None:
    syntax = package.SYNTAX
    strategies = Strategies(syntax)
    differential = Differential(package)
    random = Random(7)
    type = package.TYPES["Data"].type
    seen: set[str] = set()

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategies.named("Data"))
    def come_back(value: Any) -> None:
        octets = value.encode()
        assume(len(octets) < 400)
        seen.add(value.tag.name)
        assert package.Data.decode(octets) == value
        assert package.Data.decode(octets).value == value.value or value.value != value.value
        json_of = to_json(syntax, type, value)
        pieces: list[str] = []
        write_json(syntax, type, value, pieces.append)
        assert json.loads("".join(pieces)) == json.loads(json.dumps(json_of))
        assert from_json(syntax, type, json_of).encode() == octets
        assert copy.deepcopy(value) == value
        whole = bytes.fromhex("C401C100") + octets
        differential.check(whole)
        for _ in range(6):
            differential.check(mutant(whole, [whole], random))
        for cut in list(truncations(whole))[-6:]:
            differential.check(cut)

    come_back()
    assert len({name for name in seen if name.startswith("t_")}) > 8
    assert differential.refused > 50


@pytest.mark.clause("7.2.3")
def test_a_vendors_types_are_values_of_their_classes(package: Any) -> None:
    read = package.decode(response("02 05 64 07 65 2A 6A 01 0001FFFE 6B 010000 67 02 09")).result.value
    severity, percent, points, three, pick = read
    assert severity is package.TSeverity.high or severity == package.TSeverity.high
    assert type(severity) is package.TSeverity
    assert (percent, three) == (42, 65536)
    assert points == [package.TPoint(1, -2)]
    assert pick == package.Two(9)


@pytest.mark.clause("7.2.3")
def test_simple_types_of_a_vendor_can_stand_in_a_compact_array(package: Any) -> None:
    read = package.Data.decode(bytes.fromhex("13 02 02 64 65 04 0700 0164"))
    assert read.value == [(7, 0), (1, 100)]
    assert [tag.name for tag in read.rows.tags] == ["t_severity", "t_percent"]
    assert read.encode().hex() == "1302026465040700" + "0164"
    with pytest.raises(DecodeError, match="4 octets of contents are not whole elements"):
        _ = package.Data.decode(bytes.fromhex("13 02 02 64 65 04 0700 0165")).value
    with pytest.raises(DecodeError):
        _ = package.Data.decode(bytes.fromhex("13 7B 01 00")).value


@pytest.mark.clause("7.2.3")
def test_elements_that_cost_no_octets_are_counted_for_all_values_together(package: Any) -> None:
    octets = bytes.fromhex("01 03") + bytes.fromhex("75 827000") * 3
    with pytest.raises(DecodeError) as caught:
        package.Data.decode(octets)
    assert (caught.value.code, caught.value.path) == (ErrorCode.TOO_MANY, "$[2].t-nothings")
    assert len(package.Data.decode(octets[:1] + b"\x02" + octets[2:10]).value[1]) == 0x7000


def test_types_that_reach_no_addition_are_the_classes_of_the_edition(package: Any) -> None:
    for name in ("GetRequestNext", "AARQ", "CosemAttributeDescriptor", "DataAccessResult", "TypeDescription"):
        assert getattr(package, name) is getattr(v2023, name)
    assert package.Data is not v2023.Data
    assert package.Data.takes(data.long(3))
    assert not v2023.Data.takes(package.Data.of(package.DataTag.long, 3))


def test_a_data_is_hashable_when_nothing_in_it_can_be_changed(package: Any) -> None:
    of, tags = package.Data.of, package.DataTag
    assert hash(of(tags.t_severity, 7)) == hash(of(tags.t_severity, package.TSeverity.high))
    for value in (of(tags.t_points, []), of(tags.t_record, package.TRecord(1, data.null(), []))):
        with pytest.raises(TypeError, match="can be changed"):
            hash(value)
        other = copy.deepcopy(value)
        assert other.value is not value.value


# Tools


def test_the_tree_names_a_vendors_types_and_what_they_hold(package: Any, run: Run) -> None:
    record = "66 0001 6505 00 01 07E40101FF00000000FFFF00 01 02"
    octets = response(f"02 04 01 01 6407 {record} 6880 7D07E40101FF00000000FFFF00")
    outcome = run("decode", "--apdus", PACKAGE, octets.hex())
    assert outcome.lines[2:] == [
        "    4  result.data: structure of 4",
        "    6    [0] array of 1",
        "    9      [0].t-severity: high (7)",
        "   11    [1].t-record: T-Record",
        "   11      id: 1",
        "   14      value.t-percent: 5",
        "   15      text: absent",
        "   17      at: 07E40101FF00000000FFFF00  2020-01-01 00:00:00.00 UTC+00:01",
        "   29      list: 1 element",
        "   30        [0] 2",
        "   32    [2].t-flags: 80  first",
        "   34    [3].t-when: 07E40101FF00000000FFFF00  2020-01-01 00:00:00.00 UTC+00:01",
    ]
    text = run("decode", "--apdus", PACKAGE, "--json", octets.hex()).out
    assert run("encode", "--apdus", PACKAGE, "-", stdin=text).out.strip() == octets.hex().upper()


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        ("6407", []),
        ("6408", [("unknown-value", "$.result.data.t-severity")]),
        ("01 02 6407 6507", [("array-elements", "$.result.data")]),
        ("01 03 6407 00 6400", []),
        ("7D 07E40D01FF00000000FFFF00", [("date-time-value", "$.result.data.t-when")]),
        ("01 01 66 0001 00 00 01 07E40D01FF00000000FFFF00 00", [("date-time-value", "$.result.data[0].t-record.at")]),
        ("66 0001 0D1A 00 00 00", [("bcd-digits", "$.result.data.t-record.value")]),
    ],
)
def test_check_looks_into_a_vendors_types(package: Any, octets: str, found: list[tuple[str, str]]) -> None:
    findings = check_apdu(response(octets), package=package)
    assert [(finding.rule, finding.path) for finding in findings] == found
