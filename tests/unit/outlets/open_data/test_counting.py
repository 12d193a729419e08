"""Releases whose rows are counted on the second engine: the same as those counted here."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import SecondEngineError, SettingsError
from catalog_specs.vocabulary import Engine
from governance.disclosure import Grouped, classes, grouped_here, measure, without_small_classes
from outlets.open_data.consecutive import rows_of_one, small_changes
from outlets.open_data.counting import counting
from outlets.open_data.release import release
from storage.engines.spark.address import Address
from storage.engines.spark.elsewhere import Elsewhere
from storage.layout import Layout
from tests.city import NOW, OPEN_FILE, OPEN_SET, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.city.lake import bytes_under
from tests.city.resources import person
from tests.city.tables import fill, someone
from tests.harness.sail import sail
from tests.unit.outlets.open_data.test_release import group

PERSON_FILE = "resources/civil_affairs/person.yaml"
QUASI = ("text", "day", "amount", "at", "truth", "number")
UNITS = ("__unit_one", "__unit_two")


def drawn(seed: int, count: int) -> pl.LazyFrame:
    """Return rows of few different values, of every type of items, nulls among them."""
    draw = random.Random(seed)

    def some(values: Sequence[Any]) -> list[Any]:
        return [draw.choice([*values, None]) for _ in range(count)]

    return pl.LazyFrame(
        {
            "text": some(["", "a", "A", "a ", "中", "𠮷"]),
            "day": some([date(1, 1, 1), date(2999, 12, 31)]),
            "amount": some([Decimal("1.10"), Decimal("-1.10")]),
            "at": some([datetime(2026, 3, 4, 5, 6, 7, 8), datetime(1582, 10, 10)]),  # noqa: DTZ001
            "truth": some([True, False]),
            "number": some([0, -(2**63), 2**63 - 1]),
            "__unit_one": some(range(30)),
            "__unit_two": some([f"{number}" for number in range(20)]),
        },
        schema_overrides={"amount": pl.Decimal(18, 2)},
    )


def in_order(frame: pl.LazyFrame) -> pl.DataFrame:
    """Return rows in an order of their own."""
    return frame.collect().sort(pl.all(), nulls_last=False)


def found(
    rows: pl.LazyFrame, other: pl.LazyFrame, by: tuple[list[str], list[str]], grouped: Grouped
) -> list[Any]:
    """Return all that is counted of rows by some columns, in persons named by others."""
    columns, units = by
    frames = [
        classes(rows, columns, units, grouped),
        without_small_classes(rows, columns, 5, units, grouped),
        small_changes(rows, other, columns, 4, grouped),
    ]
    return [
        *map(in_order, frames),
        *(frame.collect_schema() for frame in frames),
        measure(rows, columns, 5, units, grouped),
        rows_of_one(rows, columns, units, grouped),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_drawn_rows_are_counted_the_same(seed: int, tmp_path: Path) -> None:
    """Classes by every few columns, persons in them, what is small, what changed a little."""
    pytest.importorskip("pysail")
    draw, rows, other = random.Random(seed), drawn(seed, 900), drawn(seed + 50, 900)
    there = person().model_copy(update={"engine": Engine.SPARK})
    with counting(tmp_path, there, 1, sail()) as grouped:
        assert grouped is not grouped_here
        for size in (1, 2, 4):
            columns, units = draw.sample(QUASI, size), draw.sample(UNITS, draw.randint(0, 2))

            counted = [found(rows, other, (columns, units), g) for g in (grouped_here, grouped)]
            for here, elsewhere in zip(*counted, strict=True):
                assert (
                    elsewhere.equals(here) if isinstance(here, pl.DataFrame) else elsewhere == here
                )
        asked = [pl.col(name).n_unique() for name in (*QUASI, *UNITS)]
        for frame in (rows, rows.drop_nulls(), rows.clear()):
            assert grouped(frame, (), asked).collect().equals(frame.select(asked).collect())
        nobody = grouped(rows.clear(), ["text"], [pl.len().alias("n")]).collect()
        assert nobody.equals(rows.clear().group_by("text").agg(pl.len().alias("n")).collect())


def choosing(engine: str, **opened: Any) -> Catalog:
    """Return a city whose persons choose an engine."""
    return compiled(**{PERSON_FILE: change(engine=engine), OPEN_FILE: change(**opened)})


def releases(folder: Path, catalog: Catalog, spark: Address | None = None) -> list[Any]:
    """Make three releases one after another; return what became of each, and every file."""
    layout, done = Layout(folder), []
    fill(layout, catalog, PERSON, [*group(9), *group(8, first=100, sex="2"), someone(900)])
    for days, more in enumerate(([], group(2, first=300), group(9, first=400, sex="2"))):
        if more:
            fill(layout, catalog, PERSON, more)
        open_set = catalog.open_sets[OPEN_SET]
        now = NOW + timedelta(days=400 * days)
        done.append(release(layout, catalog, open_set, KEYS, now, spark))
    kept = [
        (path.relative_to(folder).as_posix(), content)
        for path, content in bytes_under(layout.open_data(OPEN_SET))
        if path.name in {"data.csv", "dictionary.csv"}
    ]
    return [*done, *kept]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the second engine answers, as it does."""
    found: list[str] = []
    answered: Callable[..., Any] = Elsewhere.answered

    def told(elsewhere: Elsewhere, query: str, *more: Any) -> Any:
        made = answered(elsewhere, query, *more)
        found.append(query)
        return made

    monkeypatch.setattr(Elsewhere, "answered", told)
    return found


@pytest.mark.parametrize("opened", [{}, {"small_classes": "refuse"}])
def test_releases_are_the_same_wherever_their_rows_are_counted(
    opened: dict[str, Any], tmp_path: Path, asked: list[str]
) -> None:
    """Three of a set one after another, or its refusal: results, rows, and what is told of them."""
    pytest.importorskip("pysail")
    here = releases(tmp_path / "here", choosing("duckdb", **opened))
    assert asked == []
    assert releases(tmp_path / "there", choosing("spark", **opened), sail()) == here
    assert len(asked) >= 3
    assert all(" GROUP BY " in query or "count(DISTINCT " in query for query in asked)


def test_without_the_engine_nothing_is_released(tmp_path: Path) -> None:
    """The machine was chosen not to carry it: that is said, and no package is there."""
    with pytest.raises(SettingsError, match="QUANSHU_SPARK"):
        releases(tmp_path / "none", choosing("spark"))
    with pytest.raises(SecondEngineError, match="does not answer"):
        releases(tmp_path / "gone", choosing("spark"), Address("sc://127.0.0.1:1"))
    assert not [*tmp_path.rglob("data.*")]
    assert not [*tmp_path.rglob("counted-*")]
