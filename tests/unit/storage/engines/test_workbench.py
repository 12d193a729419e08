"""The workbench: bounded as asked, with a folder of its own that goes with it."""

from __future__ import annotations

from pathlib import Path

from storage.engines.workbench import Limits, folder_of, open_workbench


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
