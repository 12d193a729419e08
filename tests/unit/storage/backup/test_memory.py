"""The memory: a file that was not touched is known, however the last backup ended."""

from __future__ import annotations

import os
from pathlib import Path

from storage.backup.manifest import Entry
from storage.backup.memory import Memory
from storage.backup.objects import Stored

STORED = Stored(1, "digest", "object", 2)


def test_what_was_remembered_is_known_again(tmp_path: Path) -> None:
    """By place, size and time; its content also under another place."""
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    memory = Memory.of(tmp_path / "backups" / "one.jsonl")
    memory.remember("a/泉", file.stat(), STORED)
    memory.close()

    again = Memory.of(memory.file)
    assert again.known("a/泉", file.stat()) == STORED
    assert again.known("other", file.stat()) is None
    assert again.contents["digest"] == STORED
    os.utime(file, (1, 1))
    assert again.known("a/泉", file.stat()) is None


def test_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    """A killed backup may leave one; the others stand."""
    file = tmp_path / "file"
    file.touch()
    memory = Memory(tmp_path / "one.jsonl")
    memory.remember("a", file.stat(), STORED)
    memory.close()
    with memory.file.open("a", encoding="utf-8") as journal:
        journal.write('["b", 1, 2, 3')
    assert set(Memory.of(memory.file).files) == {"a"}


def test_only_the_last_generation_is_kept(tmp_path: Path) -> None:
    """What it does not hold is forgotten; links are no objects."""
    memory = Memory(tmp_path / "one.jsonl")
    entry = Entry("a", size=1, changed=5, digest="digest", object="object", bytes=2)
    memory.keep([entry, Entry("latest", "link", to="x")])
    assert Memory.of(memory.file).files == {"a": ((1, 5), STORED)}
