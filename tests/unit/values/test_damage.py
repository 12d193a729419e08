"""Damage is recognised by value: in Parquet, Arrow and JSON a record with any is quarantined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.unit.feeds.feeds import make_feed, read

MANY = 400
"""Values in one file; with three files or more this makes the thousand and more variants."""


def quarantined(folder: Path, values: Any, form: str = "parquet") -> list[str | None]:
    """Return the defect of each value, delivered in one file."""
    path, table = folder / "f", pa.table({"A": values})
    if form == "arrow":
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
    else:
        pq.write_table(table, path, store_schema=True)
    return [row["_defect"] for row in read(path, path.read_bytes(), make_feed("a", format=form))]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
@pytest.mark.parametrize(
    ("kind", "bits"), [(pa.float64(), 53), (pa.float32(), 24), (pa.float16(), 11)], ids=str
)
def test_a_float_is_sound_below_the_whole_numbers_it_holds(
    tmp_path: Path, form: str, kind: Any, bits: int
) -> None:
    """Every float from 2^53 (2^24, 2^11) on is quarantined, every lesser one is not."""
    if form == "parquet" and kind == pa.float16():
        kind = pa.float64()

    @settings(max_examples=1, deadline=None)
    @given(st.lists(st.integers(-(2**bits) + 1, 2**bits - 1), min_size=MANY, max_size=MANY))
    def holds(sound: list[int]) -> None:
        bound = 2**bits
        damaged = [-bound, bound, *(bound * (2 + one % 10) for one in sound[:60])]
        mixed = [float(one) for pair in zip(sound, damaged * 9, strict=False) for one in pair]
        found = quarantined(tmp_path, pa.array(mixed, pa.float64()).cast(kind), form)
        limit = 2**53 if kind == pa.float64() else bound
        assert found == ["damaged_number" if abs(one) >= limit else None for one in mixed]

    holds()


def test_what_is_no_number_is_quarantined(tmp_path: Path) -> None:
    """NaN and infinity are no values; a null is."""
    values = pa.array([float("nan"), float("inf"), float("-inf"), None, 0.0])
    assert quarantined(tmp_path, values) == ["damaged_number"] * 3 + [None, None]


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_moments_beyond_the_calendar_are_quarantined(
    tmp_path: Path, unit: str, zone: str | None
) -> None:
    """Before the year 1, after 9999, or where the unit itself overflows: never wrapped."""
    size = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    day, most = 86_400 * size, (1 << 63) - 1
    first, last = -62_135_596_800 * size, 253_402_300_799 * size
    if unit == "ns":
        sound = [0, 1, -1, most - 2 * day, 2 * day - most]
        outside = [most, -most] if zone else [most]
    else:
        sound = [0, first + 2 * day, last - 2 * day]
        outside = [first - 2 * day, last + 2 * day, most, -most]
    values = pa.array([*sound, *outside, None], pa.int64()).cast(pa.timestamp(unit, zone))
    found = quarantined(tmp_path, values, "arrow")
    assert found == [None] * len(sound) + ["out_of_range"] * len(outside) + [None]


def test_days_beyond_the_calendar_are_quarantined(tmp_path: Path) -> None:
    """A date before the year 1 or after 9999 is an overflow."""
    days = [-719_162, 2_932_896, 0, -719_163, 2_932_897, 2**31 - 1]
    values = pa.array(days, pa.int32()).cast(pa.date32())
    assert quarantined(tmp_path, values) == [None] * 3 + ["out_of_range"] * 3


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_octets_that_are_no_text_cost_their_record(tmp_path: Path, form: str) -> None:
    """NULs, byte-order marks and octets that do not decode quarantine one record each."""
    values = pa.array([b"a", b"a\0", b"\xef\xbb\xbfa", b"\xff", None, b"\xe7\x94\xb2"])
    expected = [None, "encoding", "encoding", "encoding", None, None]
    assert quarantined(tmp_path, values, form) == expected
    texts = pa.array(["a", "a\0", "\ufeffa", "x\ufeff", None, "甲"])
    assert quarantined(tmp_path, texts, form) == expected
    assert quarantined(tmp_path, texts.dictionary_encode(), form) == expected


JSON = make_feed("a", "b", format="jsonl")
NUMBERS = st.from_regex(
    r"-?(?:0|[1-9][0-9]{0,24})(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,3})?", fullmatch=True
)
TEXTS = st.text(
    st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cc", "Cs"]), max_size=8
)


@st.composite
def nested(draw: st.DrawFn, depth: int = 2) -> str:
    """Return JSON written without blanks, as it must come out again."""
    if not depth or draw(st.booleans()):
        return draw(st.one_of(NUMBERS, TEXTS.map(lambda t: json.dumps(t, ensure_ascii=False))))
    parts = draw(st.lists(nested(depth - 1), max_size=3))
    if draw(st.booleans()):
        return f"[{','.join(parts)}]"
    keys = [json.dumps(f"{draw(TEXTS)}{place}", ensure_ascii=False) for place in range(len(parts))]
    return "{" + ",".join(f"{k}:{v}" for k, v in zip(keys, parts, strict=True)) + "}"


@settings(max_examples=20, deadline=None, phases=[Phase.generate])
@given(st.lists(st.tuples(nested(), NUMBERS), min_size=50, max_size=50))
def test_json_keeps_every_digit_at_every_depth(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str]]
) -> None:
    """Numbers come as they were written, and are numbers within objects and lists."""
    lines = [f'{{"A":[{inner}],"B":{number}}}' for inner, number in records]
    rows = read(tmp_path_factory.mktemp("d") / "f", "\n".join(lines).encode(), JSON)
    assert [(row["a"], row["b"]) for row in rows] == [(f"[{one}]", n) for one, n in records]


@settings(max_examples=20, deadline=None, phases=[Phase.generate])
@given(
    st.lists(
        st.tuples(TEXTS, st.sampled_from(["", "\0", "\ufeff"]), TEXTS, st.booleans()),
        min_size=50,
        max_size=50,
    )
)
def test_a_spoilt_character_costs_its_record(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str, str, bool]]
) -> None:
    """NUL and the byte-order mark, escaped or not, anywhere in a text quarantine the record."""
    texts = [before + mark + after for before, mark, after, _ in records]
    lines = [
        json.dumps({"A": text, "B": "1"}, ensure_ascii=escaped)
        for text, (*_, escaped) in zip(texts, records, strict=True)
    ]
    rows = read(tmp_path_factory.mktemp("d") / "f", "\n".join(lines).encode(), JSON)
    assert [row["_defect"] for row in rows] == [
        "encoding" if {"\0", "\ufeff"} & {*text} else None for text in texts
    ]
    sound = [(row["a"], text) for row, text in zip(rows, texts, strict=True) if not row["_defect"]]
    assert all(came == text for came, text in sound)
