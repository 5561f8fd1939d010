"""Image transfer, version 0 (IEC 62056-6-2): a firmware image in blocks, verified, and activated.

What is activated changes nothing in this meter. An image is right when its last four octets are the CRC-32 of those
before, the most significant octet first: they stand for its signature.
"""

from __future__ import annotations

import zlib
from enum import IntEnum
from typing import Final

from xdlms import data
from xdlms.codec.numbers import BitString
from xdlms.meter.classes import MeterObject
from xdlms.server.objects import AccessError, MethodError, Request
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, DataTag

BLOCK_SIZE: Final = 128
"""image_block_size, in octets."""
LARGEST_IMAGE: Final = 1 << 20
"""Octets of the largest image that is taken."""
ENABLED: Final = 5
"""The attribute that can be written: image_transfer_enabled."""
_SIGNATURE: Final = 4
_LONGEST_IDENTIFIER: Final = 64


class ImageStatus(IntEnum):
    """image_transfer_status."""

    NOT_INITIATED = 0
    INITIATED = 1
    VERIFICATION_INITIATED = 2
    VERIFIED = 3
    VERIFICATION_FAILED = 4
    ACTIVATION_INITIATED = 5
    ACTIVATED = 6
    ACTIVATION_FAILED = 7


class ImageTransfer(MeterObject):
    """Image transfer: image_transfer_initiate, image_block_transfer, image_verify, image_activate.

    Blocks come in any order, and may come again. An image that is verified takes no more blocks; a new one begins with
    image_transfer_initiate.
    """

    class_id = 18
    attributes = 7
    methods = 4

    def __init__(self, logical_name: bytes) -> None:
        super().__init__(logical_name)
        self._enabled = True
        self._status = ImageStatus.NOT_INITIATED
        self._identifier = b""
        self._image = bytearray()
        self._transferred: list[bool] = []

    def value_of(self, attribute: int) -> Data:
        match attribute:
            case 2:
                return data.double_long_unsigned(BLOCK_SIZE)
            case 3:
                return data.bit_string(BitString.of("".join("01"[done] for done in self._transferred)))
            case 4:
                return data.double_long_unsigned(self._first_missing())
            case 5:
                return data.boolean(self._enabled)
            case 6:
                return data.enum(self._status)
            case 7:
                return data.array(self._to_activate())
        return super().value_of(attribute)

    def write(self, attribute: int, value: Data) -> None:
        if attribute != ENABLED:
            super().write(attribute, value)
        if value.tag != DataTag.boolean:
            raise AccessError(DataAccessResult.type_unmatched, "image_transfer_enabled is a boolean")
        self._enabled = value.value

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        if not self._enabled:
            raise MethodError(ActionResult.read_write_denied, "image transfer is not enabled")
        match method:
            case 1:
                self._initiate(argument)
            case 2:
                self._take_block(argument)
            case 3:
                self._verify()
            case 4:
                self._activate()
            case _:
                return super().action(method, argument, request)
        return None

    # Methods

    def _initiate(self, argument: Data | None) -> None:
        match None if argument is None or argument.tag != DataTag.structure else argument.value:
            case (bytes(identifier), int(size)) if not isinstance(size, bool):
                pass
            case _:
                raise MethodError(ActionResult.type_unmatched, "{image identifier, image size}")
        if not 1 <= len(identifier) <= _LONGEST_IDENTIFIER or not _SIGNATURE < size <= LARGEST_IMAGE:
            raise MethodError(
                ActionResult.other_reason,
                f"an identifier has 1 to {_LONGEST_IDENTIFIER} octets, an image {_SIGNATURE + 1} to {LARGEST_IMAGE}",
            )
        self._identifier = identifier
        self._image = bytearray(size)
        self._transferred = [False] * -(-size // BLOCK_SIZE)
        self._status = ImageStatus.INITIATED

    def _take_block(self, argument: Data | None) -> None:
        match None if argument is None or argument.tag != DataTag.structure else argument.value:
            case (int(number), bytes(value)) if not isinstance(number, bool):
                pass
            case _:
                raise MethodError(ActionResult.type_unmatched, "{image block number, image block value}")
        if self._status is not ImageStatus.INITIATED:
            raise MethodError(ActionResult.other_reason, "no image is being transferred")
        if not 0 <= number < len(self._transferred):
            raise MethodError(ActionResult.other_reason, f"there is no block {number}")
        start = number * BLOCK_SIZE
        length = min(BLOCK_SIZE, len(self._image) - start)
        if len(value) != length:
            raise MethodError(ActionResult.other_reason, f"block {number} has {length} octets")
        self._image[start : start + length] = value
        self._transferred[number] = True

    def _verify(self) -> None:
        if self._status not in (ImageStatus.INITIATED, ImageStatus.VERIFIED, ImageStatus.VERIFICATION_FAILED):
            raise MethodError(ActionResult.other_reason, "there is no image to verify")
        if self._first_missing() < len(self._transferred):
            raise MethodError(ActionResult.other_reason, "the image is not complete")
        content, signature = self._image[:-_SIGNATURE], self._image[-_SIGNATURE:]
        if zlib.crc32(content).to_bytes(_SIGNATURE, "big") != signature:
            self._status = ImageStatus.VERIFICATION_FAILED
            raise MethodError(ActionResult.other_reason, "the signature is wrong")
        self._status = ImageStatus.VERIFIED

    def _activate(self) -> None:
        if self._status is ImageStatus.INITIATED:
            self._verify()
        if self._status is not ImageStatus.VERIFIED:
            raise MethodError(ActionResult.other_reason, "there is no image that is verified")
        self._status = ImageStatus.ACTIVATED

    # Within

    def _first_missing(self) -> int:
        """The number of the first block that is not there; how many there are, if all are."""
        missing = (number for number, done in enumerate(self._transferred) if not done)
        return next(missing, len(self._transferred))

    def _to_activate(self) -> list[Data]:
        if self._status not in (ImageStatus.VERIFIED, ImageStatus.ACTIVATED):
            return []
        return [
            data.structure(
                [
                    data.double_long_unsigned(len(self._image)),
                    data.octet_string(self._identifier),
                    data.octet_string(bytes(self._image[-_SIGNATURE:])),
                ]
            )
        ]
