"""Every vector, byte for byte, in every edition that has it: it decodes, means what it says, and encodes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import EDITIONS, package_of, vectors
from meaning import CHECKS, UnknownMeaning, check

from xdlms.errors import DecodeError, ErrorCode

FILES = ("initiate", "acse_plain", "ciphered_suite0", "ln_services", "sn_services", "axdr_data", "later_edition")

ONLY_2013 = {"floating-point"}

ALSO_2013 = {"AARE with responding-AP-title, no authentication", "date", "time", "utf8-string"}
"""Collected from sources of later editions, of types that 2013 has as well."""

# What of each vector is legal and not canonical, read off the octets: BOOLEAN TRUE as FF, and the
# length of block-data as 82 00 nn where one octet is enough.
CANONICAL = {
    "boolean FF": ("boolean-not-01", "0301"),
    "EventNotification no time": ("boolean-not-01", "C20000010100000300FF020301"),
    "EventNotification with time": ("boolean-not-01", "C2010C05DC0101010000000000000000010100000300FF020301"),
    "DataNotification boolean no time": ("boolean-not-01", "0F0063D76A000301"),
    "DataNotification with date-time": ("boolean-not-01", "0F0063D76A0C07E7011F02122217000000000301"),
    "General-Block-Transfer first block": ("length-not-shortest", "E005000100000AC4024100000000010082"),
    "GBT exchange step 1": ("length-not-shortest", "E00500010000" "02C402"),
    "GBT exchange step 3": ("length-not-shortest", "E04500020001" "020102"),
    "GBT exchange step 4": ("length-not-shortest", "E04500030001" "020304"),
    "GBT exchange step 5": ("length-not-shortest", "E04500040001" "020506"),
    "GBT exchange step 6": ("length-not-shortest", "E04500050001" "020708"),
    "GBT exchange step 7": ("length-not-shortest", "E00500060001" "02090A"),
    "GBT exchange step 9": ("length-not-shortest", "E04500070002" "020B0C"),
    "GBT exchange step 10": ("length-not-shortest", "E04500080002" "020D0E"),
    "GBT exchange step 11": ("length-not-shortest", "E08500090002" "010F"),
}


def editions_of(vector: dict[str, Any]) -> tuple[str, ...]:
    if vector["name"] in ONLY_2013:
        return ("2013",)
    if vector["edition"] == "2013" or vector["name"] in ALSO_2013:
        return EDITIONS
    return ("2017", "2023")


def cases() -> Iterator[Any]:
    for vector in vectors(*FILES):
        for edition in editions_of(vector):
            yield pytest.param(edition, vector, id=f"{edition}-{vector['file']}-{vector['name']}")


def type_name(package: Any, name: str) -> str:
    """The ASN.1 name in an edition: 2013 writes GET-Request, and ACSE's APDUs end in -apdu."""
    by_name = {known.lower().replace("-", ""): known for known in package.TYPES}
    plain = name.lower().replace("-", "")
    return by_name.get(plain) or by_name[f"{plain}apdu"]


def decode(package: Any, vector: dict[str, Any], octets: bytes) -> Any:
    return package.Data.decode(octets) if vector["apdu"] == "Data" else package.decode(octets)


@pytest.mark.clause("4.3")
@pytest.mark.clause("7.2.3")
@pytest.mark.clause("8")
@pytest.mark.clause("Annex B")
@pytest.mark.clause("Annex C")
@pytest.mark.clause("Annex D")
@pytest.mark.parametrize(("edition", "vector"), list(cases()))
def test_a_vector_decodes_to_what_it_means_and_encodes_to_its_octets(
    edition: str, vector: dict[str, Any], proved: Callable[[str, dict[str, Any]], None]
) -> None:
    proved("decoded", vector)
    package = package_of(edition)
    octets = bytes.fromhex(vector["hex"])
    name = type_name(package, vector["apdu"])
    value = decode(package, vector, octets)
    assert package.decode_type(name, octets) == value
    assert package.TYPES[name].cls is type(value) or vector["apdu"] == "ConfirmedServiceError"
    assert check(package, value, vector["meaning"]) == len(vector["meaning"])

    rule, canonical = CANONICAL.get(vector["name"], (None, vector["hex"]))
    assert value.encode().hex().upper() == canonical
    assert decode(package, vector, bytes.fromhex(canonical)) == value
    if vector["apdu"] != "Data":
        report = package.decode_report(octets)
        assert report.apdu == value
        assert report.canonical.hex().upper() == canonical
        assert [finding.rule for finding in report.findings] == ([rule] if rule else [])
    assert type(value).decode(octets) == value


@pytest.mark.clause("8")
@pytest.mark.parametrize(
    "vector", [v for v in vectors(*FILES) if "2013" not in editions_of(v)], ids=lambda vector: vector["name"]
)
def test_an_apdu_of_a_later_edition_is_refused_by_2013(vector: dict[str, Any]) -> None:
    octets = bytes.fromhex(vector["hex"])
    with pytest.raises(DecodeError) as caught:
        package_of("2013").decode(octets)
    if vector["apdu"] == "ExceptionResponse":
        # D8, state-error, then the service-error, which has other values in 2013
        assert (caught.value.code, caught.value.path) == (ErrorCode.UNKNOWN_VALUE, "$.service-error")
        assert caught.value.offset == 2
    else:
        assert (caught.value.code, caught.value.path) == (ErrorCode.UNKNOWN_APDU, "$")
        assert caught.value.offset == 0


@pytest.mark.clause("8")
@pytest.mark.parametrize("edition", ["2017", "2023"])
def test_floating_point_is_refused_by_later_editions(edition: str) -> None:
    with pytest.raises(DecodeError, match=r"07 .* octet 0") as caught:
        package_of(edition).decode_type("Data", bytes.fromhex("073F7FA051"))
    assert caught.value.code is ErrorCode.UNKNOWN_TAG


@pytest.mark.clause("8")
def test_data_notification_confirm_and_delta_types_are_of_2023_only() -> None:
    confirm = bytes.fromhex("10 40000001 0C 07E7011F0212221700000000")
    assert package_of("2023").decode(confirm).encode() == confirm
    for edition in ("2013", "2017"):
        with pytest.raises(DecodeError) as caught:
            package_of(edition).decode(confirm)
        assert caught.value.code is ErrorCode.UNKNOWN_APDU
    for tag, size in ((28, 1), (29, 2), (30, 4), (31, 1), (32, 2), (33, 4)):
        octets = bytes((tag,)) + b"\xff" * size
        signed = tag < 31
        assert package_of("2023").Data.decode(octets).value == (-1 if signed else 256**size - 1)
        for edition in ("2013", "2017"):
            with pytest.raises(DecodeError) as caught:
                package_of(edition).Data.decode(octets)
            assert (caught.value.code, caught.value.offset) == (ErrorCode.UNKNOWN_TAG, 0)


def test_a_meaning_that_no_check_knows_is_an_error() -> None:
    package = package_of("2023")
    with pytest.raises(UnknownMeaning):
        check(package, package.Data.decode(b"\x00"), {"colour": "red"})


def test_a_wrong_meaning_is_an_error() -> None:
    """The checks can fail: every key of every vector, with a wrong value, is refused."""
    package = package_of("2023")
    checked = set()
    for vector in vectors(*FILES):
        if vector["name"] in ONLY_2013:
            continue
        value = decode(package, vector, bytes.fromhex(vector["hex"]))
        for key, wanted in vector["meaning"].items():
            if key == "authentication_key" and vector["name"].startswith("glo-get-request encryption only"):
                continue  # the octets do not depend on it
            for wrong in wrong_values(key, wanted):
                with pytest.raises((AssertionError, UnknownMeaning, ValueError, KeyError, AttributeError, TypeError)):
                    check(package, value, {**vector["meaning"], key: wrong})
                checked.add(key)
    assert checked == CHECKS.keys()


def wrong_values(key: str, wanted: Any) -> Iterator[Any]:
    if isinstance(wanted, bool):
        yield not wanted
    elif isinstance(wanted, (int, float)):
        yield wanted + 1
    elif isinstance(wanted, list):
        yield [*wanted, *(wanted[:1] or [0])]
        for index, element in enumerate(wanted):
            for wrong in wrong_values(key, element):
                yield [*wanted[:index], wrong, *wanted[index + 1 :]]
    elif len(wanted) > 1 and all(letter in "0123456789ABCDEF" for letter in wanted):
        yield wanted[:-1] + ("0" if wanted[-1] != "0" else "1")
        yield wanted[:-1]
    else:
        yield "nonsense"
