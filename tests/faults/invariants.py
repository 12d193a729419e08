"""What must hold of a home whenever anybody looks, however its run ended.

Belongs here: nothing lost, nothing doubled, nothing half. Keep out: comparing whole homes
(`state`), faults.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
from deltalake import DeltaTable

from tests.city import REFS
from tests.city.lake import content, releases
from tests.faults.state import contents, counts, raw_files, receipts_of, settled, waiting

__all__ = [
    "History",
    "breaches",
    "half_applied",
    "half_landed",
    "half_released",
    "half_shared",
    "half_way",
    "history",
]


SOURCE = "civil_affairs/person"
"""The one resource that the town's grant hands out."""
K = 3
"""The fewest persons alike that the town's profile lets out."""
SHARED = 4
"""Tables and views of a whole share of the town: of one resource, and of the file itself."""


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
    return settled(frame)


def half_way(home: Path, known: History) -> list[str]:
    """Say what is wrong in a home whose run was cut short: nothing must be lost, doubled or half.

    A reader sees each table before or after a delivery, each delivery whole or not at all.
    """
    return [
        *_lost(home, known),
        *_shared_bytes(home),
        *half_landed(home),
        *half_applied(home, known),
        *half_shared(home),
        *half_released(home),
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


def half_landed(home: Path) -> list[str]:
    """Name the deliveries that can be seen and are not whole, or not the only ones of their bytes.

    Folders are listed before they are looked into, for a run may be under way.
    """
    found = []
    landing = home / "lake/landing"
    folders = [*landing.glob("*/*/[!.]*")]
    receipts, raw = receipts_of(home), raw_files(home)
    for folder in folders:
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


def half_shared(home: Path) -> list[str]:
    """Name the files for others that do not hold their rows, or that name nothing at all.

    Where the one resource that is shared broke off before it had a table, there is nothing to hold.
    """
    if not (home / "lake/authoritative" / SOURCE / "_delta_log").is_dir():
        return []
    return [
        f"{path.name} is not whole"
        for path in (home / "shares").glob("*.duckdb")
        if min(counts(path).values(), default=0) == 0 or len(counts(path)) < SHARED
    ]


def half_released(home: Path) -> list[str]:
    """Name the packages that do not hold their bytes, or cells of fewer than k persons.

    A set may be released from a table whose turn broke off: its version is a whole state between
    two deliveries (`half_applied`), every row of it was accepted, and k is measured on those rows.
    What the next run adds is a change like any other: it waits for the cadence.
    """
    found = []
    for name in releases(home):
        package = home / "open_data" / name
        sums = (line.split() for line in (package / "SHA256SUMS").read_text("utf-8").splitlines())
        if any(hashlib.sha256((package / f).read_bytes()).hexdigest() != s for s, f in sums):
            found.append(f"{name} does not hold the bytes that it names")
        cells = pl.read_parquet(package / "data.parquet").group_by(pl.all()).len()
        if cells.height and cells["len"].min() < K:
            found.append(f"{name} holds cells of fewer than {K} persons")
    return found


def breaches(home: Path) -> list[str]:
    """Say where ledgers, quarantine and tables contradict each other, whatever was recorded yet."""
    receipts = receipts_of(home)
    verdicts = _rows(home / "lake/ledgers/verdicts", ("rules", "gx_result"))
    outcomes = _rows(home / "lake/ledgers/deliveries")
    found = _doubled("verdict", verdicts) + _doubled("outcome", outcomes) + _repeated(home)
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


def _repeated(home: Path) -> list[str]:
    """Name the ledgers in which a fact is more than once."""
    found = []
    for path in sorted((home / "lake/ledgers").glob("[!.]*")):
        rows = [tuple(map(str, row)) for row in content(path).iter_rows()]
        found += [f"{path.name}: a fact is there more than once"] * (len({*rows}) < len(rows))
    return found


def _applied(path: Path) -> list[str]:
    """Return the deliveries of every commit to an authoritative table."""
    if not path.is_dir():
        return []
    said = [entry["deliveries"] for entry in DeltaTable(path).history() if "deliveries" in entry]
    return [name for text in said for name, *_ in json.loads(text)]
