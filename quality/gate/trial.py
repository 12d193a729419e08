"""The trial: a file judged by the rules of today without being delivered.

Belongs here: reading it aside as landing reads, asking the gate, and what is told of it: counts and
places, never a value. Keep out: the rules and their judging (`gate`), printing (`cli`).
Everything lies in a folder of the trial's own that is gone afterwards. The home is only read, by
links to its tables, so that no lock is taken and it may be read-only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from landing.as_of import parted_by_lateness
from landing.landing import read_aside
from landing.unfollowed import moving
from quality.findings import Findings
from quality.gate.choosing import chosen_rows
from quality.gate.gate import Gate, open_gate
from quality.loading import begin_loading
from quality.rules.definition import as_asked
from quality.rules.derivation import rules_for
from quality.rules.kinds import kind_of
from quality.rules.rule import Rule
from register.bundles import Bundle, landed_file
from register.landed import Landed, landed
from register.records import Delivery
from register.register import open_register
from register.rule_results import RuleAsked, RuleFound
from storage.engines.connection import Connection
from storage.engines.plain_text import PlainFile
from storage.engines.spark.address import Address
from storage.engines.workbench import Limits
from storage.layout import Layout
from storage.sql import parquet
from storage.working_folders import working_folder

__all__ = ["NAMED", "Place", "Trial", "Tried", "judge_file"]

NAMED = 5
"""Failing records of a rule that are named, the first ones."""
_SHOWN = ("authoritative", "sequences", "ledgers")
"""Folders of the lake in which rules look values up."""


@dataclass(frozen=True)
class Place:
    """Where a record stands: its number, its line if it has one, its file in an archive."""

    record: int
    line: int | None
    member: str | None


@dataclass(frozen=True)
class Tried:
    """What a delivery of the file would come to, if it came now.

    `not_asked` are the rules that look at what the lake holds, where there is no home.
    """

    receipt: Delivery
    rejecting: tuple[str, ...]
    quarantined: int
    results: tuple[RuleFound, ...]
    places: Mapping[str, tuple[Place, ...]]
    not_asked: tuple[RuleAsked, ...] = ()
    repeats: str | None = None
    """The delivery that brought the same bytes before; then nothing would be done."""

    @property
    def is_clean(self) -> bool:
        """Say whether nothing would be refused, and no record quarantined."""
        return self.repeats is not None or not (self.rejecting or self.quarantined)


@dataclass(frozen=True)
class _Known:
    """What a home says of the deliveries before; of none it says nothing."""

    before: Landed
    newest_day: str


@dataclass(frozen=True)
class Trial:
    """What a file is judged by: the rules, the home where they look what is stored, and the day.

    `limits` and `spark` are as for the gate.
    """

    catalog: Catalog
    home: Layout | None
    now: datetime
    limits: Limits
    spark: Address | None = None


def judge_file(file: Path, resource: Resource, trial: Trial) -> Tried:
    """Judge a file as if it came now as a delivery of a resource.

    Raises:
        CheckError: a rule could not be evaluated.
        TransientError: the file changed meanwhile.
    """
    begin_loading()  # what judging needs takes seconds to import, and reading leaves them free
    home, catalog, limits = trial.home, trial.catalog, trial.limits
    rules = rules_for(catalog, resource)
    asked = [one for one in rules if home is not None or not _in_lake(resource, one)]
    not_asked = tuple(as_asked(one, resource) for one in rules if one not in asked)
    with _unchanged(file), _aside(home) as (layout, seen):
        known = _known(seen, resource)
        last = known.before.newest
        sequence = last.sequence + 1 if last else 1
        receipt = _read(layout, trial, resource, file, sequence)
        (bundle,) = parted_by_lateness(Bundle((receipt,)), known.newest_day)
        repeated = known.before.repeated(receipt.sha256, receipt.as_of)
        with open_gate(layout, catalog, limits, trial.now, trial.spark, sealed=False) as gate:
            gate.expect(receipt.rows)
            tried = _tried(gate, layout, bundle, asked)
    name = None if repeated is None else repeated.delivery
    return replace(tried, repeats=name, not_asked=not_asked)


def _tried(gate: Gate, layout: Layout, bundle: Bundle, asked: Sequence[Rule]) -> Tried:
    typed, findings = gate.tried(bundle, asked, NAMED)
    con = typed.feed.con
    rejecting, kept = chosen_rows(typed, findings, bundle.last.refusal)
    [(quarantined,)] = con.execute(f"SELECT count(*) FROM {kept.sql}").fetchall()
    places = _places(con, layout, bundle.last, findings)
    return Tried(bundle.last, rejecting, int(quarantined), findings.results, places)


def _in_lake(resource: Resource, rule: Rule) -> bool:
    return kind_of(rule.kind).in_lake(resource, rule)


@contextmanager
def _aside(home: Layout | None) -> Iterator[tuple[Layout, Layout]]:
    """Yield a home that is gone afterwards, with the tables of the real one; and all of its lake.

    What killed trials left is removed first.
    """
    with working_folder(Path(tempfile.gettempdir()), "quanshu-trial-") as folder:
        store = None if home is None else home.store
        layout, seen = Layout(folder / "home", store), Layout(folder / "seen", store)
        layout.lake.mkdir(parents=True)
        seen.home.mkdir()
        if home is not None:
            for name in _SHOWN:
                (layout.lake / name).symlink_to((home.lake / name).absolute())
            seen.lake.symlink_to(home.lake.absolute())
        yield layout, seen


@contextmanager
def _unchanged(file: Path) -> Iterator[None]:
    """Raise TransientError where a file is another one at the end of a block than at its start.

    So its bytes are not digested once more for the second reading. Whatever the engine says of one
    that was changed in the middle of it, that is the reason.
    """
    before = _state(file)
    try:
        yield
    except Exception:
        if _state(file) != before:
            raise moving(file) from None
        raise
    if _state(file) != before:
        raise moving(file)


def _state(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except FileNotFoundError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _known(seen: Layout, resource: Resource) -> _Known:
    before = landed(seen, resource.ref)
    if resource.feed.as_of is None or resource.feed.as_of.late == "apply":
        return _Known(before, "")
    return _Known(before, open_register(seen, resource).newest_day)


def _read(layout: Layout, trial: Trial, resource: Resource, file: Path, sequence: int) -> Delivery:
    """Read a file into the place that its delivery would have in a home of the trial's own."""
    path = file.resolve()
    begun = layout.landing(resource.ref) / "begun"
    begun.mkdir(parents=True)
    receipt = read_aside(trial.catalog, resource, path, begun, sequence, trial.now)
    folder = begun.rename(layout.delivery(resource.ref, receipt.delivery))
    (folder / "raw").mkdir()
    (folder / "raw" / path.name).symlink_to(path)
    return receipt


def _places(
    con: Connection, layout: Layout, receipt: Delivery, findings: Findings
) -> Mapping[str, tuple[Place, ...]]:
    """Return the first records that each failing rule does not let pass, by rule."""
    found = findings.first
    if not found:
        return {}
    rows = sorted({row for some in found.values() for row in some})
    lines = _lines(con, layout, receipt, rows)
    return {code: tuple(lines[row] for row in some) for code, some in found.items()}


def _lines(
    con: Connection, layout: Layout, receipt: Delivery, rows: Sequence[int]
) -> Mapping[int, Place]:
    file = landed_file(layout, receipt)
    if isinstance(file, PlainFile):  # each record is one line
        return {row: Place(row, row + file.text.head, None) for row in rows}
    named = con.execute(
        f"SELECT _row, _line, _file FROM {parquet([file])} "
        "WHERE list_contains($rows::BIGINT[], _row)",
        {"rows": list(rows)},
    )
    return {row: Place(row, line, member) for row, line, member in named.fetchall()}
