"""Landed deliveries of a resource: their names, and the facts in their receipts.

Belongs here: one listing of a folder, receipts one by one, and the index of what is asked of all of
them. Keep out: making a delivery (`landing`), what became of it (`register`).
A delivery's name has its place in the order and the beginning of its digest, so most questions
need no receipt. Facts that are asked of every delivery (whether it is a replay, its as-of day, its
moment) are stored beside, in an index that may be lost: the receipts are the truth, and missing
entries are read from them.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from register.receipts import read_receipt
from register.records import REPLAYED, Delivery
from storage.layout import Layout

__all__ = ["Landed", "Said", "in_order", "landed", "said_of", "sequence_of"]

UNINDEXED = 64
"""Receipts that are read each time before the index is written anew: it grows with the deliveries,
and writing it for each of them would cost more the more there are."""
_NAMES = re.compile(r"(?<![^\0])\d{6,}-[0-9a-f]{12}(?![^\0])")
"""Names of deliveries among others that NUL parts: one search for thousands of them."""
_INDEX = pa.schema(
    [
        ("delivery", pa.string()),
        ("origin", pa.string()),
        ("as_of", pa.string()),
        ("refusal", pa.string()),
        ("rows", pa.int64()),
        ("landed_at", pa.string()),
    ]
)


@dataclass(frozen=True)
class Said:
    """What is asked of every receipt of a resource, whether its delivery is over or not."""

    delivery: str
    origin: str
    as_of: str | None
    refusal: str | None
    rows: int
    landed_at: str
    """ISO 8601 with offset."""

    @property
    def replay(self) -> bool:
        """Say whether it is a delivery of records that were quarantined before."""
        return self.origin == REPLAYED


@dataclass(frozen=True)
class Landed:
    """The deliveries of one resource, `names` in the order they apply, as one look found them."""

    layout: Layout
    ref: str
    names: tuple[str, ...]

    @property
    def newest(self) -> Delivery | None:
        """Return the delivery that was landed last."""
        return self.delivery(self.names[-1]) if self.names else None

    def repeated(self, sha256: str, day: str | None = None) -> Delivery | None:
        """Return the delivery that holds these bytes, or None.

        With a day (`feed.as_of`) only one that stands for the same day is the same: a register may
        come back to what it was.
        """
        # A name ends with the start of the hash, so few receipts have to be read.
        end = sha256[:12]
        for delivery in map(self.delivery, [name for name in self.names if name[-12:] == end]):
            if delivery.sha256 == sha256 and day in {None, delivery.as_of}:
                return delivery
        return None

    def delivery(self, name: str) -> Delivery:
        """Return one delivery, from its receipt."""
        return read_receipt(self.layout.receipt(self.ref, name))

    def deliveries(self, names: Iterable[str] | None = None) -> tuple[Delivery, ...]:
        """Return some deliveries, or all, in the order they apply; a receipt is read for each."""
        wanted = self.names if names is None else in_order(names)
        return tuple(map(self.delivery, wanted))

    @cached_property
    def said(self) -> Mapping[str, Said]:
        """Return what every receipt says in short, in the order the deliveries apply."""
        path = self.layout.receipts_index(self.ref)
        known = _read(path)
        fresh = {name: said_of(self.delivery(name)) for name in self.names if name not in known}
        found = {name: known.get(name) or fresh[name] for name in self.names}
        if len(fresh) > UNINDEXED:
            # On a full or read-only disk the receipts are read once more the next time.
            with suppress(OSError):
                _write(path, found.values())
        return found


def landed(layout: Layout, ref: str) -> Landed:
    """Look what deliveries of a resource there are; one rename makes each of them whole."""
    try:
        listed = os.listdir(layout.landing(ref))  # noqa: PTH208 - names alone, of thousands
        names = _NAMES.findall("\0".join(listed))
    except FileNotFoundError:
        names = []
    return Landed(layout, ref, in_order(names))


def sequence_of(name: str) -> int:
    """Return a delivery's place in the order, from its name."""
    return int(name.partition("-")[0])


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of deliveries in the order these apply: a longer number is a higher one."""
    # By length first: the number has six digits or more, and as a text 1000000 comes before 999999.
    return tuple(sorted(sorted(names), key=len))


def said_of(delivery: Delivery) -> Said:
    """Return what a receipt says in short."""
    return Said(**{one.name: getattr(delivery, one.name) for one in fields(Said)})


def _read(path: Path) -> dict[str, Said]:
    """Return the index; nothing when there is none, or one that cannot be read."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException):
        return {}
    rows = table.to_pylist() if table.schema.equals(_INDEX) else []  # else another version's
    return {row["delivery"]: Said(**row) for row in rows}


def _write(path: Path, found: Iterable[Said]) -> None:
    """Put the index in place in one step; of two runs that write it, either is right."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist([asdict(one) for one in found], schema=_INDEX)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".index-", delete=False) as aside:
        try:
            pq.write_table(table, aside)
            aside.close()
            Path(aside.name).replace(path)
        except BaseException:
            Path(aside.name).unlink(missing_ok=True)
            raise
