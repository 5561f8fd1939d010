"""An embedded simulated meter, to try clients on: docs/meter.md lists what it has.

Its keys are known to everybody, unless it is configured otherwise: it is no place for secrets.

The modules, from the bottom up::

    simulation, time            what is measured, and when
    classes, clock, control     interface classes
    profile                     Profile generic with its selective access
    push, image                 Push setup, Image transfer
    security                    Security setup, keys, policies and counters
    config, config_tables       what can be configured, from TOML
    objects, building           which objects there are, and who may do what with them
    meter                       `Meter`
"""

from xdlms.meter.config import (
    TEST_KEYS,
    TEST_PASSWORD,
    TEST_SECRET,
    Access,
    ClientConfig,
    Mechanism,
    MeterConfig,
    MeterConfigError,
    SetupConfig,
    load_config,
)
from xdlms.meter.meter import GAS_SAP, MANAGEMENT_SAP, Meter, default_meter
from xdlms.meter.time import MeterTime

__all__ = [
    "GAS_SAP",
    "MANAGEMENT_SAP",
    "TEST_KEYS",
    "TEST_PASSWORD",
    "TEST_SECRET",
    "Access",
    "ClientConfig",
    "Mechanism",
    "Meter",
    "MeterConfig",
    "MeterConfigError",
    "MeterTime",
    "SetupConfig",
    "default_meter",
    "load_config",
]
