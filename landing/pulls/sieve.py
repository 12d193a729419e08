"""The sieve: new rows of an answer, those beyond the watermark and unknown ones before it.

Belongs here: leaving rows out by their content, and noting what the next pull must leave out.
Keep out: databases. Equal rows are counted: of three where two were taken, one is new.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from catalog_specs.errors import PullError
from catalog_specs.models.pull import SqlPull
from landing.pulls.database import WATERMARK, Asked
from landing.pulls.errand import NOTE, TAKEN, Errand, Memory, Pulled, asked
from landing.pulls.orders import Order
from landing.pulls.watermarks import Mark, Scale
from register.records import Arrival
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench
from storage.sql import identifier, identifiers, literal, parquet

__all__ = ["behind", "sift", "unsorted_texts"]

_YEAR_LAST = r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d{2}(\d{6})?"
_YEAR_FIRST = r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{6})?"


def behind(errand: Errand, spec: SqlPull, scale: Scale, mark: Mark) -> Mark | None:
    """Return the mark from which on the next pull asks, None = from the first row on.

    PullError when the overlap is senseless.
    """
    try:
        return scale.behind(mark, spec.overlap)
    except ValueError:
        if not spec.overlap:
            return None
        raise errand.refused(
            "`overlap` needs a watermark that is a whole number, a date or a moment",
            "leave `overlap` out, or cast the watermark in `feed.pull.query`",
        ) from None


def unsorted_texts(errand: Errand, column: str) -> PullError:
    """Return the error of a watermark whose texts do not sort as its rows change."""
    return errand.refused(
        f"the texts of the watermark {column} do not sort as they rise: newer rows would be lost",
        "select it in `feed.pull.query` as a whole number, a date or a moment, e.g. with CAST;"
        " of texts, ISO dates and moments sort, and whole numbers",
    )


def sift(
    errand: Errand, spec: SqlPull, memory: Memory, question: Asked, staged: Path
) -> Pulled | None:
    """Write the new rows of a staged answer to a Parquet file; None when there are none.

    An answer with the very content of the newest delivery brings nothing new either, in whatever
    order its rows are.
    """
    target = errand.target(".parquet")
    with open_workbench(errand.folder, errand.limits) as con:
        con.execute("SET preserve_insertion_order = true")  # the source's order is the file's
        _lay_out(con, memory, question, staged)
        mark = _newest(con, question)
        if question.scale is not None and question.scale.order is Order.NUMBERS:
            _refuse_years_at_the_end(con, errand, question.watermark or "")
        rows = _write(con, question, target)
        digest = _digest(con, spec, tuple(question.columns), target)
        if (rows == 0 and question.scale is not None) or digest == memory.newest.get("digest"):
            return None
        beside = [errand.folder / NOTE]
        if (scale := question.scale) is not None:
            beside.append(errand.folder / TAKEN)
            _note_taken(con, scale, mark and behind(errand, spec, scale, mark), beside[-1])
    note = {"asked": asked(spec.query, spec.watermark), "digest": digest}
    beside[0].write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return Pulled(target, Arrival("sql", str(mark) if mark else None, tuple(beside)))


def _lay_out(con: Connection, memory: Memory, question: Asked, staged: Path) -> None:
    """Make the views `staged` (rows, `_hash`, `_place` in the watermark's order) and `taken`."""
    scale = question.scale
    columns = [*question.columns, *([WATERMARK] if scale else [])]
    raw = f"{identifier(WATERMARK)}::VARCHAR"
    con.execute(
        f"CREATE VIEW came AS SELECT *, {_hash(columns)} AS _hash,"
        f" {scale.sorted_sql(raw) if scale else 'NULL'} AS _sorted"
        f" FROM read_parquet({literal(staged)})"
    )
    ahead = scale.ahead_sql("_sorted", "(SELECT min(_sorted) FROM came)") if scale else "FALSE"
    con.execute(
        f"CREATE VIEW staged AS SELECT *, CASE WHEN NOT ({ahead}) THEN _sorted END AS _place"
        " FROM came"
    )
    known = (
        f"SELECT _hash, n FROM {parquet(memory.taken)}"
        if question.scale is not None and memory.taken is not None
        else "SELECT NULL::VARCHAR AS _hash, 0 AS n WHERE FALSE"
    )
    con.execute(f"CREATE VIEW taken AS {known}")


def _hash(columns: Sequence[str]) -> str:
    """Hash a row by its texts; JSON tells `a,b` from `a` and `b`, and null from the empty text."""
    texts = ", ".join(f"{identifier(name)}::VARCHAR" for name in columns)
    return f"md5(to_json([{texts}]::VARCHAR[])::VARCHAR)"


def _newest(con: Connection, question: Asked) -> Mark | None:
    """Return how far the source is; never behind how far it was."""
    scale, since = question.scale, question.since
    if scale is None:
        return None
    # the rows asked for begin behind the last watermark, which may have gone from the source
    found = con.sql(
        f"SELECT arg_max({identifier(WATERMARK)}::VARCHAR, _place),"
        f" max(_place) > {_since(question)} FROM staged"
    ).fetchone()
    newest, beyond = found or (None, None)
    return since if newest is None or beyond is False else Mark(scale.kind, newest)


def _since(question: Asked) -> str:
    """Return the SQL of the last watermark's place in the order; NULL where there is none."""
    if question.scale is None or question.since is None:
        return "NULL"
    return question.scale.sorted_sql(f"{literal(question.since.value)}::VARCHAR")


def _refuse_years_at_the_end(con: Connection, errand: Errand, column: str) -> None:
    """Refuse eight or fourteen digits that are days written day first: as numbers they jump."""
    raw = f"nullif({identifier(WATERMARK)}, '')"
    found = con.sql(
        f"SELECT bool_and(regexp_full_match({raw}, '{_YEAR_LAST}'))"
        f" AND NOT bool_and(regexp_full_match({raw}, '{_YEAR_FIRST}')) FROM staged"
    ).fetchone()
    if found and found[0]:
        raise unsorted_texts(errand, column)


def _write(con: Connection, question: Asked, target: Path) -> int:
    """Write what is new; return how many rows that is."""
    columns = identifiers(question.columns)
    fresh = f"SELECT {columns} FROM staged"
    if question.scale is not None:
        beyond = f"_place > {_since(question)}" if question.since else "_place IS NOT NULL"
        beyond = f"coalesce({beyond}, FALSE) AND _hash NOT IN (SELECT _hash FROM taken)"
        fresh = (
            f"{fresh} WHERE {beyond} UNION ALL SELECT {columns} FROM (SELECT *, row_number()"
            f" OVER (PARTITION BY _hash) AS _nth FROM staged WHERE NOT ({beyond}))"
            f" LEFT JOIN taken USING (_hash) WHERE _nth > coalesce(n, 0)"
        )
    done = con.execute(f"COPY ({fresh}) TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)")
    counted = done.fetchone()
    return int(counted[0]) if counted else 0


def _digest(con: Connection, spec: SqlPull, columns: Sequence[str], target: Path) -> str:
    """Return a digest of a file's rows, whatever their order, and of what was asked."""
    # a sum of hashes is the same in any order; an XOR would lose rows that come twice
    sums = (f"sum(md5_number_{half}(_hash)::HUGEINT)" for half in ("lower", "upper"))
    found = con.sql(
        f"SELECT count(*), {', '.join(sums)} FROM"
        f" (SELECT {_hash(columns)} AS _hash FROM {parquet(target)})"
    ).fetchone()
    return asked(spec.query, spec.watermark, columns, *(str(one) for one in found or ()))


def _note_taken(con: Connection, scale: Scale, bound: Mark | None, target: Path) -> None:
    """Note the rows that the next pull meets again: from its bound on, and those without place."""
    again = scale.from_sql(f"{identifier(WATERMARK)}::VARCHAR", bound) if bound else "TRUE"
    con.execute(
        f"COPY (SELECT _hash, count(*) AS n FROM staged WHERE _place IS NULL OR {again}"
        f" GROUP BY _hash) TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)"
    )
