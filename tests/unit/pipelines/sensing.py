"""The city at work now, its graph, and one look of a sensor.

Belongs here: builders. Keep out: assertions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import DagsterInstance, Definitions, SensorResult, build_sensor_context

from catalog_specs.loader import load
from flow.city import City
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE
from tests.city.declared import Change, write_catalog
from tests.city.grants import decide_as_typed
from tests.city.homes import KEYS

__all__ = ["in_seconds", "living", "look", "put_share", "revoke", "said"]


def in_seconds(seconds: float) -> Callable[[], datetime]:
    """Return a clock that is some seconds ahead: Dagster counts by the machine's own."""
    return lambda: datetime.now(tz=UTC) + timedelta(seconds=seconds)


def living(folder: Path, **changes: Change) -> City:
    """Return the city over an empty home, living now; its catalogue may be edited."""
    catalog = load(write_catalog(folder, **changes))
    decide_as_typed(Layout(folder / "home"), catalog)
    return City(catalog, Layout(folder / "home"), KEYS, in_seconds(0))


def look(graph: Definitions, city: City, instance: DagsterInstance, sensor: str) -> SensorResult:
    """Let a sensor look once, and add the partitions that it wants."""
    context = build_sensor_context(instance=instance, resources={"city": city})
    result = graph.resolve_sensor_def(sensor)(context)
    assert isinstance(result, SensorResult)
    for request in result.dynamic_partitions_requests or ():
        instance.add_dynamic_partitions(request.partitions_def_name, list(request.partition_keys))
    return result


def said(result: SensorResult) -> str:
    """Return why a sensor asked for nothing."""
    return result.skip_reason.skip_message or "" if result.skip_reason else ""


def put_share(city: City) -> Path:
    """Put a file where the grant's extract would be; return it."""
    file = city.layout.share_file(GRANT)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"rows")
    return file


def revoke(city: City) -> None:
    """Revoke the grant in its file."""
    file = city.catalog.root / GRANT_FILE
    file.write_text(f"{file.read_text(encoding='utf-8')}status: revoked\n", encoding="utf-8")
