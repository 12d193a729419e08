"""Succession of the log's keys: what each former one leaves, and the next one's taking over.

Belongs here: the files of it, in an order that may break off anywhere. Keep out: the entry that
names a successor (`audit.rotation`), following a succession (`audit.verifier`).
What the former key proves lies below `succession` first. Then the next key signs the checkpoint
beside it, is made known, and takes its place; `resume` finishes what was broken off in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from audit.keys import SigningKey, read_key
from audit.verifier import MINIMUM, VerifierKey
from storage.layout import Layout
from storage.swaps import aside, remove, settle, write_durably

__all__ = ["leave", "resume", "take_over"]


def leave(layout: Layout, before: VerifierKey, left: Mapping[str, bytes]) -> None:
    """Put what a key leaves behind in place, whole or not at all; once for each key."""
    former = _formers(layout)
    if before in former:
        return
    place = layout.log_succession(str(len(former) + 1))
    built = aside(place)
    remove(built)
    write_durably(built, {"log.vkey": f"{before}\n".encode(), **left})
    built.replace(place)
    settle(place.parent)


def take_over(layout: Layout, key: SigningKey) -> None:
    """Let a key take over: it signs what the former one did, is made known, and is in use."""
    for name in ("checkpoint", MINIMUM):
        if (layout.audit / name).is_file():
            _sign_too(layout.audit, name, key)
    known = layout.audit_verifier
    write_durably(known.parent, {known.name: f"{key.verifier}\n".encode()})
    layout.next_audit_key.replace(layout.audit_key)
    settle(layout.audit_key.parent)


def resume(layout: Layout) -> None:
    """Finish a taking over that was broken off after the former key had left its proof."""
    place = layout.next_audit_key
    if not place.is_file():
        return
    key, known = read_key(place), _known(layout)
    if key.verifier == known or known in _formers(layout):
        take_over(layout, key)


def _sign_too(folder: Path, name: str, key: SigningKey) -> None:
    """Put a key's signature beneath the former one's, once."""
    note = (folder / name).read_bytes()
    line = key.line(note.rpartition(b"\n\n")[0] + b"\n")
    if line not in note:
        write_durably(folder, {name: note + line})


def _known(layout: Layout) -> VerifierKey:
    return VerifierKey.parse(layout.audit_verifier.read_text("utf-8").strip().splitlines()[-1])


def _formers(layout: Layout) -> list[VerifierKey]:
    """Return the keys that have left something, in order."""
    folder = layout.log_succession("1").parent
    names = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    numbers = sorted(int(name) for name in names if name.isdecimal())
    return [VerifierKey.parse((folder / str(n) / "log.vkey").read_text("utf-8")) for n in numbers]
