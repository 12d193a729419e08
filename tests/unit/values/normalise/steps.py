"""What a step makes of texts, for tests of normalisation.

Belongs here: asking the engine. Keep out: assertions, but for the one that every step is held to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import duckdb

from catalog_specs.models.normalisation import Step
from values.normalise import Context, step_sql

LISTS = {"sex": {"1": "男", "2": "女", "0": "未知", "9": "未知", "男": "他"}}


@cache
def bench() -> duckdb.DuckDBPyConnection:
    """Return a connection that is offline, as the workbench is."""
    con = duckdb.connect()
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET autoload_known_extensions = false")
    return con


def done(
    step: Step, texts: Sequence[str | None], context: Context | None = None
) -> list[str | None]:
    """Return what a step makes of texts."""
    sql = step_sql(step, "text", context or Context(code_lists=LISTS))
    con = bench()
    con.execute("CREATE OR REPLACE TABLE t AS SELECT unnest(?::VARCHAR[]) AS text", [list(texts)])
    found = con.execute(f"SELECT {sql} FROM t ORDER BY rowid").fetchall()
    return [text for (text,) in found]


def check(step: Step, understood: Mapping[str, str | None], unchanged: Sequence[str]) -> None:
    """Hold a step to its table; a null is left alone by every step."""
    texts = [*understood, *unchanged, None]
    assert done(step, texts) == [*understood.values(), *unchanged, None]
