"""What a killed process leaves in its working folders goes; what a living one has stays."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from storage.working_folders import working_folder

KILLED = """
import os, signal, sys
from pathlib import Path
from storage.working_folders import working_folder
with working_folder(Path(sys.argv[1]), "bench-") as folder:
    (folder / "rows").write_text("personal")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_folder_of_a_killed_process_is_removed(tmp_path: Path) -> None:
    """The next one to work there finds and removes it, and none that is called otherwise."""
    (tmp_path / "other").mkdir()
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob("bench-*/rows"))) == 1

    with working_folder(tmp_path, "bench-") as folder:
        assert list(tmp_path.glob("bench-*")) == [folder]

    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_the_folder_of_a_living_process_stays(tmp_path: Path) -> None:
    """Whoever works beside somebody leaves the other's folder alone."""
    with working_folder(tmp_path, "bench-") as first:
        (first / "rows").touch()
        with working_folder(tmp_path, "bench-") as second:
            assert second != first
        assert (first / "rows").exists()
        assert not second.exists()


def test_a_folder_that_was_put_elsewhere_stays_there(tmp_path: Path) -> None:
    """A folder may be renamed to where it belongs; then there is nothing to remove."""
    with working_folder(tmp_path, ".table.", ".making") as folder:
        (folder / "file").touch()
        folder.rename(tmp_path / "table")
    assert (tmp_path / "table" / "file").exists()
