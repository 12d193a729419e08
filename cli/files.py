"""Files that a command writes: none takes the place of another.

Belongs here: that one rule. Keep out: what is written.
"""

from __future__ import annotations

from pathlib import Path

import typer

from cli.console import Exit, err

__all__ = ["new_file"]


def new_file(path: Path) -> Path:
    """Return a place for a file that is not there yet; end the command where one is."""
    if path.exists():
        err.print(f"{path} exists already: name another file")
        raise typer.Exit(Exit.USAGE)
    return path
