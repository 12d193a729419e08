"""The recheck: rules of today asked of the rows that a table stores, which stay as they are.

Belongs here: which rules that are, and asking them as the gate asks. Keep out: deliveries (`gate`),
recording and the order of resources (`flow.upkeep.rechecks`). Great Expectations is imported when
the first table is rechecked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from catalog_specs.catalog import Catalog
from catalog_specs.errors import SecondEngineError, SecondEngineFailedError
from catalog_specs.models.resource import Resource
from catalog_specs.models.timing.partition import Partition
from quality.gate.flags import flag_columns
from quality.gate.second_engine import SecondEngine, Unsaid, unsaid
from quality.loading import wait_until_loaded
from quality.rules.derivation import rules_for
from quality.rules.kind import never
from quality.rules.kinds import kind_of
from quality.rules.relations import register_itself, register_relations
from quality.rules.rule import Rule, Words
from register.bundles import ROW_SPAN
from register.rule_results import RuleFound
from storage.delta.tables import Snapshot
from storage.engines.connection import Connection, EngineError
from storage.engines.spark.address import Address
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.workbench import Limits, open_workbench
from storage.full_disk import is_full
from storage.layout import Layout
from storage.sql import identifier
from storage.working_folders import working_folder
from values.shapes import typed_schema
from values.stored import stored_feed

if TYPE_CHECKING:
    from quality.gate.runner import Runner

__all__ = ["NotAsked", "Rechecker", "not_asked", "open_rechecker", "rules_of_stored"]

_ONE_DELIVERY = Words(
    "针对一次交付，已存储的行来自多次交付", "it is about one delivery, and stored rows are of many"
)
_NOT_STORED = Words("涉及未存储的信息项或交付本身", "it is about what is not stored")

_PARTS, _WEIGHTS = ("year", "month", "day"), (372, 31, 1)
"""Parts of a partition's name, and by what each is multiplied in the number of its place."""
MOST_TOLD = 366
"""Partitions that a result names, the newest of those in which anything fails."""


@dataclass(frozen=True)
class NotAsked:
    """A rule that somebody declared and that a recheck cannot ask, and why."""

    rule: str
    wording: str
    wording_en: str
    why: str
    why_en: str


def rules_of_stored(catalog: Catalog, resource: Resource) -> tuple[Rule, ...]:
    """Return the rules that can be asked of stored rows.

    What needs the text of a feed (records, casts, operations and their order), what counts the
    records of a delivery, and what is about an item that is not stored, cannot.
    """
    rules = rules_for(catalog, resource)
    return tuple(rule for rule in rules if kind_of(rule.kind).stored(resource, rule))


def not_asked(catalog: Catalog, resource: Resource) -> tuple[NotAsked, ...]:
    """Return the declared rules that cannot be asked of stored rows, in their order.

    Those that follow from a feed are not among them: nobody expects them to be asked.
    """
    declared = {one.code for one in resource.quality}
    asked = {one.code for one in rules_of_stored(catalog, resource)}
    left = [r for r in rules_for(catalog, resource) if r.code in declared - asked]
    reasons = [_ONE_DELIVERY if kind_of(r.kind).stored is never else _NOT_STORED for r in left]
    return tuple(
        NotAsked(one.code, one.wording.zh, one.wording.en, why.zh, why.en)
        for one, why in zip(left, reasons, strict=True)
    )


@contextmanager
def open_rechecker(
    layout: Layout, catalog: Catalog, limits: Limits | None, spark: Address | None = None
) -> Iterator[Rechecker]:
    """Yield what rechecks any number of tables, on one connection in bounded memory.

    `spark` is where a second engine answers, if there is one.
    """
    with (
        working_folder(layout.work, "rechecked-") as folder,
        open_workbench(layout.work, limits) as con,
    ):
        made = Rechecker(layout, catalog, SecondEngine(con, folder, catalog, spark), con)
        try:
            yield made
        finally:
            made.close()


class Rechecker:
    """One connection and one Great Expectations engine that recheck tables one after another."""

    def __init__(
        self, layout: Layout, catalog: Catalog, second: SecondEngine, con: Connection
    ) -> None:
        self._con = con
        self._second = second
        self._layout = layout
        self._catalog = catalog
        self._runner: Runner | None = None

    def close(self) -> None:
        """Let Great Expectations go of the connection, while there is one; end other sessions."""
        self._second.close()
        if self._runner is not None:
            self._runner.close()

    def found(self, resource: Resource, table: Snapshot, today: date) -> tuple[RuleFound, ...]:
        """Return what the rules of a day find in a version of a table.

        Raises:
            CheckError: a rule cannot be evaluated over what is stored.
            UnsayableError: the resource asks for a second engine that cannot be told its rules.
            SecondEngineError: that did not do what it was asked.
        """
        wait_until_loaded()
        from quality.gate.forms import not_evaluated
        from quality.gate.plan import compile_plan
        from quality.gate.runner import Runner

        self._runner = runner = self._runner or Runner(self._con)
        rules = rules_of_stored(self._catalog, resource)
        types = typed_schema(self._catalog, resource)
        plan = compile_plan(resource, rules, today, types)
        register_relations(self._con, self._layout, self._catalog, resource, rules)
        marks = flag_columns(plan.flags)
        what, names = f"version {table.version}", _names_of(table)
        try:
            row = _row_sql(resource.partition, names)
            typed = stored_feed(self._con, resource, table, types, marks, row)
            if self._second.takes(resource, table.rows()):
                typed = self._second.worked_out(resource, typed, table.rows())
            register_itself(typed.feed, self._layout, self._catalog, resource, rules, today)
            found, apart = runner.count(plan, typed, what, [*map(_place_of, names)] or [0])
            return tuple(_apart(one, names, apart[one.asked.rule]) for one in found.results)
        except NotSaidAlike as unsayable:
            all_of_it = unsaid(self._catalog, resource, plan)
            raise next(all_of_it, Unsaid(unsayable.what)).error(resource.ref) from None
        except (EngineError, SecondEngineFailedError) as error:
            there = isinstance(error, SecondEngineFailedError)
            if is_full(error):
                raise
            bare = stored_feed(self._con, resource, table, types, {})
            with suppress(SecondEngineError):  # else it fails at anything, and is to be seen to
                if there:
                    bare = self._second.worked_out(resource, bare, table.rows())
                codes = runner.raising(plan, bare)
                if codes or not there:
                    raise not_evaluated(f"{resource.ref}/{what}", codes) from None
            raise


def _names_of(table: Snapshot) -> tuple[str, ...]:
    """Return the partitions of a table in the order of time; none of one that is not parted."""
    if not table.parted_by:
        return ()
    return tuple(sorted(name for name in table.partitions() if name is not None))


def _row_sql(partition: Partition | None, names: Sequence[str]) -> str:
    """Return the SQL of a stored row's number, under the place of its partition.

    So what rules find is counted partition by partition, as it is for the deliveries of a bundle.
    """
    if partition is None or not names:
        return "_row"
    item = identifier(partition.of)
    parts = zip(_PARTS[: names[0].count("-") + 1], _WEIGHTS, strict=False)
    place = " + ".join(f"extract({part} FROM {item}) * {weight}" for part, weight in parts)
    return f"{ROW_SPAN} * ({place}) + _row"


def _place_of(name: str) -> int:
    """Return the place of a partition, in the order of time: the number that `_row_sql` works out.

    A calendar of months of 31 days has a number for every day of 9999 years below the 2²³ places
    that there are.
    """
    parts = map(int, name.split("-"))
    return sum(part * weight for part, weight in zip(parts, _WEIGHTS, strict=False))


def _apart(found: RuleFound, names: Sequence[str], failing: Sequence[int]) -> RuleFound:
    if not names:
        return found
    told = [(name, many) for name, many in zip(names, failing, strict=True) if many]
    return replace(found, partitions=dict(told[-MOST_TOLD:]))
