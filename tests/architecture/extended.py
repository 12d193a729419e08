"""A copy of the code with something added to it, as a recipe says, run in a process of its own.

Belongs here: copying, adding, running. Keep out: what is added and what must follow.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_extended(
    folder: Path, member: tuple[str, str, str], files: Mapping[str, str], code: str
) -> str:
    """Run `code` on a copy with one enumeration member more and new files; return what it prints.

    `member` is a file, the text in it before which the member stands, and the member. Packages of
    which nothing changes are the repository's own.
    """
    enumeration, before, text = member
    changed = {Path(name).parts[0] for name in (enumeration, *files)}
    for place in ROOT.iterdir():
        if place.name in changed:
            shutil.copytree(place, folder / place.name)
        elif place.is_dir() and (place / "__init__.py").exists():
            (folder / place.name).symlink_to(place)
    declared = (folder / enumeration).read_text(encoding="utf-8")
    assert declared.count(before) == 1, "the recipe names a place that is not there"
    (folder / enumeration).write_text(declared.replace(before, text + before), encoding="utf-8")
    for name, content in files.items():
        assert not (folder / name).exists()
        (folder / name).write_text(content, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
