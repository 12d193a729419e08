"""The next delivery of a resource that has had ten thousand, against the one of a fresh resource.

    python -m benchmarks.many_deliveries --before 10000 --runs 7

Two homes in one process, each with one delivery taken in truly. The full one has then ten thousand
deliveries more, made by hand as a life of years leaves them: a folder with its receipt, a row and a
transaction in each ledger, a commit of the table. In turn each home is given one more small file,
and taken the whole way as `quanshu run` does. Great Expectations is imported before.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from deltalake import DeltaTable, write_deltalake

from benchmarks.governed_ingest import CATALOG, TABLE, WORK
from benchmarks.harness import publish
from benchmarks.records import write_records
from flow.city import City
from flow.run import run
from flow.stops import opened_gate, take_waiting
from pipelines.settings import Settings, open_city
from register.landed import landed
from register.outcomes import OUTCOMES
from register.receipts import write_receipt
from register.verdicts import VERDICTS
from storage.delta.commits import marked
from storage.delta.gained_columns import completed
from storage.foreign_commits import LOOKED
from storage.ledger import Ledger

__all__ = ["ROWS", "cut_files", "deliver"]

ROWS = 20
"""Records of each file: what is measured is what a delivery costs beside its rows."""


def main() -> None:
    """Make both homes, take deliveries in turn, print and store the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    files = cut_files(options.runs * 2 + 2)
    homes = {"fresh": _home("fresh", files[0]), "full": _home("full", files[0])}
    _age(homes["full"], options.before)
    for city in homes.values():
        deliver(city, files[1])
        run(city)  # the first look fills the index of receipts; neither pays for imports below
    figures: dict[str, dict[str, float]] = {}
    ways: dict[str, Callable[[City], object]] = {"take": _take, "run": run}
    for part, (way, act) in enumerate(ways.items()):
        mine = files[2 + part * options.runs : 2 + (part + 1) * options.runs]
        figures[way] = _measured(homes, mine, act)
    text = "\n".join(_lines(options.before, figures))
    facts = {
        "benchmark": "many_deliveries",
        "before": options.before,
        "runs": options.runs,
        "figures": figures,
    }
    publish("many_deliveries", text, facts)


def _measured(
    homes: dict[str, City], files: Sequence[Path], act: Callable[[City], object]
) -> dict[str, float]:
    """Return the median seconds of each home, on the wall and of the processor, with ratios."""
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in homes}
    for file in files:
        for name, city in homes.items():
            deliver(city, file)
            started = time.perf_counter(), time.process_time()
            act(city)
            ended = time.perf_counter(), time.process_time()
            samples[name].append((ended[0] - started[0], ended[1] - started[1]))
    figures = {}
    for place, clock in enumerate(("wall", "cpu")):
        for name, some in samples.items():
            figures[f"{name}_{clock}"] = round(statistics.median(one[place] for one in some), 3)
        ratio = figures[f"full_{clock}"] / figures[f"fresh_{clock}"]
        figures[f"ratio_{clock}"] = round(ratio, 2)
    return figures


def _lines(before: int, figures: dict[str, dict[str, float]]) -> list[str]:
    return [
        f"one more delivery of {ROWS} rows, after 1 and after {before:,}",
        f"{'':28}{'fresh s':>10}{'full s':>10}{'× fresh':>10}",
        *(
            f"{f'{way}, {clock}':28}{one[f'fresh_{clock}']:>10.3f}{one[f'full_{clock}']:>10.3f}"
            f"{one[f'ratio_{clock}']:>10.2f}"
            for way, one in figures.items()
            for clock in ("wall", "cpu")
        ),
    ]


def _take(city: City) -> None:
    with opened_gate(city) as gate:
        outcomes = take_waiting(city, gate, TABLE)
    if [one.accepted for one in outcomes] != [ROWS]:
        raise SystemExit(f"not taken: {outcomes}")


def cut_files(count: int) -> list[Path]:
    """Cut a register into files of a few rows each."""
    whole = write_records(WORK / f"records_{count * ROWS}.csv", count * ROWS)
    head, *lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    folder = WORK / "many"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for place in range(count):
        part = lines[place * ROWS : (place + 1) * ROWS]
        (folder / f"{place:06}.csv").write_text(head + "".join(part), encoding="utf-8")
    return sorted(folder.iterdir())


def _home(name: str, file: Path) -> City:
    home = WORK / f"many_{name}"
    shutil.rmtree(home, ignore_errors=True)
    city = open_city(Settings.from_environment({}, home=home, catalog=CATALOG))
    deliver(city, file)
    run(city)
    return city


def deliver(city: City, file: Path) -> None:
    """Put a file into the inbox."""
    inbox = city.layout.inbox(TABLE)
    inbox.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, inbox / file.name)


# ── a long life, made by hand ───────────────────────────────────────────────────────────────────


def _age(city: City, deliveries: int) -> None:
    """Give a home of one delivery as many more as were asked for, all of them over."""
    layout = city.layout
    (first,) = landed(layout, TABLE).deliveries()
    made = []
    for sequence in range(2, deliveries + 2):
        digest = hashlib.sha256(str(sequence).encode()).hexdigest()
        name = f"{sequence:06}-{digest[:12]}"
        made.append(replace(first, delivery=name, sequence=sequence, sha256=digest))
        folder = layout.delivery(TABLE, name)
        folder.mkdir()
        write_receipt(layout.receipt(TABLE, name), made[-1])
        (folder / "rows.parquet").hardlink_to(
            layout.delivery(TABLE, first.delivery) / "rows.parquet"
        )
    path = layout.authoritative(TABLE)
    last = _commits(path, [[{"txn": _txn(TABLE, one.sequence)}] for one in made])
    (verdict,), (outcome,), looks = (
        VERDICTS.read(layout),
        OUTCOMES.read(layout),
        LOOKED.read(layout),
    )
    _record(
        city, VERDICTS, [replace(verdict, delivery=o.delivery, sequence=o.sequence) for o in made]
    )
    _record(
        city,
        OUTCOMES,
        [
            replace(
                outcome,
                outcome=replace(outcome.outcome, delivery=one.delivery),
                sequence=one.sequence,
            )
            for one in made
        ],
    )
    _record(
        city,
        LOOKED,
        [
            replace(looks[-1], version=looks[-1].version + n, sha256=_sha256(path, last), at=at)
            for n, at in enumerate([looks[-1].at] * len(made), start=1)
        ],
    )


def _record(city: City, ledger: Ledger[Any], facts: Sequence[Any]) -> None:
    """Enter facts as if each had been recorded by itself, a transaction each, long ago.

    Delta removes a ledger's log entries after 30 days; those of the table stay for years.
    """
    path = ledger.path(city.layout)
    table = DeltaTable(str(path))
    rows = completed(ledger.rows(facts), table)
    write_deltalake(table, rows, mode="append", commit_properties=marked({}))
    last = _commits(path, [[{"txn": _txn(ledger.once([one]), 1)}] for one in facts])
    for entry in (path / "_delta_log").glob("*.json"):
        if int(entry.stem) < last:
            entry.unlink()


def _commits(path: Path, actions: Sequence[Sequence[dict[str, Any]]]) -> int:
    """Add commits without rows to a table's log, then a checkpoint; return the last version."""
    version = DeltaTable(str(path)).version()
    said = {"timestamp": int(time.time() * 1000), "operation": "WRITE", "quanshu": "1"}
    for some in actions:
        version += 1
        lines = [json.dumps(one) for one in ({"commitInfo": said}, *some)]
        (path / "_delta_log" / f"{version:020}.json").write_text("\n".join(lines))
    DeltaTable(str(path)).create_checkpoint()
    return version


def _txn(app_id: str, version: int) -> dict[str, Any]:
    return {"appId": app_id, "version": version}


def _sha256(path: Path, version: int) -> str:
    return hashlib.sha256((path / "_delta_log" / f"{version:020}.json").read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
