"""The database interface: what a pull asks of any vendor's database.

Belongs here: the seam, its values, and keeping a vendor's words back. Keep out: any one database.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from catalog_specs.errors import PullError, TransientError
from landing.pulls.watermarks import Kind, Mark, Scale

__all__ = ["WATERMARK", "Asked", "Cursor", "Database", "words_hidden"]

WATERMARK = "_quanshu_watermark"
"""The column that carries the watermark beside the rows, as text or whole number."""

Cursor = Any
"""An ADBC cursor; the drivers carry no types."""

_LOCKED = "query: database is locked"
_PASSING = ("08", "40", "53", "55", "57", "58")
"""SQLSTATE classes of what may pass: connection, conflict, resources, state, operator, system."""


@dataclass(frozen=True)
class Asked:
    """What is asked of one relation (SQL): these columns, and rows from a watermark on.

    `since` is how far the last pull came, `bound` (at or behind it) from where this one asks.
    """

    relation: str
    columns: Mapping[str, pa.DataType]
    """The columns wanted and the Arrow types that the driver gives them."""
    watermark: str | None = None
    scale: Scale | None = None
    """How the watermarks compare; None when there is none."""
    since: Mark | None = None
    bound: Mark | None = None


class Database(Protocol):
    """One kind of database."""

    @property
    def leading(self) -> int:
        """Return how many rows at the beginning of an answer are none of the source's."""

    def opened(self) -> AbstractContextManager[Cursor]:
        """Connect, so that nothing can be written and the rows are of one moment."""

    def kind(self, cursor: Cursor, relation: str, column: str, kind: pa.DataType) -> Kind | None:
        """Return what a watermark column holds; None when it cannot serve as one."""

    def shapes(self, cursor: Cursor, relation: str, column: str, most: int) -> list[str]:
        """Return `most` different shapes at most of the texts in a column, digits as zeros."""

    def statement(self, asked: Asked) -> str:
        """Return the SELECT; text, numbers and truth values only, moments as wall clock text."""


@contextmanager
def words_hidden(variable: str, ref: str) -> Iterator[None]:
    """Turn a driver's errors into ours: its words may quote an address or a value.

    TransientError when the database cannot be reached or broke off, PullError when it does not
    know what was asked. A full disk of ours stays the OSError it is.
    """
    import adbc_driver_manager as adbc

    try:
        yield
    except (adbc.Error, pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EIO}:
            raise
        state = _sqlstate(error)
        told = f" (SQLSTATE {state})" if state else ""
        if _passes(error, state):
            raise TransientError(
                f"the database that {variable} names could not be reached or broke off{told}",
                where=ref,
                remedy=f"see that it runs and that {variable} is right; the next run tries again",
            ) from None
        raise PullError(
            f"the database that {variable} names refused what is asked of it{told}",
            where=ref,
            remedy="compare `feed.pull` and `feed.columns` with the table as it is now",
        ) from None


def _sqlstate(error: Exception) -> str:
    """Return the state a driver tells; it tells none once rows are coming."""
    state = getattr(error, "sqlstate", None) or ""
    return state if len(state) == len("42P01") and state.isalnum() else ""


def _passes(error: Exception, state: str) -> bool:
    import adbc_driver_manager as adbc

    if state:
        return state.startswith(_PASSING)
    if "[SQLite]" in str(error) and _LOCKED in str(error):  # told as if it were misasked
        return True
    misasked = adbc.ProgrammingError | adbc.DataError | adbc.NotSupportedError | pa.ArrowInvalid
    return not isinstance(error, misasked)
