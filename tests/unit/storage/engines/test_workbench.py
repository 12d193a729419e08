"""The workbench: bounded as asked, with a folder of its own that goes with it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from storage.engines.connection import GROUP_ROWS, Connection
from storage.engines.workbench import (
    Limits,
    folder_of,
    open_workbench,
    use_threads,
    without_optimizers,
)


def test_it_is_bounded_and_leaves_nothing(tmp_path: Path) -> None:
    """Limits are the engine's own; what is left where it spills goes when it is closed."""
    with open_workbench(tmp_path, Limits("300MB", 1)) as con:
        asked = "SELECT current_setting('memory_limit'), current_setting('threads')"
        assert con.execute(asked).fetchall() == [("286.1 MiB", 1)]
        folder = folder_of(con)
        assert folder.is_relative_to(tmp_path)
        folder.mkdir(exist_ok=True)
        (folder / "left").touch()
    assert [*tmp_path.iterdir()] == []


def test_what_is_made_is_not_logged(tmp_path: Path) -> None:
    """Nobody recovers the tables of a workbench: nothing but its own file lies beside it."""
    with open_workbench(tmp_path) as con:
        for _ in range(2):
            con.execute("CREATE OR REPLACE TABLE numbers AS FROM range(10)")
        assert con.execute("SELECT count(*) FROM numbers").fetchall() == [(10,)]
        assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["bench.duckdb"]


def test_a_second_thread_is_for_more_than_a_row_group(tmp_path: Path) -> None:
    """And there are never more than the limits allow."""
    limits = Limits(threads=3)
    with open_workbench(tmp_path, limits) as con:
        for rows, threads in ((0, 1), (GROUP_ROWS, 1), (GROUP_ROWS + 1, 3), (1, 1)):
            use_threads(con, limits, rows)
            assert setting(con, "threads") == threads


def test_optimizers_that_are_left_out_come_back(tmp_path: Path) -> None:
    """Also after an error; the one that a workbench never has does not come with them."""
    with open_workbench(tmp_path) as con:
        usual = setting(con, "disabled_optimizers")
        assert usual == "common_subexpressions"
        with suppress(LookupError), without_optimizers(con, "join_order"):
            assert set(str(setting(con, "disabled_optimizers")).split(",")) == {usual, "join_order"}
            raise LookupError
        assert setting(con, "disabled_optimizers") == usual


def setting(con: Connection, name: str) -> object:
    """Return a setting of a connection."""
    [(found,)] = con.execute(f"SELECT current_setting('{name}')").fetchall()
    return found
