"""A catalogue problem as a value: code, file, place in the file, what is wrong, what to do.

Belongs here: the value and how it reads. Keep out: the laws that find problems (`laws`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

__all__ = ["Problem"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the catalogue.

    `file` is relative to the catalogue's folder, `path` is dotted (`items[2].source`), `clause`
    is the regulation's clause the law comes from, or "" where the law is one of form.
    """

    file: str
    path: str
    code: str
    message: str
    remedy: str
    clause: str = ""

    def __str__(self) -> str:
        """Read as one line: place, code, what, remedy."""
        clause = f" [{self.clause}]" if self.clause else ""
        return f"{self.file}:{self.path} {self.code}{clause} {self.message} — {self.remedy}"

    def as_dict(self) -> dict[str, str]:
        """Return the JSON shape that `quanshu check --json` prints."""
        return asdict(self)
