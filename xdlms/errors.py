"""The errors of the codecs and what checks find, under their public names."""

from xdlms.codec.errors import CodecError, DecodeError, EncodeError, ErrorCode, Finding, Severity

__all__ = ["CodecError", "DecodeError", "EncodeError", "ErrorCode", "Finding", "Severity"]
