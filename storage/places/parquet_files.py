"""Parquet files of any place, opened by Arrow.

Belongs here: opening one, reading its footer. Keep out: which files, and what is read of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from storage.places.object_path import Place, place_of

__all__ = ["open_parquet", "rows_in"]

_WHOLE = 8 << 20
"""Bytes up to which an object is fetched in one go: each further question costs a round trip."""


@contextmanager
def open_parquet(file: str | Place) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file wherever it lies.

    Raises:
        OSError, ArrowInvalid: it is gone or is none.
    """
    place = place_of(file)
    if isinstance(place, Path):
        with pq.ParquetFile(place) as opened:
            yield opened
        return
    if place.stat().st_size <= _WHOLE:
        with pq.ParquetFile(pa.BufferReader(place.read_bytes())) as opened:
            yield opened
        return
    with place.open() as source, pq.ParquetFile(pa.PythonFile(source, mode="r")) as opened:
        yield opened


def rows_in(file: str | Place) -> int:
    """Return the number of rows that a file's footer says.

    Raises:
        OSError, ArrowInvalid: the file is gone or is none.
    """
    with open_parquet(file) as opened:
        return int(opened.metadata.num_rows)
