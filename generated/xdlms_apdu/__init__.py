# Generated from asn1/: do not edit, run `make generate`.
"""The APDUs of DLMS/COSEM, one package for each edition of IEC 62056-5-3."""
