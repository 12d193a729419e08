"""Witnesses: they sign what continues what they saw, and nothing else; so one past stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from audit.log import AuditLog
from audit.proofs import request_of
from audit.verifier import check_log
from audit.witness import Witness, WitnessError, keep_signed, witnessed
from catalog_specs.errors import AuditError
from storage.layout import Layout
from tests.unit.audit.acts import acts

NOW = 1_795_000_000


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    """Return a log of five entries."""
    made = AuditLog(Layout(tmp_path / "home"))
    made.append(acts(5))
    return made


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """Return a producer's witness, in a folder of its own."""
    return Witness.begin(tmp_path / "witness", "quanshu.local/civil_affairs")


def signed(log: AuditLog, witness: Witness) -> bytes:
    """Have the newest checkpoint signed."""
    seen = witness.seen.size if witness.seen else 0
    return witness.sign(request_of(log, seen), log.verifiers[0], NOW)


def test_a_witness_signs_a_log_that_grows(log: AuditLog, witness: Witness) -> None:
    """What it signed is kept beside the log, which goes on as before."""
    for count in (5, 0, 300, 1):
        log.append(acts(count))
        kept = keep_signed(log, witness.key.verifier, signed(log, witness))
        assert kept == log.checkpoint == witness.seen
    assert [(key.name, said) for key, said in witnessed(log)] == [
        ("quanshu.local/civil_affairs", log.checkpoint)
    ]
    log.append(acts(1))
    list(check_log(log.folder, [*log.verifiers, witness.key.verifier])[1])


def test_a_witness_refuses_by_the_rules(log: AuditLog, witness: Witness, tmp_path: Path) -> None:
    """Of the wrong size, unsigned, of another log, another past, and what cannot be read."""
    shutil.copytree(tmp_path / "home", tmp_path / "fork")
    fork = AuditLog(Layout(tmp_path / "fork"))
    signed(log, witness)
    log.append(acts(4))
    fork.append(acts(9, 70))
    key = log.verifiers[0]
    stranger = AuditLog(Layout(tmp_path / "stranger"))
    stranger.append(acts(1))

    def status(request: bytes) -> int:
        with pytest.raises(WitnessError) as refused:
            witness.sign(request, key, NOW)
        return refused.value.status

    assert status(request_of(log, 0)) == 409
    assert status(request_of(stranger, 0)) == 403
    assert status(b"old x\n\n" + log.note) == 400
    assert status(request_of(log, 5).replace(b"old 5", b"old 99", 1)) == 400
    assert status(b"old 5\n\n" + log.note) == 422
    signed(log, witness)
    assert status(request_of(fork, 9)) == 422
    cut = AuditLog(Layout(tmp_path / "cut"))
    shutil.copytree(tmp_path / "fork", tmp_path / "cut")
    assert status(request_of(cut, 14).replace(b"old 14", b"old 9", 1)) == 422
    assert witness.seen == log.checkpoint


def test_a_signature_of_somebody_else_is_not_kept(
    log: AuditLog, witness: Witness, tmp_path: Path
) -> None:
    """Nor one on an earlier checkpoint."""
    other = Witness.begin(tmp_path / "other", "quanshu.local/health")
    line = signed(log, witness)
    with pytest.raises(WitnessError, match="did not sign"):
        keep_signed(log, other.key.verifier, line)
    log.append(acts(1))
    with pytest.raises(WitnessError, match="wrong"):
        keep_signed(log, witness.key.verifier, line)
    assert list(witnessed(log)) == []


def test_what_is_kept_of_a_witness_must_be_its_own(log: AuditLog, witness: Witness) -> None:
    """A changed one is told."""
    keep_signed(log, witness.key.verifier, signed(log, witness))
    (file,) = (log.folder / "witnessed").glob("*.checkpoint")
    file.write_bytes(file.read_bytes().replace(b"\n5\n", b"\n4\n"))
    with pytest.raises(AuditError, match="witness"):
        list(witnessed(log))
    with pytest.raises(AuditError, match="entries that the witness has seen"):
        request_of(log, 6)
