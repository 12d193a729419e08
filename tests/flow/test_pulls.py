"""Pulling from a real PostgreSQL, the whole way: counts are proven against the source."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from catalog_specs.loader import load
from flow.city import City
from flow.pulling import PullFailure, pull_waiting
from flow.run import RunResult, run
from governance.keys import KeyRing
from register.records import Delivery
from tests.city import MASTER_KEY
from tests.city.declared import change, write_catalog
from tests.city.lake import content
from tests.city.registers import deliveries
from tests.flow.postgres import postgres, scalar, script
from tests.harness.engines import engines
from tests.harness.placing import layout_of
from tests.tiers import then_thorough

REF = "civil_affairs/region"
ROOT = Path(__file__).parents[2]
ROWS = 100_000
BOUNDARY = "2026-03-01 08:00:00+08"
TABLE = (
    "CREATE TABLE region (code text PRIMARY KEY, name text, area numeric(12, 4),"
    " changed timestamptz, remark bytea)"
)
FILL = (
    "INSERT INTO region SELECT (100000 + n)::text, '区' || n, n / 7.0,"
    f" timestamptz '{BOUNDARY}' - (n % 1000) * interval '1 second'"
    " FROM generate_series({first}, {last}) AS n"
)
ADD = (
    "INSERT INTO region SELECT (200000 + n)::text, '新' || n, 1, '{mark}'"
    " FROM generate_series({first}, {last}) AS n"
)

KILLED = """
import os, signal, sys
from pathlib import Path
import pyarrow.parquet as pq
import landing.pulls.sieve, landing.pulls.sql
from tests.flow.test_pulls import open_home
from flow.pulling import pull_waiting

point, home = sys.argv[1:]
done = []

def killed(*words, **more):
    os.kill(os.getpid(), signal.SIGKILL)

def after(work):
    def both(*words, **more):
        work(*words, **more)
        killed()
    return both

def watch(event, words):
    if event == "os.kill":
        return
    if done:  # whatever comes next, the rename has been done
        killed()
    if event == "os.rename":
        moved = Path(os.fspath(words[0]))
        if moved.name.startswith("region-"):
            killed() if point == "received" else done.append(point) if point == "taken" else None
        if moved.name.startswith(".landing-") and point == "landed":
            done.append(point)

if point == "streaming": pq.ParquetWriter.write_batch = after(pq.ParquetWriter.write_batch)
if point == "staged": landing.pulls.sql.sift = killed
if point == "sieved": landing.pulls.sieve._note_taken = killed
city = open_home(Path(home))
sys.addaudithook(watch)
pull_waiting(city, "civil_affairs/region")
"""
POINTS = then_thorough(["staged", "landed"], ["streaming", "sieved", "received", "taken"])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Yield the address of a server for the tests of this module."""
    with postgres() as address:
        yield address


@pytest.fixture
def address(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the server with 5,000 regions in a table, and name it in the environment."""
    some = FILL.format(first=0, last=4999)
    script(server, "DROP TABLE IF EXISTS region", TABLE, some)
    monkeypatch.setenv("REGION_DB", server)
    return server


def feed(**pull: Any) -> Any:
    """Return a change of the small city: its regions are pulled."""
    made = {"type": "sql", "url": "REGION_DB", "query": "region", "watermark": "changed", **pull}
    return change(
        feed={
            "kind": "upsert",
            "format": "parquet",
            "columns": {"code": "code", "name": "name"},
            "pull": made,
        }
    )


def open_home(home: Path) -> City:
    """Return the city of a home whose catalogue was written beside it."""
    keys = KeyRing.load(MASTER_KEY, where="tests")
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    catalog = load(home.parent / "catalogue")
    return City(catalog, layout_of(home), keys, lambda: now, spark=engines.address)


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return the small city over an empty home, with regions that are pulled."""
    write_catalog(tmp_path, **{"resources/civil_affairs/region.yaml": feed()})
    return open_home(tmp_path / "home")


def pulled(city: City) -> Delivery | None:
    """Pull the regions."""
    landed = pull_waiting(city, REF)
    assert not isinstance(landed, PullFailure), landed
    return landed


def taken(city: City) -> pl.DataFrame:
    """Return every row of every pulled delivery."""
    frames = [
        pl.read_parquet(city.layout.delivery(REF, one.delivery) / "rows.parquet")
        for one in deliveries(city.layout, REF)
    ]
    return pl.concat(frames)


def totals(result: RunResult) -> tuple[int, int, int, int]:
    """Return delivered, inserted, updated and unchanged rows of one run."""
    (outcome,) = result.outcomes
    assert outcome.delivered == outcome.accepted
    return outcome.delivered, outcome.inserted, outcome.updated, outcome.unchanged


def same(city: City, address: str) -> None:
    """Prove that the authoritative table is the source: count and content."""
    held = content(city.layout.authoritative(REF)).select("code", "name")
    assert held.height == scalar(address, "SELECT count(*) FROM region")
    told = (
        "SELECT md5(string_agg(code || '=' || name, ',' ORDER BY code COLLATE \"C\")) FROM region"
    )
    text = ",".join(f"{code}={name}" for code, name in held.sort("code").iter_rows())
    assert hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() == scalar(address, told)


@pytest.mark.thorough  # what a few rows show as well
def test_a_hundred_thousand_rows_and_their_changes(city: City, address: str) -> None:
    """Everything, then one in a hundred, then what came late at the boundary, then nothing."""
    script(address, FILL.format(first=5000, last=ROWS - 1))
    assert totals(run(city)) == (ROWS, ROWS, 0, 0)
    same(city, address)

    later = f"timestamptz '{BOUNDARY}' + interval '1 hour'"
    changed = f"UPDATE region SET name = name || '改', changed = {later} WHERE code LIKE '%00'"
    script(address, changed)
    assert totals(run(city)) == (ROWS // 100, 0, ROWS // 100, 0)

    script(address, ADD.format(mark="2026-03-01 09:00:00+08", first=0, last=9))
    assert totals(run(city)) == (10, 10, 0, 0)
    same(city, address)

    assert run(city).outcomes == ()
    assert taken(city).height == ROWS + ROWS // 100 + 10
    newest = deliveries(city.layout, REF)[-1]
    assert (newest.origin, newest.watermark) == ("sql", "timestamptz:2026-03-01 01:00:00")
    assert newest.undeclared == {}


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_none_is_lost_and_none_doubled(
    city: City, address: str, point: str
) -> None:
    """A pull killed at any point, and taken up again, has taken each row of the source once."""
    pulled(city)
    script(address, ADD.format(mark=BOUNDARY, first=0, last=99))
    script(address, ADD.format(mark="2026-03-01 08:00:01+08", first=100, last=199))

    words = [sys.executable, "-c", KILLED, point, str(city.layout.home)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    again = pulled(city)

    assert (again is None) == (point in {"taken", "landed"})
    codes = taken(city).get_column("code")
    assert codes.len() == codes.n_unique() == 5200 == scalar(address, "SELECT count(*) FROM region")
    assert pulled(city) is None
    assert not list((city.layout.work / "pulls").iterdir())
    assert not list(city.layout.landing(REF).glob(".*"))


def test_a_late_commit_is_found_behind_the_watermark(tmp_path: Path, address: str) -> None:
    """A transaction that was open while others committed is found within the overlap, once."""
    from adbc_driver_postgresql import dbapi

    write_catalog(tmp_path, **{"resources/civil_affairs/region.yaml": feed(overlap=600)})
    city = open_home(tmp_path / "home")
    pulled(city)

    with dbapi.connect(address) as slow, slow.cursor() as cursor:
        cursor.execute(ADD.format(mark="2026-03-01 08:01:00+08", first=0, last=4))
        script(address, ADD.format(mark="2026-03-01 08:02:00+08", first=5, last=6))
        first = pulled(city)
        slow.commit()
    second = pulled(city)

    assert first is not None
    assert second is not None
    assert (first.rows, second.rows) == (2, 5)
    assert pulled(city) is None


@pytest.mark.parametrize(
    ("kind", "last", "later"),
    [
        ("timestamp", "2026-03-01 08:00:00.25", "2026-03-01 08:00:01"),
        ("date", "2026-03-01", "2026-03-02"),
        ("integer", "99", "100"),
        ("text", "v1a", "v2a"),
        ("text", "9", "10"),
        ("text", "2026-03-01T08:00:00.5", "2026-03-01 08:00:01"),
        ("text", "2026-03-01T08:00:00+08:00", "2026-03-01T00:30:00Z"),
    ],
)
def test_every_kind_of_watermark_keeps_its_boundary(
    city: City, address: str, kind: str, last: str, later: str
) -> None:
    """Late rows at the boundary and newer ones come once; so do rows without a watermark."""
    add = "INSERT INTO region VALUES ('{code}', '区', 1, {mark})"
    script(
        address,
        "TRUNCATE region",
        "ALTER TABLE region DROP COLUMN changed, DROP COLUMN remark",
        f"ALTER TABLE region ADD COLUMN changed {kind}",
        add.format(code="100000", mark=f"'{last}'"),
        add.format(code="100001", mark="NULL"),
    )
    first = pulled(city)
    assert first is not None
    assert (first.rows, first.watermark) == (2, f"{kind}:{last}")

    script(
        address,
        *(
            add.format(code=f"20000{n}", mark=m)
            for n, m in enumerate((f"'{last}'", f"'{later}'", "NULL"))
        ),
    )
    second = pulled(city)
    assert second is not None
    assert (second.rows, second.watermark) == (3, f"{kind}:{later}")
    assert pulled(city) is None


def test_nothing_is_written_at_the_source(tmp_path: Path, address: str) -> None:
    """A query that would change something is refused by the database itself."""
    script(address, "DROP SEQUENCE IF EXISTS counted", "CREATE SEQUENCE counted")
    query = "SELECT code, nextval('counted')::text AS name, changed FROM region"
    write_catalog(tmp_path, **{"resources/civil_affairs/region.yaml": feed(query=query)})

    failed = pull_waiting(open_home(tmp_path / "home"), REF)

    assert isinstance(failed, PullFailure)
    assert not failed.transient
    assert scalar(address, "SELECT is_called FROM counted") is False


def test_every_type_comes_as_a_text_of_its_own(tmp_path: Path, address: str) -> None:
    """Digits, infinities, bytes, JSON and moments are those of the source, on the city's clock."""
    script(address, "DELETE FROM region WHERE code > '100000'")
    query = (
        "SELECT code, concat_ws('|', 1) AS name, 0.10::numeric(5, 2) AS digits, 'infinity'::date AS"
        " never, timestamptz '2026-01-01 00:00:00.5+00' AS moment, '{\"a\": 1}'::jsonb AS json,"
        " '\\x00ff'::bytea AS bytes, 0.1::float8 + 0.2 AS exact, NULL::uuid AS nothing, changed"
        " FROM region"
    )
    columns = dict.fromkeys(["digits", "never", "moment", "json", "bytes", "exact", "nothing"])
    made = feed(query=query)

    def wide(document: Any) -> None:
        made(document)
        document["feed"]["columns"] |= {name: f"x_{name}" for name in columns}

    write_catalog(tmp_path, **{"resources/civil_affairs/region.yaml": wide})
    landed = _landed_unchecked(tmp_path, wide)

    row = landed.row(0, named=True)
    assert [row[f"x_{name}"] for name in columns] == [
        "0.10",
        "infinity",
        "2026-01-01 08:00:00.5",
        '{"a": 1}',
        "\\x00ff",
        "0.30000000000000004",
        None,
    ]


def _landed_unchecked(tmp_path: Path, wide: Any) -> pl.DataFrame:
    """Land a feed with columns that the resource does not know, past the catalogue's laws."""
    from catalog_specs.models.feed import Feed
    from tests.city.declared import documents

    document = documents()["resources/civil_affairs/region.yaml"]
    wide(document)
    write_catalog(tmp_path)
    city = open_home(tmp_path / "home")
    known = city.catalog.resource(REF)
    made = known.model_copy(update={"feed": Feed.model_validate(document["feed"])})
    catalog = replace(city.catalog, resources=city.catalog.resources | {REF: made})
    city = replace(city, catalog=catalog)
    pulled(city)
    return taken(city)


def test_a_source_that_fails_stops_nobody_else(
    city: City, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database out of reach is reported with the variable's name; others are taken in."""
    del address
    monkeypatch.setenv("REGION_DB", "postgresql://u:geheim@127.0.0.1:1/nowhere")
    waiting = city.layout.inbox("data_office/visit") / "a.csv"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("办件编号,办件日期\n", encoding="utf-8")

    result = run(city)

    assert [outcome.resource for outcome in result.outcomes] == ["visit"]
    (failure,) = result.pull_failures
    assert (failure.resource, failure.code, failure.transient) == ("region", "TRY-001", True)
    assert "REGION_DB" in str(failure)
    assert "geheim" not in str(failure)
