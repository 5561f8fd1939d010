"""A vendor's package: the example, from its ASN.1 to the command line and Python."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vendor
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import one_of
from running import Run, runner
from sessions import blocks, failures, play, sessions
from strategies import Strategies
from vendor import EXAMPLE

from xdlms import apdus, check, data
from xdlms.codec import schema
from xdlms.codec.decoding import wrap
from xdlms.codec.encoding import Encoder
from xdlms.errors import EncodeError
from xdlms.security import KeyEntry, Keys, KeyStore
from xdlms.security.decipher import Decipherer, DecipherStatus
from xdlms.security.tags import ApduTags
from xdlms.tools.asn1_json import from_json, to_json
from xdlms.tools.editions import value_of
from xdlms_apdu import v2023

README = (EXAMPLE / "README.md").read_text("utf-8")
PAGE = (EXAMPLE.parents[1] / "docs" / "vendors.md").read_text("utf-8")
EXTENDED = {"XDLMS-APDU", "Data", "Get-Data-Result", "Data-Access-Result"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, compiled and announced."""
    folder = vendor.copy(tmp_path_factory.mktemp("example"))
    vendor.compile_in(folder)
    vendor.announce_example(folder)
    return folder


@pytest.fixture
def acme(folder: Path) -> Iterator[Any]:
    """The package, installed."""
    with vendor.importable(folder):
        yield importlib.import_module(vendor.PACKAGE)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "100")
    return runner(capsys, monkeypatch)


# The pages


@pytest.mark.parametrize("page", [README, PAGE], ids=["README", "docs"])
def test_the_commands_of_the_pages_print_what_they_say(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    folder = vendor.copy(tmp_path)
    vendor.announce_example(folder)  # what `pip install .` says of it
    monkeypatch.chdir(folder)
    with vendor.importable(folder):
        for command, output in sessions(page):
            assert f"$ {command}\n{play(run, command)}".rstrip("\n") == f"$ {command}\n{output}".rstrip("\n")


def test_the_pages_have_commands() -> None:
    for page in (README, PAGE):
        text = "\n".join(command for command, _ in sessions(page))
        for command in ("generate", "decode", "encode", "check"):
            assert f"xdlms {command} " in text


@pytest.mark.parametrize(("page", "name"), [(README, "README"), (PAGE, "vendors")])
def test_the_python_of_the_pages_does_what_they_say(acme: Any, page: str, name: str) -> None:
    assert failures(blocks(page, "python"), name) == []


# The types


def reached(types: schema.TypeTable, name: str, seen: set[str]) -> set[str]:
    """The named types that a type is made of, itself among them."""
    if name not in seen:
        seen.add(name)
        for used in uses(types[name].type):
            reached(types, used, seen)
    return seen


def uses(type: schema.Type) -> Iterator[str]:
    """The names that a type uses."""
    match type:
        case schema.Named():
            yield type.name
        case schema.Sequence():
            for field in type.fields:
                yield from uses(field.type)
        case schema.Choice():
            for alternative in type.alternatives:
                yield from uses(alternative.type)
        case schema.SequenceOf():
            yield from uses(type.element)


def test_what_reaches_nothing_that_is_added_is_the_very_class_of_the_edition(acme: Any) -> None:
    table = v2023.SYNTAX.types
    untouched = {name for name in table if not reached(table, name, set()) & EXTENDED}
    assert len(untouched) > 120
    for name, info in v2023.TYPES.items():
        if info.cls is not None:
            assert (acme.TYPES[name].cls is info.cls) == (name in untouched), name
    for name in (
        "GetRequestNext",
        "AARQ",
        "InitiateRequest",
        "Conformance",
        "ExceptionResponse",
        "GeneralGloCiphering",
    ):
        assert getattr(acme, name) is getattr(v2023, name)
    for name in ("Data", "GetResponseNormal", "SetRequestNormal", "DataNotification", "DataAccessResult"):
        assert getattr(acme, name) is not getattr(v2023, name)


def test_random_apdus_come_back_from_octets_and_from_json(acme: Any) -> None:
    syntax = acme.SYNTAX
    kinds: set[str] = set()

    strategies = Strategies(syntax)
    added = [strategies.named(name) for name in ("Acme-Diagnostic-Request", "Acme-Diagnostic-Response")]

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(one_of(*added, strategies.apdus()))
    def come_back(apdu: Any) -> None:
        octets = apdu.encode()
        assert acme.decode(octets) == apdu
        info = syntax.types.of_class(type(apdu))
        json = to_json(syntax, info.type, value_of(apdu, info))
        value = from_json(syntax, info.type, json)
        whole = wrap(info.cls, value) if info.alternative else value
        assert Encoder(syntax).whole(info, whole) == octets
        kinds.add(info.name)

    come_back()
    assert "Acme-Diagnostic-Request" in kinds


# Data


def test_a_type_of_data_that_a_vendor_adds_does_not_go_into_an_apdu_of_the_edition(acme: Any) -> None:
    samples = acme.Data.of(acme.DataTag.acme_samples, b"\x01")
    with pytest.raises(EncodeError):
        v2023.GetResponseNormal(0xC1, samples).encode()
    with pytest.raises(EncodeError, match=r"a Data of acme_apdu, whose Data\.of takes it - at \$\[1\]"):
        data.structure([data.long(3), samples])


@pytest.mark.parametrize(("tag", "value"), [(100, "text"), (100, None), (101, b""), (6, -1), (2, [b"x"])])
def test_data_of_refuses_what_does_not_fit(acme: Any, tag: int, value: object) -> None:
    with pytest.raises(EncodeError):
        acme.Data.of(tag, value)


def test_values_of_xdlms_data_go_into_the_apdus_of_a_vendor(acme: Any) -> None:
    rows = data.array([data.structure([data.long(n), data.octet_string(b"x")]) for n in range(40)])
    values = [
        data.double_long_unsigned(5),
        data.null(),
        data.utf8_string("°C"),
        data.float64(1.5),
        rows,
        data.compact_array(None, [data.structure([data.long(1), data.boolean(True)])] * 3),
    ]
    for value in values:
        octets = acme.GetResponseNormal(0xC1, value).encode()
        assert octets == v2023.GetResponseNormal(0xC1, value).encode()
        assert acme.decode(octets).result == value
        assert isinstance(acme.decode(octets).result, acme.Data)
        entries = acme.AcmeDiagnosticResponse(0xC1, [value, value])
        assert acme.decode(entries.encode()) == entries
        assert acme.Data.of(acme.DataTag.structure, [value]).encode() == data.structure([value]).encode()


def test_a_structure_holds_values_of_both(acme: Any) -> None:
    samples = acme.Data.of(acme.DataTag.acme_samples, b"\x01\x02")
    both = acme.Data.of(acme.DataTag.structure, [data.long(3), samples])
    assert both.encode() == bytes.fromhex("0202 100003 64020102")
    assert both.value == (3, b"\x01\x02")
    assert both.type_at(1) == acme.DataTag.acme_samples
    assert acme.Data.of(acme.DataTag.array, [both, both])[1] == both


# The command line


@pytest.mark.parametrize("command", ["decode", "check"])
@pytest.mark.parametrize("octets", ["", "0", "zz", "00", "B4", "B4C1", "B4C1000101", "C401C165", "C401C10064", "6404"])
def test_wrong_octets_are_errors_and_nothing_else(run: Run, acme: Any, command: str, octets: str) -> None:
    outcome = run(command, "--apdus", "acme", octets)
    assert outcome.code == 1
    assert "error" in outcome.err + outcome.out


def test_what_a_vendor_adds_is_shown_in_json_and_comes_back(run: Run, acme: Any) -> None:
    lines = [line for line in (EXAMPLE / "meter.hex").read_text("utf-8").splitlines() if line and line[0] != "#"]
    octets = ["".join(line.split()) for line in lines]
    decoded = run("decode", "--apdus", "acme", "--json", *octets)
    for word in ("Acme-Diagnostic-Request", '"acme-samples"', '"acme-moved-to"', '"acme-tamper-detected"', '"since"'):
        assert word in decoded.out
    assert run("encode", "--apdus", "acme", "--verify", "-", stdin=decoded.out).lines == octets
    assert run("encode", "-", stdin=decoded.lines[0]).code == 1


@pytest.mark.parametrize(
    ("json", "message"),
    [
        ('{"apdu": "Acme-Diagnostic-Request", "value": {}}', "invoke-id-and-priority is missing - at $.value"),
        ('{"apdu": "Acme-Severity", "value": "fatal"}', "no value 'fatal'; there are information, warning, failure"),
        ('{"apdu": "Data", "value": {"acme-sample": "00"}}', "no type 'acme-sample'; perhaps acme-samples"),
        ('{"apdu": "Data", "value": {"acme-samples": "0"}}', "expected a string of hexadecimal digits"),
        ('{"apdu": "Acme-Nothing", "value": 1}', "edition acme has no type 'Acme-Nothing'"),
    ],
)
def test_json_that_is_no_apdu_of_a_vendor_is_refused(run: Run, acme: Any, json: str, message: str) -> None:
    outcome = run("encode", "--apdus", "acme", json)
    assert (outcome.code, outcome.out) == (1, "")
    assert message in outcome.err


def test_deviations_in_what_a_vendor_adds_are_found(run: Run, acme: Any) -> None:
    outcome = run("check", "--apdus", "acme", "B5C100030F010F020F", "C401C164000301")
    assert outcome.code == 1
    assert "truncated: $.result.entries[2], octet 9: " in outcome.out
    assert "truncated: $.result.acme-moved-to" in outcome.out
    findings = check.apdu(bytes.fromhex("B5C1000164020F0F0F"), package=acme)
    assert [(finding.rule, finding.offset) for finding in findings] == [("trailing-octets", 8)]
    assert check.apdu(bytes.fromhex("B5C1000164020F0F"), package=acme) == []
    findings = check.apdu(bytes.fromhex("B5C100016481020F0F"), package=acme)
    assert [(finding.rule, finding.offset) for finding in findings] == [("length-not-shortest", 5)]


def test_a_vendors_apdu_is_deciphered(run: Run, acme: Any, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, title, header = bytes(range(16)), b"ACM\x00\x00\x00\x00\x01", b"\x30\x00\x00\x00\x05"
    apdu = bytes.fromhex("B4C10001010102")
    ciphertext = AESGCM(key).encrypt(title + header[1:], apdu, header[:1] + key)[:-4]
    octets = b"\xdb\x08" + title + bytes([len(header + ciphertext)]) + header + ciphertext
    keys = tmp_path / "keys.toml"
    names = ("global-unicast-encryption-key", "authentication-key")
    lines = [f"[system-titles.{title.hex()}]", *(f'{name} = "{key.hex()}"' for name in names)]
    keys.write_text("\n".join(lines), "utf-8")
    keys.chmod(0o600)
    told = run("decode", "--apdus", "acme", "--keys", str(keys), octets.hex())
    assert "severity: failure (2)" in told.out
    assert "deciphered: Acme-Diagnostic-Request" in told.out


def test_a_vendors_apdu_is_deciphered_where_nothing_but_its_sense_tells_the_right_key(acme: Any) -> None:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key, title, header = bytes(range(16)), b"ACM\x00\x00\x00\x00\x01", b"\x20\x00\x00\x00\x05"
    counter = modes.CTR(title + header[1:] + b"\x00\x00\x00\x02")
    store = KeyStore({title: KeyEntry(keys=Keys(global_unicast_encryption_key=key))})
    for apdu in (bytes.fromhex("B4C10001010102"), bytes.fromhex("C401C100640411223344")):
        content = header + Cipher(algorithms.AES(key), counter).encryptor().update(apdu)
        octets = b"\xdb\x08" + title + bytes([len(content)]) + content
        found_rules = {finding.rule for finding in check.apdu(octets, package=acme, keys=store)}
        assert found_rules == {"not-verified", "encryption-only"}
        found = Decipherer(store, tags=ApduTags(acme.TYPES)).decipher(octets)
        assert found is not None
        assert (found.status, found.apdu) == (DecipherStatus.UNVERIFIED, apdu)
        (failed,) = (finding for finding in check.apdu(octets, keys=store) if finding.severity == "error")
        assert failed.rule == "deciphering-failed"


# Editions


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example upon the edition of 2013."""
    folder = vendor.copy(tmp_path_factory.mktemp("old"))
    source = folder / "acme.asn1"
    source.write_text(source.read_text("utf-8").replace("DLMS-XDLMS-2023", "DLMS-XDLMS-2013"), "utf-8")
    vendor.compile_in(folder, extends="2013", package="old_apdu")
    return folder


@pytest.mark.clause("8")
@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["DB0000"], "edition 2017 has it: general-glo-ciphering [219]"),
        (["1040000000 00"], "edition 2023 has it: data-notification-confirm [16]"),
        (["--type", "Data", "1C01"], "edition 2023 takes it"),
        (["--type", "General-Glo-Ciphering", "00"], "has no type 'General-Glo-Ciphering'; edition 2017 has"),
    ],
)
@pytest.mark.parametrize("choice", [["--edition", "2013"], ["--apdus", "old_apdu"]])
def test_what_a_later_edition_has_is_refused_with_its_name(
    run: Run, old: Path, monkeypatch: pytest.MonkeyPatch, choice: list[str], arguments: list[str], hint: str
) -> None:
    monkeypatch.chdir(old)
    with vendor.importable():
        outcome = run("decode", *choice, *arguments)
        assert outcome.code != 0
        assert hint in outcome.err
        if "--type" not in arguments:
            checked = run("check", *choice, *arguments)
            assert checked.code == 1
            assert "is an APDU of edition 20" in checked.out


def test_a_package_upon_2013_has_what_2013_has_and_what_it_adds(
    run: Run, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(old)
    with vendor.importable():
        for octets in ("B4C10001010102", "C002C100000001", "C401C101C8"):
            assert run("decode", "--apdus", "old_apdu", octets).code == 0
        package = apdus.load("xdlms_apdu.v2013")
        monkeypatch.syspath_prepend(old)
        assert apdus.load("old_apdu").GetRequestNext is package.GetRequestNext
