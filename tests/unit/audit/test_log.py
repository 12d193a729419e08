"""The audit log: entered for good, in order, by several writers, and never past damage."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audit.log import AuditLog
from audit.verifier import check_log, tile_path
from catalog_specs.errors import AuditError
from storage.layout import Layout
from tests.unit.audit.acts import ACT, acts


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    """Return the log of an empty home."""
    return AuditLog(Layout(tmp_path))


def test_what_was_entered_is_read_back_and_checks_out(log: AuditLog) -> None:
    """Across bundles; each entry knows its place."""
    for count in (1, 254, 1, 300):
        log.append(acts(count))

    assert [one.index for one in log.read()] == list(range(556))
    assert [one.act.rows for one in log.read(254, 258)] == [253, 0, 0, 1]
    said, entries = check_log(log.folder, log.verifiers)
    assert (said, sum(1 for _ in entries)) == (log.checkpoint, 556)


def test_a_log_without_entries_is_none(log: AuditLog) -> None:
    """Nothing is made by looking, nor by entering nothing."""
    assert log.append([]) == ()
    assert (log.checkpoint, list(log.read()), log.folder.exists()) == (None, [], False)
    with pytest.raises(AuditError, match="no such entry"):
        log.octets(0)


def test_writers_side_by_side_lose_nothing(log: AuditLog) -> None:
    """Each act has its place, once."""
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda n: log.append(acts(3, n * 3)), range(20)))

    assert sorted(one.index for some in done for one in some) == list(range(60))
    assert sorted(one.act.rows or 0 for one in log.read()) == list(range(60))


def test_what_a_killed_writer_left_is_written_over(log: AuditLog) -> None:
    """Tiles and bundles beyond the checkpoint are of no consequence."""
    log.append(acts(3))
    before = (log.folder / "checkpoint").read_bytes()
    log.append(acts(5))
    (log.folder / "checkpoint").write_bytes(before)

    log.append(acts(5, 100))

    assert [one.act.rows for one in log.read()] == [0, 1, 2, 100, 101, 102, 103, 104]
    list(check_log(log.folder, log.verifiers)[1])


def test_what_a_killed_writer_left_of_another_width_is_gone_with_the_next_entry(
    log: AuditLog,
) -> None:
    """Else it would later be taken for a part of the tile that somebody changed."""
    log.append(acts(3))
    before = (log.folder / "checkpoint").read_bytes()
    log.append(acts(300, 500))
    (log.folder / "checkpoint").write_bytes(before)
    list(check_log(log.folder, log.verifiers)[1])
    for count in (1, 10, 260, 40):
        log.append(acts(count))
        list(check_log(log.folder, log.verifiers)[1])


@pytest.mark.parametrize(
    "broken", ["checkpoint", "log.vkey", tile_path(0, 0, 3), tile_path("entries", 0, 3)]
)
def test_nothing_is_entered_into_a_damaged_log(log: AuditLog, broken: str) -> None:
    """A file that is missing or changed is told, and the act is not done."""
    log.append(acts(3))
    place = log.folder / broken
    whole = place.read_bytes()
    place.write_bytes(
        whole.replace(b"\n3\n", b"\n2\n")
        if broken == "checkpoint"
        else whole[:-2] + bytes([whole[-2] ^ 1, whole[-1]])  # never what stood there
    )
    with pytest.raises(AuditError):
        log.append([ACT])
    place.write_bytes(whole)
    log.append([ACT])


def test_a_log_that_lost_its_checkpoint_does_not_begin_anew(log: AuditLog) -> None:
    """Nor one that lost its key."""
    log.append(acts(2))
    kept = log.layout.audit_key.read_bytes()
    log.layout.audit_key.unlink()
    with pytest.raises(AuditError, match="key"):
        log.append([ACT])
    log.layout.audit_key.write_bytes(kept)
    log.layout.audit_key.chmod(0o600)
    (log.folder / "checkpoint").unlink()
    with pytest.raises(AuditError, match="checkpoint is missing"):
        log.append([ACT])
    with pytest.raises(AuditError, match="checkpoint is missing"):
        _ = log.checkpoint


def test_what_cannot_be_written_is_told(log: AuditLog) -> None:
    """The caller must not go on."""
    log.append([ACT])
    shutil.rmtree(log.folder / "tile" / "entries")
    (log.folder / "tile" / "entries").write_text("in the way")
    with pytest.raises(AuditError):
        log.append([ACT])
