"""pydlms-client: its decoder of APDUs, and the values in its tagged Data."""

from __future__ import annotations

from typing import Any

from bench.worker import Task, plain, same, serve
from bench.workloads import workloads
from pydlms.apdu.xdlms import decode_apdu


def main() -> None:
    made = workloads()
    tasks = {}
    for name in ("profile", "compact-array", "sparse stamps", "alternating", "get-response"):
        tasks[f"{name} decode"] = Task(decode_apdu, same(made[name].octets), _data)
    tasks["profile encode"] = Task(lambda value: value.to_bytes(), same(decode_apdu(made["profile"].octets)), plain)
    tasks["get-request decode"] = Task(decode_apdu, same(made["get-request"].octets), _request)
    tasks["get-request encode"] = Task(
        lambda value: value.to_bytes(), same(decode_apdu(made["get-request"].octets)), plain
    )
    tasks["push decode"] = Task(decode_apdu, same(made["push"].octets), lambda value: values(value.body))
    serve(tasks)


def values(data: Any) -> Any:
    """Out of its tagged values; not measured."""
    value = data.value
    return [values(item) for item in value] if isinstance(value, list) else plain(value)


def _request(value: Any) -> dict[str, object]:
    descriptor = value.attribute
    return {"class": descriptor.class_id, "name": bytes(descriptor.obis).hex(), "attribute": descriptor.attribute}


if __name__ == "__main__":
    main()
