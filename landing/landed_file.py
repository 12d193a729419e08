"""rows.parquet: the records of a delivery as numbered text, written in bounded memory.

Belongs here: its columns, its row groups. Keep out: what is read into it (`landed_rows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from feeds.reader import DEFECT, ROW, rows_schema
from storage.engines.connection import GROUP_ROWS, VECTOR_ROWS

__all__ = ["FILE", "landed_schema", "write_rows"]

FILE = "_file"
GROUP_BYTES = 64 << 20
"""Bytes of a row group, which has fewer rows where they are wide."""
VECTOR_BYTES = 8 << 20
"""Bytes that the records may have which a thread of the engine has in hand at once, several times
over while it types them: it takes no more of them than a row group has."""


def landed_schema(columns: Mapping[str, str]) -> pa.Schema:
    """Return the columns of rows.parquet: a reader's, and `_file`, the archive's member.

    `_row` counts on from member to member; `_line` is the place in the file or member.
    """
    read = rows_schema(columns)
    return read.insert(1, pa.field(FILE, pa.string()))


def write_rows(
    batches: Iterable[pa.Table], columns: Mapping[str, str], target: Path
) -> tuple[int, int]:
    """Write tables as row groups while the next ones are read; return (records, malformed)."""
    rows = malformed = 0
    with (
        pq.ParquetWriter(
            target,
            landed_schema(columns),
            compression="zstd",
            compression_level=1,  # the quickest: each of these files is read again at once
            use_dictionary=[FILE],  # texts of a register rarely repeat; a file's name always does
            write_statistics=[ROW],  # a reader skips groups by the number of a row, never by text
        ) as writer,
        ThreadPoolExecutor(1) as pool,
    ):
        written = pool.submit(lambda: None)
        for group in _groups(batches):
            written.result()
            written = pool.submit(writer.write_table, group)
            rows += group.num_rows
            malformed += group.num_rows - group.column(DEFECT).null_count
        written.result()
    return rows, malformed


def _groups(batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
    gathered: list[pa.Table] = []
    count = size = 0
    for batch in batches:
        gathered.append(batch)
        count, size = count + batch.num_rows, size + batch.nbytes
        if count >= GROUP_ROWS or size >= (VECTOR_BYTES if _is_wide(batch) else GROUP_BYTES):
            yield pa.concat_tables(gathered)
            gathered, count, size = [], 0, 0
    if gathered:
        yield pa.concat_tables(gathered)


def _is_wide(batch: pa.Table) -> bool:
    return bool(batch.nbytes * VECTOR_ROWS > VECTOR_BYTES * batch.num_rows)
