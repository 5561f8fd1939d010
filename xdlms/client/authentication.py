"""How a client proves who it is (clause 5.3): nothing, a password, or a mechanism of high level security."""

from __future__ import annotations

from typing import Final, TypeAlias

from xdlms.client.errors import NotSentError
from xdlms.security import (
    GmacHls,
    HlsFunction,
    KeyMaterialError,
    Md5Hls,
    Mechanism,
    Secret,
    SecurityContext,
    Sha1Hls,
)
from xdlms.security.secret import Problem, as_secret


class Lowest:
    """Lowest level security: no credentials."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Lowest()"


class Lls:
    """Low level security: a password, which goes over the link as it is.

    Args:
        password: a Secret, or its octets.

    Raises:
        KeyMaterialError: it is neither.
    """

    __slots__ = ("password",)

    def __init__(self, password: Secret | bytes) -> None:
        held = as_secret(password)
        del password  # no frame that raises holds it (see xdlms.security.secret)
        if isinstance(held, Problem):
            raise KeyMaterialError(held)
        self.password = held

    def __repr__(self) -> str:
        return "Lls()"


class Hls:
    """High level security: both sides prove themselves, and no secret goes over the link.

    Args:
        mechanism: HLS_GMAC, which uses the keys of the security context; or HLS_MD5, HLS_SHA1 with a secret.
        secret: a Secret, or its octets.
        function: f of another mechanism, in place of both.

    Raises:
        KeyMaterialError: the mechanism takes a secret, and there is none; or the other way round; or one of
            them is of another type.
    """

    __slots__ = ("_function", "_secret", "mechanism")

    def __init__(
        self,
        mechanism: Mechanism = Mechanism.HLS_GMAC,
        secret: Secret | bytes | None = None,
        *,
        function: HlsFunction | None = None,
    ) -> None:
        held = None if secret is None else as_secret(secret)
        del secret  # no frame that raises holds it (see xdlms.security.secret)
        if not isinstance(mechanism, Mechanism):
            del mechanism  # the secret, where the arguments were mixed up
            raise KeyMaterialError("the mechanism of HLS is one of Mechanism")
        if isinstance(held, Problem):
            raise KeyMaterialError(held)
        if function is None and (mechanism in _WITH_SECRET) != (held is not None):
            raise KeyMaterialError("HLS with MD5 or SHA-1 takes a secret, HLS with GMAC the keys of a security context")
        if function is None and mechanism not in (*_WITH_SECRET, Mechanism.HLS_GMAC):
            raise KeyMaterialError("HLS is with MD5, SHA-1 or GMAC, or with a function of your own")
        self.mechanism = mechanism
        self._secret = held
        self._function = function

    def function(self, security: SecurityContext | None) -> HlsFunction:
        """f for one association; raises NotSentError where it needs a security context and there is none."""
        if self._function is not None:
            return self._function
        if self._secret is not None:
            return _WITH_SECRET[self.mechanism](self._secret)
        if security is None:
            raise NotSentError(
                "HLS with GMAC needs keys and system titles", hint="give a security context, ciphered or not"
            )
        return GmacHls(security)

    def __repr__(self) -> str:
        if not hasattr(self, "mechanism"):
            return "Hls(not complete)"  # in the traceback of an error while it was made
        return f"Hls({self.mechanism.name})"


_WITH_SECRET: Final[dict[Mechanism, type[Md5Hls | Sha1Hls]]] = {
    Mechanism.HLS_MD5: Md5Hls,
    Mechanism.HLS_SHA1: Sha1Hls,
}

Authentication: TypeAlias = Lowest | Lls | Hls
"""How a client proves who it is."""
