"""What lies in a home, seen from outside, and what must hold of it whenever anybody looks.

Belongs here: reading the whole state, the invariants of a run that was cut short. Keep out: faults.
Nothing here uses Quanshu's own readers: tables are opened by delta-rs, receipts by json.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
from deltalake import DeltaTable

from tests.faults.town import REFS
from tests.flow.lake import content, releases, tables

__all__ = [
    "History",
    "State",
    "breaches",
    "counts",
    "half_applied",
    "half_way",
    "history",
    "leftovers",
    "raw_files",
    "state",
]

Frames = dict[str, pl.DataFrame]

_OF_THE_RUN = ("milliseconds", "table_id", "table_version")
"""Columns of the outcome ledger that two runs over the same deliveries may fill differently."""


@dataclass(frozen=True)
class State:
    """All that a run leaves behind, so that two homes can be compared."""

    authoritative: Frames
    quarantine: Frames
    ledgers: Frames
    receipts: dict[str, dict[str, Any]]
    raw: dict[str, str]
    inbox: tuple[str, ...]
    releases: tuple[str, ...]
    views: dict[str, int]
    shares: dict[str, int]

    def differences(self, other: State) -> list[str]:
        """Name what is not the same in another home."""
        found = [
            name
            for name in ("receipts", "raw", "inbox", "releases", "views", "shares")
            if getattr(self, name) != getattr(other, name)
        ]
        for name in ("authoritative", "quarantine", "ledgers"):
            ours, theirs = getattr(self, name), getattr(other, name)
            found += [f"{name}/{ref}" for ref in ours.keys() ^ theirs.keys()]
            shared = ours.keys() & theirs.keys()
            found += [f"{name}/{ref}" for ref in shared if not ours[ref].equals(theirs[ref])]
        return found


def state(home: Path) -> State:
    """Read a home in which no run is under way."""
    ledgers = contents(home, "ledgers")
    ledgers["deliveries"] = _settled(ledgers["deliveries"].drop(_OF_THE_RUN))
    ledgers["verdicts"] = _settled(ledgers["verdicts"].drop("gx_result"))
    return State(
        contents(home, "authoritative"),
        contents(home, "quarantine"),
        ledgers,
        _receipts(home),
        raw_files(home),
        waiting(home),
        tuple(releases(home)),
        counts(home / "views/city.duckdb"),
        {path.name: sum(counts(path).values()) for path in (home / "shares").glob("*.duckdb")},
    )


def contents(home: Path, below: str) -> Frames:
    """Return the contents of every table a reader can find; what is hidden is not finished."""
    found = tables(home / "lake" / below)
    return {name: content(path) for name, path in found.items() if "." not in name}


def _settled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort(frame.columns, nulls_last=True)


def _receipts(home: Path) -> dict[str, dict[str, Any]]:
    """Return what is on record of every delivery that anybody can see."""
    landing = home / "lake/landing"
    return {
        str(path.parent.relative_to(landing)): json.loads(path.read_text(encoding="utf-8"))
        for path in landing.glob("*/*/[!.]*/receipt.json")
    }


def raw_files(home: Path) -> dict[str, str]:
    """Return the SHA-256 of every raw file of a delivery that anybody can see."""
    landing = home / "lake/landing"
    return {
        str(path.relative_to(landing)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in landing.glob("*/*/[!.]*/raw/*")
    }


def waiting(home: Path) -> tuple[str, ...]:
    """Return the files that lie in any inbox, whatever they are called."""
    inbox = home / "inbox"
    return tuple(sorted(str(p.relative_to(inbox)) for p in inbox.rglob("*") if p.is_file()))


def counts(path: Path) -> dict[str, int]:
    """Return the number of rows of every view in a DuckDB file, each of them read."""
    with duckdb.connect(path, read_only=True) as con:
        names = con.execute(
            "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
        return {
            f"{schema}.{view}": con.sql(f'SELECT count(*) FROM "{schema}"."{view}"').fetchall()[0][
                0
            ]
            for schema, view in names
        }


def leftovers(home: Path) -> list[str]:
    """Return what lies about that no reader will ever look at, locks aside."""
    found = [path for path in home.rglob("*") if path.name.startswith(".")]
    found += [path for path in (home / "work").glob("*") if path.name != "locks"]
    for log in home.rglob("_delta_log"):
        table = DeltaTable(log.parent)
        if any(part.startswith(".") for part in log.relative_to(home).parts):
            continue
        known = {
            Path(uri) for version in range(table.version() + 1) for uri in _files(log, version)
        }
        found += [path for path in log.parent.rglob("*.parquet*") if path not in known]
        found += [path for path in log.iterdir() if "#" in path.name]
    return sorted(str(path.relative_to(home)) for path in found if ".lock" not in path.name)


def _files(log: Path, version: int) -> list[Path]:
    """Return the files that one version names, change data included."""
    lines = (log / f"{version:020}.json").read_text(encoding="utf-8").splitlines()
    actions = [action for line in lines for action in json.loads(line).values()]
    return [log.parent / a["path"] for a in actions if isinstance(a, dict) and "path" in a]


# ── half-way ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class History:
    """Every state that an undisturbed run went through: table contents by version, files."""

    versions: dict[str, list[pl.DataFrame]]
    delivered: dict[str, str]
    """SHA-256 of every file that was delivered → the resource it was delivered for."""


def history(waiting_home: Path, finished_homes: Sequence[Path]) -> History:
    """Read the states of undisturbed runs from a home before and from the homes after them."""
    delivered = {
        hashlib.sha256(path.read_bytes()).hexdigest(): str(path.parent.relative_to(waiting_home))
        for path in (waiting_home / "inbox").rglob("*")
        if path.is_file()
    }
    versions: dict[str, list[pl.DataFrame]] = {ref: [] for ref in REFS}
    for ref in REFS:
        for home in finished_homes:
            path = home / "lake/authoritative" / ref
            versions[ref] += [_at(path, v) for v in range(DeltaTable(path).version() + 1)]
    return History(versions, delivered)


def _at(path: Path, version: int) -> pl.DataFrame:
    frame = pl.from_arrow(DeltaTable(path, version=version).to_pyarrow_table())
    assert isinstance(frame, pl.DataFrame)
    return _settled(frame)


def half_way(home: Path, known: History) -> list[str]:
    """Say what is wrong in a home whose run was cut short: nothing must be lost, doubled or half.

    A reader sees each table before or after a delivery, each delivery whole or not at all.
    """
    return [
        *_lost(home, known),
        *_shared_bytes(home),
        *_half_landed(home),
        *half_applied(home, known),
        *breaches(home),
    ]


def _lost(home: Path, known: History) -> list[str]:
    held = {
        hashlib.sha256((home / "inbox" / name).read_bytes()).hexdigest() for name in waiting(home)
    }
    held |= {hashlib.sha256(path.read_bytes()).hexdigest() for path in _raw_anywhere(home)}
    return [
        f"a file of {ref} is lost" for sha256, ref in known.delivered.items() if sha256 not in held
    ]


def _raw_anywhere(home: Path) -> list[Path]:
    return [path for path in (home / "lake/landing").rglob("raw/*") if path.is_file()]


def _half_landed(home: Path) -> list[str]:
    found = []
    landing, receipts, raw = home / "lake/landing", _receipts(home), raw_files(home)
    for folder in landing.glob("*/*/[!.]*"):
        name = str(folder.relative_to(landing))
        receipt = receipts.get(name)
        if receipt is None:
            found.append(f"{name} is visible without a receipt")
            continue
        if {raw.get(f"{name}/raw/{file}") for file in receipt["files"]} != {receipt["sha256"]}:
            found.append(f"{name} does not hold the bytes of its receipt")
        if pq.read_metadata(folder / "rows.parquet").num_rows != receipt["rows"]:
            found.append(f"{name} does not hold the rows of its receipt")
    shas = Counter((receipt["resource"], receipt["sha256"]) for receipt in receipts.values())
    return found + [f"{ref} landed the same bytes twice" for (ref, _), n in shas.items() if n > 1]


def _shared_bytes(home: Path) -> list[str]:
    """Name raw files that somebody who writes into the inbox would write as well."""
    inbox = {(home / "inbox" / name).stat().st_ino for name in waiting(home)}
    landing = home / "lake/landing"
    return [
        f"raw/{p.name} is in the inbox too"
        for p in landing.rglob("*/raw/*")
        if p.stat().st_ino in inbox
    ]


def half_applied(home: Path, known: History) -> list[str]:
    """Name the tables that a reader sees neither before nor after a delivery."""
    return [
        f"authoritative/{ref} is in a state between two deliveries"
        for ref, frame in contents(home, "authoritative").items()
        if not any(frame.equals(version) for version in known.versions[ref])
    ]


def breaches(home: Path) -> list[str]:
    """Say where ledgers, quarantine and tables contradict each other, whatever was recorded yet."""
    receipts = _receipts(home)
    verdicts = _rows(home / "lake/ledgers/verdicts", ("rules", "gx_result"))
    outcomes = _rows(home / "lake/ledgers/deliveries")
    found = _doubled("verdict", verdicts) + _doubled("outcome", outcomes)
    judged = {(row["resource"], row["delivery"]): row for row in verdicts}
    for (ref, delivery), row in judged.items():
        name, receipt = f"{ref}/{delivery}", receipts.get(f"{ref}/{delivery}")
        kept = [r for r in _rows(home / "lake/quarantine" / ref) if r["delivery"] == delivery]
        if receipt is None:
            found.append(f"{name} is judged, but not landed")
        elif row["delivered"] != receipt["rows"]:
            found.append(f"{name}: the verdict counts other records than the receipt")
        if row["accepted"] + row["quarantined"] != row["delivered"]:
            found.append(f"{name}: accepted and quarantined are not what was delivered")
        if len({one["row"] for one in kept}) != len(kept) or len(kept) != row["quarantined"]:
            found.append(f"{name}: quarantine does not hold the rows of the verdict once each")
    applied = [(ref, name) for ref in REFS for name in _applied(home / "lake/authoritative" / ref)]
    found += [
        f"{ref}/{name} applied {n} times" for (ref, name), n in Counter(applied).items() if n > 1
    ]
    return found + [
        f"{ref}/{name} applied unjudged" for ref, name in applied if (ref, name) not in judged
    ]


def _rows(path: Path, left_out: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    return content(path).drop(left_out, strict=False).to_dicts() if path.is_dir() else []


def _doubled(what: str, rows: list[dict[str, Any]]) -> list[str]:
    seen = Counter((row["resource"], row["delivery"]) for row in rows)
    return [
        f"{what} on {ref}/{name} recorded {n} times" for (ref, name), n in seen.items() if n > 1
    ]


def _applied(path: Path) -> list[str]:
    """Return the deliveries of every commit to an authoritative table."""
    if not path.is_dir():
        return []
    said = [entry["deliveries"] for entry in DeltaTable(path).history() if "deliveries" in entry]
    return [name for text in said for name, *_ in json.loads(text)]
