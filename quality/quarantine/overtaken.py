"""Overtaken records: a replayed record is too late when its key was delivered again since.

Belongs here: that one rule, which looks at deliveries and not at values. Keep out: every other rule
(`rules`), what becomes of a failing row (`gate`).
It asks landing and quarantine, not the authoritative table: a delivery that confirmed a value left
no trace there, and one that is judged but not yet promoted will.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, FeedKind, Level
from feeds.columns import SEQUENCE
from quality.accepted import accepted_sql
from quality.findings import Findings
from quality.quarantine.origins import ORIGIN, attempts_sql, delivered_as, sequence_sql
from quality.rules.definition import as_asked
from quality.rules.rule import Rule, Words
from register.receipts import rows_file
from register.records import REPLAYED, Delivery
from register.register import open_register
from register.rule_results import RuleFound
from storage.delta.table_shape import Column, partition_sql
from storage.delta.tables import snapshot
from storage.engines.connection import Connection
from storage.engines.relation import Relation
from storage.layout import Layout
from storage.sql import identifier, identifiers, literal, parquet
from values.typed import Typed

__all__ = ["SUPERSEDED", "with_superseded"]

SUPERSEDED = RuleKind.SUPERSEDED.stored

_FOUND = "_superseded"
_FAILURES = "failures_of_a_replay"
_NONE = "SELECT CAST(NULL AS BIGINT) AS _row, CAST(NULL AS VARCHAR[]) AS rules WHERE FALSE"


def with_superseded(
    layout: Layout,
    catalog: Catalog,
    delivery: Delivery,
    typed: Typed,
    findings: Findings,
) -> Findings:
    """Add to the failures of a replay its records whose key was delivered again since.

    A record is superseded when a delivery that passed, as late as its own first one or later, holds
    an accepted record of the same key (of a change feed: with the same or a higher sequence, if in
    the same delivery), or when a later snapshot knows nothing of the key.
    """
    resource = catalog.resource(delivery.resource)
    con = typed.feed.con
    _find(layout, catalog, resource, delivery, typed)
    earlier = f"FROM {findings.failures.sql}" if findings.failures else _NONE
    failures = Relation(con, _FAILURES)
    con.execute(
        f"CREATE OR REPLACE TABLE {failures.sql} AS SELECT _row, list_concat(coalesce(rules, []), "
        f"CASE WHEN late THEN [{literal(SUPERSEDED)}] ELSE [] END) AS rules "
        f"FROM ({earlier}) FULL JOIN (SELECT *, TRUE AS late FROM {_FOUND}) USING (_row)"
    )
    [(late,)] = con.execute(f"SELECT count(*) FROM {_FOUND}").fetchall()
    asked = as_asked(_rule(resource), resource)
    result = RuleFound(asked, (delivery.rows,), (late,), (not late,))
    return replace(findings, results=(*findings.results, result), failures=failures)


def _rule(resource: Resource) -> Rule:
    """Return the rule that stands beside those of the catalogue whenever a replay is judged."""
    kind = RuleKind.SUPERSEDED
    return Rule(
        code=SUPERSEDED,
        kind=kind,
        columns=resource.key,
        level=Level.QUARANTINE,
        dimension=Dimension.TIMELINESS,
        wording=Words(kind.label, kind.english),
        clause=kind.clause,
    )


def _find(
    layout: Layout,
    catalog: Catalog,
    resource: Resource,
    delivery: Delivery,
    typed: Typed,
) -> None:
    """Make the table of superseded rows."""
    con = typed.feed.con
    rows = rows_file(layout, resource.ref, delivery.delivery)
    changes = resource.feed.kind is FeedKind.CHANGES
    order = f"coalesce({SEQUENCE}, 0)" if changes else "0"
    known = " AND ".join(f"{identifier(code)} IS NOT NULL" for code in resource.key)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _replayed AS "
        f"SELECT _row, {identifiers(resource.key)}, _since, {order} AS _place "
        f"FROM {typed.feed.sql} JOIN "
        f"(SELECT _row, {sequence_sql(ORIGIN[0])} AS _since FROM {parquet(rows)}) "
        f"USING (_row) WHERE {known}"
    )
    con.execute(f"CREATE OR REPLACE TABLE {_FOUND} (_row BIGINT)")
    since = con.execute("SELECT min(_since) FROM _replayed").fetchone()
    if since is None or since[0] is None:
        return
    register = open_register(layout, resource)
    passed = register.landed.deliveries(register.passed_between(since[0], delivery.sequence))
    replays = [one.delivery for one in passed if one.origin == REPLAYED]
    attempts = attempts_sql(layout, resource.ref, replays)
    for later in accepted_sql(layout, catalog, resource, passed):
        con.execute(_overtaken(resource, later, attempts, order))
    _absent(con, layout, catalog, resource, passed)


def _overtaken(resource: Resource, later: str, attempts: str, order: str) -> str:
    keys = identifiers(resource.key)
    since = f"coalesce({sequence_sql('b.origin_delivery')}, {sequence_sql('a._delivery')})"
    effective = (
        f"(SELECT {', '.join(f'a.{identifier(code)}' for code in resource.key)}, "
        f"{since} AS _since, a._place FROM (SELECT {keys}, _delivery, _record, {order} AS _place "
        f"FROM {later}) a LEFT JOIN {attempts} b "
        'ON a._delivery = b.delivery AND a._record = b."row")'
    )
    same = " AND ".join(f"l.{identifier(c)} = r.{identifier(c)}" for c in resource.key)
    return (
        f"INSERT INTO {_FOUND} SELECT DISTINCT r._row FROM _replayed r JOIN {effective} l "
        f"ON {same} WHERE (l._since, l._place) >= (r._since, r._place) "
        f"AND r._row NOT IN (SELECT _row FROM {_FOUND})"
    )


def _absent(
    con: Connection,
    layout: Layout,
    catalog: Catalog,
    resource: Resource,
    passed: Sequence[Delivery],
) -> None:
    """Find the rows whose key a later snapshot neither holds nor had quarantined.

    One of single partitions says so of the rows in these alone.
    """
    whole = [one for one in passed if delivered_as(resource, one) is FeedKind.SNAPSHOT]
    if resource.partition is None:
        for last in whole[-1:]:
            con.execute(_gone(layout, resource, last, ""))
        return
    name = partition_sql(resource.partition)
    for one in whole:
        for held in accepted_sql(layout, catalog, resource, [one]):
            con.execute(_gone(layout, resource, one, f" AND {name} IN (SELECT {name} FROM {held})"))


def _gone(layout: Layout, resource: Resource, last: Delivery, among: str) -> str:
    """Return the statement that adds the rows `among` those of which a snapshot knows nothing."""
    found = snapshot(layout.quarantine(resource.ref))
    spared = ""
    if found is not None:
        keys = (Column(f"key__{code}", "VARCHAR") for code in resource.key)
        columns = (Column("delivery", "VARCHAR"), *keys)
        same = " AND ".join(
            f"k.{identifier(f'key__{code}')} = CAST(r.{identifier(code)} AS VARCHAR)"
            for code in resource.key
        )
        spared = (
            f" AND NOT EXISTS (FROM {found.select_sql(columns)} k "
            f"WHERE k.delivery = {literal(last.delivery)} AND {same})"
        )
    return (
        f"INSERT INTO {_FOUND} SELECT _row FROM _replayed r WHERE _since < {last.sequence} "
        f"AND _row NOT IN (SELECT _row FROM {_FOUND}){among}{spared}"
    )
