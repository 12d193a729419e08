"""Bundles: consecutive small deliveries of one resource that are judged and promoted together.

Belongs here: which deliveries may share a bundle, and how its records are told apart. Keep out:
judging (`quality`), what a bundle does to a table (`bundle_diff`).
The fixed cost of a delivery (queries, commits, ledger rows) is paid once for a bundle. The result
for every single delivery is the same as if each had gone alone.
In a bundle `_row` is the place of the delivery times `ROW_SPAN` plus the record's number, so that
one number names a record everywhere; alone, a delivery has place 0 and `_row` is that number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq

from catalog_specs.errors import UnreadableError
from catalog_specs.vocabulary import FeedKind
from register.receipts import raw_file, rows_file
from register.records import REPLAYED, Delivery
from storage.engines.plain_text import PlainFile
from storage.layout import Layout
from storage.sql import identifier, identifiers, literal, parquet

__all__ = [
    "ROW_SPAN",
    "STRETCH_BYTES",
    "Bundle",
    "LandedFile",
    "bundled",
    "landed_file",
    "landed_sql",
    "listed",
    "place_sql",
    "record_sql",
    "span",
    "stretches",
]

ROW_SPAN = 1 << 40
"""More than any delivery has records; 8 million places fit beside it into a BIGINT."""
DELIVERIES = 500
"""Deliveries of a bundle: bounds what a commit says of itself."""
ROWS = 100_000
"""Records of a bundle: it stays small beside the limits of a single delivery."""
STRETCH_BYTES = 16 << 20
"""Text of a stretch of landed records: what a join may hold beside the feed."""


LandedFile = Path | PlainFile
"""Where the records of a delivery lie: its rows.parquet, or the file itself."""


@dataclass(frozen=True)
class Bundle:
    """One delivery, or several small ones in the order they apply, of one resource."""

    deliveries: tuple[Delivery, ...]

    @property
    def resource(self) -> str:
        """Return the resource all of them are of."""
        return self.last.resource

    @property
    def last(self) -> Delivery:
        """Return the newest delivery."""
        return self.deliveries[-1]

    @property
    def name(self) -> str:
        """Return a name for messages and transactions: the delivery, or the first and the last."""
        return span(self.names)

    @property
    def rows(self) -> int:
        """Return how many records were delivered."""
        return sum(delivery.rows for delivery in self.deliveries)

    def files(self, layout: Layout) -> tuple[LandedFile, ...]:
        """Return where each delivery's records lie, by place."""
        return tuple(landed_file(layout, one) for one in self.deliveries)

    def stretches(self, layout: Layout) -> tuple[tuple[int, int], ...]:
        """Part the numbers of all records into stretches that hold few bytes of text, in order."""
        return stretches(self.files(layout))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the ids of the deliveries, by place."""
        return tuple(delivery.delivery for delivery in self.deliveries)

    def delivery_sql(self, row: str = "_row") -> str:
        """Return the SQL that names the delivery a record belongs to."""
        if len(self.deliveries) == 1:
            return literal(self.last.delivery)
        return f"[{', '.join(map(literal, self.names))}][1 + {place_sql(row)}]"


def landed_file(layout: Layout, delivery: Delivery) -> LandedFile:
    """Return where a delivery's records lie: in its rows.parquet, or in the file as it came.

    Raises:
        UnreadableError: the file is gone, or has another size than was sealed.
    """
    if delivery.plain is None:
        return rows_file(layout, delivery.resource, delivery.delivery)
    raw = raw_file(layout, delivery)
    if raw.stat().st_size != delivery.bytes:
        raise UnreadableError("a data file is damaged", where=str(raw.parent.parent))
    return PlainFile(raw, delivery.plain)


def listed(files: LandedFile | Sequence[LandedFile]) -> Sequence[LandedFile]:
    """Return one file as a list of itself."""
    return [files] if isinstance(files, Path | PlainFile) else files


def stretches(files: Sequence[LandedFile]) -> tuple[tuple[int, int], ...]:
    """Part the numbers of the records of landed files, by place, into stretches of few bytes.

    Each is the first `_row` and the one behind the last. Together they cover every number, so that
    no record falls between two of them.
    """
    starts, gathered = [0], 0
    for place, file in enumerate(files):
        for first, rows, size in _groups(file):
            step = max(1, rows * STRETCH_BYTES // max(size, STRETCH_BYTES))
            for at in range(first, first + rows, step):
                part = size * min(step, first + rows - at) // rows
                if gathered and gathered + part > STRETCH_BYTES:
                    starts.append(place * ROW_SPAN + at)
                    gathered = 0
                gathered += part
    return tuple(pairwise((*starts, len(files) * ROW_SPAN)))


def span(deliveries: Iterable[str]) -> str:
    """Return one name for consecutive deliveries: the only one, or the first and the last."""
    first, *rest = deliveries
    return f"{first}..{rest[-1]}" if rest and rest[-1] != first else first


def place_sql(row: str = "_row") -> str:
    """Return the SQL of the place of a record's delivery in its bundle, from 0."""
    return f"({row} // {ROW_SPAN})"


def record_sql(row: str = "_row") -> str:
    """Return the SQL of a record's number in its own delivery, from 1."""
    return f"({row} % {ROW_SPAN})"


def landed_sql(
    rows: LandedFile | Sequence[LandedFile],
    texts: Iterable[str] = (),
    former: Mapping[str, str] | None = None,
) -> str:
    """Return the SQL behind FROM of landed records: of one delivery, or of several by place.

    Columns named in `texts` are there even where a delivery was landed before they were declared;
    `former` says under which name such a one was landed before (new → old).
    """
    declared = tuple(texts)
    renamed = {new: old for new, old in (former or {}).items() if new in declared}
    files = listed(rows)
    # a text that is read as it lies says what it has; with nothing beside it the engine knows of
    # columns that are null in all its records, and asks none of them
    only = [file.text.fields for file in files if isinstance(file, PlainFile)]
    known = only[0].keys() if len(only) == len(files) == 1 else ()
    absent = ", ".join(
        f"CAST(NULL AS VARCHAR) AS {identifier(name)}"
        for name in (*declared, *renamed.values())
        if name not in known
    )
    later = [f"SELECT {absent} WHERE FALSE"] if absent else []
    found = f"({' UNION ALL BY NAME '.join([*_read(files), *later])})"
    if not renamed:
        return found
    today = ", ".join(
        f"coalesce({identifier(new)}, {identifier(old)}) AS {identifier(new)}"
        for new, old in renamed.items()
    )
    return f"(SELECT * EXCLUDE ({identifiers(renamed.values())}) REPLACE ({today}) FROM {found})"


def _read(files: Sequence[LandedFile]) -> Iterator[str]:
    """Yield the SELECTs of landed records; of several files each says its place in `_row`."""
    written = [file for file in files if isinstance(file, Path)]
    if len(files) == 1 and written:
        yield f"SELECT * FROM {parquet(written, 'union_by_name = true')}"
    elif written:
        named = [file.absolute() for file in written]
        read = parquet(named, "filename = '_path'", "union_by_name = true")
        # '' stands for a file that is read as it lies, so that the others keep their places
        names = [str(one.absolute()) if isinstance(one, Path) else "" for one in files]
        nth = f"CAST(list_position({literal(names)}, _path) - 1 AS BIGINT)"
        yield f"SELECT * EXCLUDE (_path) REPLACE ({nth} * {ROW_SPAN} + _row AS _row) FROM {read}"
    for place, file in enumerate(files):
        if isinstance(file, PlainFile):
            numbered = f"{place * ROW_SPAN} + _row AS _row"
            yield f"SELECT * REPLACE ({numbered}) FROM {file.sql}" if place else f"FROM {file.sql}"


def bundled(deliveries: Iterable[Delivery], kind: FeedKind) -> Iterator[Bundle]:
    """Part deliveries into bundles, in their order.

    A snapshot stands alone, for it says what is not there; so does a replay, which is asked whether
    it comes too late. Deliveries that were read as different formats are typed differently, and so
    never share a bundle; nor do those that landing refused for different reasons, or one that
    stands for an earlier day than the one before it.
    """
    gathered: list[Delivery] = []
    rows = 0
    for delivery in deliveries:
        alone = kind is FeedKind.SNAPSHOT or delivery.origin == REPLAYED
        full = len(gathered) == DELIVERIES or rows + delivery.rows > ROWS
        if gathered and (alone or full or _differs(gathered[-1], delivery)):
            yield Bundle(tuple(gathered))
            gathered, rows = [], 0
        if alone:
            yield Bundle((delivery,))
            continue
        gathered.append(delivery)
        rows += delivery.rows
    if gathered:
        yield Bundle(tuple(gathered))


def _groups(file: LandedFile) -> Iterator[tuple[int, int, int]]:
    """Yield the first `_row`, the records and the bytes of each row group; plain text is one."""
    if isinstance(file, PlainFile):
        yield 1, file.text.rows, file.path.stat().st_size
        return
    footer, first = pq.read_metadata(file), 1
    for group in map(footer.row_group, range(footer.num_row_groups)):
        yield first, group.num_rows, group.total_byte_size
        first += group.num_rows


def _differs(before: Delivery, delivery: Delivery) -> bool:
    """Say whether two deliveries are typed or refused differently, or stand in no order of days."""
    return (before.read_as, before.refusal) != (delivery.read_as, delivery.refusal) or (
        delivery.as_of or ""
    ) < (before.as_of or "")
