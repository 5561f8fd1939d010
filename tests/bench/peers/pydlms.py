"""pydlms-client: its decoder of APDUs, and the values in its tagged Data."""

from __future__ import annotations

from typing import Any

from bench.worker import Task, plain, same, serve
from bench.workloads import workloads
from pydlms.apdu.xdlms import decode_apdu
from pydlms.cosem.data import CompactArray


def tasks() -> dict[str, Task]:
    given = workloads()
    made = {}
    for name in ("profile", "compact-array", "sparse stamps", "alternating", "get-response"):
        made[f"{name} decode"] = Task(decode_apdu, same(given[name].octets), _data)
    made["profile encode"] = Task(lambda value: value.to_bytes(), same(decode_apdu(given["profile"].octets)), plain)
    made["get-request decode"] = Task(decode_apdu, same(given["get-request"].octets), _request)
    made["get-request encode"] = Task(
        lambda value: value.to_bytes(), same(decode_apdu(given["get-request"].octets)), plain
    )
    made["push decode"] = Task(decode_apdu, same(given["push"].octets), lambda value: values(value.body))
    return made


def _data(value: Any) -> Any:
    return values(value.result.data)


def values(data: Any) -> Any:
    """Out of its tagged values; this is not measured."""
    value = data.value
    if isinstance(value, CompactArray):
        value = value.items
    return [values(item) for item in value] if isinstance(value, list) else plain(value)


def _request(value: Any) -> dict[str, object]:
    descriptor = value.attribute
    return {
        "class": descriptor.class_id,
        "name": descriptor.instance_id.to_bytes().hex(),
        "attribute": descriptor.attribute_id,
    }


if __name__ == "__main__":
    serve(tasks)
