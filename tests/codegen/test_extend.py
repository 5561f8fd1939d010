"""What a vendor adds to an edition, and what cannot be added: each problem at the entry of the binding."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import package_of

from xdlms_codegen.editions import edition_job
from xdlms_codegen.examples.codecs import codecs_in_memory
from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.model import SchemaError
from xdlms_codegen.render import texts_of

MODULE = """\
Acme DEFINITIONS ::= BEGIN
Acme-Request ::= SEQUENCE { filter INTEGER (0..255) }
END
"""

MakeJob = Callable[..., Job]


@pytest.fixture
def make_job(tmp_path: Path) -> MakeJob:
    """The job of a vendor's package with this binding upon the newest edition."""

    def make(binding: str, module: str = MODULE) -> Job:
        (tmp_path / "acme.asn1").write_text(module, encoding="utf-8")
        (tmp_path / "acme.toml").write_text(binding, encoding="utf-8")
        sources = (Source(tmp_path / "acme.asn1", "acme.asn1"),)
        return Job(sources, "acme_apdus", "acme", Source(tmp_path / "acme.toml", "acme.toml"), edition_job("2023"))

    return make


@contextmanager
def imported(job: Job) -> Iterator[Any]:
    _, plan = plan_job(job)
    with codecs_in_memory(plan.package, texts_of(plan)):
        yield sys.modules[plan.package]


def problems(job: Job) -> list[str]:
    with pytest.raises(SchemaError) as caught:
        plan_job(job)
    return [str(problem) for problem in sorted(caught.value.problems)]


def line_of(text: str) -> int:
    """The line of our newest module that has this text."""
    lines = edition_job("2023").sources[1].path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(text))


@pytest.mark.parametrize(
    ("binding", "problem"),
    [
        # Clashes with what is there: both places
        (
            '[extend."XDLMS-APDU"]\n"acme-request" = "[192] IMPLICIT Acme-Request"\n',
            "acme.toml:2:1: tag [192] is used twice in XDLMS-APDU (first at asn1/2023/xdlms.asn1:{get})",
        ),
        *(
            (
                f'[extend."XDLMS-APDU"]\n"acme-request" = "[{number}] IMPLICIT Acme-Request"\n',
                f"acme.toml:2:1: the first octet {number:02X} of XDLMS-APDU.acme-request is reserved: it begins the"
                f" prefix of what a gateway {what}",
            )
            for number, what in ((0xE6, "passes on"), (0xE7, "brings back"))
        ),
        (
            '[extend."XDLMS-APDU"]\n"get-request" = "[180] IMPLICIT Acme-Request"\n',
            "acme.toml:2:1: the name get-request is used twice in XDLMS-APDU (first at asn1/2023/xdlms.asn1:{get})",
        ),
        (
            '[extend."Data-Access-Result"]\n"acme-late" = 250\n',
            "acme.toml:2:1: the number 250 is used twice in Data-Access-Result"
            " (for other-reason, first at asn1/2023/xdlms.asn1:{other})",
        ),
        (
            '[extend."Data-Access-Result"]\n"other-reason" = 200\n',
            "acme.toml:2:1: the name other-reason is used twice in Data-Access-Result"
            " (first at asn1/2023/xdlms.asn1:{other})",
        ),
        # Entries that are none
        ('extend = 1\n[show]\n"Acme-Request" = "x"\n', "acme.toml:1:1: extend is a table"),
        ('[extend]\n"Data" = 1\n', "acme.toml:2:1: extend.Data is a table of what is added"),
        ('[extend."Data"]\n"x" = true\n', "acme.toml:2:1: Data.x is an alternative or a number"),
        ('[extend."Dota"]\n"x" = 1\n', "acme.toml:2:1: there is no type Dota to extend, did you mean Data?"),
        (
            '[extend."Data"]\n"x" = 7\n',
            'acme.toml:2:1: Data.x: an alternative is written as in ASN.1, such as "[180] IMPLICIT New-Request"',
        ),
        (
            '[extend."Data-Access-Result"]\n"x" = "[1] NULL"\n',
            "acme.toml:2:1: Data-Access-Result.x: a value is a number",
        ),
        (
            '[extend."InitiateRequest"]\n"x" = 1\n',
            "acme.toml:2:1: InitiateRequest.x: only a CHOICE, and a type with named numbers or bits, can be extended",
        ),
        (
            '[extend."ExceptionResponse.service-error"]\n"acme" = "[3] NULL"\n',
            "acme.toml:2:1: tag [3] is used twice in ExceptionResponse.service-error (first at asn1/2023/xdlms.asn1:",
        ),
        (
            '[extend."ExceptionResponse.state-error"]\n"service-unknown" = 9\n',
            "acme.toml:2:1: the name service-unknown is used twice in ExceptionResponse.state-error (first at asn1/",
        ),
        (
            '[extend."ExceptionResponse.states-error"]\n"x" = 9\n',
            "acme.toml:2:1: there is no type ExceptionResponse.states-error to extend, did you mean"
            " ExceptionResponse.state-error?",
        ),
        (
            '[extend."Get-Data-Result.data-access-result"]\n"x" = 9\n',
            "acme.toml:2:1: Get-Data-Result.data-access-result.x: this is a Data-Access-Result: extend that type",
        ),
        # What is written inside an entry
        (
            '[extend."Data"]\n"x" = "[100] IMPLICIT SEQUENCE { a NULL, a Data }"\n',
            "acme.toml:2:1: the name a is used twice in Data.x (first at line 2)",
        ),
        (
            '[extend."Data"]\n"x" = "[100] IMPLICIT ENUMERATED { a (0), a (1) }"\n',
            "acme.toml:2:1: the name a is used twice in Data.x (first at line 2)",
        ),
        (
            '[extend."XDLMS-APDU"]\n"x" = "[180] IMPLICIT Acme-Requests"\n',
            "acme.toml:2:1: XDLMS-APDU.x: there is no type Acme-Requests",
        ),
        (
            '[extend."XDLMS-APDU"]\n"x" = "[180] NULL, y [181] NULL"\n',
            "acme.toml:2:1: XDLMS-APDU.x: one alternative an entry",
        ),
        ('[extend."XDLMS-APDU"]\n"x" = "[180"\n', "acme.toml:2:1: "),
        (
            '[extend."XDLMS-APDU"]\n"x" = "[300] NULL"\n',
            "acme.toml:2:1: the tag [300] of x in XDLMS-APDU does not fit the octet of A-XDR",
        ),
        # Sizes
        ('[size]\n"Data" = 8\n', "acme.toml:2:1: Data is nothing that has a size"),
        ('[size]\n"Acme-Reply" = 8\n', "acme.toml:2:1: there is no type Acme-Reply to give a size"),
        ('[size]\n"Conformance" = "8"\n', "acme.toml:2:1: the size of Conformance is a number"),
    ],
)
def test_what_cannot_be_added_is_a_problem_at_its_entry(make_job: MakeJob, binding: str, problem: str) -> None:
    expected = problem.format(get=line_of("get-request "), other=line_of("other-reason "))
    found = problems(make_job(binding))
    assert any(line.startswith(expected) for line in found), found
    assert all(line.startswith(("acme.toml:", "acme.asn1:")) for line in found)


@pytest.mark.parametrize("name", ["acme_late", "acme*", "Acme", "acme late", "acme-", "acme--late", "", "über", "1st"])
def test_a_wrong_name_does_not_hide_what_is_wrong_behind_it(make_job: MakeJob, name: str) -> None:
    wrong = "a name is a small letter, then letters and digits, with single hyphens between"
    binding = (
        f'[extend."XDLMS-APDU"]\n"{name}" = "[180] IMPLICIT Lost"\n"acme" = "[181] SET OF Missing"\n'
        f'[extend."Data-Access-Result"]\n"{name}" = 200\n'
    )
    assert problems(make_job(binding)) == [
        f"acme.toml:2:1: XDLMS-APDU.{name}: {wrong}",
        f"acme.toml:2:1: XDLMS-APDU.{name}: there is no type Lost",
        "acme.toml:3:1: SET OF is not defined for A-XDR in COSEM",
        f"acme.toml:5:1: Data-Access-Result.{name}: {wrong}",
    ]


@pytest.mark.parametrize(
    "written", ["", "}", "NULL }", "NULL } Other ::= CHOICE { a NULL", "NULL -- a", "/*", '\\"', "\\u0000"]
)
def test_what_is_no_alternative_is_a_problem_at_its_entry(make_job: MakeJob, written: str) -> None:
    found = problems(make_job(f'[extend."XDLMS-APDU"]\n"acme" = "{written}"\n'))
    assert {each.split(": ")[0] for each in found} == {"acme.toml:2:1"}


def test_clashes_do_not_hide_what_cannot_be_encoded(make_job: MakeJob) -> None:
    binding = (
        '[extend."XDLMS-APDU"]\n"get-request" = "[180] IMPLICIT Acme-Request"\n"acme-aarq" = "[96] IMPLICIT NULL"\n'
        '"acme-lost" = "[181] IMPLICIT Lost"\n[extend."Data-Access-Result"]\n"success" = 99\n"big" = 300\n'
        '[show]\n"Data-Access-Result" = "x"\n'
    )
    places = [problem.split(": ")[0] for problem in problems(make_job(binding.partition("[show]")[0]))]
    assert places == [f"acme.toml:{line}:1" for line in (2, 3, 4, 6, 7)]
    assert "acme.toml:9:1" in [problem.split(": ")[0] for problem in problems(make_job(binding))]


def test_a_type_of_a_vendor_cannot_have_the_name_of_one_of_ours(make_job: MakeJob) -> None:
    module = MODULE.replace("END", "Get-Request ::= SEQUENCE {}\nEND")
    (found,) = problems(make_job('[extend."XDLMS-APDU"]\n"acme-request" = "[180] IMPLICIT Acme-Request"\n', module))
    assert found.startswith("acme.asn1:3:1: ")
    assert f"asn1/2023/xdlms.asn1:{line_of('Get-Request ::=')}" in found


def test_without_an_edition_there_is_nothing_to_extend(make_job: MakeJob) -> None:
    job = replace(make_job('[extend."XDLMS-APDU"]\n"acme-request" = "[180] IMPLICIT Acme-Request"\n'), base=None)
    assert problems(job) == ["acme.toml:2:1: [extend] adds to the types of another package: say which with --extends"]


def test_types_that_reach_nothing_new_are_our_very_classes(make_job: MakeJob) -> None:
    ours = package_of("2023")
    binding = (
        '[extend."XDLMS-APDU"]\n"acme-request" = "[180] IMPLICIT Acme-Request"\n[extend."Action-Result"]\nacme = 200\n'
    )
    with imported(make_job(binding)) as package:
        assert package.Data is ours.Data
        assert package.GetRequestNormal is ours.GetRequestNormal
        assert package.ActionResult is not ours.ActionResult
        assert package.ActionResponseNormal is not ours.ActionResponseNormal
        request = package.AcmeRequest(7)
        assert request.encode() == bytes.fromhex("B407")
        assert package.decode(b"\xb4\x07") == request
        assert package.ActionResult.acme == 200


def test_an_alternative_may_be_added_to_any_choice(make_job: MakeJob) -> None:
    binding = (
        '[extend."Get-Data-Result"]\n"acme-later" = "[9] IMPLICIT INTEGER (0..65535)"\n'
        '[extend."Data"]\n"acme-word" = "[100] IMPLICIT INTEGER (0..65535)"\n'
    )
    with imported(make_job(binding)) as package:
        response = package.decode(bytes.fromhex("C401C1090102"))
        assert response.encode() == bytes.fromhex("C401C1090102")
        assert package.Data.decode(b"\x64\x00\x07").value == 7
        value = package.decode(bytes.fromhex("C401C100640007")).result
        assert type(value) is package.Data
        assert value.tag.name == "acme_word"


def test_a_type_inside_another_one_is_extended_by_its_path(make_job: MakeJob) -> None:
    ours = package_of("2023")
    binding = (
        '[extend."ExceptionResponse.state-error"]\n"acme-asleep" = 9\n'
        '[extend."ExceptionResponse.service-error"]\n"acme-wait" = "[99] IMPLICIT INTEGER (0..65535)"\n'
        '[extend."ReadResponse.element"]\n"acme-later" = "[90] IMPLICIT NULL"\n'
        '[extend."AARE-apdu.result-source-diagnostic.acse-service-user"]\n"acme-unpaid" = 77\n'
    )
    with imported(make_job(binding)) as package:
        refusal = package.decode(bytes.fromhex("D809630102"))
        assert (refusal.state_error.name, refusal.service_error.value) == ("acme_asleep", 0x0102)
        assert refusal.encode() == bytes.fromhex("D809630102")
        assert package.decode(bytes.fromhex("D80202")).service_error == package.ServiceNotSupported()
        assert package.decode(bytes.fromhex("0C015A")).encode() == bytes.fromhex("0C015A")
        refused = bytes.fromhex("6117A109060760857405080101A203020101A305A10302014D")
        assert package.decode(refused).result_source_diagnostic.name == "acme_unpaid"
        assert package.ExceptionResponse is not ours.ExceptionResponse
        assert package.GetResponseNormal is ours.GetResponseNormal


def test_each_component_of_what_is_added_has_its_own_default(make_job: MakeJob) -> None:
    inner = "SEQUENCE { a INTEGER DEFAULT 9 } DEFAULT {a 3}"
    added = f"[180] IMPLICIT SEQUENCE {{ a INTEGER DEFAULT 1, b INTEGER DEFAULT 2, c {inner} }}"
    with imported(make_job(f'[extend."XDLMS-APDU"]\n"acme" = "{added}"\n')) as package:
        apdu = package.decode(bytes.fromhex("B4 00 00 00"))
        assert (apdu.a, apdu.b, apdu.c.a) == (1, 2, 3)
        assert package.decode(bytes.fromhex("B4 01 02 00 01 00")).c.a == 9
        assert apdu.encode().hex() == "b4000000"
