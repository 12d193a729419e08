"""The revocation drill: readers everywhere, refreshes without end, and grants that are revoked."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from dagster import DagsterInstance, materialize

from assets.shares import shares_asset
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
from storage.delta.tables import snapshot
from storage.engines.workbench import open_workbench
from tests.city import PERSON, REGION
from tests.city.declared import write_catalog
from tests.city.homes import city_of
from tests.city.tables import fill_regions
from tests.flow.share_readers import PEOPLE, Watch, elsewhere

GRANT, FAILING = "residents_for_office", "regions_for_office"
SAID = ("泉数享〔2026〕9号", "终止")
LATE = 60.0


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


def drilled(
    city: City, sizes: tuple[int, int, int], instance: DagsterInstance | None, processes: int
) -> Watch:
    """Refresh, revoke and read side by side; return what the readers saw.

    `sizes` are readers, refreshes and revocations; half of the readers are threads, the others
    divided among so many processes. With an instance the catalogue is edited in the
    middle, and the graph brings the edited grant up to date.
    """
    readers, refreshes, revocations = sizes
    grants = [granting(number) for number in range(revocations + 1)]
    delivered(city, 0)
    refresh_shares(city, lambda *_: None, Faults(city.layout))
    log = city.layout.authoritative(REGION) / "_delta_log"
    max(log.glob("*.json")).write_text('{"add": "', encoding="utf-8")
    watch, ended = Watch(city.layout, readers / 400), dict[str, float]()
    pool = ThreadPoolExecutor(readers // 2 + 1)
    for number in range(readers // 2):
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

    with elsewhere(watch, grants, processes, readers // 2 // processes):
        revoking = pool.submit(revoke)
        try:
            for generation in range(1, refreshes + 1):
                refreshed(city, generation)
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


def refreshed(city: City, generation: int) -> None:
    """Deliver the next generation, and bring every share up to date; only one table fails."""
    delivered(city, generation)
    faults = Faults(city.layout)
    withdraw_lapsed(city, faults)
    refresh_shares(city, lambda *_: None, faults)
    assert {one.subject for one in faults.found} <= {FAILING}


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
    """Few of everything: eight readers in two processes, four refreshes, two revocations."""
    watch = drilled(town(tmp_path, 3), (8, 4, 2), None, 1)
    assert watch.torn == []
    assert watch.reads > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_readers_see_whole_shares_until_they_see_none(tmp_path: Path) -> None:
    """A hundred in six processes, fifty refreshes, ten revocations, a failing table, an edit."""
    with DagsterInstance.ephemeral() as instance:
        watch = drilled(town(tmp_path, 11), (100, 50, 10), instance, 5)
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
