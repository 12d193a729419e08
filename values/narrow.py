"""The narrow feed: typed records of which only what is asked across records is kept.

Belongs here: making it, and reading again the few records that have to be compared whole. Keep out:
how records are typed (`typed`), which rules ask what (`quality.gate.plan`).
A feed that nobody stores is read for its marks: writing all of it would take as long again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from feeds.columns import feed_columns
from register.bundles import landed_sql
from storage.engines.connection import GROUP_ROWS, Connection
from storage.engines.instances import side_by_side
from storage.engines.relation import as_table
from storage.engines.workbench import folder_of
from storage.sql import identifiers, literal
from values.typed import Landed, Typed, feed_over, typed_sql

__all__ = ["Across", "narrow_rows"]

MOST = GROUP_ROWS
"""Records that are read again at most: more of them are as well typed with all others."""
_NARROW, _AGAIN, _WANTED = "narrow_records_{}", "records_again", "wanted_again"


@dataclass(frozen=True)
class Across:
    """What rules look at in all records at once.

    `columns` are of the typed feed. `whole` are SQL conditions, over the typed feed by its name and
    these columns, of records of which everything is compared, such as those of one key.
    """

    columns: frozenset[str] = frozenset()
    whole: tuple[str, ...] = ()


def narrow_rows(
    con: Connection,
    catalog: Catalog,
    resource: Resource,
    landed: Landed,
    marks: Mapping[str, str],
    across: Across,
) -> Typed | None:
    """Make a typed feed of numbers, marks, and what is looked at across records.

    Its other columns are null, but in the records that are compared whole. None where these are too
    many: then all are as well typed whole.
    """
    narrow = _narrow(con, catalog, resource, landed, marks, across)
    wanted = " OR ".join(f"({one})" for one in across.whole) or "false"
    found = as_table(con, _WANTED, f"SELECT _row FROM {feed_over(con, narrow).sql} WHERE {wanted}")
    [(many,)] = con.execute(f"SELECT count(*) FROM {found.sql}").fetchall()
    if many > MOST:
        return None
    # a file as landing writes it, so that nothing but these records is typed
    file = folder_of(con) / "again.parquet"
    file.parent.mkdir(exist_ok=True)
    rows = landed_sql(landed.rows, feed_columns(resource.feed), resource.former)
    some = f"WHERE _row IN (FROM {found.sql})" if many else "LIMIT 0"
    con.execute(f"COPY (FROM {rows} {some}) TO {literal(file)} (FORMAT parquet)")
    again = typed_sql(catalog, resource, Landed(file, landed.read_as), marks)
    _make(con, _AGAIN, again)
    others = f"FROM {narrow} WHERE _row NOT IN (SELECT _row FROM {_AGAIN})"
    return Typed(feed_over(con, f"({others} UNION ALL BY NAME FROM {_AGAIN})"))


def _narrow(
    con: Connection,
    catalog: Catalog,
    resource: Resource,
    landed: Landed,
    marks: Mapping[str, str],
    across: Across,
) -> str:
    """Type all records, keep what is wanted of them in tables; return SQL to put behind FROM."""
    kept = identifiers(["_row", *sorted(across.columns - {"_row"}), *marks])
    jobs = []
    for place, rows in enumerate(landed.parts):
        whole = typed_sql(catalog, resource, Landed(rows, landed.read_as), marks)
        query = f"SELECT {kept} FROM ({whole})"
        jobs.append(partial(_make, name=_NARROW.format(place), query=query))
    side_by_side(con, jobs)
    tables = map(_NARROW.format, range(len(jobs)))
    return f"({' UNION ALL '.join(f'FROM {name}' for name in tables)})"


def _make(con: Connection, name: str, query: str) -> None:
    con.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")
