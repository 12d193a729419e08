"""Look-ups in lists, which become columns of a layer beneath."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.engines.connection import in_memory
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.rendering import rendered
from tests.harness.sail import answers

ROWS = pa.table({"code": ["a", "b", None, "", "c "], "n": pa.array([1, 2, 3, None, 5], pa.int64())})
LIST = "SELECT code FROM list WHERE code IS NOT NULL"
ASKED = (
    f"code IN ({LIST})",
    f"NOT code IN ({LIST})",
    f"code NOT IN ({LIST})",
    f"code IS NOT NULL AND NOT (code IN ({LIST}))",
    f"code || 'x' IN ({LIST})",
    "(code, n) IN (SELECT code, n FROM list WHERE code IS NOT NULL AND n IS NOT NULL)",
    "n IN (SELECT n FROM list WHERE n IS NOT NULL)",
    "n = ANY(SELECT n FROM list WHERE (n IS NOT NULL))",  # as a view repeats it
)


def test_a_list_holds_the_same_values(tmp_path: Path) -> None:
    """Whatever the list calls its columns; a null is neither in it nor out of it."""
    columns = ", ".join(f"({sql}) AS c{place}" for place, sql in enumerate(ASKED))
    query = f"SELECT {columns} FROM landed_records"
    con = in_memory()
    con.register("landed_records", ROWS)
    con.execute(
        "CREATE TABLE list AS FROM (VALUES ('a', 1), ('b', 7), ('', NULL), (NULL, 3), ('ax', 0)) "
        "listed (code, n)"
    )
    here = con.execute(query).fetchall()
    said = rendered(query, {"code": "VARCHAR", "n": "BIGINT"}, {})
    assert [*said.relations] == ["list"]
    file = tmp_path / "list.parquet"
    pq.write_table(con.execute("SELECT code, n::BIGINT AS n FROM list").to_arrow_table(), file)
    con.close()

    assert answers(said.sql, ROWS, tmp_path, {said.relations["list"]: file}) == here
    assert said.sql.count("EXISTS") == 4, "the same look-up is made once"


@pytest.mark.parametrize(
    "listed",
    [
        "SELECT code FROM list",
        "SELECT code FROM list WHERE code <> 'a'",
        "SELECT upper(code) FROM list WHERE code IS NOT NULL",
        "SELECT code FROM list WHERE n IS NOT NULL",
        "SELECT code FROM list WHERE code IS NOT NULL LIMIT 1",
        "SELECT code FROM (SELECT code FROM list) WHERE code IS NOT NULL",
        "SELECT code, n FROM list WHERE code IS NOT NULL AND n IS NOT NULL",
    ],
)
def test_what_is_no_plain_list_without_nulls_is_refused(listed: str) -> None:
    """A null in a list would make every value that is not in it neither in nor out."""
    with pytest.raises(NotSaidAlike):
        rendered(f"SELECT code IN ({listed}) AS c FROM landed_records", {"code": "VARCHAR"}, {})
