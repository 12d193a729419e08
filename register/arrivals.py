"""Arrivals: how a file came to be landed, from an inbox or from a pull.

Belongs here: that one value. Keep out: pulling (`landing.pulls`), landing (`landing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["INBOX", "Arrival"]


@dataclass(frozen=True)
class Arrival:
    """Where a file is from (`inbox`, `sql`, `http`), and what is kept in its delivery beside it.

    `watermark` is how far a pull came. The files of `beside` are moved into the delivery's folder,
    so that one rename commits them together with the data. A file from an inbox repeats whatever
    the resource delivered earlier; a pulled one only the newest delivery, because a source may well
    return to a former state.
    """

    origin: str = "inbox"
    watermark: str | None = None
    beside: tuple[Path, ...] = ()


INBOX = Arrival()
