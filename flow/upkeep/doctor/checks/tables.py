"""Check of tables: those that no resource has, cannot be read, or have grown a long tail."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.errors import UnreadableError
from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.upkeep.doctor.check import Check, Finding, Patient, found
from flow.upkeep.tidying import lake_tables
from storage.delta.logs import log_length
from storage.delta.table_shape import CHECKPOINT_EVERY
from storage.delta.tables import glance
from storage.places.object_path import Place

__all__ = ["CHECK"]

_OF_RESOURCES = ("authoritative", "quarantine")
LONGEST_TAIL = 5 * CHECKPOINT_EVERY
"""Commits since the last checkpoint, from which on opening a table is slow."""
MOST_FILES = 256
"""Small files of a table, from which on reading it is slow."""


def _look(patient: Patient) -> Iterator[Finding]:
    city = patient.city
    for path, name in lake_tables(city.layout):
        kind, _, ref = name.partition("/")
        if kind in _OF_RESOURCES and ref not in city.catalog.resources:
            yield found(HomeFinding.ORPHANED_TABLE, f"lake/{name}")
        try:
            yield from _long(path, f"lake/{name}")
        except UnreadableError as error:
            yield found(HomeFinding.UNREADABLE, f"lake/{name}", error.what, remedy=error.remedy)


def _long(path: Place, where: str) -> Iterator[Finding]:
    table = glance(path)
    if table is None:
        return
    log = log_length(path)
    if log.tail > LONGEST_TAIL:
        zh = f"最近检查点之后有 {log.tail:,} 次提交，日志共 {log.entries:,} 条"
        what = f"{log.tail:,} commits since the last checkpoint, {log.entries:,} log entries in all"
        yield found(HomeFinding.LONG_LOG, where, zh, what)
    number = table.small_files() if len(table.files) > MOST_FILES else 0
    if number > MOST_FILES:
        zh, what = f"{number:,} 个小文件", f"it has {number:,} small files"
        yield found(HomeFinding.MANY_FILES, where, zh, what)


CHECK = Check(
    (
        HomeFinding.ORPHANED_TABLE,
        HomeFinding.UNREADABLE,
        HomeFinding.LONG_LOG,
        HomeFinding.MANY_FILES,
    ),
    _look,
)
