"""The kind `sql`: a record that a statement of the catalogue does not return.

The statement is read before it runs, and runs on a sealed bench, where there is nothing but the
columns it mentions of the delivery and of the resources it declares. What comes back are numbers of
records; Great Expectations judges by them as by any other condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CheckError
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from feeds.columns import OPERATION
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import Expected, KindOfFeed, Lookup, never
from quality.rules.row_conditions import about
from quality.rules.rule import Rule, Words
from quality.rules.sql.checked import NUMBER, Statement, bound, checked
from quality.rules.sql.statement import FEED
from quality.rules.stored import stored_sql
from storage.delta.table_shape import authoritative_shape
from storage.engines.connection import Connection, EngineError
from storage.engines.sealed import limits_of, open_sealed, put, within
from storage.full_disk import is_full
from storage.sql import identifier, identifiers

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]

_ENGLISH = "expects that the statement of the rule does not return the record"
_SECONDS = 300.0
"""How long a statement may take before it is broken off."""
_BATCH = 100_000
"""Rows that are put on the sealed bench at once."""


def _rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
    del catalog
    yield from (_rule(resource, rule) for rule in resource.quality if rule.sql is not None)


def _rule(resource: Resource, rule: QualityRule) -> Rule:
    changes = resource.feed.changes is not None
    return Rule(
        code=rule.code,
        kind=RuleKind.SQL,
        columns=(NUMBER,),
        level=rule.level,
        dimension=rule.dimension,
        wording=Words(rule.description, rule.description_en or _ENGLISH),
        clause=rule.clause or RuleKind.SQL.clause,
        arguments={"sql": rule.sql, "reads": rule.reads, "resource": resource.ref}
        | {"items": tuple(item.code for item in resource.items), "changes": changes},
    )


def _relation(rule: Rule) -> str:
    """Return the name of the relation with the numbers of the records it objects to."""
    return f"sql__{rule.code}"


def _readable(catalog: Catalog, ref: str) -> Mapping[str, str]:
    """Return what a statement may read of a resource: stored item → DuckDB type."""
    columns = authoritative_shape(catalog, catalog.resource(ref)).columns
    return {one.name: one.type for one in columns if not one.name.startswith("_")}


def _bring(lookup: Lookup, rule: Rule) -> None:
    """Let the statement run, and bring the numbers it returns.

    Raises:
        CheckError: it may not run, fails, or takes too long; its own words could quote a value.
    """
    with open_sealed(lookup.layout.work, limits_of(lookup.con)) as sealed:
        tables = {ref: _readable(lookup.catalog, ref) for ref in rule.arguments["reads"]}
        statement, faults = checked(sealed, rule.arguments["sql"], tables)
        if statement is None:
            raise _refused(rule, faults[0].message, faults[0].remedy)
        try:
            _lay_out(lookup, rule, statement, tables, sealed)
            with within(sealed, _SECONDS):
                found = sealed.execute(statement.rows, bound(statement, lookup.today))
                numbers = found.to_arrow_reader(_BATCH)
                lookup.con.register("_found", numbers)
                name = identifier(_relation(rule))
                lookup.con.execute(f"CREATE OR REPLACE TABLE {name} AS FROM _found")
        except EngineError as error:
            if is_full(error):
                raise  # the disk's fault, and not the author's
            remedy = "compare the statement with the types of its columns"
            raise _refused(rule, "its statement fails, or takes too long", remedy) from None
        finally:
            lookup.con.unregister("_found")


def _lay_out(
    lookup: Lookup,
    rule: Rule,
    statement: Statement,
    tables: Mapping[str, Mapping[str, str]],
    sealed: Connection,
) -> None:
    """Put what a statement mentions on the sealed bench: of the delivery the records that count."""
    assert lookup.feed is not None  # noqa: S101 - it always looks at the delivery
    columns = [NUMBER, *statement.reads.of(rule.arguments["items"])]
    remain = f" AND {OPERATION} <> 'D'" if rule.arguments["changes"] else ""
    source = f"SELECT {identifiers(columns)} FROM {lookup.feed.sql} WHERE _defect IS NULL{remain}"
    _copy(lookup.con, source, sealed, None, FEED)
    for ref in statement.reads.resources:
        department, _, name = ref.partition("/")
        # one column at least, for a table of none is no table
        items = statement.reads.of(tables[ref]) or tuple(tables[ref])[:1]
        _copy(lookup.con, stored_sql(lookup, ref, items), sealed, department, name)


def _copy(con: Connection, query: str, sealed: Connection, schema: str | None, name: str) -> None:
    put(sealed, schema, name, con.execute(query).to_arrow_reader(_BATCH))


def _refused(rule: Rule, what: str, remedy: str) -> CheckError:
    where = str(rule.arguments["resource"])
    return CheckError(f"rule {rule.code} cannot be judged: {what}", where=where, remedy=remedy)


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del table
    number: Column = sa.column(NUMBER)
    relation = sa.table(sa.quoted_name(arguments["relation"], quote=True))
    return column.not_in(sa.select(number).select_from(relation))


_UNRETURNED = Condition(
    "expect_column_values_to_not_be_returned", _meets, "declared statement", {"relation": ""}
)


def _expected(rule: Rule, resource: Resource, today: date) -> Expected:
    del today
    among = about(resource, {}, (), only_key=False)
    return _UNRETURNED.type, {
        "column": NUMBER,
        "relation": _relation(rule),
        "row_condition": among,
    }


def _itself(resource: Resource, rule: Rule) -> bool:
    del resource, rule
    return True


def _reads(resource: Resource, rule: Rule) -> bool:
    del resource
    return bool(rule.arguments["reads"])


KIND = KindOfFeed(
    name=RuleKind.SQL,
    rules=_rules,
    expected=_expected,
    condition=_UNRETURNED,
    alone=never,
    itself=_itself,
    stored=never,  # a number is that of a record of a delivery, and stored rows are of many
    in_lake=_reads,
    bring=_bring,
    told_elsewhere=False,
    last=True,
)
