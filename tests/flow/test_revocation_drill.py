"""The revocation drill: readers everywhere, refreshes without end, and grants that are revoked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from dagster import DagsterInstance, materialize

from assets.shares import shares_asset
from catalog_specs.errors import TableError, UnreadableError
from catalog_specs.loader import load
from flow.city import City
from flow.derived import refresh_share, refresh_shares, withdraw_lapsed
from flow.failures import Faults
from flow.governing.granting import end_grant, register_stewards
from governance.applications.stewards import Steward
from governance.grants.life import GrantEventKind
from outlets.shares.project import Projection, Withdrawal
from storage.delta.commits import Commit
from storage.delta.fast_write import bulk_write
from storage.delta.table_shape import Shape, authoritative_shape
from storage.delta.tables import live_files, snapshot
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import PERSON, REGION
from tests.city.declared import write_catalog
from tests.city.homes import city_of
from tests.city.tables import fill_regions

GRANT, FAILING = "residents_for_office", "regions_for_office"
SAID = ("泉数享〔2026〕9号", "终止")
PEOPLE, LATE = 40, 60.0
GONE = (FileNotFoundError, pl.exceptions.ComputeError, duckdb.IOException, TableError)
"""What a reader meets whose file went before it was open."""


def granting(number: int) -> str:
    """Return the code of a grant."""
    return f"{GRANT}_{number:02}"


def town(root: Path, grants: int) -> City:
    """Return a city with so many grants of persons, one of regions, and a steward who may end."""
    catalogue = write_catalog(root)
    place = catalogue / "grants"
    text = (place / f"{GRANT}.yaml").read_text(encoding="utf-8")
    for number in range(grants):
        code = granting(number)
        (place / f"{code}.yaml").write_text(text.replace(GRANT, code), encoding="utf-8")
    failing = text.replace(GRANT, FAILING).partition("resources:")[0]
    failing += f"resources:\n- resource: {REGION}\n  items: [code, name]\n"
    (place / f"{FAILING}.yaml").write_text(failing, encoding="utf-8")
    city = city_of(load(catalogue), root / "home")
    register_stewards(
        replace(city, actor="运维岗"),
        [(Steward("data_office", "共享科", "共享岗", date(2026, 1, 5), "报1"), "乙某某")],
    )
    fill_regions(city.layout, city.catalog, "350502")
    return replace(city, actor="共享科")


def delivered(city: City, generation: int) -> None:
    """Write all persons anew, each with the generation as its sex: a torn read would mix two."""
    shape: Shape = authoritative_shape(city.catalog, city.catalog.resource(PERSON))
    known = {
        "resident_id": "printf('%018d', i)",
        "name": "'张某' || i",
        "sex": f"'{generation}'",
        "birth_date": "DATE '1990-01-01' + CAST(i AS INTEGER) % 20",
        "residence": "'350502'",
    }
    shown = ", ".join(f'{known.get(name, "NULL")} AS "{name}"' for name in shape.names)
    path = city.layout.authoritative(PERSON)
    with open_workbench(city.layout.home / "bench") as con:
        query = f"SELECT {shown} FROM range({PEOPLE}) r(i)"
        commit = Commit(PERSON, generation + 1)
        bulk_write(con, query, snapshot(path) or path, shape, commit)


@dataclass
class Watch:
    """What readers saw: torn reads, the moment of each grant's last read, and how many there were.

    Clocks are those of the machine: the drill is about real seconds.
    """

    layout: Layout
    pause: float
    over: threading.Event = field(default_factory=threading.Event)
    torn: list[str] = field(default_factory=list)
    last: dict[str, float] = field(default_factory=dict)
    reads: int = 0

    def read(self, grant: str, reader: Callable[[Layout, str], set[tuple[str, int]]]) -> None:
        """Read one share once."""
        try:
            found = reader(self.layout, grant)
        except GONE:
            return
        except Exception as error:  # noqa: BLE001 - whatever a reader meets is a finding
            self.torn.append(f"{grant}: {error!r}")
            return
        if len(found) != 1 or {rows for _, rows in found} != {PEOPLE}:
            self.torn.append(f"{grant}: {found}")
        self.last[grant] = time.monotonic()
        self.reads += 1

    def stay(self, grants: list[str], number: int) -> None:
        """Read one share after another until the drill is over."""
        reader = (by_file, by_extract)[number % 2]
        at = number
        while not self.over.is_set():
            self.read(grants[at % len(grants)], reader)
            at += 1
            self.over.wait(self.pause)


def by_file(layout: Layout, grant: str) -> set[tuple[str, int]]:
    """Read a share as its consumer does: generations and their rows; the receipt must agree."""
    with duckdb.connect(layout.share_file(grant), read_only=True) as con:
        rows = con.sql('SELECT sex, count(*) FROM "人口基本信息" GROUP BY sex').fetchall()
        [(said,)] = con.sql('SELECT "记录数" FROM _receipt').fetchall()
    return {(sex, number if str(number) == said else -1) for sex, number in rows}


def by_extract(layout: Layout, grant: str) -> set[tuple[str, int]]:
    """Read an extract: its files by its log, then their rows."""
    place = layout.share_table(grant, PERSON).resolve(strict=True)
    try:
        files = live_files(place)
    except UnreadableError as error:
        if place.exists():
            raise
        # a version that went while its log was being opened: the link leads to the next one
        raise FileNotFoundError(place) from error
    if not files:
        raise FileNotFoundError(place)
    frame = pl.read_parquet(list(files), glob=False)
    return set(frame.group_by("sex").len().rows())


def drilled(city: City, sizes: tuple[int, int, int], instance: DagsterInstance | None) -> Watch:
    """Refresh, revoke and read side by side; return what the readers saw.

    `sizes` are readers, refreshes and revocations. With an instance the catalogue is edited in the
    middle, and the graph brings the edited grant up to date.
    """
    readers, refreshes, revocations = sizes
    grants = [granting(number) for number in range(revocations + 1)]
    delivered(city, 0)
    refresh_shares(city, lambda *_: None, Faults(city.layout))
    log = city.layout.authoritative(REGION) / "_delta_log"
    max(log.glob("*.json")).write_text('{"add": "', encoding="utf-8")
    watch, ended = Watch(city.layout, readers / 400), dict[str, float]()
    pool = ThreadPoolExecutor(readers + 1)
    for number in range(readers):
        pool.submit(watch.stay, grants, number)

    def revoke() -> None:
        for number in range(revocations):
            if watch.over.wait(0.2):
                return
            ended[grants[number]] = time.monotonic()
            ended_now = end_grant(city, grants[number], GrantEventKind.REVOKED, SAID)
            assert ended_now.done.changed
            assert ended_now.withdrawal
            again = end_grant(city, grants[number], GrantEventKind.REVOKED, SAID)
            assert not again.done.changed

    revoking = pool.submit(revoke)
    try:
        for generation in range(1, refreshes + 1):
            delivered(city, generation)
            faults = Faults(city.layout)
            withdraw_lapsed(city, faults)
            refresh_shares(city, lambda *_: None, faults)
            assert {one.subject for one in faults.found} <= {FAILING}
            if instance is not None and generation == refreshes // 2:
                edited(city, instance)
        revoking.result()
    finally:
        watch.over.set()
        pool.shutdown()
    for grant, since in ended.items():
        assert not city.layout.share_file(grant).exists()
        assert not city.layout.share(grant).exists()
        assert watch.last.get(grant, since) - since <= LATE
    assert city.layout.share_file(grants[-1]).exists()
    return watch


def edited(city: City, instance: DagsterInstance) -> None:
    """End a grant in the catalogue, and let the graph notice it."""
    code = GRANT
    place = city.catalog.root / f"grants/{code}.yaml"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("terms:", "status: revoked\nterms:"), encoding="utf-8")
    now = replace(city, catalog=load(city.catalog.root))
    instance.add_dynamic_partitions("grants", [code])
    extract = shares_asset(now.catalog)
    done = materialize([extract], instance=instance, resources={"city": now}, partition_key=code)
    assert done.success
    assert not city.layout.share_file(code).exists()
    place.write_text(text, encoding="utf-8")


def test_readers_see_whole_shares_until_they_see_none(tmp_path: Path) -> None:
    """Few of everything: eight readers, four refreshes, two revocations, one table that fails."""
    watch = drilled(town(tmp_path, 3), (8, 4, 2), None)
    assert watch.torn == []
    assert watch.reads > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_readers_see_whole_shares_until_they_see_none(tmp_path: Path) -> None:
    """A hundred readers, fifty refreshes, ten revocations, a failing table, an edited catalogue."""
    with DagsterInstance.ephemeral() as instance:
        watch = drilled(town(tmp_path, 11), (100, 50, 10), instance)
    assert watch.torn == []
    assert watch.reads > 500


def test_what_was_revoked_while_a_refresh_waited_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refresh asks for the decision once it has the lock, not before."""
    city = town(tmp_path, 1)
    delivered(city, 0)
    code, waited = granting(0), City.lock
    assert isinstance(refresh_share(city, code), Projection)

    def revoked_meanwhile(self: City, name: str) -> AbstractContextManager[None]:
        monkeypatch.setattr(City, "lock", waited)
        end_grant(city, code, GrantEventKind.REVOKED, SAID)
        return waited(self, name)

    monkeypatch.setattr(City, "lock", revoked_meanwhile)
    assert isinstance(refresh_share(city, code), Withdrawal)
    assert not city.layout.share_file(code).exists()
