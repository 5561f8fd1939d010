"""Console sessions in pages: what a reader types, and what is printed then."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Sequence

from running import Run

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """The contents of the blocks of a page in a language."""
    return [text for name, text in _BLOCK.findall(page) if name == language]


def sessions(page: str) -> list[tuple[str, str]]:
    """Every command of the console blocks, and what stands under it up to the next one."""
    parts = [part for block in blocks(page, "console") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


def pieces(command: str) -> list[list[str]]:
    """The commands of a pipe, each as its arguments."""
    return [shlex.split(piece) for piece in command.split(" | ")]


def play(run: Run, command: str) -> str:
    """What a command, or a pipe of commands, of ours prints; run in this process."""
    printed, complaints = "", ""
    for program, *arguments in pieces(command):
        if program != "xdlms":
            raise ValueError(f"only xdlms is run here, not {program}")
        outcome = run(*arguments, stdin=printed)
        printed, complaints = outcome.out, complaints + outcome.err
    return printed + complaints


def failures(texts: Sequence[str], name: str) -> list[str]:
    """What the examples in Python of a page, run one behind the other, do not do as they say."""
    told: list[str] = []
    test = doctest.DocTestParser().get_doctest("\n".join(texts), {}, name, name, 0)
    if not test.examples:
        return [f"there are no examples in {name}"]
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=told.append)
    return told
