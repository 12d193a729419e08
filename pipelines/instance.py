"""The Dagster instance of a home: its folder and its settings.

Belongs here: making that folder. Keep out: what is stored there (`reporting`), Dagster itself.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pipelines
from storage.layout import Layout

__all__ = ["dagster_home"]


def dagster_home(home: Path) -> Path:
    """Make `<home>/dagster` with the project's dagster.yaml in it, and return it."""
    folder = Layout(home).dagster
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    package = Path(pipelines.__file__).parent
    written = package / "dagster.yaml"
    shutil.copyfile(
        written if written.exists() else package.parent / "dagster.yaml", folder / "dagster.yaml"
    )
    return folder
