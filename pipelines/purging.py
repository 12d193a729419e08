"""Purging of Dagster's own storage: runs and events that its pages need no more.

Belongs here: what may go, and removing it. Keep out: our own records, which are kept elsewhere and
longer (`flow.upkeep.keeping`). Dagster's own settings purge ticks and nothing else.
The newest of everything stays, so that a page never says that nothing was ever made: the last run
of each job, and the last event of each asset and partition and of each check.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

__all__ = ["DAYS", "Purged", "keep_newest", "purge"]

DAYS = 90
"""Days that runs and events stay: a quarter, which is what an operator looks back on."""
_AT_ONCE = 100
_ENDED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
_SHOWN = (
    "SELECT max(id) FROM event_logs WHERE asset_key IS NOT NULL "
    "GROUP BY asset_key, dagster_event_type, partition"
)
"""Events by which a page says when something was made last."""
_NEWEST_CHECKS = (
    "SELECT max(id) FROM asset_check_executions GROUP BY asset_key, check_name, partition"
)
_CHECKED = (
    "SELECT evaluation_event_storage_id FROM asset_check_executions "
    "WHERE evaluation_event_storage_id IS NOT NULL"
)
"""Events that results of checks lead to."""


@dataclass(frozen=True)
class Purged:
    """How many runs, and events outside runs, went."""

    runs: int
    events: int

    def __str__(self) -> str:
        """Read as a few words."""
        return f"{self.runs} runs and {self.events} events"


def purge(instance: DagsterInstance, now: datetime, days: int = DAYS) -> Purged:
    """Remove what is older than so many days; a run that has not ended stays, however old."""
    since = now - timedelta(days=days)
    shown, runs = _Shown(instance), 0
    old = RunsFilter(statuses=_ENDED, created_before=since)
    cursor = None
    while found := instance.get_runs(old, cursor=cursor, limit=_AT_ONCE):
        cursor = found[-1].run_id
        for one in found:
            if not shown.has(one):
                instance.delete_run(one.run_id)
                _remove_file(instance, one.run_id)
                runs += 1
    return Purged(runs, _purge_events(instance, since))


class _Shown:
    """Runs that stay: the newest of each job, and those whose events pages show."""

    def __init__(self, instance: DagsterInstance) -> None:
        self._instance = instance
        self._newest: dict[str, str] = {}
        self._with_events: set[str] = set()
        storage = _storage(instance)
        if storage is not None:
            query = f"SELECT DISTINCT run_id FROM event_logs WHERE id IN ({_SHOWN})"
            with storage.index_connection() as connection:
                self._with_events = {run for (run,) in connection.exec_driver_sql(query)}

    def has(self, run: DagsterRun) -> bool:
        """Say whether a run is one of them."""
        if run.job_name not in self._newest:
            newest = self._instance.get_runs(RunsFilter(job_name=run.job_name), limit=1)
            self._newest[run.job_name] = newest[0].run_id
        return run.run_id in self._with_events or self._newest[run.job_name] == run.run_id


def keep_newest(instance: DagsterInstance) -> None:
    """Keep of each check, as runs outside Dagster showed it, the newest result alone.

    Dagster stores a result three times, 8 kB in all, and a delivery has two dozen. What each rule
    said of each delivery is in the ledger `rule_results`, for ever; a page shows the newest.
    """
    storage = _storage(instance)
    if storage is None:
        return
    with storage.index_connection() as connection:
        connection.exec_driver_sql(
            f"DELETE FROM asset_check_executions WHERE run_id = '' AND id NOT IN ({_NEWEST_CHECKS})"
        )
        connection.exec_driver_sql(
            "DELETE FROM event_logs WHERE run_id = '' "
            f"AND dagster_event_type = 'ASSET_CHECK_EVALUATION' AND id NOT IN ({_CHECKED})"
        )
    _forget_copies(storage)


def _purge_events(instance: DagsterInstance, since: datetime) -> int:
    """Remove old events outside runs; there is no door for that, but the storage's own tables."""
    storage = _storage(instance)
    if storage is None:
        return 0
    before = f"< '{since.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')}'"
    checks = "DELETE FROM asset_check_executions WHERE "
    checks += f"create_timestamp {before} AND id NOT IN ({_NEWEST_CHECKS})"
    events = f"DELETE FROM event_logs WHERE timestamp {before} AND run_id = '' "
    events += f"AND id NOT IN ({_SHOWN}) AND id NOT IN ({_CHECKED})"
    with storage.index_connection() as connection:
        connection.exec_driver_sql(checks)
        gone = int(connection.exec_driver_sql(events).rowcount)
        connection.exec_driver_sql(
            "DELETE FROM asset_event_tags WHERE event_id NOT IN (SELECT id FROM event_logs)"
        )
    _forget_copies(storage)
    return gone


def _forget_copies(storage: SqlEventLogStorage) -> None:
    """Remove the second copy that SQLite has of events outside runs: pages ask the first."""
    if isinstance(storage, SqliteEventLogStorage):
        with storage.run_connection("") as connection:
            connection.exec_driver_sql("DELETE FROM event_logs WHERE run_id = ''")


def _remove_file(instance: DagsterInstance, run_id: str) -> None:
    """Remove the file that SQLite keeps for each run; Dagster empties it alone."""
    storage = _storage(instance)
    if isinstance(storage, SqliteEventLogStorage):
        Path(storage.path_for_shard(run_id)).unlink(missing_ok=True)


def _storage(instance: DagsterInstance) -> SqlEventLogStorage | None:
    storage = instance.event_log_storage
    return storage if isinstance(storage, SqlEventLogStorage) else None
