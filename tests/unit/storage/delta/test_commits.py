"""Commits: what they carry, one maker of a table, another try when others interfere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from catalog_specs.errors import TableError, TransientError
from storage.acts import part_of_act
from storage.delta.commits import ACT, ATTEMPTS, MARK, Commit, making, retrying

ROWS = pa.table({"a": [1]})


def made(place: Path, meanwhile: Callable[[], None]) -> None:
    """Make a table while somebody else does something."""
    with making(place) as begun:
        write_deltalake(begun.table, ROWS)
        meanwhile()


def test_a_commit_carries_our_mark_its_facts_and_its_transaction(tmp_path: Path) -> None:
    """The log says that it is ours, what it holds, and under which name it is applied once."""
    commit = Commit("office/visit", 3, {"deliveries": 2})

    write_deltalake(tmp_path / "t", ROWS, commit_properties=commit.properties())

    table = DeltaTable(tmp_path / "t")
    said = table.history(1)[0]
    assert (said[MARK], int(said["deliveries"])) == ("1", 2)
    assert table.transaction_version("office/visit") == 3


def test_a_commit_names_the_act_that_it_is_part_of() -> None:
    """Within the block and no longer, whatever else the commit says."""
    with part_of_act(lambda: 41):
        within = Commit("office/visit", 1, {"deliveries": 1}).properties()
    after = Commit("office/visit", 2).properties()

    assert within.custom_metadata[ACT] == "41"
    assert within.custom_metadata["deliveries"] == 1
    assert ACT not in after.custom_metadata


def test_a_table_is_made_in_one_step(tmp_path: Path) -> None:
    """It is in its place once it is whole, and nothing is left beside it."""
    place = tmp_path / "t"
    with making(place) as begun:
        write_deltalake(begun.table, ROWS)
        assert not place.exists()

    assert DeltaTable(place).version() == 0
    assert list(tmp_path.iterdir()) == [place]


def test_of_two_makers_the_second_gives_way(tmp_path: Path) -> None:
    """Its table goes, and it is told to begin anew over the other's."""
    place = tmp_path / "t"

    def meanwhile() -> None:
        write_deltalake(place, pa.table({"a": [2, 3]}))

    with pytest.raises(CommitFailedError):
        made(place, meanwhile)

    assert DeltaTable(place).to_pyarrow_table().num_rows == 2
    assert list(tmp_path.iterdir()) == [place]


def test_a_place_that_holds_something_else_is_named(tmp_path: Path) -> None:
    """What is no table is neither replaced nor mistaken for one."""
    place = tmp_path / "t"

    def meanwhile() -> None:
        place.mkdir()
        (place / "somebody's").touch()

    with pytest.raises(TableError, match="no table"):
        made(place, meanwhile)

    assert [path.name for path in place.iterdir()] == ["somebody's"]


def test_an_attempt_that_others_disturbed_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it succeeds; what else it raises is not tried again."""
    monkeypatch.setattr("storage.delta.commits.PAUSE", 0)
    tried: list[int] = []

    def attempt() -> str:
        tried.append(1)
        if len(tried) < ATTEMPTS:
            raise CommitFailedError
        return "done"

    assert retrying(tmp_path, attempt) == "done"
    with pytest.raises(ZeroDivisionError):
        retrying(tmp_path, lambda: 1 // 0)


def test_attempts_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is disturbed every time says that another run may help."""
    monkeypatch.setattr("storage.delta.commits.PAUSE", 0)

    def attempt() -> None:
        raise CommitFailedError

    with pytest.raises(TransientError, match=f"{ATTEMPTS} times"):
        retrying(tmp_path, attempt)
