"""The lake beside the log: what no entry explains is named by table, version and operation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from audit.acts import Operation
from audit.lake import act_of, checkpoints, entries, tables_of, unexplained
from audit.log import AuditLog
from audit.performing import performing
from audit.sealing import seal
from storage.delta.appending import append
from storage.delta.commits import ACT as NAMED
from storage.delta.commits import Commit, marked
from storage.layout import Layout
from tests.unit.audit.acts import ACT

REF = "office/visit"
OURS = replace(ACT, operation=Operation.MAINTAIN, resource=REF)
ROWS = pa.table({"a": [1]})


def commit(log: AuditLog, number: int, ref: str = REF) -> None:
    """Commit a row to a table of the lake, as part of an act."""
    with performing(log, replace(OURS, rows=number)):
        append(log.layout.authoritative(ref), ROWS, Commit("x", number))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> AuditLog:
    """Return the log of a home in which twelve commits are sealed, and one is not yet."""
    log = AuditLog(Layout(tmp_path_factory.mktemp("home")))
    for number in range(1, 13):
        commit(log, number)
    DeltaTable(log.layout.authoritative(REF)).create_checkpoint()
    assert seal(log, OURS) == ()
    commit(log, 13)
    return log


@pytest.fixture
def log(sealed: AuditLog, tmp_path: Path) -> AuditLog:
    """Return the log of a copy of it."""
    shutil.copytree(sealed.layout.home, tmp_path / "home")
    return AuditLog(Layout(tmp_path / "home"))


def table(log: AuditLog) -> Path:
    """Return where the table lies."""
    return log.layout.authoritative(REF)


def told(log: AuditLog) -> list[tuple[str, int, str]]:
    """Return what is unexplained: table, version, why."""
    return [(one.table, one.version, one.why) for one in unexplained(log)]


def test_what_was_done_by_acts_is_explained(log: AuditLog) -> None:
    """Sealed or not yet; sealing twice enters nothing more."""
    assert told(log) == []
    assert seal(log, OURS) == ()
    size = log.checkpoint.size if log.checkpoint else 0
    assert seal(log, OURS) == ()
    assert log.checkpoint is not None
    assert (log.checkpoint.size, told(log)) == (size, [])
    log.layout.sealed.unlink()
    assert seal(log, OURS) == ()
    assert log.checkpoint.size == size


def test_a_commit_of_somebody_else_is_named(log: AuditLog) -> None:
    """With its operation: a deletion, a property, a vacuum."""
    DeltaTable(table(log)).delete("a = 1")
    (found,) = unexplained(log)
    assert str(found) == "authoritative/office/visit version 14, DELETE: no run of ours made it"
    assert [one.why for one in seal(log, OURS)] == ["no run of ours made it"]
    assert seal(log, OURS, {f"authoritative/{REF}"}) == ()
    assert told(log) == []


def _append(log: AuditLog, facts: dict[str, str]) -> None:
    write_deltalake(table(log), ROWS, mode="append", commit_properties=marked(facts))


FORGED: dict[str, tuple[Callable[[AuditLog], str], str]] = {
    "none": (lambda _: "", "it names no act"),
    "to come": (lambda _: "999", "the audit log does not have the act that it names"),
    "over": (lambda _: "0", "the act that it names was over"),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_commit_that_bears_our_mark_needs_an_act_of_its_own(log: AuditLog, how: str) -> None:
    """None, one that is not there, one that was over before the last seal."""
    place, why = FORGED[how]
    _append(log, {NAMED: place(log)} if place(log) else {})
    assert told(log) == [(f"authoritative/{REF}", 14, why)]


def test_an_act_on_another_resource_explains_nothing(log: AuditLog) -> None:
    """It was entered for something else."""
    (entry,) = log.append([replace(OURS, resource="office/other")])
    _append(log, {NAMED: str(entry.index)})
    assert told(log)[0][2] == "the act that it names is about office/other"


def test_a_table_that_is_gone_or_new_is_told(log: AuditLog) -> None:
    """A home of an earlier version has tables that no seal knows: they are sealed at first."""
    write_deltalake(
        log.layout.ledger("verdicts"), ROWS, commit_properties=marked({"ledger": "verdicts"})
    )
    assert told(log) == []
    assert seal(log, OURS) == ()
    shutil.rmtree(table(log))
    assert told(log)[0] == (f"authoritative/{REF}", 13, "the table is gone")


def test_every_random_change_to_the_logs_of_tables_is_found(log: AuditLog) -> None:
    """A thousand: bytes flipped, deleted and put in, entries swapped, removed, cut and copied."""
    assert seal(log, OURS) == ()
    folder = table(log) / "_delta_log"
    whole = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    names = sorted(name for name in whole if name != "_last_checkpoint")
    random = Random(7)
    missed, asked = [], 0
    while asked < 1000:
        kind = random.choice(["flip", "delete", "insert", "truncate", "swap", "remove", "fork"])
        name, other = random.sample(names, 2)
        changed = _changed(kind, whole, (name, other), random)
        if changed != whole:
            asked += 1
            _lay(folder, whole, changed)
            missed += [] if told(log) else [(kind, name)]
            _lay(folder, changed, whole)
    assert missed == []
    assert told(log) == []


def _lay(folder: Path, now: dict[str, bytes], then: dict[str, bytes]) -> None:
    """Make the files of a log others."""
    for name in now.keys() - then.keys():
        (folder / name).unlink()
    for name, content in then.items():
        if now.get(name) != content:
            (folder / name).write_bytes(content)


def _changed(
    kind: str, whole: dict[str, bytes], files: tuple[str, str], random: Random
) -> dict[str, bytes]:
    """Return the files of the log after one change."""
    (name, other), done = files, dict(whole)
    content, at = whole[name], random.randrange(len(whole[name]))
    match kind:
        case "flip":
            done[name] = (
                content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :]
            )
        case "delete":
            done[name] = content[:at] + content[at + 1 :]
        case "insert":
            done[name] = content[:at] + random.randbytes(1) + content[at:]
        case "truncate":
            done[name] = content[:at]
        case "swap":
            done[name], done[other] = whole[other], content
        case "fork":
            newest = max(int(one[:20]) for one in whole if one.endswith(".json"))
            done[f"{newest + 1:020}.json"] = json.dumps({"commitInfo": {"operation": "X"}}).encode()
        case _:
            # an entry at the beginning may go, as Delta's own cleaning does, behind a checkpoint
            if name.endswith(".json") and name != min(whole):
                del done[name]
    return done


def test_parts_of_a_log_are_told_apart(log: AuditLog) -> None:
    """Entries by version, checkpoints by name, and the act that an entry names."""
    assert list(tables_of(log.layout)) == [(f"authoritative/{REF}", table(log))]
    assert sorted(entries(table(log))) == list(range(14))
    assert list(checkpoints(table(log))) == [f"{12:020}.checkpoint.parquet"]
    assert act_of(entries(table(log))[1]) == 0
