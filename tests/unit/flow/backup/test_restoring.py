"""Restoring: a lost home is there again as it was at a moment, and goes on from there."""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from audit.acts import Operation
from audit.lake import unexplained
from catalog_specs.errors import BackupError
from catalog_specs.rules.error_codes import ErrorCode
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.backup.heads import Chosen
from flow.backup.key_copies import read_keys
from flow.backup.making import make
from flow.backup.restoring import Restored, restore
from flow.run import run
from governance.grants.standing import Standing, standings
from register.records import VerdictKind
from storage.backup.ledger import BACKUPS, BackupEvent
from storage.delta.tables import snapshot
from storage.layout import Layout
from tests.city import GRANT, NOW, PERSON
from tests.city.grants import decide_as_typed
from tests.city.lake import content
from tests.faults.state import contents
from tests.flow.old_town import OldTown
from tests.flow.postgres import postgres, script
from tests.unit.flow.backup.conftest import Backed, changed_at_the_end


def _restored(backed: Backed, which: Chosen | None = None, *, keys: bool = True) -> Restored:
    return restore(
        backed.elsewhere,
        backed.to,
        which or Chosen(),
        identity=backed.identity,
        keys=read_keys(backed.city.layout.keys) if keys else None,
        verifiers=backed.city.audit.verifiers,
    )


def _held(backed: Backed) -> dict[str, pl.DataFrame]:
    """Return the rows of every table of the home, extracts too."""
    kinds = ("authoritative", "quarantine", "ledgers", "shares")
    home = backed.city.layout.home
    return {
        re.sub("/v-[0-9a-f]+/", "/", f"{kind}/{name}"): frame
        for kind in kinds
        for name, frame in contents(home, kind).items()
    }


def test_a_destroyed_home_goes_on(backed: Backed) -> None:
    """The next run judges nothing again, loses nothing, and makes equal shares."""
    run(backed.city)
    make(backed.city, backed.to, backed.recipient)
    before = _held(backed)
    keys = read_keys(backed.city.layout.keys)
    public = backed.city.audit.verifiers
    shutil.rmtree(backed.city.layout.home)

    done = restore(
        backed.city, backed.to, Chosen(), identity=backed.identity, keys=keys, verifiers=public
    )
    result = run(backed.city)

    assert (result.outcomes, result.faults) == ((), ())
    after = _held(backed)
    # the restore itself is what the ledger of backups gained, and the last generation lacks its own
    assert before.keys() == after.keys()
    differing = {name for name, frame in before.items() if not frame.equals(after[name])}
    assert differing == {"ledgers/backups"}
    assert result.shares
    assert list(unexplained(backed.city.audit)) == []
    assert done.rows[f"authoritative/{PERSON}"] == 13


def test_an_earlier_moment_is_had_again(backed: Backed) -> None:
    """By number the first generation, with the rows that the table had then."""
    _restored(backed, Chosen(generation=1))
    found = snapshot(backed.elsewhere.layout.authoritative(PERSON))
    assert found is not None
    assert found.rows() == 12


def test_the_newest_by_a_moment_is_taken(backed: Backed) -> None:
    """A later generation does not count; before the first there is none."""
    later = replace(backed.city, clock=lambda: NOW + timedelta(days=2))
    make(later, backed.to, backed.recipient)

    assert _restored(backed, Chosen(at=NOW + timedelta(days=1))).head.generation == 2
    shutil.rmtree(backed.elsewhere.layout.home)
    with pytest.raises(BackupError) as caught:
        _restored(backed, Chosen(at=NOW - timedelta(days=1)))
    assert caught.value.fault is BackupFault.NONE_SO_EARLY


def test_it_is_on_record_in_the_restored_log(backed: Backed) -> None:
    """The act was entered before the home was there, and the ledger has it."""
    _restored(backed)
    city = backed.elsewhere
    (act, *_) = (one.act for one in reversed(list(city.audit.read())))
    assert (act.operation, act.purpose) == (Operation.MAINTAIN, "从备份恢复数据主目录")
    assert BACKUPS.read(city.layout)[-1].event is BackupEvent.RESTORED


def test_nothing_is_ever_written_over(backed: Backed) -> None:
    """A folder that holds anything is refused and left as it is; an empty one is used."""
    home = backed.elsewhere.layout.home
    home.mkdir(parents=True)
    (home / "mine").touch()
    with pytest.raises(BackupError) as caught:
        _restored(backed)
    assert caught.value.fault is BackupFault.NOT_EMPTY
    assert [one.name for one in home.iterdir()] == ["mine"]
    (home / "mine").unlink()
    assert _restored(backed).keys


def test_without_keys_nothing_is_entered(backed: Backed) -> None:
    """The data are there; the log goes on when the keys are, and not before."""
    assert not _restored(backed, keys=False).keys
    assert {str(one.code) for one in run(backed.elsewhere).faults} == {ErrorCode.AUDIT}
    keys = backed.elsewhere.layout.keys
    shutil.copytree(backed.city.layout.keys, keys, dirs_exist_ok=True)
    assert run(backed.elsewhere).faults == ()


def test_keys_of_another_home_are_refused(backed: Backed, tmp_path: Path) -> None:
    """Nothing is left lying then."""
    other = replace(backed.city, layout=Layout(tmp_path / "other"))
    with other.lock("audit"):
        other.audit.key()
    with pytest.raises(BackupError) as caught:
        restore(
            backed.elsewhere,
            backed.to,
            Chosen(),
            identity=backed.identity,
            keys=read_keys(other.layout.keys),
        )
    assert caught.value.fault is BackupFault.OTHER_HOME
    assert list(backed.elsewhere.layout.home.parent.iterdir()) == []


def test_a_damaged_backup_restores_nothing(backed: Backed) -> None:
    """A changed object is found while it is read, and no home appears."""
    for place in (backed.to / "objects").rglob("*"):
        if place.is_file() and place.stat().st_size > 2_000:
            place.chmod(0o600)
            place.write_bytes(changed_at_the_end(place))
    with pytest.raises(BackupError):
        _restored(backed)
    assert list(backed.elsewhere.layout.home.parent.iterdir()) == []


def test_rights_and_times_come_back(backed: Backed) -> None:
    """Releases are for everybody, all else for its owner; a link is a link again."""
    _restored(backed)
    old, new = backed.city.layout, backed.elsewhere.layout
    for path in old.public.rglob("*"):
        other = new.home / path.relative_to(old.home)
        assert other.is_symlink() == path.is_symlink()
        if not path.is_symlink():
            assert stat.S_IMODE(other.stat().st_mode) == stat.S_IMODE(path.stat().st_mode)
    assert new.lake.stat().st_mode & 0o077 == 0
    raw = next(old.landing(PERSON).glob("*/raw/*"))
    assert (new.home / raw.relative_to(old.home)).stat().st_mtime_ns == raw.stat().st_mtime_ns


def test_the_next_backup_of_the_restored_home_copies_what_is_new(backed: Backed) -> None:
    """It goes on in the same folder, and knows what lies there."""
    _restored(backed)
    made = make(backed.elsewhere, backed.to, backed.recipient)
    assert made.head.generation == 3
    assert made.head.copied < made.head.total / 2
    assert content(backed.elsewhere.layout.authoritative(PERSON)).height == 13


def test_a_home_of_an_earlier_version_is_restored_as_it_was(tmp_path: Path) -> None:
    """Its tables come back; the next run says the same as one before the loss."""
    town = OldTown(tmp_path)
    run(town.city)
    usual = run(town.city)
    before = contents(town.city.layout.home, "authoritative")
    make(town.city, tmp_path / "backup", "")
    keys = read_keys(town.city.layout.keys)
    shutil.rmtree(town.city.layout.home)

    restore(town.city, tmp_path / "backup", Chosen(), keys=keys)

    result = run(town.city)
    verdicts = [[one.verdict for one in each.outcomes] for each in (usual, result)]
    assert verdicts[0] == verdicts[1] == [VerdictKind.HELD]
    # the commits that this home had before there was a log wait for a decision, before as after
    assert {str(one) for one in result.faults} == {str(one) for one in usual.faults}
    after = contents(town.city.layout.home, "authoritative")
    assert {name for name, frame in before.items() if not frame.equals(after[name])} == set()


def test_a_store_on_a_server_comes_back_in_either_kind(backed: Backed) -> None:
    """Grants stand as they stood, in an empty database and in a file of the home."""
    stood = standings(backed.city.layout)
    with postgres() as address:
        on_server = replace(backed.city, governance_db=address)
        decide_as_typed(backed.city.layout, backed.city.catalog, address)
        made = make(on_server, backed.to, backed.recipient)
        with pytest.raises(BackupError) as caught:
            restore(
                replace(backed.elsewhere, governance_db=address),
                backed.to,
                Chosen(),
                identity=backed.identity,
            )
        assert caught.value.fault is BackupFault.STORE_IN_USE
        script(address, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        restore(
            replace(backed.elsewhere, governance_db=address),
            backed.to,
            Chosen(),
            identity=backed.identity,
        )
        back = standings(backed.elsewhere.layout, address)
    assert made.head.generation == 3
    _same(back, stood)
    shutil.rmtree(backed.elsewhere.layout.home)
    _restored(backed)
    _same(standings(backed.elsewhere.layout), stood)


def _same(one: Mapping[str, Standing], other: Mapping[str, Standing]) -> None:
    assert one.keys() == other.keys() == {GRANT}
    assert one[GRANT].state == other[GRANT].state
