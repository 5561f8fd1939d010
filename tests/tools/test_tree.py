"""The tree of an APDU for people."""

from __future__ import annotations

import pytest
from conftest import vectors
from mutations import apdus, mutations

from xdlms.codec.errors import DecodeError
from xdlms.tools.editions import syntax_of
from xdlms.tools.lines import Line
from xdlms.tools.reading import Target
from xdlms.tools.tree import Tree


def lines_of(octets: bytes, *, type: str | None = None, edition: str = "2023", strict: bool = True) -> list[Line]:
    info = None if type is None else syntax_of(edition).types[type]
    lines: list[Line] = []
    Tree(Target(edition, info), lines.append).read(octets, strict=strict)
    return lines


def tree(octets: str, *, type: str | None = None, edition: str = "2023", strict: bool = True) -> list[str]:
    """The lines as text: offset, then indented name, kind, value and meaning."""
    texts = []
    for line in lines_of(bytes.fromhex(octets), type=type, edition=edition, strict=strict):
        words = line.words
        said = " ".join(word for word in (words.kind, words.text) if word)
        note = f" <{words.note}>" if words.note else ""
        offset = "-" if line.offset is None else str(line.offset)
        texts.append(f"{offset} {'  ' * line.depth}{line.name}{'=' if line.name and said else ''}{said}{note}")
        texts += [f"+{start} {more}" for start, more in words.more]
    return texts


def data(octets: str, edition: str = "2023") -> list[str]:
    return tree(octets, type="Data", edition=edition)


def test_lines_until_the_octet_at_fault_are_told() -> None:
    lines: list[Line] = []
    with pytest.raises(DecodeError, match="octet 11"):
        Tree(Target("2023"), lines.append).read(bytes.fromhex("C0018100010000800000FF"), strict=True)
    assert [line.name for line in lines] == [
        "invoke-id-and-priority",
        "cosem-attribute-descriptor",
        "class-id",
        "instance-id",
    ]


@pytest.mark.clause("8")
def test_a_request_by_names_values_and_octets() -> None:
    assert tree("C001C1 0003 0100010800FF 03 00") == [
        "2 invoke-id-and-priority=C1 <invoke-id 1, confirmed, high priority>",
        "3 cosem-attribute-descriptor",
        "3   class-id=3 <Register>",
        "5   instance-id=0100010800FF <1.0.1.8.0.255 active energy import>",
        "11   attribute-id=3 <scaler_unit>",
        "12 access-selection=absent",
    ]


def test_selective_access_and_methods() -> None:
    assert tree("C001C1 0007 0100630100FF 02 01 02 0204 0600000001 0600000000 120001 120000")[5:] == [
        "13 access-selection",
        "13   access-selector=2",
        "14   access-parameters=structure of 4",
        "16     [0]=double-long-unsigned 1",
        "21     [1]=double-long-unsigned 0",
        "26     [2]=long-unsigned 1",
        "29     [3]=long-unsigned 0",
    ]
    assert "11   method-id=1 <remote_disconnect>" in tree("C301C1 0046 000060030AFF 01 01 0F00")


def test_alternatives_stand_in_the_name_as_in_the_path_of_an_error() -> None:
    assert tree("C401C10104")[1:] == ["4 result.data-access-result=object-undefined (4)"]
    assert tree("0C0200110501FA") == ["3 [0].data=unsigned 5", "6 [1].data-access-error=other-reason (250)"]
    assert tree("0D0100") == ["3 [0].success=NULL"]
    assert tree("0E010601") == ["3 initiate=dlms-version-too-low (1)"]


def test_short_names_are_read_as_patterns() -> None:
    assert tree("050102FA00") == ["3 [0].variable-name=FA00 <Association SN>"]


@pytest.mark.clause("7.2.4")
def test_user_information_is_shown_decoded_inside() -> None:
    lines = tree("601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0")
    assert lines[:9] == [
        "6 application-context-name=2.16.756.5.8.1.1 <LN referencing, no ciphering>",
        "17 user-information=01000000065F1F0400007E1F04B0",
        "17   InitiateRequest",
        "18     dedicated-key=absent",
        "19     response-allowed=TRUE <default>",
        "20     proposed-quality-of-service=absent",
        "21     proposed-dlms-version-number=6",
        "25     proposed-conformance=007E1F <11 bits>",
        "+-1 priority-mgmt-supported, attribute0-supported-with-get, block-transfer-with-get-or-read",
    ]
    assert lines[-1] == "29     client-max-receive-pdu-size=1200"


def test_a_refusal_in_user_information_is_named() -> None:
    lines = tree("611FA109060760857405080101A203020101A305A103020101BE06 0404 0E010601")
    assert any("ConfirmedServiceError: initiateError" in line for line in lines)
    assert lines[-1].endswith("initiate=dlms-version-too-low (1)")


@pytest.mark.clause("5.4.6")
def test_a_ciphered_apdu_is_shown_to_its_envelope() -> None:
    octets = "C81E3001234567411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B"
    assert tree(octets) == [
        "2 security-control=30 <suite 0, authenticated, encrypted, unicast key>",
        "3 invocation-counter=01234567 <19088743>",
        "7 ciphertext=13 octets: 411312FF935A47566827C467BC",
        "20 authentication-tag=7D825C3BE4A77C3FCC056B6B",
    ]


@pytest.mark.clause("5.4.6")
def test_an_apdu_that_is_only_authenticated_is_readable() -> None:
    lines = tree("C81E1001234567C0010000080000010000FF020006725D910F9221D263877516")
    assert lines[2:5] == [
        "7 plain-apdu=13 octets: C0010000080000010000FF0200 <readable without a key>",
        "7   Get-Request-Normal",
        "9     invoke-id-and-priority=00 <invoke-id 0, unconfirmed, normal priority>",
    ]
    assert lines[-1].startswith("20 authentication-tag=")
    broken = tree("C813 1001234567 C001" + "00" * 12)
    assert any(line.startswith("9   no APDU=expected 1 octet, found 0") for line in broken)


def test_ciphered_octets_too_short_for_a_header_are_said_so() -> None:
    assert tree("C80430012345") == ["2 ciphered=30012345 <too short for a security header>"]


def test_general_ciphering_has_the_system_title_and_the_envelope() -> None:
    assert tree("DB084D4D4D0000BC614E122001234567411312FF935A47566827C467BC") == [
        "1 system-title=4D4D4D0000BC614E <MMM 0000BC614E>",
        "10 ciphered-content=18 octets",
        "11   security-control=20 <suite 0, encrypted, unicast key>",
        "12   invocation-counter=01234567 <19088743>",
        "16   ciphertext=13 octets: 411312FF935A47566827C467BC",
    ]


def test_what_general_signing_signs_is_shown() -> None:
    lines = tree("DF00000000000DC0018100010000800000FF020000")
    assert "7   Get-Request-Normal" in lines
    assert "19       attribute-id=2 <value>" not in lines
    assert lines[-1] == "20 signature=empty"


def test_apdus_inside_apdus_come_to_an_end() -> None:
    octets = bytes.fromhex("C0018100010000800000FF0200")
    for _ in range(12):
        body = b"\x10" + bytes(4) + octets + bytes(12)
        length = bytes((len(body),)) if len(body) < 0x80 else b"\x82" + len(body).to_bytes(2, "big")
        octets = b"\xc8" + length + body
    lines = lines_of(octets)
    assert any("more than 8 APDUs inside one another" in line.words.text for line in lines)


def test_a_block_is_shown_short() -> None:
    assert tree("E0C50001000014" + "AB" * 20) == [
        "1 block-control=C5 <window 5, streaming, last block>",
        "2 block-number=1",
        "4 block-number-ack=0",
        "6 block-data=20 octets: " + "AB" * 16 + "...",
    ]


def test_elements_of_data_have_their_type_in_front() -> None:
    assert data("020A00 0301 040420 05FFFFFFFF 0902ABCD 0A0141 0D12 173F800000 177FA00000 1601") == [
        "0 structure of 10",
        "2   [0]=null-data",
        "3   [1]=boolean TRUE",
        "5   [2]=bit-string 0010 (4 bits)",
        "8   [3]=double-long -1",
        "13   [4]=octet-string ABCD",
        '17   [5]=visible-string "A"',
        "20   [6]=bcd 18",
        "22   [7]=float32 1.0",
        "27   [8]=float32 NaN 7FA00000",
        "32   [9]=enum 1",
    ]
    assert data("0900") == ["0 octet-string empty"]
    assert data("0400") == ["0 bit-string empty"]
    assert data("073F800000", "2013") == ["0 floating-point 1.0"]


def test_a_date_time_in_an_octet_string_is_shown_beside_the_octets() -> None:
    assert data("090C07E50706020E3A1000FFC400") == [
        "0 octet-string 07E50706020E3A1000FFC400 <2021-07-06 Tue 14:58:16.00 UTC+01:00>"
    ]


def test_long_octets_are_laid_out_in_lines_with_their_offsets() -> None:
    assert data("0928" + "00" * 40) == ["0 octet-string " + "00" * 32, "+32 " + "00" * 8]


@pytest.mark.parametrize(
    ("octets", "line"),
    [
        ("02020FFF1623", "0 structure of 2 <× 10^-1 V>"),
        ("02020F00161B", "0 structure of 2 <W>"),
        ("02020F0016C8", "0 structure of 2"),
        ("0202 0906 0100010800FF 1205DC", "0 structure of 2 <1.0.1.8.0.255 active energy import = 1500>"),
        ("020209060000600100FF0A023132", '0 structure of 2 <0.0.96.1.0.255 serial number = "12">'),
        ("020209060000600100FF0900", "0 structure of 2"),
        (
            "0203 0906 0100200700FF 12091A 02020FFF1623",
            "0 structure of 3 <1.0.32.7.0.255 voltage L1 = 233.0 V>",
        ),
        ("0203 0906 0100200700FF 12091A 02020FFF16C8", "0 structure of 3"),
        ("0203090101 12091A 02020FFF1623", "0 structure of 3"),
        (
            "0204120003 09060100010800FF 0F02 120000",
            "0 structure of 4 <1.0.1.8.0.255 active energy import: Register, value>",
        ),
        (
            "0204120FA0 09060100010800FF 0F09 120003",
            "0 structure of 4 <1.0.1.8.0.255 active energy import: class 4000, attribute 9, element 3>",
        ),
    ],
)
def test_what_a_structure_means_stands_beside_its_first_line(octets: str, line: str) -> None:
    assert data(octets)[0] == line


def test_values_in_a_long_row_are_told_at_their_unit() -> None:
    row = "09060100010800FF 0600000005 02020F00161E"
    lines = data("0206" + row * 2)
    assert lines[3] == "15   [2]=structure of 2 <1.0.1.8.0.255 active energy import = 5 Wh>"
    assert lines[8] == "34   [5]=structure of 2 <1.0.1.8.0.255 active energy import = 5 Wh>"


def test_values_are_told_by_the_list_of_objects_in_front_of_them() -> None:
    clock = "0204120008 09060000010000FF 0F02 120000"
    energy = "0204120003 09060100010800FF 0F02 120000"
    lines = data(f"0203 0103{energy}{clock}{energy} 0905AABBCCDDEE 0600000005")
    assert lines[-2:] == [
        "58   [1]=octet-string AABBCCDDEE <0.0.1.0.0.255 clock: Clock, time>",
        "65   [2]=double-long-unsigned 5 <1.0.1.8.0.255 active energy import: Register, value>",
    ]


def test_a_list_of_another_length_tells_nothing_of_the_values() -> None:
    energy = "0204120003 09060100010800FF 0F02 120000"
    lines = data(f"0202 0103{energy * 3} 0600000005")
    assert lines[-1] == "58   [1]=double-long-unsigned 5"


@pytest.mark.clause("8")
def test_rows_of_a_compact_array_have_no_octets_of_their_own() -> None:
    assert data("13 02021209 04 123401AB") == [
        "0 compact-array",
        "1   contents-description=structure {long-unsigned, octet-string}",
        "5   array-contents=123401AB",
        "-     [0]=structure of 2",
        "-       [0]=long-unsigned 4660",
        "-       [1]=octet-string AB",
    ]


def test_contents_that_do_not_fit_their_description_are_shown_as_octets() -> None:
    assert data("131203123456") == [
        "0 compact-array",
        "1   contents-description=long-unsigned",
        "2   array-contents=123456",
    ]


@pytest.mark.parametrize("type", ["Conformance", "Data-Access-Result", "Cosem-Attribute-Descriptor", "TypeDescription"])
def test_values_of_single_types_are_shown(type: str) -> None:
    octets = {
        "Conformance": "5F1F0400007E1F",
        "Data-Access-Result": "03",
        "Cosem-Attribute-Descriptor": "00080000010000FF02",
        "TypeDescription": "02020100031112",
    }
    first = {
        "Conformance": "3 007E1F <11 bits>",
        "Data-Access-Result": "0 read-write-denied (3)",
        "Cosem-Attribute-Descriptor": "0 class-id=8 <Clock>",
        "TypeDescription": "0 structure {array 3 of unsigned, long-unsigned}",
    }
    assert tree(octets[type], type=type)[0] == first[type]


def test_a_lenient_reading_shows_what_it_forgave() -> None:
    assert tree("C501814D", strict=False)[1] == "3 result=77, not named"
    assert tree("0F4000000009 0C07E1090E04131F02FF800000 00", strict=False)[1].startswith(
        "5 date-time=07E1090E04131F02FF800000 <2017-09-14 Thu"
    )


def test_the_tree_of_every_vector_names_every_octet_behind_the_tags() -> None:
    for vector in vectors("ln_services", "sn_services", "later_edition", "initiate", "acse_plain"):
        lines = lines_of(bytes.fromhex(vector["hex"]))
        offsets = [line.offset for line in lines if line.offset is not None]
        assert offsets == sorted(offsets), vector["name"]
        assert all(offset <= len(vector["hex"]) // 2 for offset in offsets), vector["name"]


def test_changed_octets_give_a_tree_or_the_documented_error() -> None:
    shown = 0
    for octets in mutations(apdus(), 1500, seed=2):
        for strict in (True, False):
            lines: list[Line] = []
            try:
                Tree(Target("2023"), lines.append).read(octets, strict=strict)
            except DecodeError:
                continue
            shown += 1
    assert shown > 300
