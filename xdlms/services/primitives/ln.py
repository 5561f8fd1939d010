"""The services by logical name: GET, SET, ACTION, notifications (clauses 6.6 to 6.10; Tables 13 to 20).

Each service is a class that holds its primitives: `Get.Request` is GET.request. An attribute, method or
value stands for NORMAL, a tuple of them for WITH-LIST. Blocks are the business of the core: an
application gives and gets whole values, unless it asks for the blocks of a GET.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from xdlms.security.suite import PLAIN_STATUS, SecurityStatus
from xdlms.services.blocks import BlockSource
from xdlms.services.primitives.common import (
    LnConfirm,
    LnIndication,
    LnRequest,
    Priority,
    RequestType,
    ResponseType,
    SecurityOptions,
    ServiceClass,
    ServiceResponse,
)
from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import ActionResponseWithOptionalData, Data, DataAccessResult

Attributes: TypeAlias = AttributeReference | tuple[AttributeReference, ...]
Methods: TypeAlias = MethodReference | tuple[MethodReference, ...]
GetResult: TypeAlias = Data | DataAccessResult
"""Get_Data_Result: the value of an attribute, or why there is none."""
MethodResult: TypeAlias = ActionResponseWithOptionalData
"""Action_Response: the result of a method, and its return parameters."""


class Get:
    """GET: read attributes (clause 6.6; Tables 13 and 14)."""

    @dataclass(frozen=True, slots=True)
    class Request(LnRequest):
        """GET.request, NORMAL or WITH-LIST.

        With `block_by_block` a long value comes as `Get.Block`, one for each `Get.Next`, and is not kept. No
        other request is sent before its last block, unless it is cancelled.
        """

        attribute: Attributes
        block_by_block: bool = False

        @property
        def request_type(self) -> RequestType:
            return RequestType.WITH_LIST if isinstance(self.attribute, tuple) else RequestType.NORMAL

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Next:
        """GET.request, NEXT: asks for the block after the last one received."""

        invoke_id: int

        @property
        def request_type(self) -> RequestType:
            return RequestType.NEXT

    @dataclass(frozen=True, slots=True)
    class Indication(LnIndication):
        """GET.indication."""

        attribute: Attributes

        @property
        def request_type(self) -> RequestType:
            return RequestType.WITH_LIST if isinstance(self.attribute, tuple) else RequestType.NORMAL

        def response(
            self,
            result: GetResult | tuple[GetResult, ...] | BlockSource,
            security_options: SecurityOptions | None = None,
        ) -> Get.Response:
            """The GET.response to this."""
            return Get.Response(result, invoke_id=self.invoke_id, security_options=security_options)

    @dataclass(frozen=True, slots=True)
    class Response(ServiceResponse):
        """GET.response: a value or a reason for NORMAL, one for each attribute, in their order, for WITH-LIST.

        A value may also be a source that the core reads the encoded Data from, block by block (NORMAL only).
        """

        result: GetResult | tuple[GetResult, ...] | BlockSource

    @dataclass(frozen=True, slots=True)
    class Confirm(LnConfirm):
        """GET.confirm; a single reason for WITH-LIST tells why the service as a whole failed."""

        result: GetResult | tuple[GetResult, ...]

        @property
        def response_type(self) -> ResponseType:
            return ResponseType.WITH_LIST if isinstance(self.result, tuple) else ResponseType.NORMAL

    @dataclass(frozen=True, slots=True)
    class Block(LnConfirm):
        """GET.confirm, ONE-BLOCK or LAST-BLOCK: a part of the encoded Data (for WITH-LIST, of all results)."""

        block_number: int
        last_block: bool
        raw_data: bytes

        @property
        def response_type(self) -> ResponseType:
            return ResponseType.LAST_BLOCK if self.last_block else ResponseType.ONE_BLOCK


class Set:
    """SET: write attributes (clause 6.7; Tables 15 and 16)."""

    @dataclass(frozen=True, slots=True)
    class Request(LnRequest):
        """SET.request: an attribute and its value, or as many values as attributes."""

        attribute: Attributes
        value: Data | tuple[Data, ...]

        @property
        def request_type(self) -> RequestType:
            return RequestType.WITH_LIST if isinstance(self.attribute, tuple) else RequestType.NORMAL

    @dataclass(frozen=True, slots=True)
    class Indication(LnIndication):
        """SET.indication; it comes only when the values are there as a whole."""

        attribute: Attributes
        value: Data | tuple[Data, ...]

        @property
        def request_type(self) -> RequestType:
            return RequestType.WITH_LIST if isinstance(self.attribute, tuple) else RequestType.NORMAL

        def response(
            self,
            result: DataAccessResult | tuple[DataAccessResult, ...],
            security_options: SecurityOptions | None = None,
        ) -> Set.Response:
            """The SET.response to this."""
            return Set.Response(result, invoke_id=self.invoke_id, security_options=security_options)

    @dataclass(frozen=True, slots=True)
    class Response(ServiceResponse):
        """SET.response: a result, or one for each attribute in their order."""

        result: DataAccessResult | tuple[DataAccessResult, ...]

    @dataclass(frozen=True, slots=True)
    class Confirm(LnConfirm):
        """SET.confirm; a single result for WITH-LIST tells why the service as a whole failed."""

        result: DataAccessResult | tuple[DataAccessResult, ...]

        @property
        def response_type(self) -> ResponseType:
            return ResponseType.WITH_LIST if isinstance(self.result, tuple) else ResponseType.NORMAL


class Action:
    """ACTION: invoke methods (clause 6.8; Tables 17 and 18)."""

    @dataclass(frozen=True, slots=True)
    class Request(LnRequest):
        """ACTION.request: a method and its parameter, or as many parameters as methods.

        `value` None: the method takes no parameter; in a list it is null-data. `returns` matters to the SN mapper only:
        whether the method has return parameters, None: as its class says.
        """

        method: Methods
        value: Data | tuple[Data | None, ...] | None = None
        returns: bool | None = None

        @property
        def request_type(self) -> RequestType:
            return RequestType.WITH_LIST if isinstance(self.method, tuple) else RequestType.NORMAL

    @dataclass(frozen=True, slots=True)
    class Indication(LnIndication):
        """ACTION.indication; it comes only when the parameters are there as a whole."""

        method: Methods
        value: Data | tuple[Data, ...] | None = None

        @property
        def request_type(self) -> RequestType:
            return RequestType.WITH_LIST if isinstance(self.method, tuple) else RequestType.NORMAL

        def response(
            self, result: MethodResult | tuple[MethodResult, ...], security_options: SecurityOptions | None = None
        ) -> Action.Response:
            """The ACTION.response to this."""
            return Action.Response(result, invoke_id=self.invoke_id, security_options=security_options)

    @dataclass(frozen=True, slots=True)
    class Response(ServiceResponse):
        """ACTION.response: a result with return parameters, or one for each method in their order."""

        result: MethodResult | tuple[MethodResult, ...]

    @dataclass(frozen=True, slots=True)
    class Confirm(LnConfirm):
        """ACTION.confirm; a single result for WITH-LIST tells why the service as a whole failed."""

        result: MethodResult | tuple[MethodResult, ...]

        @property
        def response_type(self) -> ResponseType:
            return ResponseType.WITH_LIST if isinstance(self.result, tuple) else ResponseType.NORMAL


class EventNotification:
    """EventNotification: the server tells of an event (clause 6.9; Table 19). It is not confirmed."""

    @dataclass(frozen=True, slots=True)
    class Request:
        """EventNotification.request; `time` is a date-time of 12 octets, or None."""

        attribute: AttributeReference
        value: Data
        time: bytes | None = None
        security_options: SecurityOptions | None = None

    @dataclass(frozen=True, slots=True)
    class Indication:
        """EventNotification.indication."""

        attribute: AttributeReference
        value: Data
        time: bytes | None = None
        security_status: SecurityStatus = PLAIN_STATUS


class TriggerEventNotificationSending:
    """TriggerEventNotificationSending: the client lets a server send (clause 6.10; Table 20)."""

    @dataclass(frozen=True, slots=True)
    class Request:
        """A local primitive: the core hands it on as an event, and the profile does what it can."""

        protocol_parameters: object = None


class DataNotification:
    """DataNotification: data that a server pushes, since the edition of 2016.

    `long_invoke_id` is 0 to 0xFFFFFF; `date_time` 12 octets, or empty.
    """

    @dataclass(frozen=True, slots=True)
    class Request:
        """DataNotification.request; general-glo- and general-ded-ciphering are its only ciphered forms."""

        body: Data
        long_invoke_id: int = 0
        date_time: bytes = b""
        priority: Priority = Priority.NORMAL
        service_class: ServiceClass = ServiceClass.UNCONFIRMED
        security_options: SecurityOptions | None = None

    @dataclass(frozen=True, slots=True)
    class Indication:
        """DataNotification.indication."""

        body: Data
        long_invoke_id: int = 0
        date_time: bytes = b""
        priority: Priority = Priority.NORMAL
        service_class: ServiceClass = ServiceClass.UNCONFIRMED
        security_status: SecurityStatus = PLAIN_STATUS
