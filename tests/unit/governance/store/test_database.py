"""The governance store: made and migrated when it is opened, private, safe for two runners."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from catalog_specs.errors import SettingsError
from governance.store.database import Store, exists, open_store
from governance.store.revisions import MIGRATIONS, current, newest
from governance.store.tables.cases import CaseRow, EventRow
from governance.store.tables.declared import Declared
from governance.store.tables.grants import StewardRow
from governance.store.tables.matters import MatterRow
from governance.store.tables.violations import ViolationRow
from storage.full_disk import is_full
from storage.layout import Layout

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def case(about: str = "R1") -> CaseRow:
    """Return a case that nobody has stored yet."""
    texts = {"wording": "", "wording_en": "", "state": "dispatched", "owner": "d"}
    moments = dict.fromkeys(("opened_at", "dispatched_at", "seen_at"), NOW)
    key = {"origin": "rule", "resource": "d/r", "about": about, "cause": ""}
    return CaseRow(**key, **texts, **moments, count=1, evidence={}, extended_days=0)


def add_event(store: Store) -> None:
    """Store a case with one event."""
    with store.writing() as session:
        row = case()
        session.add(row)
        session.flush()
        words = {"kind": "opened", "by": "post", "note": "", "facts": {}}
        session.add(EventRow(case_id=row.id, at=NOW, **words))


def test_the_first_opening_makes_every_table(store: Store) -> None:
    """Tables made by the migrations are those that the models declare, on both databases."""
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        known = {one.__tablename__ for one in (ViolationRow, StewardRow, MatterRow)}
        assert known <= Declared.metadata.tables.keys()
        assert compare_metadata(context, Declared.metadata) == []


def test_what_is_written_stands_after_the_store_was_closed(tmp_path: Path, address: str) -> None:
    """A moment comes back in UTC, whatever the database knows of zones."""
    layout = Layout(tmp_path)
    with open_store(layout, address) as store, store.writing() as session:
        session.add(case())
    with open_store(layout, address) as store, store.reading() as session:
        assert session.scalars(select(CaseRow.opened_at)).all() == [NOW]


def test_a_file_that_was_put_back_is_the_one_that_is_read(tmp_path: Path) -> None:
    """Nothing of a store is held open or remembered between two openings in one process."""
    layout, saved = Layout(tmp_path), tmp_path / "saved"
    with open_store(layout) as store:
        add_event(store)
    saved.write_bytes(layout.governance_db.read_bytes())
    with open_store(layout) as store:
        with store.writing() as session:
            session.add(case("R2"))
        open_files = [os.path.realpath(one.path) for one in os.scandir("/proc/self/fd")]
    layout.governance_db.unlink()
    saved.rename(layout.governance_db)
    with open_store(layout) as store, store.reading() as session:
        assert session.scalars(select(CaseRow.about)).all() == ["R1"]
    layout.governance_db.unlink()
    with open_store(layout) as store, store.reading() as session:
        assert session.scalars(select(CaseRow.about)).all() == []
    assert str(layout.governance_db) not in open_files


def test_a_failed_block_leaves_nothing(store: Store) -> None:
    """What is written in one block stands together, or not at all."""
    with suppress(RuntimeError), store.writing() as session:
        session.add(case())
        session.flush()
        raise RuntimeError
    with store.reading() as session:
        assert session.scalar(select(func.count(CaseRow.id))) == 0


@pytest.mark.parametrize(
    "act", ["UPDATE case_events SET note = 'other'", "DELETE FROM case_events"]
)
def test_no_event_is_ever_changed(store: Store, act: str) -> None:
    """The database itself refuses to change or remove an event of a case."""
    add_event(store)
    with pytest.raises(DBAPIError, match="never changed"), store.writing() as session:
        session.execute(text(act))


def test_two_runners_open_an_empty_home_and_write_at_once(tmp_path: Path, address: str) -> None:
    """One migrates, the others wait; of many that add to a count, none is lost."""
    layout = Layout(tmp_path)

    def one(number: int) -> None:
        with open_store(layout, address) as store:
            for turn in range(5):
                with store.writing() as session:
                    known = session.scalar(select(func.count(CaseRow.id)))
                    session.add(case(f"{number}-{turn}-{known}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))

    with open_store(layout, address) as store, store.reading() as session:
        names = session.scalars(select(CaseRow.about)).all()
    assert sorted(int(name.rpartition("-")[2]) for name in names) == list(range(20))


def test_a_newer_schema_is_refused(tmp_path: Path, address: str) -> None:
    """A store that a newer program migrated is left alone, and the message says what to do."""
    layout = Layout(tmp_path)
    with open_store(layout, address) as store, store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with (
        pytest.raises(SettingsError, match=r"schema 9999.*newer version"),
        open_store(layout, address),
    ):
        pass


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    """SQLite says so in its own words, when a page cannot be added."""
    with open_store(Layout(tmp_path)) as store, pytest.raises(DBAPIError) as told:
        _fill(store)
    assert is_full(told.value)


def _fill(store: Store) -> None:
    with store.writing() as session:
        session.execute(text("PRAGMA max_page_count = 1"))
        session.add_all(case(f"R{number}" * 40) for number in range(2_000))


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    """The file is made with rights for its owner, whatever the umask is."""
    layout = Layout(tmp_path)
    assert not exists(layout)
    with open_store(layout):
        assert stat.S_IMODE(layout.governance_db.stat().st_mode) == 0o600
    assert exists(layout)


@pytest.mark.parametrize(
    "address", ["mysql://u:topsecret@h/d", "no address", "postgresql://u:topsecret@127.0.0.1:1/d"]
)
def test_a_wrong_address_is_told_without_its_password(tmp_path: Path, address: str) -> None:
    """The message names the variable, never what stands in it."""
    with (
        pytest.raises(SettingsError, match="QUANSHU_GOVERNANCE_DB") as told,
        open_store(Layout(tmp_path), address),
    ):
        pass
    assert "topsecret" not in str(told.value)


def test_a_store_with_the_newest_schema_is_opened_without_alembic(tmp_path: Path) -> None:
    """Its import takes a third of a second, and every run would pay for it."""
    with open_store(Layout(tmp_path)):
        pass
    code = (
        "import sys\nfrom pathlib import Path\nfrom storage.layout import Layout\n"
        "from governance.store.database import open_store\n"
        f"with open_store(Layout(Path({str(tmp_path)!r}))): pass\n"
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_store_of_the_first_revision_is_brought_along(tmp_path: Path, address: str) -> None:
    """What was decided under any earlier schema is there under the newest."""
    layout = Layout(tmp_path)
    with open_store(layout, address) as store:
        _to_revision(store, "0001")
        with store.writing() as session:
            session.execute(
                text(
                    'INSERT INTO case_events (case_id, at, kind, "by", note, facts) '
                    "SELECT id, opened_at, 'opened', 'post', '', '{}' FROM cases"
                )
            )
    with open_store(layout, address) as store:
        with store.engine.connect() as connection:
            assert current(connection) == newest()
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, Declared.metadata) == []
        with store.reading() as session:
            assert session.scalars(select(EventRow.by)).all() == ["post"]


def _to_revision(store: Store, revision: str) -> None:
    """Make the store as an earlier version of the program left it, with a case."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with store.engine.execution_options(writing=True).begin() as connection:
        if store.engine.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            Declared.metadata.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    with store.writing() as session:
        session.add(case())


def test_revisions_follow_each_other() -> None:
    """The newest revision is the number of the last file."""
    assert newest() >= "0001"
    assert len(newest()) == 4
