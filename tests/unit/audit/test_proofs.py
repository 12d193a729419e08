"""Proofs: an entry is proved without the log, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from audit.log import AuditLog
from audit.proofs import proof_of
from audit.verifier import LogError, check_proof, main
from catalog_specs.errors import AuditError
from storage.layout import Layout
from tests.unit.audit.acts import acts


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> AuditLog:
    """Return a log of seven hundred entries."""
    made = AuditLog(Layout(tmp_path_factory.mktemp("home")))
    made.append(acts(700))
    return made


def test_a_proof_holds_for_its_entry_alone(log: AuditLog) -> None:
    """Whichever entry it is; any changed line, another entry and another key are refused."""
    random = Random(3)
    for index in (0, 255, 256, 699, *random.sample(range(700), 20)):
        proof, entry = proof_of(log, index)
        assert check_proof(proof, entry, log.verifiers) == log.checkpoint
        lines = proof.split("\n")
        for at in (0, 1, 2, lines.index(""), len(lines) - 2):
            wrong = "\n".join([*lines[:at], *lines[at + 1 :]])
            with pytest.raises(LogError):
                check_proof(wrong, entry, log.verifiers)
        with pytest.raises(LogError):
            check_proof(proof, proof_of(log, index ^ 1)[1], log.verifiers)
        with pytest.raises(LogError):
            check_proof(proof, entry, [])


def test_a_proof_may_carry_extra_data(log: AuditLog) -> None:
    """The format lets it; nothing follows from it."""
    proof, entry = proof_of(log, 5)
    head, rest = proof.split("\n", 1)
    assert check_proof(f"{head}\nextra QUJD\n{rest}", entry, log.verifiers) == log.checkpoint


def test_the_verifier_checks_a_proof_from_files(
    log: AuditLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an auditor would, on a machine without the log."""
    proof, entry = proof_of(log, 9)
    for name, content in (
        ("p", proof.encode()),
        ("e", entry),
        ("k", str(log.verifiers[0]).encode()),
    ):
        (tmp_path / name).write_bytes(content)
    call = ["--proof", *(str(tmp_path / name) for name in "pek")]
    assert main(call) == 0
    (tmp_path / "e").write_bytes(entry + b" ")
    assert main(call) == 1
    assert main(["--proof"]) == 2
    assert "WRONG" in capsys.readouterr().out


def test_there_is_no_proof_of_what_is_not_there(log: AuditLog) -> None:
    """It says so."""
    with pytest.raises(AuditError, match="no such entry"):
        proof_of(log, 700)
