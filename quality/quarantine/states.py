"""States of quarantined records: open, on the way, settled, overtaken.

Belongs here: that one relation over quarantine and replays, and the questions people ask of it.
Keep out: writing quarantine (`table`), repairing (`repair`) and replaying (`replaying`).
Nothing is marked: a record is settled when the replay that carries it has a verdict and did not
keep it back again, and both are facts that are stored already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.rules.rule_kinds import RuleKind
from quality.quarantine.origins import attempts_sql, sequence_sql
from quality.quarantine.overtaken import SUPERSEDED
from quality.quarantine.table import quarantine_columns
from quality.rules.derivation import rules_for
from register.register import Register, open_register
from storage.delta.table_shape import empty_select
from storage.delta.tables import exists, snapshot
from storage.engines.connection import Connection
from storage.layout import Layout
from storage.sql import literal

__all__ = [
    "Chosen",
    "QuarantinedCount",
    "QuarantinedRecord",
    "State",
    "counts",
    "descriptions",
    "load_quarantined",
    "records",
]


class State(StrEnum):
    """What has become of a quarantined record."""

    OPEN = "open"
    """Nobody has replayed it."""
    WAITING = "waiting"
    """Its replay is landed and awaits a verdict."""
    SETTLED = "settled"
    """A replay of it was accepted."""
    REPLAYED = "replayed"
    """Its replay was quarantined too: that record is the one to repair from now on."""
    SUPERSEDED = "superseded"
    """A newer snapshot that passed, or a newer delivery of the key, stands for it: nothing is left
    to do. A repair that was begun before may still be replayed; the gate knows what it overtakes.
    """


@dataclass(frozen=True)
class Chosen:
    """Which quarantined records are meant; None leaves a condition out, () means every row."""

    delivery: str | None = None
    rule: str | None = None
    rows: tuple[int, ...] = ()
    state: State | None = None

    def where(self) -> tuple[str, dict[str, Any]]:
        """Return the condition over the columns of `load_quarantined`, and its parameters."""
        asked: list[tuple[str, str, Any]] = [
            ("delivery = $delivery", "delivery", self.delivery),
            ("list_contains(rules, $rule)", "rule", self.rule),
            ('list_contains($rows, "row")', "rows", list(self.rows) or None),
            ("state = $state", "state", self.state and self.state.value),
        ]
        given = [one for one in asked if one[2] is not None]
        condition = " AND ".join(text for text, _, _ in given) or "TRUE"
        return condition, {name: value for _, name, value in given}


@dataclass(frozen=True)
class QuarantinedCount:
    """How many records of one delivery one rule quarantines, by what has become of them.

    A record that fails several rules counts with each of them.
    """

    resource: str
    delivery: str
    file: str
    rule: str
    description: str
    records: int
    open: int
    waiting: int
    settled: int
    replayed: int
    superseded: int

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


@dataclass(frozen=True)
class QuarantinedRecord:
    """One quarantined record with its place and its text as delivered: personal data."""

    delivery: str
    row: int
    file: str
    member: str | None
    line: int | None
    rules: tuple[str, ...]
    state: State
    origin_delivery: str | None
    origin_row: int | None
    raw: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def load_quarantined(con: Connection, register: Register) -> str:
    """Make the table `quarantined_records` of a resource, with every origin and `state`.

    `whole` says that its delivery was replayed as a whole, `repairable` that a repair of it may be
    replayed. Texts stay in quarantine (`_text_sql`), for they are large. Returns the table's name.
    """
    layout, ref = register.layout, register.ref
    plain = [column for column in quarantine_columns() if column.name != "raw"]
    found = snapshot(layout.quarantine(ref))
    stored = found.select_sql(plain) if found else empty_select(plain)
    judged = literal([*register.entries.kinds])
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _quarantined AS FROM {stored} "
        f"WHERE list_contains({judged}::VARCHAR[], delivery)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _attempts AS SELECT previous_delivery AS delivery, "
        'previous_row AS "row", count(*) AS tried, '
        f"count(*) FILTER (NOT list_contains({judged}::VARCHAR[], a.delivery)) AS waiting, "
        'count(k."row") AS again '
        f"FROM {attempts_sql(layout, ref, register.replays)} a LEFT JOIN _quarantined k "
        'ON a.delivery = k.delivery AND a."row" = k."row" GROUP BY ALL'
    )
    origin = "coalesce(q.origin_delivery, q.delivery)"
    overtaken = f"list_contains(q.rules, {literal(SUPERSEDED)})"
    untried = "coalesce(s.tried, w.tried) IS NULL"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE quarantined_records AS "
        f"SELECT q.* REPLACE ({origin} AS origin_delivery, "
        f'coalesce(q.origin_row, q."row") AS origin_row), '
        f"CASE WHEN {overtaken} THEN 'superseded' "
        f"WHEN {untried} AND {sequence_sql(origin)} < {register.newest_whole} "
        "THEN 'superseded' "
        f"WHEN {untried} THEN 'open' "
        "WHEN coalesce(s.waiting, w.waiting) > 0 THEN 'waiting' "
        "WHEN coalesce(s.again, w.again) > 0 THEN 'replayed' ELSE 'settled' END AS state, "
        f"w.tried IS NOT NULL AS whole, {untried} AND NOT {overtaken} AS repairable "
        "FROM _quarantined q "
        'LEFT JOIN _attempts s ON q.delivery = s.delivery AND q."row" = s."row" '
        'LEFT JOIN _attempts w ON q.delivery = w.delivery AND w."row" = 0'
    )
    return "quarantined_records"


def counts(
    con: Connection, layout: Layout, catalog: Catalog, ref: str, chosen: Chosen
) -> tuple[QuarantinedCount, ...]:
    """Return what a resource has in quarantine, by delivery and rule; no values."""
    if not exists(layout.quarantine(ref)):
        return ()
    table = load_quarantined(con, open_register(layout, catalog.resource(ref)))
    where, given = chosen.where()
    states = ", ".join(f"count(*) FILTER (state = {literal(one.value)})" for one in State)
    rows = con.execute(
        f"SELECT delivery, any_value(file), rule, count(*), {states} FROM "
        f"(SELECT delivery, file, state, unnest(rules) AS rule FROM {table} WHERE {where}) "
        "WHERE $rule IS NULL OR rule = $rule GROUP BY delivery, rule ORDER BY delivery, rule",
        {"rule": chosen.rule} | given,
    ).fetchall()
    said = descriptions(catalog, ref)
    return tuple(
        QuarantinedCount(ref, delivery, file, rule, said.get(rule, ""), *figures)
        for delivery, file, rule, *figures in rows
    )


def records(
    con: Connection, layout: Layout, resource: Resource, chosen: Chosen, limit: int
) -> tuple[QuarantinedRecord, ...]:
    """Return quarantined records as they were delivered, in order, at most `limit` of them."""
    table = load_quarantined(con, open_register(layout, resource))
    where, given = chosen.where()
    rows = con.execute(
        f'SELECT k.delivery, k."row", file, member, line, rules, state, origin_delivery, '
        f'origin_row, t.raw FROM (FROM {table} WHERE {where} ORDER BY delivery, "row" '
        f'LIMIT {limit}) k JOIN {_text_sql(layout, resource.ref)} t USING (delivery, "row") '
        'ORDER BY delivery, "row"',
        given,
    ).fetchall()
    return tuple(map(_record, rows))


def _record(row: Sequence[Any]) -> QuarantinedRecord:
    delivery, number, file, member, line, rules, state, origin, first, raw = row
    place = (delivery, number, file, member, line)
    return QuarantinedRecord(*place, tuple(rules), State(state), origin, first, raw)


def _text_sql(layout: Layout, ref: str) -> str:
    found = snapshot(layout.quarantine(ref))
    columns = [c for c in quarantine_columns() if c.name in ("delivery", "row", "raw")]
    return found.select_sql(columns) if found else empty_select(columns)


def descriptions(catalog: Catalog, ref: str) -> dict[str, str]:
    """Return rule or refusal code → what it asks, in Chinese; codes of former catalogues lack."""
    said: dict[str, str] = {one.stored: one.label for one in DeliveryRefusal}
    said[SUPERSEDED] = RuleKind.SUPERSEDED.label
    rules = rules_for(catalog, catalog.resource(ref))
    return said | {rule.code: rule.wording.zh for rule in rules}
