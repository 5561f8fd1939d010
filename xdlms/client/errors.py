"""What a client raises: one hierarchy, whose members say what to try next.

::

    ClientError                 the base: `hint` says what to try next, or is empty
        UnreachableError        the meter cannot be reached (also a ConnectionError)
        AssociationError        the meter refuses the association; `result`, `diagnostic`
            ContextError        ... its application context: referencing method, ciphering
            CredentialsError    ... the password, the mechanism or the keys
        ConnectionLostError     the association is over (also a ConnectionError)
        NoAnswerError           nothing came in time (also a TimeoutError)
        NotSentError            the request cannot be sent as it is; nothing was sent
        AccessError             an attribute is not read or written; `result`
        MethodError             a method failed; `result`
        ServiceRefusedError     the meter refuses the request as a whole; `error`
            CounterTooLowError  ... its invocation counter; `expected`
        ResponseError           the answer is not one to the request
"""

from __future__ import annotations

from xdlms_apdu.v2023 import (
    ActionResult,
    AssociationResult,
    ConfirmedServiceError,
    DataAccessResult,
    ExceptionResponse,
    ResultSourceDiagnostic,
)


class ClientError(Exception):
    """What goes wrong at a client. `hint` says what to try next; it is empty where that is plain."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


class UnreachableError(ClientError, ConnectionError):
    """The meter cannot be reached: wrong address, no network, or nobody listens there."""


class AssociationError(ClientError):
    """The meter refused the association.

    `result` and `diagnostic` are those of the AARE; None where there was none.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        result: AssociationResult | None = None,
        diagnostic: ResultSourceDiagnostic | None = None,
    ) -> None:
        self.result = result
        self.diagnostic = diagnostic
        super().__init__(message, hint=hint)


class ContextError(AssociationError):
    """The meter does not offer this application context: the referencing method, with or without ciphering."""


class CredentialsError(AssociationError):
    """The meter did not take the password or the keys, or could not prove itself."""


class ConnectionLostError(ClientError, ConnectionError):
    """The association is over: released, aborted, or the connection is lost. Whether it was served is not known."""


class NoAnswerError(ClientError, TimeoutError):
    """Nothing came in time. Whether the request was served is not known."""


class NotSentError(ClientError, ValueError):
    """The request cannot be sent as it is, and nothing was sent."""


class AccessError(ClientError):
    """An attribute could not be read or written; `result` is the Data-Access-Result."""

    def __init__(self, message: str, result: DataAccessResult, *, hint: str = "") -> None:
        self.result = result
        super().__init__(message, hint=hint)


class MethodError(ClientError):
    """A method failed; `result` is the Action-Result, or the Data-Access-Result for the return parameters."""

    def __init__(self, message: str, result: ActionResult | DataAccessResult, *, hint: str = "") -> None:
        self.result = result
        super().__init__(message, hint=hint)


class ServiceRefusedError(ClientError):
    """The meter refused the request as a whole; `error` is its answer. The association is still there."""

    def __init__(
        self, message: str, error: ExceptionResponse | ConfirmedServiceError | None = None, *, hint: str = ""
    ) -> None:
        self.error = error
        super().__init__(message, hint=hint)


class CounterTooLowError(ServiceRefusedError):
    """The invocation counter of the request was used before; `expected` is the one that the meter waits for."""

    def __init__(self, message: str, error: ExceptionResponse, expected: int, *, hint: str = "") -> None:
        self.expected = expected
        super().__init__(message, error, hint=hint)


class ResponseError(ClientError):
    """The answer is not one to the request: it does not decode, or holds something else."""
