"""What lies in a home, seen from outside.

Belongs here: reading the whole state, comparing two. Keep out: what must hold on the way
(`invariants`), faults.
Nothing here uses Quanshu's own readers: tables are opened by delta-rs, receipts by json.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from deltalake import DeltaTable

from storage.engines.object_reading import reach_objects
from tests.city.lake import content, releases, tables

__all__ = [
    "Frames",
    "State",
    "contents",
    "counts",
    "leftovers",
    "raw_files",
    "receipts_of",
    "settled",
    "state",
    "waiting",
]

Frames = dict[str, pl.DataFrame]

_OF_THE_RUN = ("milliseconds", "table_id", "table_version")
"""Columns of the outcome ledger that two runs over the same deliveries may fill differently."""
_LOOKS = "table_looks"
_KEPT = frozenset(
    {
        "reports/.pages.json",
        "work/audit_tally.json",
        "work/desk.json",
        "work/compared.json",
        "work/published.json",
        "work/quiet.json",
        "work/sealed.json",
        "work/views.json",
    }
)
"""Files that the next run looks at, to see what it need not do again."""
_ON_THE_WAY = (_LOOKS, "opening", "reconciliation", "mismatches")
"""Ledgers that say what a run did on its way: one that broke off and was repeated did more."""


@dataclass(frozen=True)
class State:
    """All that a run leaves behind, so that two homes can be compared."""

    authoritative: Frames
    quarantine: Frames
    ledgers: Frames
    receipts: dict[str, dict[str, Any]]
    raw: dict[str, str]
    inbox: tuple[str, ...]
    releases: Frames
    """The newest release of every set: a run that broke off may have made one before it."""
    views: dict[str, int]
    shares: dict[str, int]

    def differences(self, other: State) -> list[str]:
        """Name what is not the same in another home."""
        found = [
            name
            for name in ("receipts", "raw", "inbox", "views", "shares")
            if getattr(self, name) != getattr(other, name)
        ]
        for name in ("authoritative", "quarantine", "ledgers", "releases"):
            ours, theirs = getattr(self, name), getattr(other, name)
            found += [f"{name}/{ref}" for ref in ours.keys() ^ theirs.keys()]
            shared = ours.keys() & theirs.keys()
            found += [f"{name}/{ref}" for ref in shared if not ours[ref].equals(theirs[ref])]
        return found


def state(home: Path) -> State:
    """Read a home in which no run is under way."""
    ledgers = contents(home, "ledgers")
    ledgers["deliveries"] = settled(ledgers["deliveries"].drop(_OF_THE_RUN))
    ledgers["verdicts"] = settled(ledgers["verdicts"].drop("gx_result"))
    ledgers[_LOOKS] = _looked(home, ledgers[_LOOKS])
    ledgers["reconciliation"] = _compared_last(ledgers["reconciliation"])
    ledgers["mismatches"] = _standing(ledgers.get("mismatches"))
    views = counts(home / "views/city.duckdb")
    ledgers["opening"] = _last_word(ledgers["opening"])
    return State(
        contents(home, "authoritative"),
        contents(home, "quarantine"),
        ledgers,
        receipts_of(home),
        raw_files(home),
        waiting(home),
        _newest(home),
        {name: rows for name, rows in views.items() if not name.endswith(_ON_THE_WAY)},
        {path.name: sum(counts(path).values()) for path in (home / "shares").glob("*.duckdb")},
    )


def contents(home: Path, below: str) -> Frames:
    """Return the contents of every table a reader can find; what is hidden is not finished."""
    found = tables(home / "lake" / below)
    return {name: content(path) for name, path in found.items() if "." not in name}


def _last_word(opening: pl.DataFrame) -> pl.DataFrame:
    last = opening.sort("sequence").unique("dataset", keep="last", maintain_order=True)
    return settled(last.select("dataset", "outcome", "code", "rows"))


def _compared_last(found: pl.DataFrame) -> pl.DataFrame:
    """Return each delivery's comparison, and what was said last of what stands.

    What stands is compared as often as runs end, and versions of tables differ as runs did.
    """
    own = pl.when(pl.col("scope") == "delivery").then("delivery")
    last = (
        found.with_columns(own.alias("own"))
        .sort("delivery", "compared_at", "source_version")
        .unique(["resource", "item", "scope", "own"], keep="last", maintain_order=True)
    )
    return settled(last.drop("own", "source_table", "source_version"))


def _standing(found: pl.DataFrame | None) -> pl.DataFrame:
    """Return the mismatches that stand: found once more than found gone."""
    if found is None:
        return pl.DataFrame()
    facts = [name for name in found.columns if name not in {"stands", "compared_at"}]
    times = pl.when("stands").then(1).otherwise(-1).sum()
    return settled(found.group_by(facts).agg(times.alias("times")).filter(pl.col("times") > 0))


def _newest(home: Path) -> Frames:
    newest = {name.partition("/")[0]: name for name in releases(home)}
    files = {code: home / "open_data" / name / "data.parquet" for code, name in newest.items()}
    return {code: settled(pl.read_parquet(file)) for code, file in files.items()}


def _looked(home: Path, looks: pl.DataFrame) -> pl.DataFrame:
    """Return which tables were looked at to their end; on the way there runs look differently."""
    ends = [DeltaTable(home / "lake/authoritative" / ref) for ref in looks["resource"].unique()]
    versions = {(str(table.metadata().id), table.version()) for table in ends}
    looked = [key in versions for key in looks.select("table_id", "version").iter_rows()]
    return settled(looks.filter(pl.Series(looked, dtype=pl.Boolean)).select("resource", "document"))


def settled(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame's rows in an order that depends on nothing else."""
    return frame.sort(frame.columns, nulls_last=True)


def receipts_of(home: Path) -> dict[str, dict[str, Any]]:
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
    """Return the number of rows of every table and view in a DuckDB file, each of them read."""
    with duckdb.connect(path, read_only=True) as con:
        reach_objects(con)
        names = con.execute(
            "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal "
            "UNION ALL SELECT schema_name, table_name FROM duckdb_tables()"
        ).fetchall()
        return {
            f"{schema}.{name}": con.sql(f'SELECT count(*) FROM "{schema}"."{name}"').fetchall()[0][
                0
            ]
            for schema, name in names
        }


def leftovers(home: Path) -> list[str]:
    """Return what lies about that no reader will ever look at, locks aside."""
    found = [path for path in home.rglob("*") if path.name.startswith(".")]
    found += [path for path in (home / "work").glob("*") if path.name != "locks"]
    found = [path for path in found if str(path.relative_to(home)) not in _KEPT]
    found += [
        version
        for version in (home / "lake/shares").glob("*/v-*")
        if version.name != (version.parent / "current").readlink().name
    ]
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
