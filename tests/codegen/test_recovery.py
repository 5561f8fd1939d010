"""Behind what cannot be read reading goes on, and whatever is wrong ends in problems with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom
from time import process_time

import pytest

from xdlms_codegen.editions import EDITIONS, edition_job
from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.model import Problem, SchemaError
from xdlms_codegen.parse import parse_sources
from xdlms_codegen.passes import check
from xdlms_codegen.scan import Kind, decode, scan
from xdlms_codegen.syntax.modules import read_file

SCHEMAS = Path(__file__).parent.parent / "schemas"
OK = sorted((SCHEMAS / "ok").glob("*.asn1"))
PUBLISHED = sorted((SCHEMAS / "published").glob("*.asn1"))

PIECES = re.compile(r"[A-Za-z0-9_-]+|\s+|::=|\.\.\.?|/\*|\*/|--|.", re.DOTALL)
WORDS = (
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "[[",
        "]]",
        ",",
        ";",
        ":",
        "::=",
        "..",
        "...",
        "<",
        "|",
        "^",
        "@",
        "&",
        "!",
        ".",
        "-",
    ),
    *("--", "/*", "*/", '"', "'", "'0'B", "'ab'H", '"x"', "_", "\\", "\0", "\ufeff", "\u2013", "\ufffd", "\n", "\r"),
    *("END", "BEGIN", "DEFINITIONS", "IMPORTS", "EXPORTS", "FROM", "ALL", "TAGS", "IMPLICIT", "EXPLICIT", "AUTOMATIC"),
    *("SET", "OF", "SEQUENCE", "CHOICE", "INTEGER", "ENUMERATED", "OCTET", "STRING", "BIT", "NULL", "BOOLEAN", "REAL"),
    *("DEFAULT", "OPTIONAL", "SIZE", "MACRO", "CLASS", "WITH", "COMPONENTS", "OBJECT", "IDENTIFIER", "MIN", "MAX"),
    *("Unknown", "unknown", "A", "a", "0", "-1", "255", "99999999999999999999", "9" * 120, "[1]", "(0..9)", "A ::="),
)

MOST_SECONDS = 10.0
"""Of the processor, for one file of the size of an edition."""


def mutated(text: str, random: Random) -> bytes:
    """A text with one to five tokens, lines or octets lost, doubled, exchanged or put in."""
    for _ in range(random.randint(1, 5)):
        lines = random.random() < 0.3
        parts = text.splitlines(keepends=True) if lines else PIECES.findall(text)
        if not parts:
            break
        start = random.randrange(len(parts))
        stop = min(len(parts), start + random.choice((1, 1, 1, 2, 5, 40)))
        other = random.randrange(len(parts))
        match random.randrange(5):
            case 0:
                del parts[start:stop]
            case 1:
                parts[start:start] = parts[start:stop]
            case 2:
                parts[start], parts[other] = parts[other], parts[start]
            case 3:
                parts[start:start] = [f" {random.choice(WORDS)} "]
            case _:
                parts[start] = random.choice(WORDS)
        text = "".join(parts)
    octets = bytearray(text.encode("utf-8", errors="surrogatepass"))
    if octets and random.random() < 0.2:
        octets[random.randrange(len(octets))] = random.randrange(256)
    return bytes(octets)


def outcome(job: Job) -> list[str]:
    """What the compiler says; nothing where it makes a plan."""
    started = process_time()
    try:
        plan_job(job)
        problems: list[Problem] = []
        sources = {}
    except SchemaError as error:
        problems, sources = error.problems, dict(error.sources)
        assert problems
    seconds = process_time() - started
    assert seconds < MOST_SECONDS, f"{seconds:.1f} s"
    for problem in problems:
        lines = (*sources[problem.location.file], "")
        assert 1 <= problem.location.line <= len(lines), problem
        assert 1 <= problem.location.column <= len(lines[problem.location.line - 1]) + 1, problem
        assert problem.message == problem.message.strip() != "", problem
    return [str(problem) for problem in problems]


def fuzz(folder: Path, originals: list[Path], random: Random, rounds: int, *, twice: bool = False) -> None:
    """Change files at random and compile them."""
    changed = folder / "changed.asn1"
    job = Job((Source(changed, changed.name),), "package", "test")
    refused = 0
    for _ in range(rounds):
        octets = mutated(random.choice(originals).read_text("utf-8"), random)
        changed.write_bytes(octets)
        try:
            found = outcome(job)
            assert not twice or outcome(job) == found
        except BaseException:
            print(octets)
            raise
        refused += bool(found)
    assert refused > rounds // 4


def test_changed_schemas_end_in_a_plan_or_in_problems_with_places(tmp_path: Path) -> None:
    fuzz(tmp_path, OK, Random(62056), 80, twice=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(4))
def test_many_changed_schemas_end_in_a_plan_or_in_problems_with_places(tmp_path: Path, part: int) -> None:
    seed = SystemRandom().getrandbits(32)
    print(f"Random({seed})")
    fuzz(tmp_path, OK, Random(seed), 4000)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("edition", EDITIONS)
def test_changed_editions_end_in_a_plan_or_in_problems_with_places(tmp_path: Path, edition: str) -> None:
    seed = SystemRandom().getrandbits(32)
    print(f"Random({seed})")
    random = Random(seed)
    job = edition_job(edition)
    for _ in range(60):
        sources = list(job.sources)
        index = random.randrange(len(sources))
        changed = tmp_path / sources[index].path.name
        octets = mutated(sources[index].path.read_text("utf-8"), random)
        changed.write_bytes(octets)
        sources[index] = Source(changed, sources[index].name)
        outcome(Job(tuple(sources), job.package, edition, job.binding))


# What follows from an error is no error


def without_each_token(text: str) -> Iterator[tuple[str, str]]:
    """A text without one of the tokens that stand in front of the definitions of its modules, and that token."""
    scanned = scan(text, "f")
    first = {definition.token for module in read_file(scanned).modules for definition in module.definitions[:1]}
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:index])) for index in range(len(lines) + 1)]
    is_head = True
    for index, token in enumerate(scanned.tokens):
        if index in first:
            is_head = False
        if is_head and token.kind is not Kind.END:
            start = starts[token.location.line - 1] + token.location.column - 1
            yield token.text, text[:start] + text[start + len(token.text) :]
        if token.text == "END":
            is_head = True


CONSEQUENCES = re.compile(r"undefined|has no (type|value) \w|is not among|is defined twice|is exported, but")
PUT_IN = ("$", "}", "{", ",", '"')


def consequences(path: Path, words: tuple[str, ...]) -> list[str]:
    """The problems that follow from a word in front of some token, as if names were not there or twice."""
    text = decode(path.read_bytes(), "f")
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for token in scan(text, "f").tokens[:-1]:
        place = starts[token.location.line - 1] + token.location.column - 1
        for word in words:
            changed = f"{text[:place]} {word} {text[place:]}".encode()
            problems = check(parse_sources([("f", changed)], in_part=True)).problems
            found += [f"{word} at {token.location}: {each}" for each in problems if CONSEQUENCES.search(each.message)]
    return found


def test_a_stray_token_does_not_make_names_unknown_or_double() -> None:
    assert consequences(SCHEMAS / "ok" / "04-tags.asn1", PUT_IN) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_stray_token_anywhere_does_not_make_names_unknown_or_double() -> None:
    assert consequences(SCHEMAS / "ok" / "02-as-published.asn1", PUT_IN) == []


@pytest.mark.parametrize(
    "text",
    [
        "A DEFINITIONS IMPLICIT TAGS ::= BEGIN EXPORTS T, v; IMPORTS U, w FROM B X, y FROM C { 1 2 };\n"
        "T ::= SEQUENCE { u U, x X, n INTEGER (0..w), m INTEGER (0..y) }\nv INTEGER ::= 4\nEND\n"
        "B { 1 2 } DEFINITIONS ::= BEGIN\nU ::= NULL\nw INTEGER ::= 7\nEND\n"
        "C DEFINITIONS AUTOMATIC TAGS ::= BEGIN EXPORTS ALL; IMPORTS T FROM A;\nX ::= CHOICE { t T, n NULL }\n"
        "y INTEGER ::= 9\nEND\n",
    ],
)
def test_without_a_token_in_front_of_the_definitions_only_that_is_told(text: str) -> None:
    assert not check(parse_sources([("f", text.encode())])).problems
    for token, changed in without_each_token(text):
        found = [str(problem) for problem in check(parse_sources([("f", changed.encode())], in_part=True)).problems]
        # What lacks a name of one letter may be whole, and mean something else.
        if not (len(token) == 1 and token.isalpha()):
            assert found or token in ("ALL", "1", "2"), (token, changed)
            assert not [each for each in found if CONSEQUENCES.search(each)], (token, found)


@pytest.mark.parametrize("opened", ["/* not closed", '"not closed', "\ufffd", "'1", "$", "} }", ") )", "{ { {"])
def test_what_is_not_closed_does_not_make_other_names_unknown(opened: str) -> None:
    text = (
        "A DEFINITIONS ::= BEGIN IMPORTS U FROM B;\nT ::= SEQUENCE { u U, s S, l L }\n"
        f"R ::= SEQUENCE {{ a NULL {opened}\n}}\nS ::= SEQUENCE {{ t U }}\nL ::= Lost\nEND\n"
        "B DEFINITIONS ::= BEGIN\nU ::= NULL\nEND\n"
    )
    found = [str(problem) for problem in check(parse_sources([("f", text.encode())], in_part=True)).problems]
    assert any(each.startswith("f:3:") for each in found), found
    others = [each for each in found if not each.startswith("f:3:")]
    assert others == ([] if opened.startswith("/*") else ["f:6:7: undefined type Lost"])
