"""What to try where a serial line cannot be opened."""

from __future__ import annotations

import errno
import os
from glob import glob
from typing import Final

_LINES: Final = ("/dev/serial/by-id/*", "/dev/ttyUSB*", "/dev/ttyACM*", "/dev/ttyAMA*", "/dev/ttyS[0-9]", "/dev/cu.*")
_MOST: Final = 8


def serial_error(path: str, error: OSError) -> tuple[str, str]:
    """Why a line cannot be opened, and what to try next; empty where there is nothing to say."""
    number = error.errno
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO):
        return "there is no such line", _others()
    if number in (errno.EACCES, errno.EPERM):
        return "no permission to open it", _group(path)
    if number in (errno.EBUSY, errno.EAGAIN):
        return "another program has it open", "end that one first"
    if number == errno.ENOTTY or "Inappropriate ioctl" in str(error):  # pyserial does not hand on the number
        return "it is no serial line", _others()
    return (error.strerror or str(error)).removeprefix(path).lstrip(": "), ""


def _others() -> str:
    """The lines that there are, in words."""
    found: dict[str, str] = {}
    for pattern in _LINES:
        for path in sorted(glob(pattern)):
            found.setdefault(os.path.realpath(path), path)
    names = list(found.values())[:_MOST]
    return f"there are {', '.join(names)}" if names else "is the adapter plugged in? No serial line was found"


def _group(path: str) -> str:
    """The group that may open the line, and how to get into it."""
    try:
        import grp

        group = grp.getgrgid(os.stat(path).st_gid).gr_name
    except (ImportError, KeyError, OSError):
        return ""
    return f"it belongs to the group {group}: sudo usermod -aG {group} $USER, and log in again"
