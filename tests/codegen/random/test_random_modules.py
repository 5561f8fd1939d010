"""Random abstract syntaxes, in A-XDR and in BER: compiled, imported, and their codecs held against one another.

In BER they are held against the codec of asn1tools as well, which reads the same text.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import asn1tools
import pytest
from codegen.random.author import HIDE, SHOW, modules
from codegen.random.oracle import Oracle
from codegen.random.values import Values
from hypothesis import HealthCheck, Phase, given, note, reject, settings
from hypothesis import strategies as st

from xdlms.codec.decoding import Decoder
from xdlms.codec.encoding import Encoder
from xdlms.codec.errors import DecodeError
from xdlms_codegen.examples.codecs import codecs_in_memory
from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.model import SchemaError
from xdlms_codegen.render import texts_of

NUMBERS = count(1)


@contextmanager
def compiled(text: str, binding: str | None = None) -> Iterator[ModuleType]:
    """The package of a module, imported."""
    name = f"random_apdus_{next(NUMBERS)}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "random.asn1")
        path.write_text(text, encoding="utf-8")
        source = None
        if binding is not None:
            Path(folder, "binding.toml").write_text(binding, encoding="utf-8")
            source = Source(Path(folder, "binding.toml"), "binding.toml")
        try:
            _, plan = plan_job(Job((Source(path, "random.asn1"),), name, "random", source))
        except SchemaError as error:
            # What has no tag has those of what is inside, which the author does not know.
            if all("is used twice" in problem.message for problem in error.problems):
                reject()
            raise
    with codecs_in_memory(name, texts_of(plan)):
        yield sys.modules[name]


def check_value(package: Any, apdu: Any) -> bytes:
    """One APDU, both ways and on both paths."""
    octets = apdu.encode()
    assert octets == Encoder(package.SYNTAX).whole(package.SYNTAX.types[package.SYNTAX.roots[0]], apdu)
    decoded = package.decode(octets)
    assert decoded == apdu, (decoded, apdu)
    assert type(decoded) is type(apdu)
    assert decoded.encode() == octets
    slow = Decoder(package.SYNTAX, octets).apdu()
    assert slow == apdu
    assert repr(slow) == repr(decoded) == repr(apdu)
    assert type(apdu).decode(octets) == apdu
    return octets


def check_octets(package: Any, octets: bytes) -> None:
    """Octets that may be wrong: the paths agree, nothing but DecodeError escapes."""
    try:
        slow = Decoder(package.SYNTAX, octets).apdu()
    except DecodeError:
        slow = None
    try:
        fast = package.decode(octets)
    except DecodeError:
        fast = None
    assert (fast is None) == (slow is None), (fast, slow)
    assert fast == slow
    if fast is not None:
        canonical = fast.encode()
        assert package.decode(canonical) == fast
    with suppress(DecodeError):
        package.decode_report(octets)


def check_package(package: Any, data: Any) -> None:
    draw = data.draw
    for _ in range(6):
        apdu = Values(draw, package.TYPES).named("Message")
        octets = check_value(package, apdu)
        if len(octets) > 1:
            check_octets(package, octets[: draw(st.integers(1, len(octets) - 1))])
        place = draw(st.integers(0, len(octets) - 1))
        check_octets(package, octets[:place] + bytes((draw(st.integers(0, 255)),)) + octets[place + 1 :])
        check_octets(package, octets[:place] + octets[place + 1 :])
        check_octets(package, octets + b"\x00")


def check_against_asn1tools(package: Any, text: str, data: Any) -> None:
    other = asn1tools.compile_string(as_optional(text), "ber")
    root = package.TYPES["Message"]
    for _ in range(4):
        apdu = Values(data.draw, package.TYPES).named("Message")
        octets = apdu.encode()
        value = Oracle(package.TYPES).value(root.type, apdu)
        assert bytes(other.encode("Message", value)) == octets
        assert bytes(other.encode("Message", other.decode("Message", octets))) == octets


def as_optional(text: str) -> str:
    """The text with OPTIONAL for the defaults that asn1tools does not read; the octets are the same."""
    return re.sub(f"{re.escape(HIDE)}.*?{re.escape(SHOW)}", "OPTIONAL", text)


def without_times(text: str) -> str:
    """The text for asn1tools, which has times as objects of Python and refuses other characters."""
    return text.replace("GeneralizedTime", "VisibleString").replace("UTCTime", "IA5String")


SOME, MANY = 15, 800
IN_BER = '[roots]\nMessage = "ber"\n'


def random_modules(count: int) -> settings:
    """So many modules. They are not made smaller: that takes longer than a test may."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(max_examples=count, deadline=None, suppress_health_check=quiet, phases=phases)


@random_modules(SOME)
@given(text=modules(), data=st.data())
def test_random_modules_in_axdr(text: str, data: Any) -> None:
    note(text)
    with compiled(text) as package:
        check_package(package, data)


@random_modules(SOME)
@given(text=modules(is_ber=True), data=st.data())
def test_random_modules_in_ber(text: str, data: Any) -> None:
    note(text)
    with compiled(text, IN_BER) as package:
        check_package(package, data)


@random_modules(SOME)
@given(text=modules(is_ber=True, is_plain=True).map(without_times), data=st.data())
def test_random_modules_in_ber_as_asn1tools_has_them(text: str, data: Any) -> None:
    note(text)
    with compiled(text, IN_BER) as package:
        check_against_asn1tools(package, text, data)


@pytest.mark.slow
@random_modules(MANY)
@given(text=modules(), data=st.data())
def test_random_modules_in_axdr_long(text: str, data: Any) -> None:
    note(text)
    with compiled(text) as package:
        check_package(package, data)


@pytest.mark.slow
@random_modules(MANY // 2)
@given(text=modules(is_ber=True), data=st.data())
def test_random_modules_in_ber_long(text: str, data: Any) -> None:
    note(text)
    with compiled(text, IN_BER) as package:
        check_package(package, data)


@pytest.mark.slow
@random_modules(MANY // 2)
@given(text=modules(is_ber=True, is_plain=True).map(without_times), data=st.data())
def test_random_modules_in_ber_as_asn1tools_has_them_long(text: str, data: Any) -> None:
    note(text)
    with compiled(text, IN_BER) as package:
        check_against_asn1tools(package, text, data)
