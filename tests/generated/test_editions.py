"""What an edition does not have, and which one does."""

from __future__ import annotations

import pytest
from conftest import EDITIONS, package_of

from xdlms.errors import DecodeError, ErrorCode

SINCE_2017 = {0x0F, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDF, 0xE0}
SINCE_2023 = {0x10}


@pytest.mark.clause("8")
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("first", range(256))
def test_an_apdu_of_a_later_edition_is_refused_with_the_edition_that_has_it(edition: str, first: int) -> None:
    lacking = {"2013": SINCE_2017 | SINCE_2023, "2017": SINCE_2023, "2023": set()}
    is_later = first in lacking[edition]
    with pytest.raises(DecodeError) as caught:
        package_of(edition).decode(bytes([first]))
    since = "2017" if first in SINCE_2017 else "2023"
    assert (f"; edition {since} has it: " in caught.value.reason) is is_later
    assert (caught.value.code is ErrorCode.UNKNOWN_APDU) >= is_later
