"""What the generated codecs stand on: errors, numbers, A-XDR and BER, the kernel for self-describing values.

`ABI` counts the ways in which generated code and this package depend on each other.
"""

from __future__ import annotations

ABI = 1


def require_abi(number: int, package: str) -> None:
    """Refuses a package that was generated for another version of this one."""
    if number != ABI:
        raise ImportError(
            f"{package} was generated for version {number} of xdlms.codec, this is version {ABI}:"
            " generate it again with `xdlms generate`"
        )
