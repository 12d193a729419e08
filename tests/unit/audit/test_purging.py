"""Purging: old entries go, whole and written out, and all that was provable is provable."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from audit import verifier
from audit.holds import begin_hold, end_hold
from audit.keys import read_key
from audit.lake import SEALED
from audit.log import AuditLog
from audit.proofs import proof_of, request_of
from audit.purging import PURGED, Purged, kept_from, purge, require_old, written
from audit.rotation import succeed
from audit.verifier import (
    LogError,
    check_log,
    check_proof,
    leaf_hash,
    minimum_text,
    tile_path,
)
from audit.witness import Witness, keep_signed, witnessed
from catalog_specs.errors import AuditError
from storage.layout import Layout
from tests.unit.audit.acts import ACT, acts

BEFORE = date(2027, 1, 1)
LATER = replace(ACT, at="2030-06-01T09:00:00+08:00")
SEAL = {"table": "ledgers/x", "commits": {"0": "a", "1": "b"}, "checkpoints": {}, "act": 2}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> AuditLog:
    """Return a log of 700 old entries, one of which seals, and of 100 young ones; witnessed."""
    folder = tmp_path_factory.mktemp("old")
    log = AuditLog(Layout(folder / "home"))
    log.append([*acts(699), replace(ACT, facts={SEALED: SEAL})])
    witness = Witness.begin(folder / "witness", "civil_affairs")
    line = witness.sign(request_of(log, 0), log.verifiers[0], 1_795_000_000)
    keep_signed(log, witness.key.verifier, line)
    log.append([replace(LATER, rows=number) for number in range(100)])
    return log


@pytest.fixture
def log(old: AuditLog, tmp_path: Path) -> AuditLog:
    """Return a copy of it."""
    shutil.copytree(old.layout.home, tmp_path / "home")
    return AuditLog(Layout(tmp_path / "home"))


@pytest.fixture
def gone(log: AuditLog, tmp_path: Path) -> Purged:
    """Return what was purged of it."""
    return purge(log, LATER, BEFORE, tmp_path / "gone.jsonl")


def indices(log: AuditLog) -> list[int]:
    """Return the entries that can be read."""
    return [one.index for one in log.read()]


def test_whole_bundles_of_old_entries_go_and_are_written_out(
    log: AuditLog, gone: Purged, tmp_path: Path
) -> None:
    """512 of 700: the rest of the third bundle stays; the purge is an entry with the digest."""
    assert gone == Purged(0, 512, 0)
    assert (log.minimum, indices(log)) == (512, list(range(512, 801)))
    lines = (tmp_path / "gone.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["entry"] for line in lines] == list(range(512))
    (told,) = [one.act.facts[PURGED] for one in log.read() if PURGED in one.act.facts]
    assert told["sha256"] == hashlib.sha256((tmp_path / "gone.jsonl").read_bytes()).hexdigest()
    assert (told["first"], told["end"], told["before"]) == (0, 512, "2027-01-01")
    assert not (log.folder / tile_path("entries", 1)).exists()


def test_everything_provable_is_provable(log: AuditLog, gone: Purged, tmp_path: Path) -> None:
    """The log, what a witness signed of it, proofs of what stayed and of what went, and growth."""
    seen = [one for _, one in witnessed(log)]
    assert [one.size for one in seen] == [700]
    said, entries = check_log(log.folder, log.verifiers, *seen)
    assert (said.size, sum(1 for _ in entries)) == (801, 801 - gone.end)
    for index in (0, 255, 511):
        octets = written(tmp_path / "gone.jsonl", index)
        with pytest.raises(AuditError, match="was purged"):
            proof_of(log, index)
        with pytest.raises(AuditError, match="not the entry"):
            proof_of(log, index, octets + b" ")
        proof, octets = proof_of(log, index, octets)
        assert check_proof(proof, octets, log.verifiers) == said
    proof, octets = proof_of(log, 512)
    assert check_proof(proof, octets, log.verifiers) == said
    with pytest.raises(AuditError, match="does not have"):
        written(tmp_path / "gone.jsonl", 512)
    with pytest.raises(AuditError, match="no such entry"):
        proof_of(log, 900, b"{}")
    log.append(acts(300))
    list(check_log(log.folder, log.verifiers, said, *seen)[1])
    request_of(log, 700)


def test_what_a_purge_sealed_is_entered_again(log: AuditLog, tmp_path: Path) -> None:
    """So that the lake stays explained after the entries that sealed it are gone."""
    log.append([replace(LATER, rows=number) for number in range(300)])
    done = purge(log, LATER, date(2030, 6, 2), tmp_path / "gone.jsonl")
    assert (done.end, done.carried) == (1024, 1)
    assert [one.act.facts[SEALED] for one in log.read() if SEALED in one.act.facts] == [SEAL]


def test_nothing_goes_twice_and_what_was_left_lying_goes(
    log: AuditLog, gone: Purged, old: AuditLog, tmp_path: Path
) -> None:
    """A purge that was broken off after its note is ended by the next one."""
    shutil.copy(old.folder / tile_path("entries", 0), log.folder / tile_path("entries", 0))
    list(check_log(log.folder, log.verifiers)[1])
    again = purge(log, LATER, BEFORE, tmp_path / "again.jsonl")
    assert again == Purged(gone.end, gone.end)
    assert not (tmp_path / "again.jsonl").exists()
    assert not (log.folder / tile_path("entries", 0)).exists()


def _no_note(folder: Path) -> None:
    (folder / "minimum").unlink()


def _another_number(folder: Path) -> None:
    note = folder / "minimum"
    note.write_bytes(note.read_bytes().replace(b"\n512\n", b"\n768\n"))


def _a_checkpoint(folder: Path) -> None:
    (folder / "minimum").write_bytes((folder / "checkpoint").read_bytes())


def _more_gone(folder: Path) -> None:
    (folder / tile_path("entries", 2)).unlink()


def _a_hash(folder: Path) -> None:
    tile = folder / tile_path(0, 1)
    tile.write_bytes(tile.read_bytes()[::-1])


def _too_little(folder: Path) -> None:
    tile = folder / tile_path(0, 1)
    tile.write_bytes(tile.read_bytes()[:-32])


@pytest.mark.parametrize(
    "change", [_no_note, _another_number, _a_checkpoint, _more_gone, _a_hash, _too_little]
)
def test_who_purges_without_the_key_is_noticed(log: AuditLog, gone: Purged, change: object) -> None:
    """The note is the log's own, it alone excuses bundles, and hashes are held to the root."""
    assert gone.end == 512
    assert callable(change)
    log.append(acts(100))
    change(log.folder)
    with pytest.raises(LogError):
        list(check_log(log.folder, log.verifiers)[1])


def test_a_former_key_excuses_nothing(log: AuditLog, gone: Purged) -> None:
    """Where the log begins is said by the key that is in use."""
    former = read_key(log.layout.audit_key)
    succeed(log, LATER)
    log.append(acts(100))
    assert sum(1 for _ in check_log(log.folder, [former.verifier])[1]) == 902 - gone.end
    text = minimum_text(former.name, 768)
    (log.folder / "minimum").write_bytes(text + b"\n" + former.line(text))
    (log.folder / tile_path("entries", 2)).unlink()
    with pytest.raises(LogError, match="no key that is known"):
        check_log(log.folder, [former.verifier])


def test_the_verifier_alone_knows_where_the_log_begins(
    log: AuditLog, gone: Purged, tmp_path: Path
) -> None:
    """It says how many entries are there as hashes only."""
    shutil.copy(verifier.__file__, tmp_path)
    call = [sys.executable, "-I", "verifier.py", log.folder, log.folder / "log.vkey"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"({gone.end} of them purged" in done.stdout


def test_a_damaged_log_is_not_purged(log: AuditLog, tmp_path: Path) -> None:
    """What is wrong with it might be what goes."""
    bundle = log.folder / tile_path("entries", 0)
    bundle.write_bytes(bundle.read_bytes()[:-1])
    with pytest.raises(AuditError, match="damaged"):
        purge(log, LATER, BEFORE, tmp_path / "gone.jsonl")
    assert (log.minimum, (tmp_path / "gone.jsonl").exists()) == (0, False)


@pytest.mark.parametrize(
    ("today", "years", "first"),
    [
        (date(2030, 6, 1), 3, date(2027, 6, 1)),
        (date(2028, 2, 29), 3, date(2025, 2, 28)),
        (date(2028, 2, 29), 4, date(2024, 2, 29)),
    ],
)
def test_so_many_years_are_kept_to_the_day(today: date, years: int, first: date) -> None:
    """A leap day keeps a day more, not less."""
    assert kept_from(today, years) == first


def test_what_is_young_or_held_is_refused(log: AuditLog) -> None:
    """The day until which it is kept is said, and the document that holds it."""
    today = date(2030, 1, 1)
    require_old(log, BEFORE, today, 3)
    for before, years in ((date(2027, 1, 2), 3), (BEFORE, 4)):
        with pytest.raises(AuditError, match="are kept"):
            require_old(log, before, today, years)
    begin_hold(log, LATER, "函一", date(2026, 12, 31))
    begin_hold(log, LATER, "函二", BEFORE)
    with pytest.raises(AuditError, match=r"函一$|函一 "):
        require_old(log, BEFORE, today, 3)
    end_hold(log, LATER, "函一")
    require_old(log, BEFORE, today, 3)


def test_hashes_of_what_went_are_those_of_what_was_written(
    log: AuditLog, gone: Purged, tmp_path: Path
) -> None:
    """Each line of the file is the entry that the log had."""
    tile = (log.folder / tile_path(0, 1)).read_bytes()
    for index in range(256, gone.end, 37):
        at = (index - 256) * 32
        octets = written(tmp_path / "gone.jsonl", index)
        assert leaf_hash(octets) == tile[at : at + 32]
