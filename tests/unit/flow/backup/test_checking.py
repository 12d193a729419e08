"""Checking: whatever is changed, cut off, taken out or put in is found, and named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.backup.checking import check, manifest_of
from flow.backup.heads import read_head
from flow.backup.making import make
from storage.backup.repository import Repository
from storage.layout import Layout
from tests.unit.flow.backup.conftest import Backed

KINDS = {
    "raw": "/raw/",
    "receipt": "receipt.json",
    "log entry": "_delta_log/",
    "rows of a table": "lake/authoritative/",
    "ledger": "lake/ledgers/",
    "audit log": "audit/tile/entries",
    "checkpoint": "audit/checkpoint",
    "release": "open_data/resident_profile",
    "store": "governance.jsonl",
}
"""A kind of file → what stands in the path of one of it."""


def _object(backed: Backed, within: str) -> Path:
    head = read_head(backed.repository, 2)
    entries = manifest_of(backed.repository, head, backed.identity).entries
    name = next(one.object for one in entries if within in one.path and one.object)
    return backed.repository.objects.place(name)


def _flip(path: Path, at: int = -20) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("within", KINDS.values(), ids=KINDS)
def test_a_flipped_byte_is_found_without_any_key(backed: Backed, within: str) -> None:
    """In a file of every kind: the object is named, with the generations that need it."""
    place = _object(backed, within)
    _flip(place)

    (flaw,) = check(backed.repository).flaws

    assert flaw.code is BackupFault.CHANGED
    assert backed.to / flaw.where == place
    assert 2 in flaw.generations


def _cut(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-30])


@pytest.mark.parametrize(
    ("which", "harm", "fault"),
    [
        ("manifest", _flip, BackupFault.CHANGED),
        ("manifest", _cut, BackupFault.CHANGED),
        ("manifest", Path.unlink, BackupFault.MISSING),
        ("objects", Path.unlink, BackupFault.MISSING),
        ("objects", _cut, BackupFault.UNREADABLE_LIST),
    ],
)
def test_a_damaged_list_is_found(
    backed: Backed, which: str, harm: Callable[[Path], None], fault: BackupFault
) -> None:
    """A list that is changed, cut off or gone is told as that."""
    head = read_head(backed.repository, 2)
    harm(backed.repository.objects.place(getattr(head, which)))
    assert fault in {one.code for one in check(backed.repository).flaws}


@pytest.mark.parametrize("at", [20, 400, -10])
def test_a_changed_head_is_found(backed: Backed, at: int) -> None:
    """Title, content or signature: it is told, and the other generation is still checked."""
    _flip(backed.repository.head_file(2), at)

    found = check(backed.repository, backed.city.audit.verifiers)

    assert [one.generations for one in found.flaws] == [(2,)]
    assert [one.generation for one in found.heads] == [1]


def test_another_past_is_found(backed: Backed, tmp_path: Path) -> None:
    """A first generation out of another backup does not fit the second one's chain."""
    make(backed.city, tmp_path / "other", backed.recipient)
    other = Repository.open(tmp_path / "other")
    shutil.copy(other.head_file(1), backed.repository.head_file(1))
    codes = {one.code for one in check(backed.repository).flaws}
    assert BackupFault.NOT_IN_ORDER in codes


def test_a_generation_that_was_taken_out_is_missed(backed: Backed) -> None:
    """The numbers on both sides of it are there."""
    make(backed.city, backed.to, backed.recipient)
    backed.repository.head_file(2).unlink()
    (flaw,) = check(backed.repository).flaws
    assert (flaw.code, flaw.where) == (BackupFault.NOT_IN_ORDER, "generations/000002")


def test_a_backup_of_somebody_else_is_not_taken_for_ours(backed: Backed) -> None:
    """What another key signed is whole by itself, and refused by whoever knows the right one."""
    stranger = replace(backed.city, layout=Layout(backed.folder / "stranger"))
    make(stranger, backed.folder / "strangers", backed.recipient)
    theirs = Repository.open(backed.folder / "strangers")

    assert check(theirs).flaws == ()
    found = check(theirs, backed.city.audit.verifiers)
    assert [one.code for one in found.flaws] == [BackupFault.SIGNATURE]


def test_a_key_holder_learns_that_all_is_what_it_was(shared: Backed) -> None:
    """Every object is opened and held to the digest of the home's file."""
    found = check(shared.repository, shared.city.audit.verifiers, shared.identity)
    assert found.flaws == ()
    assert [one.generation for one in found.heads] == [1, 2]
    assert found.objects == len(set(shared.repository.objects.names()))


def test_the_wrong_key_opens_nothing(shared: Backed) -> None:
    """It is told as that, and not as damage."""
    other = str(pyrage.x25519.Identity.generate())
    found = check(shared.repository, identity=other)
    assert {one.code for one in found.flaws} == {BackupFault.WRONG_KEY}


def test_a_newer_format_is_refused(backed: Backed) -> None:
    """A head, or a whole folder, that a later program wrote is not guessed at."""
    file = backed.repository.head_file(2)
    file.write_bytes(file.read_bytes().replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(BackupError) as caught:
        read_head(backed.repository, 2)
    assert caught.value.fault is BackupFault.NEWER


def test_an_empty_folder_is_no_backup(tmp_path: Path) -> None:
    """It is told, with where."""
    with pytest.raises(BackupError) as caught:
        Repository.open(tmp_path)
    assert caught.value.fault is BackupFault.NO_BACKUP
    with pytest.raises(BackupError):
        check(Repository.begin(tmp_path))
