"""The kernel for self-describing values: every type, its limits, and how the values behave in Python."""

from __future__ import annotations

import copy
import math
import pickle
import struct
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from conftest import EDITIONS, package_of
from fuzzing import outcome
from hypothesis import given, settings
from strategies import FLOATS, Node, description_octets, descriptions, length_octets, node_octets, nodes, tables

from xdlms.apdu import Data, DataTag, TypeDescription, decode_type
from xdlms.codec.compact import CompactArray
from xdlms.codec.decoding import Decoder
from xdlms.codec.numbers import BitString, RawText
from xdlms.codec.rows import Rows
from xdlms.errors import DecodeError, EncodeError, ErrorCode

pytestmark = pytest.mark.clause("8")


def data(octets: str) -> Data:
    return Data.decode(bytes.fromhex(octets))


def slow(octets: bytes) -> Data:
    value: Data = Decoder(Data.SYNTAX, octets).whole(Data.SYNTAX.types["Data"])
    return value


# Any tree


def agrees(node: Node, value: Any) -> bool:
    """Whether a plain value is what a tree stands for; floats by their octets."""
    if node.tag in (1, 2, 19):
        elements = node.content[1] if node.tag == 19 else node.content
        kind = tuple if node.tag == 2 else list
        return type(value) is kind and len(value) == len(elements) and all(map(agrees, elements, value))
    if node.tag in FLOATS:
        (number,) = struct.unpack(">d" if len(node.content) == 8 else ">f", node.content)
        return isinstance(value, float) and (value == number or (math.isnan(value) and math.isnan(number)))
    if node.tag == 4:
        return bool(value == BitString.of(node.content))
    if node.tag in (0, 255):
        return value is None
    return type(value) is type(node.content) and bool(value == node.content)


def places(node: Node, indexes: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], int]]:
    """Every element of a tree: its indexes and its tag."""
    yield indexes, node.tag
    if node.tag in (1, 2, 19):
        for index, element in enumerate(node.content[1] if node.tag == 19 else node.content):
            yield from places(element, (*indexes, index))


@pytest.mark.parametrize("edition", EDITIONS)
def test_any_value_is_read_as_it_was_made(edition: str) -> None:
    package = package_of(edition)
    tags = tuple(package.Data.KINDS)

    @settings(max_examples=120 if edition == "2023" else 30)
    @given(nodes(tags))
    def run(node: Node) -> None:
        octets = node_octets(node)
        made = package.Data.decode(octets)
        assert made.encode() == octets
        assert agrees(node, made.value)
        assert made.tag == node.tag
        for indexes, tag in places(node):
            assert made.type_at(*indexes) == tag
        other = Decoder(package.Data.SYNTAX, octets).whole(package.TYPES["Data"])
        assert other == made
        assert other.shape == made.shape
        assert repr(other) == repr(made)
        for again in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
            assert again == made
            assert repr(again.value) == repr(made.value)
        if node.tag in (1, 2):
            assert len(made) == len(node.content)
            for index, element in enumerate(made):
                assert element.encode() == node_octets(node.content[index])
                assert element == made[index] == made[index - len(made)]

    run()


@settings(max_examples=100)
@given(tables(tuple(Data.KINDS)))
def test_an_array_of_structures_of_one_layout_is_a_table(node: Node) -> None:
    octets = node_octets(node)
    made = Data.decode(octets)
    rows = made.rows
    one_layout = {tuple(cell.tag for cell in row.content) for row in node.content}
    if len(one_layout) != 1:
        assert rows is None
        return
    assert isinstance(rows, Rows)
    assert rows.tags == tuple(DataTag(tag) for tag in one_layout.pop())
    assert len(rows) == len(node.content)
    assert all(agrees(row, value) for row, value in zip(node.content, rows, strict=True))
    assert repr(list(rows)) == repr(made.value)
    assert repr(rows[0]) == repr(made.value[0])


@settings(max_examples=100)
@given(descriptions(tuple(tag for tag in Data.KINDS if tag != 19), 4))
def test_any_description_is_read_as_it_was_made(described: Any) -> None:
    octets = description_octets(described)
    made = TypeDescription.decode(octets)
    assert made.encode() == octets
    assert decode_type("TypeDescription", octets) == made
    assert build(described) == made
    assert hash(build(described)) == hash(made)
    assert repr(made).startswith("TypeDescription(")
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == made


def build(described: Any) -> TypeDescription:
    if isinstance(described, int):
        return TypeDescription(DataTag(described))
    if described[0] == 1:
        return TypeDescription.array(described[1], build(described[2]))
    return TypeDescription.structure(*map(build, described[1]))


# Large tables, with a row here and there that is not like the others


def profile(random: Random, rows: int, odd: int) -> list[Node]:
    """Rows of a load profile; about one in `odd` has another type, length or number of fields."""
    result = []
    for index in range(rows):
        cells = [Node(9, random.randbytes(12)), Node(17, index % 256), Node(6, index), Node(3, index % 2 == 0)]
        if odd and random.randrange(odd) == 0:
            match random.randrange(5):
                case 0:
                    cells[0] = Node(0, None)
                case 1:
                    cells[1] = Node(18, 5)
                case 2:
                    cells.pop()
                case 3:
                    cells.append(Node(10, "x"))
                case 4:
                    cells[0] = Node(9, b"short")
        result.append(Node(2, cells))
    return result


@pytest.mark.parametrize("odd", [0, 2, 3, 10, 200])
@pytest.mark.parametrize("rows", [1, 3, 4, 5, 17, 80, 1500])
def test_a_large_table_with_odd_rows(rows: int, odd: int) -> None:
    random = Random(rows * 1000 + odd)
    node = Node(1, profile(random, rows, odd))
    octets = node_octets(node)
    made = Data.decode(octets)
    assert agrees(node, made.value)
    same = made.encode() == octets
    assert same
    other = slow(octets)
    assert other.value == made.value
    assert other == made
    for _ in range(30):
        index = random.randrange(rows)
        place = random.randrange(len(node.content[index].content))
        assert made.type_at(index, place) == other.type_at(index, place) == node.content[index].content[place].tag
        assert made[index].encode() == node_octets(node.content[index])
    layouts = {tuple(cell.tag for cell in row.content) for row in node.content}
    assert (made.rows is None) == (other.rows is None)
    assert made.rows is not None if odd == 0 else len(layouts) == 1 or made.rows is None
    inside = Node(2, [Node(18, 1), node, node])
    assert Data.decode(node_octets(inside)).value == (1, made.value, made.value)


def test_what_is_not_canonical_in_a_row_is_read_and_noted() -> None:
    row = "02 04 09 0C {} 11 05 06 00000001 03 01"
    rows = [row.format("AA" * 12) for _ in range(100)]
    plain = data("01 64" + "".join(rows))
    for index, odd in (
        (50, "02 04 09 810C {} 11 05 06 00000001 03 01"),
        (99, "02 04 09 0C {} 11 05 06 00000001 03 FF"),
        (0, "02 8104 09 0C {} 11 05 06 00000001 03 01"),
    ):
        changed = bytes.fromhex("01 64" + "".join([*rows[:index], odd.format("AA" * 12), *rows[index + 1 :]]))
        made = Data.decode(changed)
        assert made == plain
        assert made.encode() == plain.encode() != changed
        decoder = Decoder(Data.SYNTAX, changed)
        assert decoder.whole(Data.SYNTAX.types["Data"]) == plain
        assert [finding.path.split("]")[0] for finding in decoder.findings] == [f"$[{index}"]


# Each type


LIMITS = {
    "0F80": -128, "0F7F": 127, "108000": -32768, "107FFF": 32767, "0580000000": -(2**31), "057FFFFFFF": 2**31 - 1,
    "148000000000000000": -(2**63), "147FFFFFFFFFFFFFFF": 2**63 - 1, "1100": 0, "11FF": 255, "12FFFF": 65535,
    "06FFFFFFFF": 2**32 - 1, "15FFFFFFFFFFFFFFFF": 2**64 - 1, "16FF": 255, "0DFF": -1, "0300": False, "0301": True,
    "00": None, "FF": None, "0900": b"", "0A00": "", "0C00": "", "0400": BitString(b""), "0401" "80": BitString.of("1"),
    "0100": [], "0200": (), "1C80": -128, "1D8000": -32768, "1E80000000": -(2**31), "1FFF": 255, "20FFFF": 65535,
    "21FFFFFFFF": 2**32 - 1, "19" + "FF" * 12: b"\xff" * 12, "1A" + "FF" * 5: b"\xff" * 5, "1BFFFFFFFF": b"\xff" * 4,
    "17BFC00000": -1.5, "18FFF0000000000000": -math.inf, "177F7FFFFF": 3.4028234663852886e38, "1700000001": 2.0**-149,
    "180000000000000001": 5e-324, "187FEFFFFFFFFFFFFF": 1.7976931348623157e308,
    "0C04F09F9880": "\U0001f600", "0A035B207E": "[ ~", "131100": [], "13110105": [5], "1302010100": "wrong",
}  # fmt: skip


@pytest.mark.parametrize(("octets", "value"), LIMITS.items(), ids=LIMITS)
def test_the_limits_of_every_type(octets: str, value: Any) -> None:
    if value == "wrong":
        # a description that ends early
        with pytest.raises(DecodeError):
            data(octets)
        return
    made = data(octets)
    assert (made.value, type(made.value)) == (value, type(value))
    assert made.encode() == bytes.fromhex(octets)
    assert slow(bytes.fromhex(octets)) == made
    assert made.tag is DataTag(bytes.fromhex(octets)[0])
    assert data("0202" + octets + "00").value == (value, None)


def test_every_tag_is_read_and_every_other_octet_refused() -> None:
    known = {int(tag) for tag in DataTag}
    assert known == set(Data.KINDS) == {*range(7), 9, 10, 12, 13, *range(15, 34), 255}
    for tag in range(256):
        octets = bytes((tag, *bytes(40)))
        result = outcome(lambda octets=octets: decode_type("Data", octets, strict=False))
        if tag in known:
            assert isinstance(result, Data)
        else:
            assert (result.code, result.path, result.offset) == (ErrorCode.UNKNOWN_TAG, "$", 0)


@pytest.mark.parametrize(
    ("octets", "canonical"),
    [
        ("0981020102", "09020102"),
        ("098200020102", "09020102"),
        ("09840000000 0".replace(" ", ""), "0900"),
        ("0A8101 41", "0A0141"),
        ("0C8101 41", "0C0141"),
        ("048109 FF80", "0409FF80"),
        ("01 8101 00", "010100"),
        ("02 820001 00", "020100"),
        ("03 FF", "0301"),
        ("03 02", "0301"),
        ("13 11 8101 05", "13110105"),
        ("13 02 8101 11 01 05", "1302011101 05"),
    ],
)
def test_forms_that_are_legal_and_not_canonical_are_read_and_noted(octets: str, canonical: str) -> None:
    made = data(octets)
    assert made.encode() == bytes.fromhex(canonical)
    assert made == data(canonical)
    decoder = Decoder(Data.SYNTAX, bytes.fromhex(octets))
    assert decoder.whole(Data.SYNTAX.types["Data"]) == made
    assert len(decoder.findings) == 1


@pytest.mark.parametrize("size", [127, 128, 255, 256, 65535, 65536, 1 << 20])
def test_strings_of_every_length_of_length(size: int) -> None:
    octets = b"\x09" + length_octets(size) + bytes(size)
    made = Data.decode(octets)
    assert len(made.value) == size
    same = made.encode() == octets
    assert same
    bits = b"\x04" + length_octets(8 * size) + bytes(size)
    assert len(Data.decode(bits).value) == 8 * size


# Floats


@pytest.mark.parametrize(
    "octets",
    [
        "177FC00000", "177F800001", "17FF800001", "177FBFFFFF", "17FFFFFFFF", "177FC12345",
        "187FF8000000000000", "187FF0000000000001", "18FFF0000000000001", "18FFFFFFFFFFFFFFFF",
    ],
)  # fmt: skip
def test_a_nan_keeps_its_payload_signalling_or_not(octets: str) -> None:
    for text in (octets, "0102" + octets * 2, "0202" + octets + "00"):
        made = data(text)
        assert made.encode() == bytes.fromhex(text)
        assert made == data(text)
        assert slow(bytes.fromhex(text)).encode() == bytes.fromhex(text)
        assert pickle.loads(pickle.dumps(made)).encode() == bytes.fromhex(text)
        assert copy.deepcopy(made).encode() == bytes.fromhex(text)
    value = data(octets).value
    assert isinstance(value, float)
    assert value != value
    assert copy.copy(value).octets == value.octets == bytes.fromhex(octets)[1:]
    table = data("0105" + ("0201" + octets) * 5)
    assert table.encode() == bytes.fromhex("0105" + ("0201" + octets) * 5)
    contents = octets[2:] * 3
    array = data("13" + octets[:2] + f"{len(contents) // 2:02X}" + contents)
    assert all(math.isnan(cell) for cell in array.value)
    assert [cell.octets for cell in array.value] == [bytes.fromhex(octets)[1:]] * 3


def test_minus_zero_and_zero_are_different_values() -> None:
    minus, plus = data("1780000000"), data("1700000000")
    assert minus.value == plus.value == 0.0
    assert math.copysign(1, minus.value) == -1
    assert minus != plus
    assert minus.encode() == bytes.fromhex("1780000000")
    assert hash(minus) != hash(plus)


# Strings


@pytest.mark.parametrize(
    ("octets", "offset"),
    [
        ("0A0180", 2),
        ("0A02417F", 3),
        ("0A020A41", 2),
        ("0C02C328", 2),
        ("0C03E28228", 2),
        ("0C01FF", 2),
        ("0C0241C3", 3),
    ],
)
def test_octets_that_are_no_characters_survive_a_lenient_reading(octets: str, offset: int) -> None:
    raw = bytes.fromhex(octets)
    for read in (Data.decode, slow):
        with pytest.raises(DecodeError) as caught:
            read(raw)
        assert (caught.value.code, caught.value.offset) == (ErrorCode.BAD_STRING, offset)
    made = Data.decode(raw, strict=False)
    assert type(made.value) is RawText
    assert made.encode() == raw
    assert made == Data.decode(raw, strict=False)
    for again in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert again == made
        assert again.encode() == raw
    decoder = Decoder(Data.SYNTAX, raw, strict=False)
    decoder.whole(Data.SYNTAX.types["Data"])
    assert [(finding.rule, finding.offset) for finding in decoder.findings] == [("characters", offset)]


@pytest.mark.parametrize("octets", ["0401FF", "040701", "0409FFFF", "13040209FF"])
def test_bits_behind_a_bit_string_are_0(octets: str) -> None:
    raw = bytes.fromhex(octets)
    if raw[0] == 0x13:
        with pytest.raises(DecodeError) as caught:
            _ = Data.decode(raw).value
        assert caught.value.code is ErrorCode.CONTENTS
        return
    with pytest.raises(DecodeError) as caught:
        Data.decode(raw)
    assert (caught.value.code, caught.value.offset) == (ErrorCode.BAD_STRING, len(raw) - 1)
    made = Data.decode(raw, strict=False)
    assert len(made.value) == raw[1]
    assert made.encode() != raw


# Compact arrays


def test_rows_of_a_compact_array() -> None:
    made = data("13 0203 09 01000211 17   10   02 4142 0102 3FC00000  00 0304 40000000".replace(" 10 ", " 10 "))
    assert made.value == [(b"AB", [1, 2], 1.5), (b"", [3, 4], 2.0)]
    assert made.rows is not None
    assert [tag.name for tag in made.rows.tags] == ["octet_string", "array", "float32"]
    assert list(made.rows) == made.value
    assert isinstance(made.raw, CompactArray)
    assert made.type_at() is DataTag.compact_array
    assert made.type_at(0) is DataTag.structure
    assert made.type_at(1, 1) is DataTag.array
    assert made.type_at(-1, 1, -1) is DataTag.unsigned
    for wrong in ((2,), (0, 3), (0, 1, 2), (0, 0, 0)):
        with pytest.raises(IndexError):
            made.type_at(*wrong)
    with pytest.raises(TypeError, match="compact_array has no elements"):
        made[0]
    with pytest.raises(TypeError, match="holds a list"):
        hash(made)
    inside = data("0202 1105 131102 0607".replace(" ", ""))
    assert inside.value == (5, [6, 7])
    assert inside.type_at(1, 1) is DataTag.unsigned
    assert data("13120411112222").rows is None
    assert data("1302011100").rows == Rows((DataTag.unsigned,), [])


def test_a_compact_array_whose_contents_do_not_fit_says_so_when_asked() -> None:
    for wrong in ("131203112233", "13090202AA", "1302021109020141", "130A0180", "13000100", "1301000011 0105"):
        made = data(wrong)
        assert made.encode() == bytes.fromhex(wrong)
        for ask in (lambda made=made: made.value, lambda made=made: made.type_at(0)):
            with pytest.raises(DecodeError) as caught:
                ask()
            assert caught.value.code is ErrorCode.CONTENTS
        assert made == data(wrong)
        assert repr(made)


# What it is in Python


def test_a_compact_array_read_meanwhile_hides_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tells a reading that it met a compact array is no number, which threads could miscount."""
    octets = bytes.fromhex("1302021111 04 01020202")
    kernel = Data.KERNEL
    read = kernel.read

    def interrupted(given: bytes, at: int, level: int) -> Any:
        result = read(given, at, level)
        read(octets, 0, 0)
        return result

    monkeypatch.setattr(kernel, "read", interrupted)
    assert Data.decode(octets).value == [(1, 2), (2, 2)]
    assert Data.decode(b"\x11\x05").value == 5


def test_values_are_equal_when_their_octets_are() -> None:
    assert data("1105") == data("1105")
    assert data("1105") != data("0F05")  # unsigned 5, integer 5
    assert data("0301") == data("03FF")
    assert data("1105") != 5
    assert data("020100") != data("010100")
    assert data("1105") == package_of("2013").Data.decode(b"\x11\x05")
    assert hash(data("1105")) == hash(package_of("2013").Data.decode(b"\x11\x05"))


def test_a_value_is_hashable_when_it_holds_no_list() -> None:
    keys = {data("1105"): 1, data("0202110509 0141".replace(" ", "")): 2, data("0200"): 3}
    assert keys[data("1105")] == 1
    for wrong in ("0100", "02010100", "131100", "0201131100"):
        with pytest.raises(TypeError, match="unhashable"):
            hash(data(wrong))


def test_containers_are_indexed_and_iterated_and_leaves_are_not() -> None:
    made = data("0203 1105 0F FF 0102 1101 1102".replace(" ", ""))
    assert len(made) == 3
    assert [element.tag.name for element in made] == ["unsigned", "integer", "array"]
    assert made[0].value == 5
    assert made[-1].value == [1, 2]
    assert made[2][1].encode() == b"\x11\x02"
    assert isinstance(made[2], Data)
    for wrong in (3, -4, 100):
        with pytest.raises(IndexError):
            made[wrong]
    for index in ("0", 1.0, None, slice(0, 1)):
        with pytest.raises(TypeError):
            made[index]  # type: ignore[index]  # the wrong index is the point
    leaf = data("1105")
    for ask in (lambda: len(leaf), lambda: leaf[0], lambda: iter(leaf)):
        with pytest.raises(TypeError, match="unsigned has no elements"):
            ask()
    with pytest.raises(IndexError, match="unsigned has no elements"):
        leaf.type_at(0)
    for wrong in ((3,), (-4,), (0, 0), (2, 2)):
        with pytest.raises(IndexError):
            made.type_at(*wrong)


def test_every_value_is_true() -> None:
    for octets in ("00", "0300", "1100", "0100", "0200", "0900", "131100"):
        assert data(octets)


def test_what_is_no_table_has_no_rows() -> None:
    for octets in (
        "00",
        "1105",
        "0100",
        "01021101 1102",
        "0202 0200 0200",
        "0102 020100 0200",
        "0102 02011101 02010F01",
    ):
        assert data(octets.replace(" ", "")).rows is None
    one = data("0101 0202 1105 0201 00".replace(" ", ""))
    assert one.rows == Rows((DataTag.unsigned, DataTag.structure), [(5, (None,))])
    assert one.rows != Rows((DataTag.unsigned,), [(5,)])
    assert one.rows != [(5, (None,))]
    assert repr(one.rows) == "Rows((unsigned, structure), 1 rows)"


def test_the_parts_of_a_value_cannot_be_set() -> None:
    made = data("02021105 0100".replace(" ", ""))
    for name in ("value", "tag", "rows", "shape", "raw"):
        with pytest.raises(AttributeError):
            setattr(made, name, 1)
    with pytest.raises(TypeError):
        Data(5)  # type: ignore[call-arg]  # values come from decode and from xdlms.data
    with pytest.raises(EncodeError):
        Data().encode()


def test_a_value_that_was_changed_is_an_error_when_it_no_longer_fits() -> None:
    for change in (lambda value: value.append(5), lambda value: value.clear(), lambda value: value.insert(0, "x")):
        made = data("0102 1105 1106".replace(" ", ""))
        change(made.value)
        with pytest.raises(EncodeError, match="was changed"):
            made.encode()
        with pytest.raises(ValueError, match="was changed"):
            assert made == data("00")


def test_a_copy_has_lists_of_its_own() -> None:
    made = data("0102 1105 1106".replace(" ", ""))
    deep = copy.deepcopy(made)
    made.value[0] = 7
    assert deep.value == [5, 6]
    assert copy.copy(made).value is made.value


# Descriptions


@pytest.mark.parametrize("count", [-1, 65536])
def test_a_described_array_has_0_to_65535_elements(count: int) -> None:
    with pytest.raises(ValueError, match="0 to 65535"):
        TypeDescription.array(count, TypeDescription(DataTag.unsigned))


@pytest.mark.parametrize(
    "wrong", [1, 2, 19, 7, 99, 256, -1, (1, 17), (2, 17), (1, 17, 65536), (3, (17,)), "x", None, ()]
)
def test_what_describes_nothing_is_not_encoded(wrong: Any) -> None:
    with pytest.raises(EncodeError):
        TypeDescription(wrong).encode()


@pytest.mark.parametrize(
    "octets", ["13", "07", "01", "0100", "010001", "0201", "020211", "02FF", "0284FFFFFFFF", "1111"]
)
def test_a_wrong_description_is_refused(octets: str) -> None:
    for read in (TypeDescription.decode, lambda raw: decode_type("TypeDescription", raw)):
        with pytest.raises(DecodeError):
            read(bytes.fromhex(octets))
