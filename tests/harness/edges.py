"""Edges: the longest, least and greatest values of every type, and those that lack, in a file.

Belongs here: the values, and what a second engine makes of the file. Keep out: how files are
written (`storage.delta.written_files`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from storage.delta.written_files import Target, write_files
from storage.engines.connection import in_memory
from storage.engines.spark.address import Address
from storage.engines.spark.rendering import LANDED, Said
from storage.engines.spark.session import Job, Session
from storage.sql import parquet

__all__ = ["EDGES", "read_elsewhere"]

EDGES = """SELECT * FROM (VALUES
    (1::BIGINT, 'é', DATE '0001-01-01', TIMESTAMP '0001-01-01 00:00:00', 1.25::DECIMAL(18,2),
        99999999999999999999999999999999999.999::DECIMAL(38,3), true, NULL::VARCHAR),
    (9223372036854775807, '', DATE '9999-12-31', TIMESTAMP '9999-12-31 23:59:59.999999',
        -9999999999999999.99, -1, false, NULL),
    (-9223372036854775807, repeat('泉', 70000), NULL, NULL, NULL, NULL, NULL, NULL),
    (NULL, NULL, DATE '1970-01-01', TIMESTAMP '1970-01-01', 0, 0, true, NULL)
    ) edges (n, s, d, t, m, wide, b, empty)"""


def read_elsewhere(address: Address, folder: Path) -> tuple[list[Any], list[Any]]:
    """Return the rows of a table's file as a second engine hands them back, and as they were."""
    ordered = "SELECT * FROM {} ORDER BY n"
    (folder / "written").mkdir()
    with in_memory() as con:
        (file,) = write_files(con, [EDGES], Target(folder / "written"))
        session = Session(address)
        told = Said(f"SELECT * FROM {LANDED}", {})
        found = session.write(
            Job(told, {LANDED: [Path(str(file.path))]}, folder / "rows", file.rows, "office/edges")
        )
        session.close()
        back = con.execute(ordered.format(parquet(found))).fetchall()
        return back, con.execute(ordered.format(f"({EDGES})")).fetchall()
