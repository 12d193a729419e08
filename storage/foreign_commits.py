"""Foreign commits: Delta commits that no run of ours made, held until somebody decides.

Belongs here: telling our commits from others', how far each table was checked, what was accepted.
Keep out: what waits meanwhile (readers and writers call `require_ours`), the command.
Every commit of ours carries a mark (`commits.MARK`). A ledger keeps how far a table was checked,
with the SHA-256 of that log entry and the table's id. So another check reads only newer commits,
and a log that was cut, rewound or rewritten is noticed. A writer who copies the mark is not
noticed: give write access to the folder to the service account alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.errors import ForeignCommitError
from storage.delta.commits import MARK
from storage.delta.kept_rows import in_order
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import Snapshot, glance
from storage.digests import sha256_of
from storage.layout import Layout
from storage.ledger import Ledger
from storage.places.object_path import Place

__all__ = [
    "LOOKED",
    "Foreign",
    "Look",
    "accept",
    "accepted_on",
    "look",
    "looks",
    "require_ours",
    "suspect",
    "vouch",
]

_TOLD = 5
"""How many foreign commits a message names."""
_EARLIER = ({"delivery", "sequence", "actor"},)
"""Keys in commits of an earlier version, which had no mark; believed at the first look only."""


@dataclass(frozen=True)
class Look:
    """How far a table was checked; `document` is the authority that accepted a foreign commit.

    `suspect` says why a commit that bears our mark is none of ours all the same.
    """

    resource: str
    table_id: str
    version: int
    sha256: str
    operation: str | None
    document: str | None
    actor: str
    at: str
    suspect: str | None = None


def _once(taken: Sequence[Look]) -> str:
    (one,) = taken
    why = one.document or one.suspect or ""
    return f"{one.resource}/{one.table_id}/{one.version}/{one.sha256}/{why}"


LOOKED = Ledger(
    name="table_looks",
    shape=Shape(
        "数据表核验台账",
        "每个权威数据表已核验到的版本；外部写入经批准接受的，注明文件号。",
        (
            Column("resource", "VARCHAR", "信息资源"),
            Column("table_id", "VARCHAR", "数据表标识"),
            Column("version", "BIGINT", "已核验到的表版本"),
            Column("sha256", "VARCHAR", "该版本日志条目的摘要"),
            Column("operation", "VARCHAR", "被接受的外部操作；均为本系统写入时为空"),
            Column("document", "VARCHAR", "接受外部写入的批准文件号；均为本系统写入时为空"),
            Column("actor", "VARCHAR", "登记人（岗位或服务账号）"),
            Column("at", "VARCHAR", "登记时间"),
            Column("suspect", "VARCHAR", "审计日志未能解释该提交的原因；均可解释时为空"),
        ),
    ),
    value=Look,
    once=_once,
)


@dataclass(frozen=True)
class Foreign:
    """A commit of a table that is not ours: what it says it did. No value is in it."""

    resource: str
    version: int
    operation: str

    def __str__(self) -> str:
        """Read as one line."""
        return f"version {self.version} of {self.resource} is not ours: {self.operation}"


def looks(layout: Layout) -> dict[str, tuple[Look, ...]]:
    """Return the last looks at the tables of each resource; one read of the ledger for all."""
    found: dict[str, list[Look]] = {}
    for one in _last(LOOKED.table(layout)):
        found.setdefault(one.resource, []).append(one)
    return {ref: tuple(some) for ref, some in found.items()}


def look(ref: str, found: Snapshot, known: Iterable[Look]) -> tuple[Foreign, ...]:
    """Return the commits since the last look that are not ours, in order."""
    return tuple(_foreign(ref, found, [one for one in known if one.table_id == found.table_id]))


def _foreign(ref: str, found: Snapshot, known: Sequence[Look]) -> Iterator[Foreign]:
    log = found.path / "_delta_log"
    last = known[-1] if known else None
    if last is not None and last.suspect:
        yield Foreign(ref, last.version, last.suspect)
        return
    if last is not None and found.version < last.version:
        yield Foreign(ref, found.version, f"rewound, from version {last.version}")
        return
    if last is not None:
        entry = _entry(log, last.version)
        if entry is not None and sha256_of(entry) != last.sha256:
            yield Foreign(ref, last.version, "its log entry was rewritten")
    for version in range(0 if last is None else last.version + 1, found.version + 1):
        entry = _entry(log, version)
        said = None if entry is None else _said(entry)
        if said is None:
            yield Foreign(ref, version, "its log entry is missing or cannot be read")
        elif not _ours(said, first=last is None):
            yield Foreign(ref, version, str(said.get("operation", "no operation named")))


def require_ours(layout: Layout, ref: str, found: Snapshot) -> bool:
    """Refuse a table with a commit that is not ours, before anything is read from it or written.

    Returns:
        Whether it is on record that all of the table was looked at.

    Raises:
        ForeignCommitError: somebody else committed; `quanshu tables` shows it and takes a decision.
    """
    known = _known(layout, ref)
    foreign = look(ref, found, known)
    if foreign:
        raise ForeignCommitError("; ".join(map(str, foreign[:_TOLD])), where=ref)
    return _to_the_end(known, found)


def vouch(layout: Layout, ref: str, actor: str, now: datetime) -> None:
    """Check a resource's table, and record how far if every commit is ours.

    Raises:
        ForeignCommitError: some commit is not.
    """
    found = glance(layout.authoritative(ref))
    if found is None:
        return
    if not require_ours(layout, ref, found):
        _enter(layout, ref, found, (None, None), (actor, now))


def suspect(layout: Layout, ref: str, why: str, actor: str, now: datetime) -> None:
    """Hold a table because of a commit that bears our mark and that no act explains."""
    found = glance(layout.authoritative(ref))
    known = _known(layout, ref)
    if found is not None and not (known and known[-1].suspect):
        _enter(layout, ref, found, (None, None), (actor, now), why)


def accept(
    layout: Layout, ref: str, document: str, actor: str, now: datetime
) -> tuple[Foreign, ...]:
    """Accept what somebody else committed, on a document's authority; () when nothing waits."""
    found = glance(layout.authoritative(ref))
    foreign = look(ref, found, _known(layout, ref)) if found else ()
    if found is not None and foreign:
        operations = "; ".join(f"{one.version} {one.operation}" for one in foreign[:_TOLD])
        _enter(layout, ref, found, (operations, document), (actor, now))
    return foreign


def accepted_on(layout: Layout, ref: str, table_id: str) -> str | None:
    """Return the last document on which somebody else's commit to a table was accepted."""
    rows = LOOKED.table(layout, ref)
    mine = rows.filter(pc.and_(pc.equal(rows["table_id"], table_id), pc.is_valid(rows["document"])))
    documents = in_order(mine, ("at",))["document"].to_pylist()
    return documents[-1] if documents else None


def _known(layout: Layout, ref: str) -> list[Look]:
    return _last(LOOKED.table(layout, ref))


def _last(rows: pa.Table) -> list[Look]:
    """Return the last look at each table that there ever was, in order of time.

    Nothing follows from an earlier one. Of one moment, what somebody decided is the last word.
    """
    said = pc.coalesce(rows["document"], rows["suspect"])
    decided = rows.append_column("_decided", pc.is_valid(said))
    ordered = in_order(decided, ("at", "_decided", "version"))
    places = pa.array(range(ordered.num_rows), pa.int64())
    numbered = ordered.append_column("_place", places)
    # a few rows each time: threads cost more than they share
    grouped = numbered.group_by(["resource", "table_id"], use_threads=False)
    last = grouped.aggregate([("_place", "max")])["_place_max"]
    return [LOOKED.fact(row) for row in ordered.take(last.sort()).to_pylist()]


def _to_the_end(known: Sequence[Look], found: Snapshot) -> bool:
    last = known[-1] if known else None
    return last is not None and (last.table_id, last.version) == (found.table_id, found.version)


def _enter(
    layout: Layout,
    ref: str,
    found: Snapshot,
    accepted: tuple[str | None, str | None],
    by: tuple[str, datetime],
    why: str | None = None,
) -> None:
    digest = sha256_of(_entry(found.path / "_delta_log", found.version) or b"")
    (operation, document), (actor, now) = accepted, by
    at = now.isoformat()
    one = Look(ref, found.table_id, found.version, digest, operation, document, actor, at, why)
    LOOKED.record(layout, (one,))


def _entry(log: Place, version: int) -> bytes | None:
    try:
        return (log / f"{version:020}.json").read_bytes()
    except FileNotFoundError:
        return None


def _said(entry: bytes) -> dict[str, Any] | None:
    """Return a commit's own description; None when its entry is not valid Delta."""
    try:
        actions = [json.loads(line) for line in entry.splitlines() if line.strip()]
        return next(({**action["commitInfo"]} for action in actions if "commitInfo" in action), {})
    except (ValueError, TypeError):
        return None


def _ours(said: Mapping[str, Any], *, first: bool) -> bool:
    # an earlier version of ours let delta-rs allow a table feature in a commit without metadata
    earlier = any(keys <= said.keys() for keys in _EARLIER)
    return said.get(MARK) == "1" or (first and (earlier or said.get("operation") == "ADD FEATURE"))
