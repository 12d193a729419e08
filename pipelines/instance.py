"""The Dagster instance of a home: its folder and its settings.

Belongs here: making that folder. Keep out: what is stored there (`reporting`), Dagster itself.
"""

from __future__ import annotations

from pathlib import Path

import pipelines
from storage.layout import Layout
from storage.swaps import write_text

__all__ = ["dagster_home"]

_ON_A_SERVER = """
storage:
  custom:
    module: pipelines.postgresql
    class: ServerStorage
    config:
      address: {env: QUANSHU_GOVERNANCE_DB}
"""


def dagster_home(home: Path, address: str = "") -> Path:
    """Make `<home>/dagster` with the project's dagster.yaml in it, and return it.

    With the `address` of a server Dagster's storage is there, else in files of that folder.
    """
    folder = Layout(home).dagster
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    package = Path(pipelines.__file__).parent
    written = package / "dagster.yaml"
    ours = written if written.exists() else package.parent / "dagster.yaml"
    text = ours.read_text(encoding="utf-8") + (_ON_A_SERVER if address else "")
    write_text(folder / "dagster.yaml", text)
    return folder
