"""Making a backup: one moment of a home, only what is new, and nothing half made."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from audit.acts import Operation
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.backup.checking import check, manifest_of
from flow.backup.making import make
from storage.backup.ledger import BACKUPS, BackupEvent
from storage.layout import Layout
from tests.city import PERSON
from tests.unit.flow.backup.conftest import Backed

KILLED = """
import os, sys
from pathlib import Path
from catalog_specs.loader import load
from flow.backup.making import make
from tests.city.homes import city_of
catalogue, recipient, *cases = sys.argv[1:]
known = load(Path(catalogue))
for home, to, within, number in zip(*[iter(cases)] * 4):
    if not os.fork():
        left = [int(number)]
        def dying(event, args):
            if event == "os.rename" and within in str(args[1]):
                left[0] -= 1
                if not left[0]:
                    os._exit(9)
        sys.addaudithook(dying)
        make(city_of(known, Path(home), decide=False), Path(to), recipient)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.wait()[1]) == 9, within
"""
"""Makes generations, each dying as by SIGKILL before a certain file takes its place."""
POINTS = (
    ("/backup/objects/", 1, 2),
    ("/backup/objects/", 30, 2),
    ("/backup/generations/", 1, 2),
    ("/home/backups/", 1, 3),
)
"""Before which file, and how many generations there are then."""


def _names(backed: Backed) -> set[str]:
    return set(backed.repository.objects.names())


def test_what_did_not_change_is_not_copied_again(backed: Backed) -> None:
    """A generation adds the files that are new, and what the backup's own act changed."""
    before = _names(backed)
    make(backed.city, backed.to, backed.recipient)
    new = _names(backed) - before
    head = check(backed.repository).heads[-1]

    # the ledger of backups, the newest of the audit log, two lists
    assert len(new) < 12
    assert head.files > 80
    make(backed.city, backed.to, backed.recipient)
    assert _names(backed) > before | new


def test_the_same_content_is_copied_once(backed: Backed) -> None:
    """A file that was touched and holds what it held is an object that is there already."""
    place = next(backed.city.layout.landing(PERSON).glob("*/raw/*"))
    os.utime(place, (1, 1))
    made = make(backed.city, backed.to, backed.recipient)
    found = manifest_of(backed.repository, made.head, backed.identity)
    name = place.relative_to(backed.city.layout.home).as_posix()
    (entry,) = (one for one in found.entries if one.path == name)
    former = manifest_of(backed.repository, check(backed.repository).heads[-2], backed.identity)

    assert entry.changed == 1_000_000_000
    assert entry.object in {one.object for one in former.entries}


def test_it_is_on_record_before_and_after(backed: Backed) -> None:
    """The act is in the log of the generation itself; the ledger has how it ended."""
    made = make(backed.city, backed.to, backed.recipient)
    act = [one.act for one in backed.city.audit.read()][-1]
    last = BACKUPS.read(backed.city.layout)[-1]

    assert (act.operation, act.medium) == (Operation.DOWNLOAD, "文件")
    assert act.content.endswith("第 3 次备份")
    assert made.head.entries == backed.city.audit.checkpoint.size  # type: ignore[union-attr]
    assert (last.event, last.generation, last.faults) == (BackupEvent.MADE, 3, 0)
    assert last.digest == backed.repository.digest(3)


def test_no_key_and_nothing_derived_is_in_it(shared: Backed) -> None:
    """Keys, shares, views, reports and scratch stay where they are."""
    head = check(shared.repository).heads[-1]
    entries = manifest_of(shared.repository, head, shared.identity).entries
    tops = {one.path.partition("/")[0] for one in entries}

    assert tops == {"lake", "audit", "open_data", "grants_begun.json", "governance.jsonl"}
    assert not any(one.path.startswith("lake/shares") for one in entries)


def test_what_waits_in_an_inbox_is_in_it_unless_unfinished(backed: Backed) -> None:
    """A file that was not taken yet is not lost; one that is still written is no delivery."""
    inbox = backed.city.layout.inbox(PERSON)
    for name in ("next.csv", "half.csv.part", ".hidden"):
        (inbox / name).write_text("x", encoding="utf-8")
    made = make(backed.city, backed.to, backed.recipient)
    entries = manifest_of(backed.repository, made.head, backed.identity).entries

    assert [one.path for one in entries if one.path.startswith("inbox")] == [
        f"inbox/{PERSON}/next.csv"
    ]


@pytest.mark.parametrize("to", ["home/backup", "home", "."])
def test_a_backup_lies_apart_from_its_home(backed: Backed, to: str) -> None:
    """A folder in the home, the home itself, and one around it are refused."""
    with pytest.raises(BackupError) as caught:
        make(backed.city, backed.folder / to, backed.recipient)
    assert caught.value.fault is BackupFault.INSIDE


def test_a_folder_with_something_else_is_left_alone(backed: Backed) -> None:
    """Nothing is written where other files lie."""
    other = backed.folder / "other"
    other.mkdir()
    (other / "mine").touch()
    with pytest.raises(BackupError) as caught:
        make(backed.city, other, backed.recipient)
    assert caught.value.fault is BackupFault.FOREIGN_FILES
    assert [one.name for one in other.iterdir()] == ["mine"]


def test_two_homes_do_not_share_a_folder(backed: Backed, tmp_path: Path) -> None:
    """A home with another audit log is refused; the backup stays as it was."""
    other = replace(backed.city, layout=Layout(tmp_path / "other"))
    with pytest.raises(BackupError) as caught:
        make(other, backed.to, backed.recipient)
    assert caught.value.fault is BackupFault.OTHER_HOME
    assert backed.repository.generations() == (1, 2)


def test_what_is_written_is_its_owners_alone(shared: Backed) -> None:
    """No folder and no file of a backup can be read by others."""
    modes = {stat.S_IMODE(one.stat().st_mode) & 0o077 for one in (shared.to / "objects").rglob("*")}
    assert modes == {0}


def test_tidying_waits(backed: Backed) -> None:
    """While files of one moment are copied nobody removes any: both hold one lock."""
    with backed.city.lock("tidying"), pytest.raises(TimeoutError):
        FileLock(backed.city.layout.locks / "tidying.lock", timeout=0).acquire()


def test_a_lost_memory_costs_a_copy_and_nothing_else(backed: Backed) -> None:
    """Without it an encrypted backup is copied whole once more, and is whole."""
    shutil.rmtree(backed.city.layout.backups)
    made = make(backed.city, backed.to, backed.recipient)
    assert made.head.copied > made.head.total
    assert check(backed.repository, identity=backed.identity).flaws == ()


def test_a_killed_backup_leaves_what_there_was(shared: Backed, tmp_path: Path) -> None:
    """Home and generations stay as they were; the next one is made, and leaves nothing lying."""
    homes = [shared.copied(tmp_path / str(number)) for number in range(len(POINTS))]
    words: list[str] = []
    for one, (within, number, _) in zip(homes, POINTS, strict=True):
        shutil.rmtree(one.city.layout.backups)  # so that there is much to copy
        words += [str(one.city.layout.home), str(one.to), within, str(number)]
    code = [sys.executable, "-c", KILLED, str(shared.folder / "catalogue"), shared.recipient]
    done = subprocess.run([*code, *words], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()

    for one, (_, _, there) in zip(homes, POINTS, strict=True):
        assert len(one.repository.generations()) == there
        assert check(one.repository).flaws == ()
        made = make(one.city, one.to, one.recipient)
        found = check(one.repository, identity=one.identity)
        assert (made.head.generation, found.flaws) == (there + 1, ())
        assert found.objects == len(_names(one))
        assert not list(one.to.rglob("*.next"))
