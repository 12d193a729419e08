"""The DuckDB file of a copy: the same rows and words as the share's, in the order of the copy."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from flow.city import City
from flow.handover.packages import HandedOver, hand_over_file
from outlets.handover.found_files import look_at
from outlets.handover.share_copy import COPY_NOTE
from outlets.handover.trace import Evidence, trace
from register.copies import COPIES
from tests.city import GRANT
from tests.unit.flow.handover.homes import batch_city

NAME = f"{GRANT}.duckdb"
VIEW = "人口基本信息"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return a city whose grant is a query."""
    return batch_city(tmp_path_factory.mktemp("copies"), method="query", batch_reason=None)


@pytest.fixture(scope="module")
def both(city: City) -> tuple[HandedOver, HandedOver]:
    """Hand the file over twice."""
    out = city.layout.home.parent / "out"
    return hand_over_file(city, GRANT, out), hand_over_file(city, GRANT, out)


def rows(file: Path) -> list[tuple[object, ...]]:
    """Return the rows of a file, in the order in which they are stored."""
    with duckdb.connect(file, read_only=True) as con:
        return con.sql(f'FROM "{VIEW}"').fetchall()


def test_copies_differ_in_their_order_and_in_nothing_else(
    city: City, both: tuple[HandedOver, HandedOver]
) -> None:
    """The rows are those of the share, with its comments, codes, terms and receipt."""
    share = city.layout.share_file(GRANT)
    first, second = (rows(one.place / NAME) for one in both)
    assert sorted(first, key=repr) == sorted(second, key=repr) == sorted(rows(share), key=repr)
    assert len({tuple(first), tuple(second), tuple(rows(share))}) == 3
    asked = (
        "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() "
        f"WHERE NOT internal AND NOT contains(table_name, '{COPY_NOTE}') ORDER BY ALL"
    )
    with (
        duckdb.connect(share, read_only=True) as made,
        duckdb.connect(both[0].place / NAME, read_only=True) as copied,
    ):
        assert made.sql(asked).fetchall() == copied.sql(asked).fetchall()
        receipt = "SELECT 审批, 内容摘要, 数据版本, 记录数 FROM _receipt"
        assert made.sql(receipt).fetchall() == copied.sql(receipt).fetchall()
        assert copied.sql(f"SELECT 副本编号 FROM {COPY_NOTE}").fetchall() == [(both[0].copy.copy,)]


def named(city: City, file: Path) -> list[tuple[str, Evidence]]:
    """Return which copies a file is said to be, and by what."""
    return [
        (one.copy, one.evidence)
        for one in trace(look_at(file), COPIES.read(city.layout), city.keys)
    ]


def test_a_file_is_named_whole_edited_and_without_its_mark(
    city: City, both: tuple[HandedOver, HandedOver], tmp_path: Path
) -> None:
    """By its digest; by its mark once a byte differs; by its order once the mark is gone."""
    for one in both:
        file, copy = one.place / NAME, one.copy.copy
        assert named(city, file) == [(copy, Evidence.DIGEST)]
        edited = tmp_path / f"{copy}.bin"
        edited.write_bytes(file.read_bytes())
        edited.chmod(0o600)
        with duckdb.connect(edited) as con:
            con.execute("CREATE TABLE own (a INTEGER)")
        assert named(city, edited) == [(copy, Evidence.MARK)]
        with duckdb.connect(edited) as con:
            con.execute(f"DROP TABLE data.{COPY_NOTE}")
        assert named(city, edited) == [(copy, Evidence.ORDER)]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_what_a_consumer_exports_is_named_as_long_as_it_is_not_shuffled(
    city: City, both: tuple[HandedOver, HandedOver], tmp_path: Path, kind: str
) -> None:
    """A part of the rows is, too; the share's own file is nobody's copy."""
    some = random.Random(5)
    for one in both:
        with duckdb.connect(one.place / NAME, read_only=True) as con:
            for view, part in ((VIEW, ""), (VIEW, "LIMIT 25 OFFSET 20")):
                target = tmp_path / f"{one.copy.copy}-{some.randrange(10**9)}.{kind}"
                con.execute(f"COPY (FROM \"{view}\" {part}) TO '{target}'")
                assert named(city, target) == [(one.copy.copy, Evidence.ORDER)]
            shuffled = tmp_path / f"{one.copy.copy}-shuffled.{kind}"
            con.execute(f"COPY (FROM \"{VIEW}\" ORDER BY hash(resident_id)) TO '{shuffled}'")
            assert named(city, shuffled) == []
    assert named(city, city.layout.share_file(GRANT)) == []
