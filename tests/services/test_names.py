"""Registered COSEM names (clause 7.2.2; Table 34): joint-iso-ccitt, country, Switzerland, DLMS UA."""

from __future__ import annotations

import pytest

from xdlms.services.names import (
    ApplicationContext,
    CryptographicAlgorithm,
    application_context_of,
    mechanism_name,
    mechanism_of,
)

DLMS_UA = "2.16.756.5.8"


@pytest.mark.clause("7.2.2")
@pytest.mark.parametrize("name", ["", "2.16.756.5.8.1", f"{DLMS_UA}.1.0", f"{DLMS_UA}.1.5", f"{DLMS_UA}.2.1", "1.2.3"])
def test_other_names_are_no_application_context(name: str) -> None:
    assert application_context_of(name) is None


@pytest.mark.clause("7.2.2")
@pytest.mark.clause("Table 34")
@pytest.mark.parametrize(
    ("number", "by_short_name", "ciphered"), [(1, False, False), (2, True, False), (3, False, True), (4, True, True)]
)
def test_an_application_context_says_the_referencing_and_whether_apdus_are_ciphered(
    number: int, by_short_name: bool, ciphered: bool
) -> None:
    context = application_context_of(f"{DLMS_UA}.1.{number}")
    assert context in ApplicationContext
    assert (context.by_short_name, context.ciphered) == (by_short_name, ciphered)


@pytest.mark.clause("7.2.2")
def test_the_mechanisms_are_0_to_7() -> None:
    assert [mechanism_of(f"{DLMS_UA}.2.{number}") for number in range(9)] == [*range(8), None]
    assert mechanism_name(5) == f"{DLMS_UA}.2.5"
    assert mechanism_of(f"{DLMS_UA}.1.5") is None


@pytest.mark.clause("7.2.2")
def test_the_cryptographic_algorithms_are_0_to_3() -> None:
    assert [(algorithm.name, algorithm.value) for algorithm in CryptographicAlgorithm] == [
        ("AES_GCM_128", f"{DLMS_UA}.3.0"),
        ("AES_GCM_256", f"{DLMS_UA}.3.1"),
        ("AES_WRAP_128", f"{DLMS_UA}.3.2"),
        ("AES_WRAP_256", f"{DLMS_UA}.3.3"),
    ]
