"""Texts again: the rows.parquet of a delivery whose file was read as it lies.

Belongs here: writing it when records are to be shown, repaired or replayed one by one. Keep out:
which records (`repair`, `replaying`, `rereading`), reading them for the gate (`values.typed`).
It stays beside the receipt, where other deliveries have theirs; nothing else tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from register.bundles import STRETCH_BYTES, landed_file
from register.receipts import read_receipt, rows_file
from storage.engines.connection import GROUP_ROWS, VECTOR_ROWS
from storage.engines.plain_text import PlainFile
from storage.engines.workbench import open_workbench
from storage.layout import ROWS, Layout
from storage.sql import literal
from storage.working_folders import working_folder

__all__ = ["written_rows"]


def written_rows(layout: Layout, ref: str, deliveries: Iterable[str]) -> list[Path]:
    """Return the rows.parquet of each delivery of a resource; one that is not there is written."""
    return [_written(layout, ref, name) for name in deliveries]


def _written(layout: Layout, ref: str, name: str) -> Path:
    place = rows_file(layout, ref, name)
    if not place.exists():
        file = landed_file(layout, read_receipt(layout.receipt(ref, name)))
        if isinstance(file, PlainFile):
            _write(layout, file, place)
    return place


def _write(layout: Layout, file: PlainFile, place: Path) -> None:
    """Write the records in their order, aside first: two commands may do so at the same time.

    What a killed one leaves is removed by the next in any delivery: beside this one's rows, which
    are written once, nobody would ever look again.
    """
    rows, size = file.text.rows, file.path.stat().st_size
    group = min(GROUP_ROWS, max(VECTOR_ROWS, rows * STRETCH_BYTES // max(1, size)))
    with (
        open_workbench(layout.work) as con,
        working_folder(layout.work, "texts-") as aside,
    ):
        con.execute("SET preserve_insertion_order = true")
        con.execute(
            f"COPY (FROM {file.sql}) TO {literal(aside / ROWS)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group})"
        )
        (aside / ROWS).replace(place)
