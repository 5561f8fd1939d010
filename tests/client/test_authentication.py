"""The credentials of a client show nowhere: not in a repr, not in the frames of any error (clause 5.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from security.support import crash_report

from xdlms.client import Hls, Lls
from xdlms.security import KeyMaterialError, Mechanism, Secret

PASSWORD = b"CANARY-password"
MD5 = Mechanism.HLS_MD5
MISTAKEN: Any = PASSWORD.decode()
OCTETS: Any = PASSWORD
NOTHING: Any = None

MISTAKES: dict[str, Callable[[], object]] = {
    "a password as text": lambda: Lls(MISTAKEN),
    "no password": lambda: Lls(NOTHING),
    "a secret as text": lambda: Hls(MD5, MISTAKEN),
    "a secret for gmac": lambda: Hls(Mechanism.HLS_GMAC, PASSWORD),
    "a secret as text for gmac": lambda: Hls(Mechanism.HLS_GMAC, MISTAKEN),
    "no secret": lambda: Hls(MD5),
    "a secret for the mechanism": lambda: Hls(MISTAKEN),
    "octets for the mechanism": lambda: Hls(OCTETS, PASSWORD),
    "another mechanism": lambda: Hls(Mechanism.LLS),
}


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("name", MISTAKES)
def test_no_mistake_with_credentials_shows_them(name: str) -> None:
    with pytest.raises(KeyMaterialError) as caught:
        MISTAKES[name]()
    report = crash_report(caught.value)
    assert "xdlms/client/authentication.py" in report
    assert "repr() failed" not in report
    assert "CANARY" not in report
    assert PASSWORD.hex() not in report


@pytest.mark.clause("5.3")
def test_credentials_are_told_by_their_kind_alone() -> None:
    assert repr(Lls(PASSWORD)) == "Lls()"
    assert Lls(Secret(PASSWORD)).password == Lls(PASSWORD).password
    assert repr(Hls(MD5, PASSWORD)) == "Hls(HLS_MD5)"


def test_what_was_never_made_has_a_repr() -> None:
    """A crash reporter shows the object of the frame in which its constructor failed."""
    assert repr(Hls.__new__(Hls)) == "Hls(not complete)"
