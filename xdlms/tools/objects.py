"""Names of objects that are met everywhere, and of interface classes, their attributes and methods.

Source: IEC 62056-6-1 (OBIS) and IEC 62056-6-2 (interface classes).
"""

from __future__ import annotations

from typing import Final

_PHASES: Final = {20: "L1", 40: "L2", 60: "L3"}
# Value groups C and D of electricity: what is measured, and how it is processed. L1, L2 and L3 are C + 20, 40, 60.
_QUANTITIES: Final = {
    1: "active {} import",
    2: "active {} export",
    3: "reactive {} import",
    4: "reactive {} export",
    5: "reactive {} QI",
    6: "reactive {} QII",
    7: "reactive {} QIII",
    8: "reactive {} QIV",
    9: "apparent {} import",
    10: "apparent {} export",
    11: "current",
    12: "voltage",
    13: "power factor",
    14: "frequency",
    15: "active {} absolute",
    16: "active {} net",
}
_PROCESSING: Final = {
    4: ("power", "current average"),
    5: ("power", "last average"),
    6: ("power", "maximum"),
    7: ("power", ""),
    8: ("energy", ""),
    9: ("energy", "since billing"),
    29: ("energy", "interval"),
}
# The value groups A, C, D, E of objects that are no measurement; None stands for any.
_ABSTRACT: Final = (
    ((0, 1, 0, 0), "clock"),
    ((0, 2, 0, 0), "modem configuration"),
    ((0, 10, 0, None), "script table"),
    ((0, 15, 0, None), "single action schedule"),
    ((0, 22, 0, 0), "HDLC setup"),
    ((0, 25, 9, 0), "push setup"),
    ((0, 40, 0, 0), "current association"),
    ((0, 40, 0, None), "association"),
    ((0, 41, 0, 0), "SAP assignment"),
    ((0, 42, 0, 0), "logical device name"),
    ((0, 43, 0, None), "security setup"),
    ((0, 43, 1, None), "invocation counter"),
    ((0, 44, 0, 0), "image transfer"),
    ((0, 96, 1, 0), "serial number"),
    ((0, 96, 1, None), "device id"),
    ((0, 96, 3, 10), "disconnect control"),
    ((0, 97, 97, 0), "error register"),
    ((0, 97, 98, 0), "alarm register"),
    ((1, 0, 2, 0), "firmware version"),
    ((1, 0, 2, 129), "OBIS list version"),
    ((1, 98, 1, None), "billing profile"),
    ((1, 99, 1, 0), "load profile"),
    ((1, 99, 2, 0), "daily load profile"),
    ((1, 99, 98, None), "event log"),
)

NAME_LENGTH: Final = 6
_WHOLE: Final = 255


def dotted(logical_name: bytes) -> str:
    """A logical name of six octets as people write it: ``1.0.1.8.0.255``."""
    return ".".join(map(str, logical_name))


def object_name(logical_name: bytes) -> str:
    """What is known of an object by its logical name; empty if nothing is."""
    if len(logical_name) != NAME_LENGTH:
        return ""
    group_a, _, group_c, group_d, group_e, _ = logical_name
    for (a, c, d, e), name in _ABSTRACT:
        if (a, c, d) == (group_a, group_c, group_d) and e in (None, group_e):
            return name
    return _measurement(group_c, group_d, group_e) if group_a == 1 else ""


def _measurement(group_c: int, group_d: int, group_e: int) -> str:
    phase = next((steps for steps in _PHASES if group_c - steps in _QUANTITIES and group_c - steps <= 15), 0)
    quantity = _QUANTITIES.get(group_c - phase)
    if quantity is None or group_d not in _PROCESSING:
        return ""
    measure, processing = _PROCESSING[group_d]
    if "{}" not in quantity and measure == "energy":
        return ""
    words = [quantity.format(measure), _PHASES.get(phase, ""), processing]
    if measure == "energy" and group_e:
        words.append(f"tariff {group_e}")
    return " ".join(word for word in words if word)


def is_logical_name(octets: bytes) -> bool:
    """Whether six octets that may be anything are likely a logical name."""
    if len(octets) != NAME_LENGTH or octets[0] > 15:
        return False
    return octets[5] == _WHOLE or (octets[5] < 126 and bool(object_name(octets)))


def describe_object(logical_name: bytes) -> str:
    """A logical name with dots and what is known of it."""
    name = object_name(logical_name)
    return f"{dotted(logical_name)} {name}" if name else dotted(logical_name)


class InterfaceClass:
    """An interface class: its name, its attributes from attribute 2 on, and its methods from 1 on."""

    __slots__ = ("attributes", "methods", "name")

    def __init__(self, name: str, attributes: str = "", methods: str = "") -> None:
        self.name = name
        self.attributes = ("logical_name", *attributes.split())
        self.methods = tuple(methods.split())


_REGISTER: Final = "value scaler_unit"
_ASSOCIATION_LN: Final = (
    "object_list associated_partners_id application_context_name xDLMS_context_info authentication_mechanism_name"
    " secret association_status security_setup_reference user_list current_user"
)
_PROFILE: Final = "buffer capture_objects capture_period sort_method sort_object entries_in_use profile_entries"
_CLOCK: Final = (
    "time time_zone status daylight_savings_begin daylight_savings_end daylight_savings_deviation"
    " daylight_savings_enabled clock_base"
)
_DEMAND: Final = (
    "current_average_value last_average_value scaler_unit status capture_time start_time_current period"
    " number_of_periods"
)
_IMAGE: Final = (
    "image_block_size image_transferred_blocks_status image_first_not_transferred_block_number"
    " image_transfer_enabled image_transfer_status image_to_activate_info"
)
_PUSH: Final = (
    "push_object_list send_destination_and_method communication_window randomisation_start_interval"
    " number_of_retries repetition_delay"
)
_SECURITY: Final = "security_policy security_suite client_system_title server_system_title certificates"

CLASSES: Final = {
    1: InterfaceClass("Data", "value"),
    3: InterfaceClass("Register", _REGISTER, "reset"),
    4: InterfaceClass("Extended register", f"{_REGISTER} status capture_time", "reset"),
    5: InterfaceClass("Demand register", _DEMAND, "reset next_period"),
    7: InterfaceClass("Profile generic", _PROFILE, "reset capture"),
    8: InterfaceClass(
        "Clock",
        _CLOCK,
        "adjust_to_quarter adjust_to_measuring_period adjust_to_minute adjust_to_preset_time preset_adjusting_time"
        " shift_time",
    ),
    9: InterfaceClass("Script table", "scripts", "execute"),
    11: InterfaceClass("Special days table", "entries", "insert delete"),
    12: InterfaceClass("Association SN", "object_list access_rights_list security_setup_reference"),
    15: InterfaceClass(
        "Association LN", _ASSOCIATION_LN, "reply_to_HLS_authentication change_HLS_secret add_object remove_object"
    ),
    17: InterfaceClass("SAP assignment", "SAP_assignment_list", "connect_logical_device"),
    18: InterfaceClass(
        "Image transfer", _IMAGE, "image_transfer_initiate image_block_transfer image_verify image_activate"
    ),
    20: InterfaceClass("Activity calendar"),
    22: InterfaceClass("Single action schedule"),
    23: InterfaceClass("IEC HDLC setup"),
    40: InterfaceClass("Push setup", _PUSH, "push"),
    64: InterfaceClass("Security setup", _SECURITY, "security_activate key_transfer"),
    70: InterfaceClass(
        "Disconnect control", "output_state control_state control_mode", "remote_disconnect remote_reconnect"
    ),
}
"""The interface classes by class_id."""


def class_name(class_id: int) -> str:
    """The name of an interface class; empty if it is not known."""
    known = CLASSES.get(class_id)
    return "" if known is None else known.name


def attribute_name(class_id: int, attribute: int) -> str:
    """The name of an attribute, 1 to 127; 0 means all. Empty if it is not known."""
    if attribute == 0:
        return "all attributes"
    known = CLASSES.get(class_id)
    if known is None or not 1 <= attribute <= len(known.attributes):
        return ""
    return known.attributes[attribute - 1]


def method_name(class_id: int, method: int) -> str:
    """The name of a method, from 1; empty if it is not known."""
    known = CLASSES.get(class_id)
    return known.methods[method - 1] if known is not None and 1 <= method <= len(known.methods) else ""
