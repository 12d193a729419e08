"""What is new in an answer: rows beyond the watermark, and unknown ones at or behind it.

Belongs here: leaving rows out by their content, and noting what the next pull must leave out.
Keep out: databases. Equal rows are counted: of three where two were taken, one is new.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from catalog_specs.models.pull import SqlPull
from lakehouse.arrivals import Arrival
from lakehouse.pulls.database import WATERMARK, Asked
from lakehouse.pulls.errand import NOTE, TAKEN, Errand, Memory, Pulled, asked
from lakehouse.pulls.watermarks import Mark, place_sql
from lakehouse.sql import identifier, identifiers, literal, parquet
from lakehouse.workbench import open_workbench

__all__ = ["behind", "sift"]


def behind(errand: Errand, spec: SqlPull, mark: Mark) -> Mark:
    """Return the mark from which on the next pull asks; PullError when the overlap is senseless."""
    try:
        return mark.behind(spec.overlap)
    except ValueError:
        raise errand.refused(
            "`overlap` needs a watermark that is a whole number, a date or a moment",
            "leave `overlap` out, or cast the watermark in `feed.pull.query`",
        ) from None


def sift(
    errand: Errand, spec: SqlPull, memory: Memory, question: Asked, staged: Path
) -> Pulled | None:
    """Write the new rows of a staged answer to a Parquet file; None when there are none.

    An answer with the very content of the newest delivery brings nothing new either, in whatever
    order its rows are.
    """
    target = errand.target(".parquet")
    with open_workbench(errand.folder, errand.limits) as con:
        con.execute("SET preserve_insertion_order = true")
        _lay_out(con, errand, memory, question, staged)
        mark = _newest(con, question)
        rows = _write(con, question, target)
        digest = _digest(con, spec, tuple(question.columns), target)
        if (rows == 0 and question.kind is not None) or digest == memory.newest.get("digest"):
            return None
        beside = [errand.folder / NOTE]
        if question.kind is not None:
            beside.append(errand.folder / TAKEN)
            _note_taken(con, mark and behind(errand, spec, mark), beside[-1])
    note = {"asked": asked(spec.query, spec.watermark), "digest": digest}
    beside[0].write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return Pulled(target, Arrival("sql", str(mark) if mark else None, tuple(beside)))


def _lay_out(
    con: duckdb.DuckDBPyConnection, errand: Errand, memory: Memory, question: Asked, staged: Path
) -> None:
    """Make the views `staged` (rows, `_hash`, `_place` in the watermark's order) and `taken`."""
    columns = [*question.columns, *([WATERMARK] if question.kind else [])]
    place = place_sql(identifier(WATERMARK), question.kind, errand.now) if question.kind else "NULL"
    con.execute(
        f"CREATE VIEW staged AS SELECT *, {_hash(columns)} AS _hash, {place} AS _place"
        f" FROM {parquet(staged)}"
    )
    known = (
        f"SELECT _hash, n FROM {parquet(memory.taken)}"
        if question.kind is not None and memory.taken is not None
        else "SELECT NULL::VARCHAR AS _hash, 0 AS n WHERE FALSE"
    )
    con.execute(f"CREATE VIEW taken AS {known}")


def _hash(columns: Sequence[str]) -> str:
    """Hash a row by its texts; a list keeps them apart, and no value from an empty one."""
    texts = ", ".join(f"{identifier(name)}::VARCHAR" for name in columns)
    return f"md5(to_json([{texts}]::VARCHAR[])::VARCHAR)"


def _newest(con: duckdb.DuckDBPyConnection, question: Asked) -> Mark | None:
    """Return how far the source is; never behind how far it was."""
    if question.kind is None:
        return None
    since = question.since
    # the rows asked for begin behind the last watermark, which may have gone from the source
    bound = f"greatest(max(_place), {since.sql})" if since else "max(_place)"
    found = con.sql(f"SELECT {bound} FROM staged").fetchone()
    return Mark(question.kind, str(found[0])) if found and found[0] is not None else None


def _write(con: duckdb.DuckDBPyConnection, question: Asked, target: Path) -> int:
    """Write what is new; return how many rows that is."""
    columns = identifiers(question.columns)
    fresh = f"SELECT {columns} FROM staged"
    if question.kind is not None:
        beyond = f"_place > {question.since.sql}" if question.since else "_place IS NOT NULL"
        beyond = f"coalesce({beyond}, FALSE) AND _hash NOT IN (SELECT _hash FROM taken)"
        fresh = (
            f"{fresh} WHERE {beyond} UNION ALL SELECT {columns} FROM (SELECT *, row_number()"
            f" OVER (PARTITION BY _hash) AS _nth FROM staged WHERE NOT ({beyond}))"
            f" LEFT JOIN taken USING (_hash) WHERE _nth > coalesce(n, 0)"
        )
    done = con.execute(f"COPY ({fresh}) TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)")
    counted = done.fetchone()
    return int(counted[0]) if counted else 0


def _digest(
    con: duckdb.DuckDBPyConnection, spec: SqlPull, columns: Sequence[str], target: Path
) -> str:
    """Return a digest of a file's rows, whatever their order, and of what was asked."""
    sums = (f"sum(md5_number_{half}(_hash)::HUGEINT)" for half in ("lower", "upper"))
    found = con.sql(
        f"SELECT count(*), {', '.join(sums)} FROM"
        f" (SELECT {_hash(columns)} AS _hash FROM {parquet(target)})"
    ).fetchone()
    return asked(spec.query, spec.watermark, columns, *(str(one) for one in found or ()))


def _note_taken(con: duckdb.DuckDBPyConnection, bound: Mark | None, target: Path) -> None:
    """Note the rows that the next pull meets again: from its bound on, and those without place."""
    again = f"_place IS NULL OR _place >= {bound.sql}" if bound else "TRUE"
    con.execute(
        f"COPY (SELECT _hash, count(*) AS n FROM staged WHERE {again} GROUP BY _hash)"
        f" TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)"
    )
