"""Calling `quanshu` as people and machines do: another process, an environment, an exit code.

Belongs here: the call. Keep out: assertions.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.factories import MASTER_KEY

__all__ = ["KEY", "Said", "quanshu"]

KEY = {"QUANSHU_MASTER_KEY": MASTER_KEY}
WIDTH = "400"
"""Columns of the terminal: wide enough that no table folds a message."""


@dataclass(frozen=True)
class Said:
    """What a command printed and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Return standard output as the one JSON document that it must be."""
        return json.loads(self.out)


def quanshu(folder: Path, *words: str, **environment: str) -> Said:
    """Run the command in a folder, with no setting of Quanshu but the ones given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUANSHU_")}
    done = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", *words],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": WIDTH} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return Said(done.returncode, done.stdout, done.stderr)
