"""Fifty grants after a 1 % change: following the change feed against making every share anew.

    python -m benchmarks.shares --rows 200000 --grants 50

One register of persons in eleven counties, and a grant of one county after another, with a
pseudonym and other masks. The change is a delivery of one county, or scattered over all of them.
Both ways are measured in one process, in processor seconds, which other work on the machine
changes little. The small city of the tests is the catalogue.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Callable

from benchmarks.governed_ingest import WORK
from benchmarks.harness import publish
from catalog_specs.catalog import Catalog
from governance.grants.rights import Rights
from outlets.shares.project import project
from storage.delta.commits import Commit
from storage.delta.fast_write import bulk_write
from storage.delta.merging import ChangeSet, merge
from storage.delta.table_shape import authoritative_shape
from storage.delta.tables import snapshot
from storage.engines.relation import as_table, as_view
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.sql import identifier
from tests.city import GRANT, GRANT_FILE, NOW, PERSON
from tests.city.declared import change, compiled
from tests.city.grants import rights_of
from tests.city.homes import KEYS

HOME = WORK / "shares_home"
COUNTIES = 11
KINDS = {
    "one delivery of one county": "residence = '350502' AND hash(resident_id) % 100 < 11",
    "scattered over all counties": "hash(resident_id) % 100 = 0",
}


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--grants", type=int, default=50)
    options = parser.parse_args()
    shutil.rmtree(HOME, ignore_errors=True)
    layout, catalogs = Layout(HOME), [_granting(number) for number in range(COUNTIES)]
    chosen = [(catalogs[n % COUNTIES], f"county_{n:02}") for n in range(options.grants)]
    rights = {code: _of(catalog, code) for catalog, code in chosen}
    _fill(layout, catalogs[0], options.rows)
    _refresh(layout, rights)
    figures = {}
    for number, (name, where) in enumerate(KINDS.items(), start=2):
        _change(layout, catalogs[0], where, number)
        followed = _seconds(lambda: _refresh(layout, rights))
        shutil.rmtree(layout.shares)
        shutil.rmtree(layout.share_files)
        figures[name] = {"rebuild": _seconds(lambda: _refresh(layout, rights)), "follow": followed}
    shutil.rmtree(HOME)
    lines = [
        f"{options.grants} grants of {options.rows:,} rows after 1 % changed, processor seconds",
        f"{'':30}{'rebuild':>9}{'follow':>9}{'ratio':>8}",
        *(
            f"{name:30}{one['rebuild']:>9.2f}{one['follow']:>9.2f}"
            f"{one['rebuild'] / one['follow']:>8.1f}"
            for name, one in figures.items()
        ),
    ]
    facts = {"benchmark": "shares", "rows": options.rows, "grants": options.grants}
    publish("shares", "\n".join(lines), {**facts, "figures": figures})


def _granting(number: int) -> Catalog:
    """Return the city with its grant for one county."""
    return compiled(**{GRANT_FILE: change(resources__0__where__0__value=f"3505{2 + number:02}")})


def _of(catalog: Catalog, code: str) -> Rights:
    """Return the rights of a city whose grant has another code."""
    renamed = catalog.grants[GRANT].model_copy(update={"code": code})
    object.__setattr__(catalog, "grants", {**catalog.grants, code: renamed})
    return rights_of(catalog)


def _fill(layout: Layout, catalog: Catalog, rows: int) -> None:
    shape = authoritative_shape(catalog, catalog.resource(PERSON))
    known = {
        "resident_id": "printf('%018d', i)",
        "name": "'张' || hash(i) % 5000 || '某'",
        "sex": "CAST(1 + i % 2 AS VARCHAR)",
        "birth_date": "DATE '1950-01-01' + CAST(hash(i) % 18000 AS INTEGER)",
        "residence": f"printf('3505%02d', 2 + hash(i + 1) % {COUNTIES})",
        "income": "CAST(i % 10000 AS DECIMAL(18,2))",
        "_delivery": "'000001-aaaaaaaaaaaa'",
        "_row": "i",
    }
    shown = ", ".join(f"{known.get(n, 'NULL')} AS {identifier(n)}" for n in shape.names)
    with open_workbench(HOME / "bench") as con:
        query = f"SELECT {shown} FROM range({rows}) r(i)"
        bulk_write(con, query, layout.authoritative(PERSON), shape, Commit(PERSON, 1))


def _change(layout: Layout, catalog: Catalog, where: str, number: int) -> None:
    shape = authoritative_shape(catalog, catalog.resource(PERSON))
    found = snapshot(layout.authoritative(PERSON))
    if found is None:
        raise SystemExit("there is no table")
    with open_workbench(HOME / "bench") as con:
        stored = as_view(con, "stored", f"FROM {found.select_sql(shape.columns)}")
        query = (
            "SELECT 'U' AS _change, * REPLACE "
            "('李' || name AS name, birth_date + 400 AS birth_date) "
            f"FROM {stored.sql} WHERE {where}"
        )
        changes = ChangeSet(as_table(con, "changes", query), stored)
        merge(found, changes, ("resident_id",), shape, Commit(PERSON, number))


def _refresh(layout: Layout, rights: dict[str, Rights]) -> None:
    for code, one in rights.items():
        project(layout, one, one.catalog.grants[code], KEYS.current(), NOW)


def _seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    main()
