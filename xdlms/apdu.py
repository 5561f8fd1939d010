"""The APDUs of the newest edition, under their short name."""

from xdlms_apdu.v2023 import *  # noqa: F403  # the newest edition, whole
