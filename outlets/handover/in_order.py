"""Rows of a copy in its order: from the extract of a grant to a Parquet file.

Belongs here: the one way in which rows get the order of a copy. Keep out: what chooses it
(`watermark`), the files that are made of the rows (`package`, `share_copy`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from governance.keys import DerivedKey
from outlets.handover.watermark import deciding, keyed
from outlets.shares.plan import Part
from storage.delta.extracts import sink_sorted
from storage.delta.tables import live_files
from storage.layout import Layout

__all__ = ["write_in_order"]


def write_in_order(
    layout: Layout,
    grant: str,
    part: Part,
    target: Path,
    key: DerivedKey,
    notes: Mapping[str, str] | None = None,
) -> int:
    """Write the rows of a resource in the order of the copy with a key; return their number.

    Memory is bounded: rows are sorted on disk. `notes` go into the file's metadata.
    """
    files = live_files(layout.share_table(grant, part.resource.ref))
    frame = pl.scan_parquet(list(files), glob=False, hive_partitioning=False).select(
        part.shape.names
    )
    return sink_sorted(frame, target, keyed(deciding(frame), key), notes)
