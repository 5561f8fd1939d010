"""A serial line that cannot be opened is told with what to try."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from xdlms.transports.serial_hints import serial_error


@pytest.mark.parametrize(
    ("number", "reason", "hint"),
    [
        (errno.EACCES, "no permission to open it", "it belongs to the group "),
        (errno.EAGAIN, "another program has it open", "end that one first"),
        (errno.EINVAL, "Invalid argument", ""),
    ],
)
def test_a_line_that_cannot_be_opened_is_told_with_what_to_try(
    number: int, reason: str, hint: str, tmp_path: Path
) -> None:
    path = tmp_path / "line"
    path.touch()
    told = serial_error(str(path), OSError(number, os.strerror(number)))
    assert told[0] == reason
    assert told[1].startswith(hint)


def test_a_reason_does_not_say_the_line_again() -> None:
    error = OSError("/dev/ttyS9 cannot transmit at 100 baud, 8N1: Invalid argument")
    assert serial_error("/dev/ttyS9", error) == ("cannot transmit at 100 baud, 8N1: Invalid argument", "")
