"""What one more day costs after 3 days and after 300, of a table by day and of one that is not.

    python -m benchmarks.partitions --days 300 --rows 10000 --runs 7

Records of one day each, dated over it, keyed by number and moment. Four homes take 3 days or 300 in
one delivery; then each takes the days that follow one by one, the whole way on a gate of its own,
as a warm process does. After them comes a late correction: a tenth of a day in the middle, again.
The floor is a script in the same process: `polars.scan_csv` with the types given, then an overwrite
of the day in a Delta table of as many days, by day. CPU seconds; the first day pays for imports and
is left out.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from deltalake import write_deltalake

from benchmarks.governed_ingest import CATALOG, TABLE, WORK, typed_frame
from benchmarks.harness import publish
from benchmarks.many_deliveries import deliver
from benchmarks.records import write_days
from flow.city import City
from flow.stops import opened_gate, take_waiting
from pipelines.settings import Settings, open_city

FEW = 3
BY_DAY = {"by": "day", "of": "updated_at"}
MOST = 1.2
"""How much more a day may cost after many days than after few."""
START = date(2020, 1, 1)

Figures = dict[str, dict[str, float]]


def main() -> None:
    """Make the homes, take the days, print and store medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=300)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    files = WORK / "days"
    shutil.rmtree(files, ignore_errors=True)
    figures: Figures = {"floor": {}, "by day": {}, "together": {}}
    for days in (FEW, options.days):
        first = write_days(files / f"first_{days}.csv", 1, days + 1, options.rows)
        more = [
            write_days(files / f"day_{one}.csv", one, one + 1, options.rows)
            for one in range(days + 1, days + options.runs + 2)
        ]
        late = _part_of(write_days(files / "late.csv", days // 2, days // 2 + 1, options.rows))
        for name, take in _ways(first, days):
            spent = [_spent(take, file) for file in more]
            figures[name][f"day_{days}"] = round(statistics.median(spent[1:]), 3)
            figures[name][f"late_{days}"] = round(_spent(take, late), 3)
    text = "\n".join(_lines(options.days, options.rows, figures))
    facts = {"benchmark": "partitions", **vars(options), "figures": figures}
    publish("partitions", text, facts)


def _ways(first: Path, days: int) -> list[tuple[str, Callable[[Path], object]]]:
    """Return the floor and both homes with the first days in them, and how each takes a file."""
    floor = WORK / f"days_floor_{days}"
    shutil.rmtree(floor, ignore_errors=True)
    write_deltalake(floor, _dated(first), partition_by=["day"])
    homes = {
        name: _home(f"{name.replace(' ', '_')}_{days}", partition)
        for name, partition in (("by day", BY_DAY), ("together", None))
    }
    for city in homes.values():
        _take(city, first)
    taken = [(name, lambda file, city=city: _take(city, file)) for name, city in homes.items()]
    return [("floor", lambda file: _overwritten(file, floor)), *taken]


def _home(name: str, partition: dict[str, str] | None) -> City:
    """Make a home whose register is keyed by number and moment."""
    catalog = WORK / f"days_catalog_{name}"
    shutil.rmtree(catalog, ignore_errors=True)
    shutil.copytree(CATALOG, catalog)
    path = catalog / "resources" / f"{TABLE}.yaml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    declared |= {"key": ["record_id", "updated_at"], "partition": partition}
    for item in declared["items"]:
        item["required"] = item.get("required", item["code"] == "updated_at")
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    home = WORK / f"days_{name}"
    shutil.rmtree(home, ignore_errors=True)
    return open_city(Settings.from_environment({}, home=home, catalog=catalog))


def _part_of(day: Path) -> Path:
    """Leave every tenth record of a file, corrected."""
    rows = pl.read_csv(day, infer_schema=False).gather_every(10)
    rows.with_columns(pl.lit("0").alias("score")).write_csv(day)
    return day


def _dated(file: Path) -> pl.DataFrame:
    moment = pl.col("updated_at").dt.date().cast(pl.String)
    return typed_frame(file).with_columns(moment.alias("day")).collect()


def _overwritten(file: Path, floor: Path) -> None:
    frame = _dated(file)
    (day,) = frame["day"].unique()
    write_deltalake(floor, frame, mode="overwrite", predicate=f"day = '{day}'")


def _take(city: City, file: Path) -> None:
    deliver(city, file)
    with opened_gate(city) as gate:
        outcomes = take_waiting(city, gate, TABLE)
    if not outcomes or any(not one.accepted or one.quarantined for one in outcomes):
        raise SystemExit(f"not taken: {outcomes}")


def _spent(take: Callable[[Path], object], file: Path) -> float:
    started = time.process_time()
    take(file)
    return time.process_time() - started


def _lines(days: int, rows: int, figures: Figures) -> Sequence[str]:
    last = START + timedelta(days=days)
    ways: dict[str, Any] = {"one more day": "day", "a late correction": "late"}
    return [
        f"{rows:,} records a day to {last}, after {FEW} days and after {days}, CPU seconds",
        f"{'':36}{f'after {FEW}':>10}{f'after {days}':>11}{'ratio':>8}",
        *(
            f"{f'{way}: {name}':36}{one[f'{kind}_{FEW}']:>10.3f}{one[f'{kind}_{days}']:>11.3f}"
            f"{one[f'{kind}_{days}'] / one[f'{kind}_{FEW}']:>8.2f}"
            for way, kind in ways.items()
            for name, one in figures.items()
        ),
        f"by day, one more day: ratio at most {MOST}",
    ]


if __name__ == "__main__":
    main()
