"""Catalogue problems as values: code, file, place in the file, fault, remedy.

Belongs here: the value and how it reads. Keep out: the laws that find problems (`laws`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

__all__ = ["Problem"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the catalogue.

    `file` is relative to the catalogue's folder, `path` is dotted (`items[2].source`), `clause`
    is the regulation's clause the law comes from, or "" where the law is one of form. `line`
    counts from 1; 0 where no line can be named (a missing file).
    """

    file: str
    path: str
    code: str
    message: str
    remedy: str
    clause: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Read as one line: place, code, what, remedy; `file:line` is what editors can open."""
        place = " ".join(part for part in (self._spot, self.path) if part)
        clause = f" [{self.clause}]" if self.clause else ""
        return f"{place} {self.code}{clause} {self.message} — {self.remedy}"

    @property
    def _spot(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    def as_dict(self) -> dict[str, str | int]:
        """Return the JSON shape that `quanshu check --json` prints."""
        return asdict(self)
