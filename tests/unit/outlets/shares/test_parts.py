"""Extracts that are brought up to date: the same as those made of the whole table."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from governance.cases.disputes import Disputed, remember_desk
from governance.keys import KeyRing
from outlets.shares import changes, parts
from outlets.shares.file import META, RECEIPT
from outlets.shares.project import due, project
from outlets.shares.state import remembered
from storage.delta.change_feed import Changed
from storage.delta.commits import Commit, marked
from storage.delta.fast_write import bulk_write
from storage.delta.merging import ChangeSet, merge
from storage.delta.table_shape import Column, Shape, arrow_schema, authoritative_shape
from storage.delta.tables import live_files, snapshot
from storage.engines.connection import Connection
from storage.engines.relation import as_table, as_view
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.places.object_path import Place
from storage.sql import identifiers
from tests.city import GRANT, GRANT_FILE, MASTER_KEY, NOW, PERSON
from tests.city.declared import change, compiled
from tests.city.grants import rights_of
from tests.city.lake import bytes_under
from tests.city.tables import someone
from tests.harness.placing import layout_of

MORE = Column("more", "VARCHAR")
OF_A_VERSION = {"数据版本", "数据时点", "内容摘要", "生成时间"}
"""What the notes say of the moment and the version of their making."""
ANOTHER_KEY = "".join(reversed(MASTER_KEY))


@cache
def granting(edits: str) -> Catalog:
    """Return the city with edits of its grant, compiled once each: walks repeat few."""
    return compiled(**{GRANT_FILE: change(**json.loads(edits))})


@dataclass
class Lake:
    """A lake with persons, a grant of them, and its share in two homes: followed, and made anew."""

    con: Connection
    root: Path
    edits: dict[str, Any] = field(default_factory=dict)
    key: str = MASTER_KEY
    number: int = 0

    @property
    def followed(self) -> Layout:
        """Return the home whose share follows the changes."""
        return layout_of(self.root / "followed")

    @property
    def shape(self) -> Shape:
        """Return the shape of the table, with what it gained."""
        catalog = granting("{}")
        declared = authoritative_shape(catalog, catalog.resource(PERSON))
        found = snapshot(self.table)
        more = [MORE] if found and MORE.name in {one.name for one in found.columns} else []
        return replace(declared, columns=(*declared.columns, *more))

    @property
    def table(self) -> Place:
        """Return where the table lies."""
        return self.followed.authoritative(PERSON)

    def commit(self) -> Commit:
        """Return the next commit."""
        self.number += 1
        return Commit("tests", self.number)

    def rows(self, persons: Mapping[int, int]) -> pa.Table:
        """Return persons by their number, each in one of several variants."""
        shape = self.shape
        made = [
            someone(
                number,
                name=f"{'张李王'[variant % 3]}某{variant}",
                birth_date=date(1950 + variant % 5, 1 + number % 3, 1),
                residence="350502" if variant % 4 else "110101",
            )
            | {"_delivery": f"00000{variant % 3}-aaaaaaaaaaaa", "_row": number}
            for number, variant in persons.items()
        ]
        rows = [{name: one.get(name) for name in shape.names} for one in made]
        return pa.Table.from_pylist(rows, schema=arrow_schema(shape.columns))

    def fill(self, persons: Mapping[int, int]) -> None:
        """Make the table, or write all of it anew."""
        query = f"FROM {as_table_of(self.con, 'all_rows', self.rows(persons))}"
        bulk_write(self.con, query, snapshot(self.table) or self.table, self.shape, self.commit())

    def put(self, persons: Mapping[int, int]) -> None:
        """Change persons, insert those who are not there; variant 0 leaves."""
        found = snapshot(self.table)
        assert found
        new = as_table_of(self.con, "new_rows", self.rows(persons))
        stored = as_view(self.con, "stored", f"FROM {found.select_sql(self.shape.columns)}")
        query = (
            "SELECT CASE WHEN s.resident_id IS NULL THEN 'I' WHEN n.name LIKE '%某0' THEN 'D' "
            f"ELSE 'U' END AS _change, n.* FROM {new} n "
            f"LEFT JOIN {stored.sql} s USING (resident_id) "
            "WHERE NOT (s.resident_id IS NULL AND n.name LIKE '%某0')"
        )
        changed = ChangeSet(as_table(self.con, "changed", query), stored)
        merge(found, changed, ("resident_id",), self.shape, self.commit())

    def compact(self) -> None:
        """Move rows into one file."""
        DeltaTable(str(self.table)).optimize.compact(commit_properties=marked({}))

    def restore(self, back: int) -> None:
        """Put an earlier version in place."""
        table = DeltaTable(str(self.table))
        if table.version():
            table.restore(max(0, table.version() - back), commit_properties=marked({}))

    def back_up(self) -> None:
        """Copy the table elsewhere, as a backup does."""
        shutil.rmtree(self.root / "backup", ignore_errors=True)
        shutil.copytree(self.table, self.root / "backup")

    def put_back(self) -> None:
        """Put the copy back; versions count on from there."""
        if (self.root / "backup").exists():
            shutil.rmtree(self.table)
            shutil.copytree(self.root / "backup", self.table)

    def gain(self) -> None:
        """Give the table one column more."""
        before, found = self.shape, snapshot(self.table)
        assert found
        if MORE.name in before.names:
            return
        query = f"SELECT *, NULL AS more FROM {found.select_sql(before.columns)}"
        shape = replace(before, columns=(*before.columns, MORE))
        bulk_write(self.con, query, found, shape, self.commit())

    def dispute(self, number: int) -> None:
        """Dispute the name of a person's record."""
        one = Disputed(PERSON, f"00000{number % 3}-aaaaaaaaaaaa", number, "name", 1, "2026-01-01")
        remember_desk(self.followed, "", [one])

    def share(self, layout: Layout) -> dict[str, Any]:
        """Bring the share of a home up to date; return all that is in it and remembered of it."""
        catalog = granting(json.dumps(self.edits, sort_keys=True))
        keys = KeyRing.load(self.key, where="tests")
        try:
            project(layout, rights_of(catalog), catalog.grants[GRANT], keys, NOW)
        except AccessError as refused:
            return {"refused": str(refused)}
        return held(layout)

    def both(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the share that followed the changes, and one that was made anew."""
        anew = Layout(self.root / "anew")
        for folder in (anew.shares, anew.share_files):
            shutil.rmtree(folder, ignore_errors=True)
        anew.lake.mkdir(parents=True, exist_ok=True)
        for name in ("authoritative", "ledgers"):
            place = anew.lake / name
            if not place.is_symlink():
                place.symlink_to(self.followed.lake / name, target_is_directory=True)
        if self.followed.desk_state.exists():
            anew.desk_state.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.followed.desk_state, anew.desk_state)
        return self.share(self.followed), self.share(anew)


def as_table_of(con: Connection, name: str, rows: pa.Table) -> str:
    """Make a table of the bench of rows; return its name."""
    con.register("arrow_rows", rows)
    con.execute(
        f"CREATE OR REPLACE TABLE {name} AS SELECT {identifiers(rows.column_names)} FROM arrow_rows"
    )
    con.unregister("arrow_rows")
    return name


def held(layout: Layout) -> dict[str, Any]:
    """Return rows in their order, every table and comment of the file, and the state."""
    state = remembered(layout, GRANT)
    with duckdb.connect(layout.share_file(GRANT), read_only=True) as con:
        named = con.sql(
            "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL"
        ).fetchall()
        notes = {name: con.sql(f"FROM {name}").pl() for name in (META, RECEIPT)}
        tables = {
            name: con.sql(f'FROM "{schema}"."{name}"').fetchall()
            for schema, name in named
            if name not in notes
        }
        said = con.sql(
            "SELECT table_name, column_name, comment FROM duckdb_columns() "
            "WHERE NOT internal ORDER BY ALL"
        ).fetchall()
    extract = pl.read_parquet(list(live_files(layout.share_table(GRANT, PERSON))))
    told = {
        ref: {name: value for name, value in one.items() if name != "files"}
        for ref, one in state.pop("parts").items()
    }
    return {
        "rows": extract.rows(),
        "tables": tables,
        "notes": {n: one.drop(OF_A_VERSION, strict=False).rows() for n, one in notes.items()},
        "of a version": {
            n: one.select(OF_A_VERSION & {*one.columns}).rows(named=True)
            for n, one in notes.items()
        },
        "comments": said,
        "parts": told,
        "state": {name: value for name, value in state.items() if name != "file"},
    }


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    """Yield a lake with sixty persons."""
    with open_workbench(tmp_path / "bench") as con:
        made = Lake(con, tmp_path)
        made.fill({number: 1 + number % 7 for number in range(60)})
        yield made


PEOPLE = st.dictionaries(st.integers(0, 70), st.integers(0, 12), min_size=1, max_size=8)
ACTS = st.one_of(
    st.tuples(st.just("put"), PEOPLE),
    st.tuples(st.just("put"), PEOPLE),
    st.tuples(st.just("fill"), st.just({number: 1 + number % 9 for number in range(50)})),
    st.tuples(st.just("compact"), st.none()),
    st.tuples(st.just("restore"), st.integers(1, 3)),
    st.tuples(st.sampled_from(["gain", "back_up", "put_back"]), st.none()),
    st.tuples(st.just("dispute"), st.integers(0, 9)),
    st.tuples(st.just("mask"), st.sampled_from(["year", "decade", "month"])),
    st.tuples(st.just("where"), st.sampled_from(["35", "3505", "1"])),
    st.tuples(st.just("marks"), st.booleans()),
    st.tuples(st.just("key"), st.sampled_from([MASTER_KEY, ANOTHER_KEY])),
)


def done(lake: Lake, act: str, value: Any) -> None:
    """Carry out one act."""
    match act:
        case "mask":
            lake.edits["resources__0__masks__birth_date"] = {"mask": "generalise_date", "to": value}
        case "where":
            lake.edits["resources__0__where__0__value"] = value
        case "marks":
            lake.edits["resources__0__mark_disputed"] = value
        case "key":
            lake.key = value
        case "compact" | "gain" | "back_up" | "put_back":
            getattr(lake, act)()
        case _:
            getattr(lake, act)(value)


def walked(lake: Lake, rounds: list[list[tuple[str, Any]]]) -> None:
    """Hold the followed share to one made anew, after each round of acts."""
    for acts in rounds:
        for act, value in acts:
            done(lake, act, value)
        agree(lake)


def agree(lake: Lake) -> None:
    """Hold the followed share to one made anew; a file that stands is of the version it was."""
    place = lake.followed.share_file(GRANT)
    before = place.stat().st_ino if place.exists() else None
    followed, anew = lake.both()
    versions = [one.pop("of a version", None) for one in (followed, anew)]
    assert followed == anew
    if place.exists() and place.stat().st_ino != before:
        assert versions[0] == versions[1]


def new_lake(root: Path, rounds: list[list[tuple[str, Any]]]) -> None:
    """Walk through rounds in a lake of their own."""
    shutil.rmtree(root, ignore_errors=True)
    with open_workbench(root / "bench") as con:
        made = Lake(con, root)
        made.fill({number: 1 + number % 7 for number in range(60)})
        walked(made, [[("back_up", None)], *rounds])


ROUNDS = st.lists(st.lists(ACTS, max_size=3), min_size=1, max_size=5)


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rounds=ROUNDS)
def test_a_share_that_follows_changes_is_the_one_made_anew(
    tmp_path: Path, rounds: list[list[tuple[str, Any]]]
) -> None:
    """After any changes of rows, table, grant, key and disputes: rows, order, notes and figures."""
    new_lake(tmp_path / "lake", rounds)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(
    max_examples=200,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rounds=ROUNDS)
def test_a_share_that_follows_many_changes_is_the_one_made_anew(
    tmp_path: Path, rounds: list[list[tuple[str, Any]]]
) -> None:
    """The same, two hundred times."""
    new_lake(tmp_path / "lake", rounds)


def test_only_what_the_feed_cannot_tell_is_made_of_the_whole_table(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes, compaction and rows that are not granted read no whole table; a new mask does."""
    whole: list[str] = []
    real = parts.write_extract

    def counted(*args: Any) -> int:
        whole.append("whole")
        return real(*args)

    monkeypatch.setattr(parts, "write_extract", counted)
    walked(lake, [[]])
    steps: list[tuple[str, Any, int]] = [
        ("put", {1: 5, 2: 0, 80: 3}, 0),
        ("put", {3: 8, 4: 4}, 0),  # one of them lives elsewhere from now on
        ("compact", None, 0),
        ("put", {90: 0, 91: 8}, 0),
        ("mask", "decade", 1),
        ("key", ANOTHER_KEY, 1),
        ("gain", None, 1),
        ("restore", 1, 1),
        ("put", {1: 6}, 0),
    ]
    for act, value, expected in steps:
        done(lake, act, value)
        whole.clear()
        agree(lake)
        assert len(whole) - 1 == expected, act  # the other home is always made of the whole


def test_a_change_that_does_not_concern_a_grant_leaves_its_files_as_they_lie(lake: Lake) -> None:
    """Not a byte of them is written; what is remembered says up to which version they are right."""
    walked(lake, [[]])
    layout = lake.followed

    def lying() -> dict[Path, tuple[int, int]]:
        places = [layout.share_file(GRANT), *layout.share_current(GRANT).resolve().rglob("*")]
        return {path: ((got := path.stat()).st_ino, got.st_mtime_ns) for path in places}

    before = lying()
    for number in range(3):
        walked(lake, [[("put", {200 + number: 8})]])
        assert lying() == before
    assert remembered(layout, GRANT)["parts"][PERSON]["version"] == 3
    assert (
        due(layout, rights_of(granting("{}")), GRANT, KeyRing.load(MASTER_KEY, where=""), NOW)
        is None
    )


def test_a_file_that_would_say_something_else_is_made_again(lake: Lake) -> None:
    """Its extracts stand, and link to the former files; a damaged file does not stand either."""
    walked(lake, [[]])
    layout = lake.followed
    (extract,) = live_files(layout.share_table(GRANT, PERSON))
    inode, first = Path(extract).stat().st_ino, layout.share_file(GRANT).stat().st_ino
    lake.edits["terms"] = "不得再提供"
    walked(lake, [[("put", {200: 8})]])
    second = layout.share_file(GRANT).stat().st_ino
    assert second != first
    layout.share_file(GRANT).write_bytes(b"damaged")
    walked(lake, [[("put", {201: 8})]])
    (extract,) = live_files(layout.share_table(GRANT, PERSON))
    assert Path(extract).stat().st_ino == inode


def test_a_table_that_was_put_back_and_changed_is_another(lake: Lake) -> None:
    """Though it has come to the same version again, its rows are not those of before."""
    walked(lake, [[("back_up", None), ("put", {1: 5})]])
    walked(lake, [[("put_back", None), ("put", {2: 6})]])


def test_nothing_of_a_row_that_left_is_in_a_byte_on_disk(lake: Lake) -> None:
    """Neither deleted rows nor former values, masked or not, are left in extract or file."""
    lake.edits["resources__0__masks__name"] = {"mask": "keep"}
    lake.edits["resources__0__masks__resident_id"] = {"mask": "drop"}
    walked(lake, [[("put", {1: 5, 2: 11})]])
    walked(lake, [[("put", {2: 0})], [("put", {88: 8})]])
    layout = lake.followed
    for path, content in bytes_under(layout.share(GRANT), layout.share_file(GRANT)):
        assert "某11".encode() not in content, path


def test_changes_of_another_past_make_the_extract_anew(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An extract that lacks a row which is to leave is not changed: all of it is made again."""
    walked(lake, [[]])
    real = changes.changed_files

    def twice(*args: Any) -> Changed | None:
        found = real(*args)
        return found and replace(found, told=found.told * 2)

    monkeypatch.setattr(changes, "changed_files", twice)
    walked(lake, [[("put", {1: 0, 5: 3})]])
