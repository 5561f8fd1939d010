"""Asking an object: what it answers, whatever it does.

An object's method may be a coroutine function. So that those that are not cost nothing, the calls here are generators:
they yield what has to be awaited, are sent its value, and return the result. A bug in an object ends no association:
it is logged, and the client gets other-reason. An object that takes too long is given up, and the client gets
temporary-failure.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from inspect import isawaitable
from typing import Any, Final, TypeAlias

from xdlms.codec.errors import DecodeError
from xdlms.server.objects import AccessError, CosemObject, MethodError, Request
from xdlms.services.blocks import BlockSource, BlockUnavailableError
from xdlms.services.references import logical_name
from xdlms.services.values import octet_string
from xdlms_apdu.v2023 import (
    ActionResponseWithOptionalData,
    ActionResult,
    Data,
    DataAccessResult,
    SelectiveAccessDescriptor,
)

Call: TypeAlias = Generator[Awaitable[Any], Any, Any]
"""Yields what is to be awaited, returns the result."""

LARGEST_SOURCE: Final = 1 << 24
"""Octets of the longest value that is read from a source at once, as a list or attribute 0 needs it."""

_log = logging.getLogger("xdlms.server")


class _Guarded(BlockSource):
    """A source of an object: whatever it raises, the value cannot be had, and nothing else happens."""

    __slots__ = ("_attribute", "_object", "_source")

    def __init__(self, source: BlockSource, object_: CosemObject, attribute: int) -> None:
        self._source = source
        self._object = object_
        self._attribute = attribute

    def read(self, size: int) -> bytes:
        try:
            octets = self._source.read(size)
        except BlockUnavailableError:
            raise
        except Exception as error:
            _tell_bug(self._object, f"attribute {self._attribute}", error)
            raise BlockUnavailableError from None
        if not isinstance(octets, bytes):
            _log.error("%s, attribute %d: its source gave no bytes", _name(self._object), self._attribute)
            raise BlockUnavailableError
        return octets


class TooSlowError(Exception):
    """An object took longer for its answer than the limits allow."""


def get(
    object_: CosemObject, attribute: int, selection: SelectiveAccessDescriptor | None, request: Request
) -> Generator[Awaitable[Any], Any, Data | BlockSource | DataAccessResult]:
    """The value of an attribute, or why there is none."""
    if attribute == 1 and selection is None:
        return octet_string(object_.logical_name)
    try:
        value = yield from _value(object_.get(attribute, selection, request))
    except AccessError as error:
        return error.result if error.result else DataAccessResult.other_reason
    except TooSlowError:
        _tell_slow(object_, f"attribute {attribute}")
        return DataAccessResult.temporary_failure
    except Exception as error:  # an object may raise anything, and the other clients go on
        _tell_bug(object_, f"attribute {attribute}", error)
        return DataAccessResult.other_reason
    if isinstance(value, BlockSource):
        return _Guarded(value, object_, attribute)
    if not isinstance(value, Data):
        _log.error("%s, attribute %d: get gave no Data", _name(object_), attribute)
        return DataAccessResult.other_reason
    return value


def get_whole(
    object_: CosemObject, attribute: int, selection: SelectiveAccessDescriptor | None, request: Request
) -> Generator[Awaitable[Any], Any, Data | DataAccessResult]:
    """As `get`, with the value as a whole: for lists, attribute 0 and short names."""
    value = yield from get(object_, attribute, selection, request)
    if not isinstance(value, BlockSource):
        return value
    try:
        return _joined(value)
    except (BlockUnavailableError, DecodeError):
        return DataAccessResult.data_block_unavailable


def set_(
    object_: CosemObject, attribute: int, value: Data, selection: SelectiveAccessDescriptor | None, request: Request
) -> Generator[Awaitable[Any], Any, DataAccessResult]:
    """Write an attribute; how it went."""
    if attribute == 1:
        return DataAccessResult.read_write_denied
    try:
        yield from _value(object_.set(attribute, value, selection, request))
    except AccessError as error:
        return error.result if error.result else DataAccessResult.other_reason
    except TooSlowError:
        _tell_slow(object_, f"attribute {attribute}")
        return DataAccessResult.temporary_failure
    except Exception as error:
        _tell_bug(object_, f"attribute {attribute}", error)
        return DataAccessResult.other_reason
    return DataAccessResult.success


def action(
    object_: CosemObject, method: int, argument: Data | None, request: Request
) -> Generator[Awaitable[Any], Any, ActionResponseWithOptionalData]:
    """Call a method; how it went, and what it returned."""
    try:
        returned = yield from _value(object_.action(method, argument, request))
    except MethodError as error:
        return ActionResponseWithOptionalData(error.result if error.result else ActionResult.other_reason)
    except TooSlowError:
        _tell_slow(object_, f"method {method}")
        return ActionResponseWithOptionalData(ActionResult.temporary_failure)
    except Exception as error:
        _tell_bug(object_, f"method {method}", error)
        return ActionResponseWithOptionalData(ActionResult.other_reason)
    if returned is not None and not isinstance(returned, Data):
        _log.error("%s, method %d: action gave no Data", _name(object_), method)
        return ActionResponseWithOptionalData(ActionResult.other_reason)
    return ActionResponseWithOptionalData(ActionResult.success, returned)


class _Undoing:
    """What puts things right again where a request failed: it has time of its own, for there may be none left."""

    __slots__ = ("awaitable",)

    def __init__(self, awaitable: Awaitable[Any]) -> None:
        self.awaitable = awaitable

    def __await__(self) -> Generator[Any, Any, Any]:
        return self.awaitable.__await__()


def undoing(call: Call) -> Call:
    """The same call, with time of its own for whatever it awaits."""
    send: Callable[[], Awaitable[Any]] = partial(next, call)
    while True:
        try:
            awaitable = send()
        except StopIteration as done:
            return done.value
        try:
            value = yield _Undoing(awaitable)
        except Exception as error:  # it belongs to the object, which is asked by the call
            send = partial(call.throw, error)
        else:
            send = partial(call.send, value)


def after_response(request: Request) -> None:
    """Do what waited for the response."""
    guarded("what an object does after a response", request.answered)


def guarded(what: str, do: Callable[[], None]) -> None:
    """Do what the users of a server gave it to do; where it fails, that is logged, and nothing else happens."""
    try:
        do()
    except Exception as error:
        _log.error("%s failed: %s", what, _place(error))


def run_now(call: Call) -> Any:
    """The result of a call that awaits nothing; for tests. Raises TypeError where it does."""
    try:
        next(call)
    except StopIteration as done:
        return done.value
    raise TypeError("this call waits for something")


async def run(call: Call, awaitable: Awaitable[Any], limit: float | None = None) -> Any:
    """The result of a call whose first awaitable is this.

    Args:
        call: the call.
        awaitable: what it yielded first.
        limit: seconds for all that it awaits; what is not there by then is cancelled. None: it may take for ever.
    """
    loop = asyncio.get_running_loop()
    deadline = None if limit is None else loop.time() + limit
    while True:
        step: Callable[[], Awaitable[Any]]
        try:
            seconds = None if deadline is None else deadline - loop.time()
            if isinstance(awaitable, _Undoing):
                awaitable, seconds = awaitable.awaitable, limit
            value = await _awaited(awaitable, seconds)
        except Exception as error:  # it belongs to the object, which is asked by the call
            failure = error

            def step(failure: Exception = failure) -> Awaitable[Any]:
                return call.throw(failure)

        else:

            def step(value: Any = value) -> Awaitable[Any]:
                return call.send(value)

        try:
            awaitable = step()
        except StopIteration as done:
            return done.value


async def _awaited(awaitable: Awaitable[Any], seconds: float | None) -> Any:
    """The value of an awaitable of an object, whatever the object does with a cancellation; raises TooSlowError."""
    future = asyncio.ensure_future(awaitable)
    done: set[asyncio.Future[Any]] = set()
    try:
        if seconds is None or seconds > 0:
            done, _ = await asyncio.wait({future}, timeout=seconds)
    except asyncio.CancelledError:  # the server ends
        future.cancel()
        raise
    if not done:
        future.cancel()
        future.add_done_callback(_forget)
        raise TooSlowError
    if future.cancelled():
        raise RuntimeError("what the object waited for was cancelled")
    return future.result()


def _forget(future: asyncio.Future[Any]) -> None:
    """Nobody asks any more how it ended."""
    if not future.cancelled():
        future.exception()


def _value(given: Any) -> Call:
    if isawaitable(given):
        given = yield given
    return given


def _joined(source: BlockSource) -> Data:
    octets = source.read(LARGEST_SOURCE + 1)
    if len(octets) > LARGEST_SOURCE:
        raise BlockUnavailableError
    return Data.decode(octets)


def _tell_slow(object_: CosemObject, what: str) -> None:
    _log.error("%s, %s took too long, and was cancelled", _name(object_), what)


def _tell_bug(object_: CosemObject, what: str, error: Exception) -> None:
    # Neither its message nor its variables: they may hold keys.
    _log.error("%s, %s failed: %s", _name(object_), what, _place(error))


def _place(error: Exception) -> str:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    kind = type(error).__name__
    if traceback is None:
        return kind
    code = traceback.tb_frame.f_code
    return f"{kind} at {code.co_filename}:{traceback.tb_lineno}, in {code.co_name}"


def _name(object_: CosemObject) -> str:
    return f"class {object_.class_id}, {logical_name(object_.logical_name)}"
