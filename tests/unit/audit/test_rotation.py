"""Rotation of the log's key: one log, one tree, and everybody who has a former key is led on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from audit import verifier
from audit.log import AuditLog
from audit.proofs import proof_of, request_of
from audit.rotation import replace_lost, succeed
from audit.verifier import (
    LOG_KEY,
    Checkpoint,
    LogError,
    VerifierKey,
    check_log,
    check_proof,
    followed,
    opened,
)
from audit.witness import Witness, keep_signed, witnessed
from catalog_specs.errors import AuditError
from storage.layout import Layout
from tests.unit.audit.acts import ACT, acts


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    """Return a log of three entries."""
    made = AuditLog(Layout(tmp_path / "home"))
    made.append(acts(3))
    return made


def whole(log: AuditLog, *keys: VerifierKey) -> int:
    """Check a whole log by keys; return its number of entries."""
    return sum(1 for _ in check_log(log.folder, keys)[1])


def test_every_former_key_leads_to_the_newest(log: AuditLog) -> None:
    """The log goes on under its name; proofs of before and after hold, entries name the keys."""
    (first,) = log.verifiers
    early = proof_of(log, 1)
    second = succeed(log, ACT)
    log.append(acts(260, 50))
    third = succeed(log, ACT)
    log.append(acts(2, 900))

    assert log.verifiers == (third,)
    assert len({first, second, third}) == 3
    assert {one.name for one in (first, second, third)} == {first.name}
    for key in (first, second, third):
        assert whole(log, key) == 267
    named = [entry.act.facts[LOG_KEY] for entry in log.read() if LOG_KEY in entry.act.facts]
    assert named == [str(second), str(third)]
    assert check_proof(*early, [first]).size == 3
    chain = followed(log.folder, [first])
    assert chain.keys == (first, second, third)
    proof, entry = proof_of(log, 265)
    assert check_proof(proof, entry, chain.keys, chain.ends) == log.checkpoint
    with pytest.raises(LogError, match="no key that is known"):
        check_proof(proof, entry, [first, second])


def test_what_a_former_key_signs_afterwards_is_refused(log: AuditLog, tmp_path: Path) -> None:
    """Whoever took the former key goes on with the log in vain, also by a proof."""
    (first,) = log.verifiers
    taken = AuditLog(Layout(tmp_path / "taken"))
    shutil.copytree(log.layout.home, taken.layout.home)
    succeed(log, ACT)
    taken.append(acts(9, 70))
    forged = proof_of(taken, 5)
    for folder in ("succession",):
        shutil.copytree(log.folder / folder, taken.folder / folder)
    chain = followed(log.folder, [first])
    with pytest.raises(LogError, match="up to 4 entries only"):
        whole(taken, first)
    with pytest.raises(LogError, match="up to 4 entries only"):
        check_proof(*forged, chain.keys, chain.ends)


@pytest.mark.parametrize("name", ["log.vkey", "entry", "tlog-proof"])
def test_a_proof_of_a_succession_that_was_changed_is_told(log: AuditLog, name: str) -> None:
    """By whatever key the log is checked."""
    (first,) = log.verifiers
    second = succeed(log, ACT)
    log.append(acts(1))
    file = log.folder / "succession" / "1" / name
    kept = file.read_bytes()
    other = AuditLog(Layout(log.layout.home / "other"))
    other.append(acts(4))
    (stranger,) = other.verifiers
    succeed(other, ACT)
    for octets in (b"", kept[:-3], (other.folder / "succession" / "1" / name).read_bytes()):
        file.write_bytes(octets)
        for key in (first, second, stranger):
            with pytest.raises(LogError):
                whole(log, key)
    file.unlink()
    with pytest.raises(LogError, match="is missing"):
        whole(log, first)


def test_witnesses_go_on_under_another_key(log: AuditLog, tmp_path: Path) -> None:
    """A witness follows the key that it got once; what it signed holds the log as before."""
    (first,) = log.verifiers
    witness = Witness.begin(tmp_path / "w", "quanshu.local/w")
    keep_signed(log, witness.key.verifier, witness.sign(request_of(log, 0), first, 1))
    succeed(log, ACT)
    log.append(acts(2))
    newest = followed(log.folder, [first]).keys[-1]
    keep_signed(log, witness.key.verifier, witness.sign(request_of(log, 3), newest, 2))
    assert [one.size for _, one in witnessed(log)] == [6]
    assert whole(log, first) == 6


def test_a_lost_key_is_replaced_and_the_log_goes_on(log: AuditLog) -> None:
    """Nobody is led to the new key by the lost one; that the log continues can be checked."""
    (first,) = log.verifiers
    last = log.note
    with pytest.raises(AuditError, match="has its key"):
        replace_lost(log, ACT)
    log.layout.audit_key.unlink()
    with pytest.raises(AuditError, match="audit key replace"):
        log.append(acts(1))

    second = replace_lost(log, ACT)

    log.append(acts(2))
    assert [entry.act.facts.get(LOG_KEY) for entry in log.read(3)] == [str(second), None, None]
    said = Checkpoint.parse(opened(last, [first]).text)
    assert sum(1 for _ in check_log(log.folder, [second], said)[1]) == 6
    with pytest.raises(LogError, match="no key that is known"):
        whole(log, first)
    third = succeed(log, ACT)
    assert whole(log, second) == whole(log, third) == 7


def test_a_log_that_was_purged_keeps_its_beginning(log: AuditLog) -> None:
    """What says so is signed by the newest key too; the proofs of keys outlive what was purged."""
    (first,) = log.verifiers
    second = succeed(log, ACT)
    log.append(acts(600))
    log.forget(256)
    third = succeed(log, ACT)
    assert log.minimum == 256
    for key in (first, second, third):
        assert whole(log, key) == 605 - 256
    log.forget(512)
    assert whole(log, first) == 605 - 512


def test_nothing_is_given_another_key_where_the_log_is_damaged(log: AuditLog) -> None:
    """Then the former key stays; nor is there a key before there is a log."""
    before = log.layout.audit_key.read_bytes()
    note = log.note
    (log.folder / "checkpoint").write_bytes(note.replace(b"\n3\n", b"\n2\n"))
    with pytest.raises(AuditError, match="damaged"):
        succeed(log, ACT)
    assert log.layout.audit_key.read_bytes() == before
    (log.folder / "checkpoint").write_bytes(note)
    assert whole(log, *log.verifiers) == 3
    with pytest.raises(AuditError, match="no log yet"):
        replace_lost(AuditLog(Layout(log.layout.home / "none")), ACT)


def test_the_verifier_alone_follows_the_keys(log: AuditLog, tmp_path: Path) -> None:
    """With a copy of the folder and the key that somebody got once; a proof as well."""
    (first,) = log.verifiers
    succeed(log, ACT)
    log.append(acts(3))
    away = tmp_path / "away"
    shutil.copytree(log.folder, away / "log")
    shutil.copy(verifier.__file__, away)
    (away / "key").write_text(f"{first}\n")
    proof, entry = proof_of(log, 5)
    (away / "p").write_text(proof)
    (away / "e").write_bytes(entry)

    def said(*words: str) -> str:
        call = [sys.executable, "-I", "verifier.py", *words]
        return subprocess.run(call, cwd=away, capture_output=True, text=True, check=False).stdout

    assert said("log", "key").startswith(f"OK: {first.name}, 7 entries")
    assert said("--proof", "p", "e", "key", "log").startswith("OK:")
    assert said("--proof", "p", "e", "key").startswith("WRONG: no key that is known")
