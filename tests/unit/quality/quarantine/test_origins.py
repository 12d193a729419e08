"""Origins of replayed records: how a replay is landed, and which record stands for which."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from catalog_specs.vocabulary import FeedFormat, FeedKind
from quality.quarantine.origins import (
    ORIGIN,
    PREVIOUS,
    attempts_sql,
    delivered_as,
    parts_of,
    records_sql,
    replay_resource,
    sequence_sql,
)
from register.records import REPLAYED
from storage.layout import Layout
from tests.city import FIRM, PERSON
from tests.city.registers import delivery
from tests.city.resources import firm, person, visit


def test_a_replay_only_adds() -> None:
    """A snapshot's repaired records are an upsert; changes stay changes, with their own parts."""
    snapshot, changes = (replay_resource(one, FeedFormat.JSONL) for one in (person(), firm()))

    assert (snapshot.feed.kind, changes.feed.kind) == (FeedKind.UPSERT, FeedKind.CHANGES)
    for one, made in ((person(), snapshot), (firm(), changes)):
        assert {*ORIGIN, *PREVIOUS} <= made.feed.columns.keys()
        assert [*parts_of(made)][: len(one.items)] == [item.code for item in one.items]


def test_what_a_delivery_means_depends_on_how_it_came() -> None:
    """A snapshot is everything but for its replay; an upsert is one always."""
    first = delivery(PERSON, 1)
    again = replace(first, origin=REPLAYED)

    assert delivered_as(person(), first) is FeedKind.SNAPSHOT
    assert delivered_as(person(), again) is FeedKind.UPSERT
    assert delivered_as(visit(), first) is FeedKind.UPSERT


def test_a_delivery_is_ordered_by_its_sequence() -> None:
    """Which its name begins with."""
    assert duckdb.sql(f"SELECT {sequence_sql(repr('000012-abc'))}").fetchall() == [(12,)]


def test_attempts_are_read_from_the_replays(tmp_path: Path) -> None:
    """Every record of a replay says what it stands for; without a replay there is none."""
    layout, ref, name = Layout(tmp_path), FIRM, "000002-b"
    rows = layout.rows(ref, name)
    rows.parent.mkdir(parents=True)
    origin = {"_row": [1], "_origin_delivery": ["000001-a"], "_origin_row": ["7"]}
    pl.DataFrame(origin | {"_previous_delivery": ["000001-a"], "_previous_row": ["7"]}
                 ).write_parquet(rows)  # fmt: skip

    with duckdb.connect() as con:
        found = con.sql(f"FROM {attempts_sql(layout, ref, [name])}")
        assert found.fetchall() == [(name, 1, "000001-a", 7, "000001-a", 7)]
        none = con.sql(f"FROM {attempts_sql(layout, ref, [])}")
        assert (none.columns, none.fetchall()) == (found.columns, [])


def test_a_part_that_came_later_is_null_in_older_files(tmp_path: Path) -> None:
    """And the place of a replayed record is the one that it first came from."""
    old, new = (tmp_path / name / "rows.parquet" for name in ("000001-a", "000002-b"))
    for path in (old, new):
        path.parent.mkdir()
    plain = {"_row": [1], "_defect": [None], "_raw": [None], "uscc": ["A"], "_op": ["I"]}
    kinds = {"_defect": pl.String, "_raw": pl.String, "_file": pl.String}
    pl.DataFrame(plain | {"_file": [None], "_line": [2], "_seq": ["1"]},
                 schema_overrides=kinds).write_parquet(old)  # fmt: skip
    first = {"_origin_delivery": ["000001-a"], "_origin_file": ["a.csv"], "_origin_line": ["9"]}
    pl.DataFrame(plain | first | {"_file": [None], "_line": [1], "capital": ["5"]},
                 schema_overrides=kinds).write_parquet(new)  # fmt: skip

    with duckdb.connect() as con:
        found = con.sql(
            f"SELECT _delivery, _file, _line, uscc, capital FROM {records_sql(firm(), [old, new])}"
            " ORDER BY 1"
        ).fetchall()

    assert found == [("000001-a", None, 2, "A", None), ("000002-b", "a.csv", 9, "A", "5")]
