"""The generated feed of the ingest benchmarks: twelve columns of a register, deterministic.

Belongs here: making the files. Keep out: measuring.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb

__all__ = ["write_again", "write_changes", "write_days", "write_records"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _select(first: int, last: int, salt: int) -> str:
    """Return SQL for the records numbered [first, last), every one valid under the catalogue."""
    digits = " + ".join(
        f"{weight} * (ascii(substr(stem, {place}, 1)) - 48)"
        for place, weight in enumerate(_WEIGHTS, start=1)
    )
    return f"""
    WITH drawn AS (
      SELECT i, hash(i + {salt}) h FROM range({first}, {last}) t(i)
    ), shaped AS (
      SELECT *, printf('3505%02d', 2 + h % 11) county,
             DATE '1940-01-01' + CAST((h >> 8) % 28000 AS INTEGER) birth,
             1 + (h >> 3) % 2 sex
      FROM drawn
    ), stemmed AS (
      SELECT *, county || strftime(birth, '%Y%m%d')
                || printf('%03d', ((h >> 20) % 499) * 2 + CASE WHEN sex = 1 THEN 1 ELSE 0 END) stem
      FROM shaped
    )
    SELECT i record_id,
           stem || substr('10X98765432', 1 + CAST(({digits}) % 11 AS INTEGER), 1) person_id,
           '登记' || substr('陈林黄张李王吴蔡杨许', 1 + CAST((h >> 5) % 10 AS INTEGER), 1)
             || i % 1000 person_name,
           sex, birth birth_date,
           '13' || printf('%09d', (h >> 11) % 1000000000) phone,
           '泉州市' || county || '号路' || (h >> 13) % 900 || '弄' || (h >> 17) % 99 || '室'
             address,
           county, printf('%d.%02d', (h >> 7) % 100000, (h >> 29) % 100) amount,
           1 + (h >> 31) % 4 status,
           TIMESTAMP '2020-01-01' + to_seconds(CAST((h >> 9) % 200000000 AS BIGINT)) updated_at,
           (h >> 40) % 101 score
    FROM stemmed
    """


def _write(query: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(_copy, query, aside).result()
    aside.rename(path)


def _copy(query: str, path: Path) -> None:
    """Write a file in a process of its own: a measured child inherits the peak of its parent."""
    with duckdb.connect() as con:
        con.execute(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER)")


def write_records(path: Path, rows: int) -> Path:
    """Write the whole register of `rows` records once; an existing file is kept."""
    if not path.exists():
        _write(_select(1, rows + 1, 0), path)
    return path


def write_changes(path: Path, rows: int) -> Path:
    """Write 1 % of the register anew, scattered over all keys: 0.9 % changed, 0.1 % added."""
    if not path.exists():
        changed = f"FROM ({_select(1, rows + 1, 7)}) WHERE record_id % 1000 < 9"
        added = f"FROM ({_select(rows + 1, rows + rows // 1000 + 1, 7)})"
        _write(f"{changed} UNION ALL {added}", path)
    return path


def write_again(path: Path, rows: int) -> Path:
    """Write the whole register once more, every hundredth record changed."""
    if not path.exists():
        same = f"FROM ({_select(1, rows + 1, 0)}) WHERE record_id % 100 <> 0"
        changed = f"FROM ({_select(1, rows + 1, 7)}) WHERE record_id % 100 = 0"
        _write(f"FROM ({same} UNION ALL {changed}) ORDER BY record_id", path)
    return path


def write_days(path: Path, first: int, last: int, rows: int) -> Path:
    """Write `rows` records of each of the days [first, last) of 2020 on, dated over their day."""
    moment = (
        f"TIMESTAMP '2020-01-01' + to_days(CAST(record_id // {rows} AS INTEGER)) "
        f"+ to_seconds((record_id % {rows}) * 86400 // {rows})"
    )
    query = _select(first * rows, last * rows, 0)
    _write(f"SELECT * REPLACE ({moment} AS updated_at) FROM ({query}) ORDER BY record_id", path)
    return path
