"""Strings that break programs survive the whole way: CSV → views and open data → CSV."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import duckdb
import polars as pl

from flow.run import run
from outlets.open_data.packaging.csv_flavour import guard_text
from tests.city.one_feed import REF, deliver, facts, fed_catalogue, fed_city

STRINGS = Path(__file__).parents[1] / "data" / "naughty" / "blns.txt"
LOST = re.compile("[\ufeff\ufffd\ue000-\uf8ff]")
OPEN_SET = {
    "code": "naughty",
    "name": "难缠的文字",
    "summary": "会让程序出错的文字。",
    "resource": REF,
    "type": "universal",
    "theme": "社会保障",
    "keywords": ["测试"],
    "licence": "泉州市公共数据开放许可",
    "items": ["id", "said"],
    "masks": {},
    "quasi_identifiers": [],
}


def _strings() -> list[str]:
    """Return the strings of the list, comments too, and some that need quotes or line ends."""
    lines = STRINGS.read_text(encoding="utf-8").split("\n")
    more = ["a\nb", "a\r\nb", '"', '""', ",", "\t", "'", " 前后 ", "\u3000", "a\u2028b", "\ufeff首"]
    return [text for text in [*lines, *more] if text and "\x00" not in text]


def test_naughty_strings_survive_from_feed_to_open_data(tmp_path: Path) -> None:
    """Each comes out of the views and of the open-data CSV as it was delivered, bar the guard.

    Those with a character that stands for nothing (a byte-order mark, private use) are quarantined.
    """
    every = dict(enumerate(_strings(), start=1))
    strings = {number: text for number, text in every.items() if not LOST.search(text)}
    feed = {"columns": {"编号": "id", "文字": "said"}}
    said = {"feed": feed, "resource": {"open": {"type": "universal"}}}
    catalogue = fed_catalogue(tmp_path, said, **{"open_data/naughty.yaml": OPEN_SET})
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["编号", "文字"], *every.items()])
    with fed_city(catalogue, tmp_path / "home") as (city, _):
        deliver(city, {"naughty.csv": text.getvalue().encode()})
        done = run(city)
        kept = facts(city).quarantined
    lost = len(every) - len(strings)
    assert lost > 3
    assert [row["rules"] for row in kept] == [["record:encoding"]] * lost
    assert [(one.accepted, one.quarantined) for one in done.outcomes] == [(len(strings), lost)]
    with duckdb.connect(str(city.layout.city_views), read_only=True) as con:
        seen = con.sql("SELECT id, said FROM data_office.visit").fetchall()
    assert {int(number): text for number, text in seen} == strings
    (release,) = [one.release for one in done.releases if one.dataset == "naughty"]
    folder = city.layout.release("naughty", release)
    rows = dict(pl.read_parquet(folder / "data.parquet").select("id", "said").iter_rows())
    assert {int(number): text for number, text in rows.items()} == strings
    with (folder / "data.csv").open(encoding="utf-8-sig", newline="") as stream:
        _, *published = csv.reader(stream)
    told = {int(number): text for number, text in published}
    assert told == {number: guard_text(text) for number, text in strings.items()}
