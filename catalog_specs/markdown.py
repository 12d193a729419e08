"""Tables of Markdown, for the pages that are written from the code.

Belongs here: rows and their escaping. Keep out: what a page says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

__all__ = ["sentence", "table"]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield _row(head)
    yield _row(["---"] * len(head))
    yield from map(_row, rows)


def sentence(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def _row(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"
