"""Watermarks rise as rows change, or are refused: no newer row is ever lost behind an older one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.errors import PullError
from landing.pulls.orders import Order, order_of
from landing.pulls.watermarks import Kind, Mark, Scale
from tests.unit.landing.pulling import Source, change, pulled_feed, sql


@pytest.fixture
def firms(tmp_path: Path) -> Source:
    """Return the firms of an empty SQLite table."""
    path = tmp_path / "firms.db"
    change(path, "CREATE TABLE firm (uscc, name, capital, changed)")
    return Source(tmp_path / "home", pulled_feed(sql()), {"FIRM_DB": f"sqlite:///{path}"})


def add(firms: Source, key: str, mark: Any) -> None:
    """Add a firm."""
    path = Path(firms.environment["FIRM_DB"].removeprefix("sqlite:///"))
    change(path, "INSERT INTO firm VALUES (?, '企', '1', ?)", [(key, mark)])


def pull_each(firms: Source, marks: Sequence[Any]) -> None:
    """Add one firm after another and pull it: each comes, and it alone."""
    for place, mark in enumerate(marks):
        add(firms, f"{place}", mark)
        assert firms.keys(firms.pull()) == [f"{place}"]


RISING = [
    ["8", "9", "10", "99", "100"],
    ["2026-03-01T08:00:00", "2026-03-01 09:00:00", "2026-03-01T09:00:01", "2026-03-01 10:00:00"],
    ["2026-03-01 08:00:00", "2026-03-01 08:00:00.5", "2026-03-01 08:00:01", "2026-03-02"],
    ["2026-03-01T08:00:00Z", "2026-03-01T08:00:00.5Z", "2026-03-01T08:00:01Z"],
    ["2026-03-01T08:00:00+08:00", "2026-03-01T00:30:00Z", "2026-03-01T08:45:00+08:00"],
    ["2026-03-01 23:00:00-0500", "2026-03-02T04:30:00Z", "2026-03-02 12:45:00 +08"],
    ["2026-02-28 09:00", "2026-02-28 09:00:01", "2026-03-01"],
    ["2026年02月01日", "2026年02月02日"],
    ["2026/02/28 08:00", "2026/03/01 07:00"],
    ["20260228", "20260301"],
    ["v1", "v2"],
    ["A0001", "A0002"],
]
UNSORTED = [
    ["28/02/2026", "01/03/2026"],
    ["28022026", "01032026"],
    ["2026年2月1日", "2026年10月1日"],
    ["v9", "v10"],
    ["1.9", "1.10"],
    ["-1", "-2"],
    ["alpha", "beta"],
    ["2026-03-01T08:00:00+08:00", "2026-03-01T00:30:00"],
    ["1 Mar 2026", "1 Apr 2026"],
    ["9" * 18, "1" + "0" * 18],
]


@pytest.mark.parametrize("marks", RISING, ids=lambda marks: marks[0])
def test_texts_that_rise_lose_no_row(firms: Source, marks: Sequence[str]) -> None:
    """Whatever way the moments or numbers of one column are written, each newer row comes once."""
    pull_each(firms, marks)
    assert firms.pull() is None
    assert firms.deliveries[-1].watermark == f"text:{marks[-1]}"


@pytest.mark.parametrize("marks", UNSORTED, ids=lambda marks: marks[0])
def test_texts_that_do_not_sort_are_refused(firms: Source, marks: Sequence[str]) -> None:
    """As soon as a column holds texts that no order fits, the pull says so and loses nothing."""
    with pytest.raises(PullError, match="do not sort") as raised:
        pull_each(firms, marks)
    assert raised.value.remedy
    assert not any(mark in str(raised.value) for mark in marks)


@pytest.mark.parametrize(
    ("present", "ahead", "later"),
    [
        ("2026-03-01 08:00:00", "2026-03-02 23:00:00", "2026-03-02 09:00:00"),
        ("2026-03-01T08:00:00Z", "2026-03-02T10:00:00Z", "2026-03-02T09:00:00Z"),
        ("2026-03-01T08:00:00+08:00", "9999-12-31T00:00:00+08:00", "2026-03-02T09:00:00+08:00"),
        ("2026/03/01", "2099/01/01", "2026/03/02"),
        ("2026年03月01日", "9999年12月31日", "2026年03月02日"),
        ("20260301", "20991231", "20260302"),
        (20260301, 99991231, 20260302),
        (20260301080000, 20260303000000, 20260302080000),
        (202603010800, 209912310000, 202603020800),
        (1_772_352_000, 4_070_908_800, 1_772_352_001),
        (1_772_352_000_000, 253_402_214_400_000, 1_772_352_000_001),
        (7, 9_223_372_036_854_775_807, 8),
        (7, 99_999_999, 8),
    ],
)
def test_what_lies_ahead_hides_nothing(firms: Source, present: Any, ahead: Any, later: Any) -> None:
    """A row of a day to come is taken once, and newer rows of today are found after it."""
    add(firms, "present", present)
    add(firms, "ahead", ahead)
    assert firms.keys(firms.pull()) == ["ahead", "present"]
    add(firms, "later", later)
    assert firms.keys(firms.pull()) == ["later"]
    assert firms.pull() is None


def test_plain_counters_do_not_lie_ahead(firms: Source) -> None:
    """Numbers that only look like a far moment lose no row, whatever they count."""
    pull_each(firms, (2_026_000_001, 2_026_000_002, 9_999_999_998))
    assert firms.deliveries[-1].watermark == "integer:9999999998"


def test_rows_without_a_watermark_are_never_behind(firms: Source) -> None:
    """Empty texts have no place, as nulls have none: they are known by their content."""
    add(firms, "a", "2026-03-01")
    firms.pull()
    add(firms, "empty", "")
    add(firms, "null", None)
    assert firms.keys(firms.pull()) == ["empty", "null"]
    assert firms.pull() is None


OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda n: timezone(timedelta(minutes=15 * n)))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2026, 3, 1))  # noqa: DTZ001 - zones follow
FORMS = st.tuples(
    st.sampled_from("T "),
    st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]),
    st.booleans(),
)


def _written(moment: datetime, form: tuple[str, str, bool]) -> str:
    mark, spec, short = form
    text = moment.isoformat(mark, spec)
    return text.replace("+00:00", "Z") if short else text


def _cut(moment: datetime, form: tuple[str, str, bool]) -> datetime:
    return datetime.fromisoformat(moment.isoformat("T", form[1]))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(MOMENTS, OFFSETS, FORMS), min_size=30, max_size=60), st.booleans())
def test_written_moments_sort_as_moments(told: Sequence[Any], offsets: bool) -> None:
    """However ISO 8601 is spelt, places compare as the moments do, and the bound hides none."""
    moments = [(_cut(m.replace(tzinfo=zone if offsets else None), f), f) for m, zone, f in told]
    texts = [_written(*one) for one in moments]
    order = order_of({"".join("0" if c.isdigit() else c for c in text) for text in texts})
    assert order is (Order.INSTANTS if offsets else Order.MOMENTS)
    scale = Scale(Kind.TEXT, order, datetime(2026, 3, 2, tzinfo=UTC), "Asia/Shanghai")
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT t, {scale.sorted_sql('t')} FROM (SELECT unnest(?) AS t)", [texts]
        ).fetchall()
    places = dict(rows)
    for (one, _), text in zip(moments, texts, strict=True):
        bound = scale.behind(Mark(Kind.TEXT, text), 0).value
        for (other, _), another in zip(moments, texts, strict=True):
            if other > one:
                assert places[another] > places[text]
            assert other < one or another >= bound
