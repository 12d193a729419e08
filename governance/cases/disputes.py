"""Disputes: which values are being verified, by place, for views and shares to mark them.

Belongs here: their shape, and the small file that keeps them beside what the desk has seen. Keep
out: SQLAlchemy: views and shares ask in every run, and must not wait for it. The file is made again
from the store whenever a case changes, and by the next run when it is gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from storage.layout import Layout
from storage.swaps import read_json, write_json

__all__ = [
    "DISPUTED",
    "DISPUTED_COMMENT",
    "Disputed",
    "disputes_in",
    "remember_desk",
    "seen_before",
]

DISPUTED = "_disputed"
"""The column that names a row's disputed items; no item is called so."""
DISPUTED_COMMENT = "有争议、正在核实或更正的信息项；没有则为空"


@dataclass(frozen=True, order=True)
class Disputed:
    """One item of one version of a record that a consumer reported, and nobody has settled yet."""

    resource: str
    delivery: str
    record: int
    item: str
    case: int
    since: str


def disputes_in(layout: Layout, resource: str | None = None) -> tuple[Disputed, ...]:
    """Return what is disputed, of one resource or of all, in order."""
    told = (Disputed(*one) for one in read_json(layout.desk_state).get("disputed", ()))
    return tuple(sorted(one for one in told if resource in (None, one.resource)))


def seen_before(layout: Layout) -> str:
    """Return what the cases were last settled by; empty when they have to be settled again."""
    return str(read_json(layout.desk_state).get("seen", ""))


def remember_desk(layout: Layout, seen: str, disputed: Iterable[Disputed]) -> None:
    """Keep what the cases were settled by; with "" the next run settles them again."""
    told = [list(astuple(one)) for one in disputed]
    write_json(layout.desk_state, {"seen": seen, "disputed": told})
