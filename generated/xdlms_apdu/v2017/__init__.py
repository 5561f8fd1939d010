# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""The APDUs of edition 2017: `decode` any of them, or make one and `encode()` it."""

from __future__ import annotations

from collections.abc import Mapping

from xdlms.codec import entry
from xdlms.codec.axdr import FAULTS
from xdlms.codec.entry import Decoded
from xdlms.codec.schema import Reader, TypeInfo
from xdlms_apdu.v2017.aare import (
    AARE,
    AAREProtocolVersion,
    AcseServiceProvider,
    AcseServiceUser,
    AssociationResult,
    ResultSourceDiagnostic,
)
from xdlms_apdu.v2017.aarq import AARQ, AARQProtocolVersion
from xdlms_apdu.v2017.access_request import AccessRequest, AccessRequestBody
from xdlms_apdu.v2017.access_response import (
    AccessResponse,
    AccessResponseAction,
    AccessResponseBody,
    AccessResponseGet,
    AccessResponseSet,
    AccessResponseSpecification,
)
from xdlms_apdu.v2017.acse_apdu import ACSE_APDU_READERS, AcseApdu
from xdlms_apdu.v2017.action_request import (
    ActionRequest,
    ActionRequestNextPblock,
    ActionRequestNormal,
    ActionRequestWithFirstPblock,
    ActionRequestWithList,
    ActionRequestWithListAndFirstPblock,
    ActionRequestWithPblock,
)
from xdlms_apdu.v2017.action_response import (
    ActionResponse,
    ActionResponseNextPblock,
    ActionResponseNormal,
    ActionResponseWithList,
    ActionResponseWithOptionalData,
    ActionResponseWithPblock,
)
from xdlms_apdu.v2017.common import (
    AccessRequestAction,
    AccessRequestGet,
    AccessRequestGetWithSelection,
    AccessRequestSet,
    AccessRequestSetWithSelection,
    AccessRequestSpecification,
    AcseRequirements,
    ActionResult,
    AeInvocationIdentifier,
    AeQualifier,
    ApInvocationIdentifier,
    ApplicationContextName,
    ApTitle,
    AssociationInformation,
    AuthenticationValue,
    BlockNumberAccess,
    Conformance,
    CosemAttributeDescriptor,
    CosemAttributeDescriptorWithSelection,
    CosemClassId,
    CosemDateTime,
    CosemMethodDescriptor,
    CosemObjectAttributeId,
    CosemObjectInstanceId,
    CosemObjectMethodId,
    DataAccessResult,
    DataBlockSA,
    GetDataResult,
    ImplementationData,
    Integer8,
    Integer16,
    Integer32,
    Integer64,
    InvokeIdAndPriority,
    LongInvokeIdAndPriority,
    MechanismName,
    ObjectName,
    ParameterizedAccess,
    ReadDataBlockAccess,
    SelectiveAccessDescriptor,
    Unsigned8,
    Unsigned16,
    Unsigned32,
    Unsigned64,
    VariableAccessSpecification,
    WriteDataBlockAccess,
)
from xdlms_apdu.v2017.confirmed_service_error import (
    ConfirmedServiceError,
    ConfirmedServiceErrorChangeScope,
    ConfirmedServiceErrorGetDataSetAttribute,
    ConfirmedServiceErrorGetNameList,
    ConfirmedServiceErrorGetStatus,
    ConfirmedServiceErrorGetTIAttribute,
    ConfirmedServiceErrorGetVariableAttribute,
    ConfirmedServiceErrorInitiateError,
    ConfirmedServiceErrorInitiateLoad,
    ConfirmedServiceErrorInitiateUpLoad,
    ConfirmedServiceErrorLoadSegment,
    ConfirmedServiceErrorMakeUsable,
    ConfirmedServiceErrorRead,
    ConfirmedServiceErrorResume,
    ConfirmedServiceErrorStart,
    ConfirmedServiceErrorStop,
    ConfirmedServiceErrorTerminateLoad,
    ConfirmedServiceErrorTerminateUpLoad,
    ConfirmedServiceErrorUpLoadSegment,
    ConfirmedServiceErrorWrite,
    ServiceError,
    ServiceErrorAccess,
    ServiceErrorApplicationReference,
    ServiceErrorDefinition,
    ServiceErrorHardwareResource,
    ServiceErrorInitiate,
    ServiceErrorLoadDataSet,
    ServiceErrorService,
    ServiceErrorTask,
    ServiceErrorVdeStateError,
)
from xdlms_apdu.v2017.data import Data, DataTag, TypeDescription
from xdlms_apdu.v2017.data_notification import DataNotification, NotificationBody
from xdlms_apdu.v2017.event_notification_request import EventNotificationRequest
from xdlms_apdu.v2017.exception_response import (
    DecipheringError,
    ExceptionResponse,
    ExceptionResponseServiceError,
    ExceptionResponseStateError,
    OperationNotPossible,
    OtherReason,
    PduTooLong,
    ServiceNotSupported,
)
from xdlms_apdu.v2017.general_block_transfer import BlockControl, GeneralBlockTransfer
from xdlms_apdu.v2017.general_ciphering import (
    AgreedKey,
    GeneralCiphering,
    IdentifiedKey,
    KekId,
    KeyId,
    KeyInfo,
    WrappedKey,
)
from xdlms_apdu.v2017.general_ded_ciphering import GeneralDedCiphering
from xdlms_apdu.v2017.general_glo_ciphering import GeneralGloCiphering
from xdlms_apdu.v2017.general_signing import GeneralSigning
from xdlms_apdu.v2017.get_request import GetRequest, GetRequestNext, GetRequestNormal, GetRequestWithList
from xdlms_apdu.v2017.get_response import (
    DataBlockG,
    DataBlockGResult,
    GetResponse,
    GetResponseNormal,
    GetResponseWithDatablock,
    GetResponseWithList,
)
from xdlms_apdu.v2017.information_report_request import InformationReportRequest
from xdlms_apdu.v2017.initiate_request import InitiateRequest
from xdlms_apdu.v2017.initiate_response import InitiateResponse
from xdlms_apdu.v2017.read_request import ReadRequest
from xdlms_apdu.v2017.read_response import DataBlockResult, ReadResponse, ReadResponseBlockNumber, ReadResponseElement
from xdlms_apdu.v2017.rlre import RLRE, ReleaseResponseReason
from xdlms_apdu.v2017.rlrq import RLRQ, ReleaseRequestReason
from xdlms_apdu.v2017.set_request import (
    SetRequest,
    SetRequestNormal,
    SetRequestWithDatablock,
    SetRequestWithFirstDatablock,
    SetRequestWithList,
    SetRequestWithListAndFirstDatablock,
)
from xdlms_apdu.v2017.set_response import (
    SetResponse,
    SetResponseDatablock,
    SetResponseLastDatablock,
    SetResponseLastDatablockWithList,
    SetResponseNormal,
    SetResponseWithList,
)
from xdlms_apdu.v2017.syntax import SYNTAX
from xdlms_apdu.v2017.unconfirmed_write_request import UnconfirmedWriteRequest
from xdlms_apdu.v2017.write_request import WriteRequest
from xdlms_apdu.v2017.write_response import WriteResponse, WriteResponseBlockNumber, WriteResponseElement
from xdlms_apdu.v2017.xdlms_apdu import (
    XDLMS_APDU_READERS,
    DedActionRequest,
    DedActionResponse,
    DedConfirmedServiceError,
    DedEventNotificationRequest,
    DedGetRequest,
    DedGetResponse,
    DedInformationReportRequest,
    DedInitiateRequest,
    DedInitiateResponse,
    DedReadRequest,
    DedReadResponse,
    DedSetRequest,
    DedSetResponse,
    DedUnconfirmedWriteRequest,
    DedWriteRequest,
    DedWriteResponse,
    GloActionRequest,
    GloActionResponse,
    GloConfirmedServiceError,
    GloEventNotificationRequest,
    GloGetRequest,
    GloGetResponse,
    GloInformationReportRequest,
    GloInitiateRequest,
    GloInitiateResponse,
    GloReadRequest,
    GloReadResponse,
    GloSetRequest,
    GloSetResponse,
    GloUnconfirmedWriteRequest,
    GloWriteRequest,
    GloWriteResponse,
    XdlmsApdu,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

EDITION = "2017"

APDU: TypeAlias = AcseApdu | XdlmsApdu
"""Any APDU."""

TYPES: Mapping[str, TypeInfo] = SYNTAX.types
"""Every type, by its ASN.1 name."""

_READERS: dict[int, Reader] = {
    **ACSE_APDU_READERS,
    **XDLMS_APDU_READERS,
}


def decode(octets: bytes, *, strict: bool = True, max_depth: int = 32) -> APDU:
    """The one whole APDU that the octets are.

    `max_depth` bounds the nesting of values; 256 is the most there can be. Not strict, known quirks of
    meters in the field and octets left over are taken too; what strict decoding takes means the same.

    Raises DecodeError, which says what is wrong in which field at which octet.
    """
    apdu: APDU
    if type(octets) is bytes and max_depth >= entry.MAX_DEPTH:
        try:
            apdu, end = _READERS[octets[0]](octets, 1)
            if end == len(octets):
                return apdu
        except FAULTS:
            pass
    apdu = entry.decode_slowly(SYNTAX, octets, strict=strict, max_depth=max_depth)
    return apdu


def decode_report(octets: bytes, *, max_depth: int = 32) -> Decoded:
    """The APDU, leniently, with a finding for everything that deviates, and its canonical octets.

    Raises DecodeError where the octets cannot be read even so.
    """
    return entry.decode_report(SYNTAX, octets, max_depth=max_depth)


def decode_type(asn1_name: str, octets: bytes, *, strict: bool = True) -> Any:
    """The value of a type by its ASN.1 name, with the tags that belong to the type.

    Raises DecodeError, and KeyError for a name that the edition does not have.
    """
    return entry.decode_type(SYNTAX, asn1_name, octets, strict=strict)


__all__ = [
    "APDU",
    "EDITION",
    "TYPES",
    "decode",
    "decode_report",
    "decode_type",
    "AARE",
    "AARQ",
    "RLRE",
    "RLRQ",
    "AAREProtocolVersion",
    "AARQProtocolVersion",
    "AccessRequest",
    "AccessRequestAction",
    "AccessRequestBody",
    "AccessRequestGet",
    "AccessRequestGetWithSelection",
    "AccessRequestSet",
    "AccessRequestSetWithSelection",
    "AccessRequestSpecification",
    "AccessResponse",
    "AccessResponseAction",
    "AccessResponseBody",
    "AccessResponseGet",
    "AccessResponseSet",
    "AccessResponseSpecification",
    "AcseApdu",
    "AcseRequirements",
    "AcseServiceProvider",
    "AcseServiceUser",
    "ActionRequest",
    "ActionRequestNextPblock",
    "ActionRequestNormal",
    "ActionRequestWithFirstPblock",
    "ActionRequestWithList",
    "ActionRequestWithListAndFirstPblock",
    "ActionRequestWithPblock",
    "ActionResponse",
    "ActionResponseNextPblock",
    "ActionResponseNormal",
    "ActionResponseWithList",
    "ActionResponseWithOptionalData",
    "ActionResponseWithPblock",
    "ActionResult",
    "AeInvocationIdentifier",
    "AeQualifier",
    "AgreedKey",
    "ApInvocationIdentifier",
    "ApplicationContextName",
    "ApTitle",
    "AssociationInformation",
    "AssociationResult",
    "AuthenticationValue",
    "BlockControl",
    "BlockNumberAccess",
    "ConfirmedServiceError",
    "ConfirmedServiceErrorChangeScope",
    "ConfirmedServiceErrorGetDataSetAttribute",
    "ConfirmedServiceErrorGetNameList",
    "ConfirmedServiceErrorGetStatus",
    "ConfirmedServiceErrorGetTIAttribute",
    "ConfirmedServiceErrorGetVariableAttribute",
    "ConfirmedServiceErrorInitiateError",
    "ConfirmedServiceErrorInitiateLoad",
    "ConfirmedServiceErrorInitiateUpLoad",
    "ConfirmedServiceErrorLoadSegment",
    "ConfirmedServiceErrorMakeUsable",
    "ConfirmedServiceErrorRead",
    "ConfirmedServiceErrorResume",
    "ConfirmedServiceErrorStart",
    "ConfirmedServiceErrorStop",
    "ConfirmedServiceErrorTerminateLoad",
    "ConfirmedServiceErrorTerminateUpLoad",
    "ConfirmedServiceErrorUpLoadSegment",
    "ConfirmedServiceErrorWrite",
    "Conformance",
    "CosemAttributeDescriptor",
    "CosemAttributeDescriptorWithSelection",
    "CosemClassId",
    "CosemDateTime",
    "CosemMethodDescriptor",
    "CosemObjectAttributeId",
    "CosemObjectInstanceId",
    "CosemObjectMethodId",
    "Data",
    "DataAccessResult",
    "DataBlockG",
    "DataBlockGResult",
    "DataBlockResult",
    "DataBlockSA",
    "DataNotification",
    "DataTag",
    "DecipheringError",
    "DedActionRequest",
    "DedActionResponse",
    "DedConfirmedServiceError",
    "DedEventNotificationRequest",
    "DedGetRequest",
    "DedGetResponse",
    "DedInformationReportRequest",
    "DedInitiateRequest",
    "DedInitiateResponse",
    "DedReadRequest",
    "DedReadResponse",
    "DedSetRequest",
    "DedSetResponse",
    "DedUnconfirmedWriteRequest",
    "DedWriteRequest",
    "DedWriteResponse",
    "EventNotificationRequest",
    "ExceptionResponse",
    "ExceptionResponseServiceError",
    "ExceptionResponseStateError",
    "GeneralBlockTransfer",
    "GeneralCiphering",
    "GeneralDedCiphering",
    "GeneralGloCiphering",
    "GeneralSigning",
    "GetDataResult",
    "GetRequest",
    "GetRequestNext",
    "GetRequestNormal",
    "GetRequestWithList",
    "GetResponse",
    "GetResponseNormal",
    "GetResponseWithDatablock",
    "GetResponseWithList",
    "GloActionRequest",
    "GloActionResponse",
    "GloConfirmedServiceError",
    "GloEventNotificationRequest",
    "GloGetRequest",
    "GloGetResponse",
    "GloInformationReportRequest",
    "GloInitiateRequest",
    "GloInitiateResponse",
    "GloReadRequest",
    "GloReadResponse",
    "GloSetRequest",
    "GloSetResponse",
    "GloUnconfirmedWriteRequest",
    "GloWriteRequest",
    "GloWriteResponse",
    "IdentifiedKey",
    "ImplementationData",
    "InformationReportRequest",
    "InitiateRequest",
    "InitiateResponse",
    "Integer8",
    "Integer16",
    "Integer32",
    "Integer64",
    "InvokeIdAndPriority",
    "KekId",
    "KeyId",
    "KeyInfo",
    "LongInvokeIdAndPriority",
    "MechanismName",
    "NotificationBody",
    "ObjectName",
    "OperationNotPossible",
    "OtherReason",
    "ParameterizedAccess",
    "PduTooLong",
    "ReadDataBlockAccess",
    "ReadRequest",
    "ReadResponse",
    "ReadResponseBlockNumber",
    "ReadResponseElement",
    "ReleaseRequestReason",
    "ReleaseResponseReason",
    "ResultSourceDiagnostic",
    "SelectiveAccessDescriptor",
    "ServiceError",
    "ServiceErrorAccess",
    "ServiceErrorApplicationReference",
    "ServiceErrorDefinition",
    "ServiceErrorHardwareResource",
    "ServiceErrorInitiate",
    "ServiceErrorLoadDataSet",
    "ServiceErrorService",
    "ServiceErrorTask",
    "ServiceErrorVdeStateError",
    "ServiceNotSupported",
    "SetRequest",
    "SetRequestNormal",
    "SetRequestWithDatablock",
    "SetRequestWithFirstDatablock",
    "SetRequestWithList",
    "SetRequestWithListAndFirstDatablock",
    "SetResponse",
    "SetResponseDatablock",
    "SetResponseLastDatablock",
    "SetResponseLastDatablockWithList",
    "SetResponseNormal",
    "SetResponseWithList",
    "TypeDescription",
    "UnconfirmedWriteRequest",
    "Unsigned8",
    "Unsigned16",
    "Unsigned32",
    "Unsigned64",
    "VariableAccessSpecification",
    "WrappedKey",
    "WriteDataBlockAccess",
    "WriteRequest",
    "WriteResponse",
    "WriteResponseBlockNumber",
    "WriteResponseElement",
    "XdlmsApdu",
]
