"""Reports to Dagster: runs outside Dagster show there the same facts as its own runs.

Belongs here: which events follow from what a run did. Keep out: making them a run's business (a
run without Dagster works without it), the instance's folder (`instance`).
Counts, codes and names of the catalogue only; one event an asset and check, however many
deliveries there were; nothing where nothing changed. Dagster is imported when there is something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from flow.city import City
from flow.failures import Failure, Faults
from flow.results import RunResult
from outlets.open_data.release import Release
from outlets.shares.project import Projection
from outlets.shares.withdrawals import Withdrawal
from register.records import Outcome, VerdictKind
from register.register import Register, open_registers

if TYPE_CHECKING:
    from dagster import AssetCheckEvaluation, AssetMaterialization, DagsterInstance

__all__ = ["report"]

_FIGURES = ("accepted", "quarantined", "inserted", "updated", "deleted")


def report(city: City, results: Sequence[RunResult]) -> tuple[Failure, ...]:
    """Show what one or several runs did in the Dagster instance of the home; say what failed."""
    faults = Faults(city.layout)
    with faults.apart("events"):
        if any(_changed(result) for result in results):
            _report(city, results, faults)
    return tuple(faults.found)


def _changed(result: RunResult) -> bool:
    return result.views_rebuilt or any(
        (
            any(one.verdict is not VerdictKind.RECOGNISED for one in result.outcomes),
            any(_is_new(one) for one in result.shares),
            any(isinstance(one, Release) and one.created for one in result.releases),
        )
    )


def _is_new(share: Projection | Withdrawal) -> bool:
    return share.existed if isinstance(share, Withdrawal) else share.refreshed


def _report(city: City, results: Sequence[RunResult], faults: Faults) -> None:
    from dagster import DagsterInstance

    from assets.due_times import due_evaluations
    from pipelines.instance import dagster_home
    from pipelines.purging import keep_newest

    folder = dagster_home(city.layout.home, city.governance_db)
    with DagsterInstance.from_config(str(folder)) as instance:
        _name_grants(instance, results)
        events = [*_events(city, results), *due_evaluations(city, faults)]
        with _one_transaction(instance):
            for event in events:
                instance.report_runless_asset_event(event)
        keep_newest(instance)


@contextmanager
def _one_transaction(instance: DagsterInstance) -> Iterator[None]:
    """Let all events of the block go into Dagster's SQLite files at once.

    Dagster opens a file, reads which tables it has and commits several times for each event: 90 ms,
    and a city has a thousand checks. Another storage (PostgreSQL) is left as it is.
    """
    from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

    storage = instance.event_log_storage
    if not isinstance(storage, SqliteEventLogStorage):
        yield
        return
    storage._db_lock = RLock()  # type: ignore[assignment]  # noqa: SLF001 - two of its files are open at once, by this thread
    connect = storage._connect  # noqa: SLF001 - the one door to its files; there is no other
    with ExitStack() as stack:
        opened: dict[str, Any] = {}

        def shared(shard: str) -> AbstractContextManager[Any]:
            if shard not in opened:
                opened[shard] = stack.enter_context(connect(shard))
            return nullcontext(opened[shard])

        storage._connect = shared  # type: ignore[assignment,method-assign]  # noqa: SLF001
        has_table = storage.has_table
        storage.has_table = cache(has_table)  # type: ignore[method-assign]  # asked for each check
        try:
            yield
        finally:
            storage._connect = connect  # type: ignore[method-assign]  # noqa: SLF001
            storage.has_table = has_table  # type: ignore[method-assign]


def _name_grants(instance: DagsterInstance, results: Sequence[RunResult]) -> None:
    """Make each extract a partition, as the sensor would."""
    from assets.shares import GRANTS

    codes = {one.grant for result in results for one in result.shares if _is_new(one)}
    fresh = sorted(codes - {*instance.get_dynamic_partitions(GRANTS.name or "")})
    if fresh:
        instance.add_dynamic_partitions(GRANTS.name or "", fresh)


def _events(
    city: City, results: Sequence[RunResult]
) -> Iterator[AssetMaterialization | AssetCheckEvaluation]:
    taken: dict[str, list[Outcome]] = {}
    for one in (one for result in results for one in result.outcomes):
        if one.verdict is not VerdictKind.RECOGNISED:
            taken.setdefault(f"{one.department}/{one.resource}", []).append(one)
    registers = open_registers(city.layout, map(city.catalog.resource, taken))
    for ref, outcomes in taken.items():
        yield from _resource(city, registers[ref], outcomes)
    yield from _derived(results)


def _resource(
    city: City, register: Register, outcomes: Sequence[Outcome]
) -> Iterator[AssetMaterialization | AssetCheckEvaluation]:
    """Show what landed, what the rules said of the newest delivery, and what was applied."""
    from dagster import AssetMaterialization

    from assets.naming import key
    from assets.partitions import partition_events, partition_metadata
    from assets.quality_gate import evaluations
    from flow.stops import row_count

    ref = register.ref
    landed = {"deliveries": len(outcomes), "dagster/row_count": sum(o.delivered for o in outcomes)}
    yield AssetMaterialization(asset_key=key("landing", ref), metadata=landed)
    yield from evaluations(city, register)
    applied = [one for one in outcomes if one.verdict is VerdictKind.PASSED]
    if applied:
        figures = {name: sum(getattr(one, name) for one in applied) for name in _FIGURES}
        names = [one.delivery for one in applied]
        metadata = {"dagster/row_count": row_count(city, ref), **figures}
        metadata |= partition_metadata(city, register.resource, names)
        yield AssetMaterialization(asset_key=key("authoritative", ref), metadata=metadata)
        yield from partition_events(city, register.resource, names)


def _derived(results: Sequence[RunResult]) -> Iterator[AssetMaterialization]:
    """Show the newest state of each extract, release and of the views that changed."""
    from dagster import AssetMaterialization

    from assets.naming import key

    shares = {one.grant: one for result in results for one in result.shares if _is_new(one)}
    for code, share in shares.items():
        place = key("shares", "extract")
        if isinstance(share, Withdrawal):
            gone = {"withdrawn": share.reason}
            yield AssetMaterialization(asset_key=place, partition=code, metadata=gone)
        else:
            there = {"dagster/row_count": share.rows, "resources": len(share.resources)}
            yield AssetMaterialization(asset_key=place, partition=code, metadata=there)
    releases = {
        one.dataset: one
        for result in results
        for one in result.releases
        if isinstance(one, Release) and one.created
    }
    for code, release in releases.items():
        told: dict[str, str | int] = {"release": release.release, "dagster/row_count": release.rows}
        yield AssetMaterialization(asset_key=key("open_data", code), metadata={**told})
    if any(result.views_rebuilt for result in results):
        yield AssetMaterialization(asset_key=key("views", "city"), metadata={"rebuilt": True})
