"""Foreign commits: what no run of ours wrote is told, whatever it was, until somebody decides."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import CommitProperties, DeltaTable, write_deltalake

from catalog_specs.errors import ForeignCommitError
from storage.delta.appending import append, compact
from storage.delta.commits import Commit
from storage.delta.gained_columns import gain
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import Snapshot, snapshot
from storage.foreign_commits import LOOKED, Foreign, accept, look, looks, require_ours, vouch
from storage.layout import Layout
from tests.city import NOW, PERSON

REF = PERSON
SHAPE = Shape("", "", (Column("id", "BIGINT"), Column("name", "VARCHAR")))


@dataclass
class Table:
    """A table, written by us and by others, at one moment after the other."""

    layout: Layout
    minutes: int = 0

    @property
    def path(self) -> Path:
        """Return where it lies."""
        return self.layout.authoritative(REF)

    @property
    def log(self) -> Path:
        """Return its log."""
        return self.path / "_delta_log"

    @property
    def found(self) -> Snapshot:
        """Return it as it is."""
        found = snapshot(self.path)
        assert found
        return found

    @property
    def theirs(self) -> DeltaTable:
        """Open it as any writer of Delta does."""
        return DeltaTable(str(self.path))

    def write(self, number: int) -> None:
        """Append a row as we do."""
        rows = pa.Table.from_pylist([{"id": number}], schema=arrow_schema(SHAPE.columns))
        append(self.path, rows, Commit("tests", number), SHAPE)

    def vouch(self) -> None:
        """Look at it, a minute later than before."""
        self.minutes += 1
        vouch(self.layout, REF, "岗", NOW + timedelta(minutes=self.minutes))

    def accept(self, document: str) -> tuple[Foreign, ...]:
        """Accept what others did, a minute later than before."""
        self.minutes += 1
        return accept(self.layout, REF, document, "岗", NOW + timedelta(minutes=self.minutes))

    def told(self) -> list[str]:
        """Return what is not ours since the last look."""
        return [str(one) for one in look(REF, self.found, looks(self.layout).get(REF, ()))]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Return a table of three commits of ours, 0 to 2, that were looked at."""
    made = Table(Layout(tmp_path))
    made.write(1)
    made.write(2)
    made.vouch()
    return made


def deleted(table: Table) -> None:
    """Delete a row."""
    table.theirs.delete("id = 1")


def updated(table: Table) -> None:
    """Change a cell."""
    table.theirs.update(new_values={"name": "'别人'"}, predicate="id = 2")


def property_changed(table: Table) -> None:
    """Change a property."""
    table.theirs.alter.set_table_properties({"delta.logRetentionDuration": "interval 1 days"})


def restored(table: Table) -> None:
    """Go back to the first version."""
    table.theirs.restore(0)


def vacuumed(table: Table) -> None:
    """Remove files that a commit of ours left behind."""
    compact(table.path, 0)
    table.theirs.vacuum(0, dry_run=False, enforce_retention_duration=False)


def overwritten(table: Table) -> None:
    """Write other rows with the words of an earlier version of ours, which had no mark."""
    said = CommitProperties(custom_metadata={"delivery": "x", "sequence": "1", "actor": "y"})
    rows = table.theirs.to_pyarrow_table().slice(0, 1)
    write_deltalake(table.theirs, rows, mode="overwrite", commit_properties=said)


def replaced(table: Table) -> None:
    """Put another table in the folder."""
    rows = table.theirs.to_pyarrow_table()
    shutil.rmtree(table.path)
    write_deltalake(str(table.path), rows)


def rewound(table: Table) -> None:
    """Take the newest log entry away."""
    max(table.log.glob("*.json")).unlink()


def rewritten(table: Table) -> None:
    """Write the newest log entry anew, so that it says something else."""
    entry = max(table.log.glob("*.json"))
    entry.write_text(entry.read_text(encoding="utf-8").replace("quanshu", "quanshu ", 1))


def cut(table: Table) -> None:
    """Delete a row, make a checkpoint, and remove every entry that could tell."""
    deleted(table)
    table.write(9)
    table.theirs.create_checkpoint()
    for entry in sorted(table.log.glob("*.json"))[:-1]:
        entry.unlink()


ACTS: dict[Callable[[Table], None], str] = {
    deleted: "version 3 of civil_affairs/person is not ours: DELETE",
    updated: "UPDATE",
    property_changed: "SET TBLPROPERTIES",
    restored: "RESTORE",
    vacuumed: "VACUUM START",
    overwritten: "WRITE",
    replaced: "version 0",
    rewound: "version 1 of civil_affairs/person is not ours: rewound, from version 2",
    rewritten: "version 2 of civil_affairs/person is not ours: its log entry was rewritten",
    cut: "its log entry is missing or cannot be read",
}


@pytest.mark.parametrize("act", ACTS)
def test_whatever_somebody_else_did_is_told(table: Table, act: Callable[[Table], None]) -> None:
    """With its version and what it says it did; the table is refused, and never vouched for."""
    before = looks(table.layout)

    act(table)

    assert ACTS[act] in table.told()[0]
    with pytest.raises(ForeignCommitError, match="TAB-002"):
        require_ours(table.layout, REF, table.found)
    with pytest.raises(ForeignCommitError):
        table.vouch()
    assert looks(table.layout) == before


def test_what_we_write_is_ours(table: Table) -> None:
    """Rows, joined files, columns gained; and a look is on record once, for the newest version."""
    table.write(3)
    compact(table.path, 0)
    gain(table.found.table, (Column("more", "VARCHAR"),))

    assert table.told() == []
    assert require_ours(table.layout, REF, table.found) is False
    table.vouch()
    assert require_ours(table.layout, REF, table.found) is True
    count = LOOKED.table(table.layout).num_rows
    table.vouch()
    assert LOOKED.table(table.layout).num_rows == count


def test_what_is_accepted_is_accepted_once_and_nothing_after_it(table: Table) -> None:
    """The document and the operations are on record; the next foreign commit is told again."""
    deleted(table)
    updated(table)

    assert [one.operation for one in table.accept("批〔2026〕3号")] == ["DELETE", "UPDATE"]

    [last] = looks(table.layout)[REF]
    assert (last.document, last.operation) == ("批〔2026〕3号", "3 DELETE; 4 UPDATE")
    assert last.version == table.found.version
    assert table.accept("批〔2026〕4号") == ()
    table.write(5)
    table.vouch()
    property_changed(table)
    assert len(table.told()) == 1


def test_a_message_names_a_few_of_many(table: Table) -> None:
    """A table that somebody writes to every minute fills no screen."""
    for _ in range(7):
        property_changed(table)

    with pytest.raises(ForeignCommitError) as told:
        require_ours(table.layout, REF, table.found)

    assert str(told.value).count("is not ours") == 5
    assert len(table.told()) == 7


def test_entries_older_than_the_last_look_may_be_gone(table: Table) -> None:
    """Delta's own tidying removes them, and another look need not read them again."""
    table.write(3)
    table.vouch()
    table.theirs.create_checkpoint()
    for entry in sorted(table.log.glob("*.json"))[:-1]:
        entry.unlink()

    assert table.told() == []


def test_an_earlier_versions_commits_are_believed_at_the_first_look_alone(tmp_path: Path) -> None:
    """They had no mark and said what they were; once looked at, only the mark counts."""
    table = Table(Layout(tmp_path))
    rows = pa.Table.from_pylist([{"id": 1}], schema=arrow_schema(SHAPE.columns))
    said = {"delivery": "000001-a", "sequence": "1", "actor": "岗"}
    for _ in range(2):
        write_deltalake(
            str(table.path), rows, mode="append",
            commit_properties=CommitProperties(custom_metadata=said),
        )  # fmt: skip
    assert table.told() == []
    table.vouch()

    overwritten(table)

    assert [one.partition(": ")[2] for one in table.told()] == ["WRITE"]


def test_a_new_table_in_the_place_is_looked_at_from_its_beginning(table: Table) -> None:
    """What was known of the former one says nothing of it, and both stay on record."""
    shutil.rmtree(table.path)
    table.write(1)

    assert table.told() == []
    table.vouch()

    assert [one.version for one in looks(table.layout)[REF]] == [2, 1]


def test_of_one_moment_what_somebody_decided_is_the_last_word(table: Table) -> None:
    """A run that looked in the same second takes no decision back."""
    deleted(table)
    now = NOW + timedelta(minutes=table.minutes)
    accept(table.layout, REF, "批1", "岗", now)

    [last] = looks(table.layout)[REF]

    assert last.document == "批1"


def test_a_table_that_is_not_there_has_nothing_to_look_at(tmp_path: Path) -> None:
    """Nothing is recorded, and nothing can be accepted."""
    table = Table(Layout(tmp_path))

    table.vouch()

    assert table.accept("批1") == ()
    assert looks(table.layout) == {}
