"""An edited catalogue over a home that holds data: what waits, what evolves, what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from deltalake import DeltaTable

from catalog_specs.errors import TableError
from flow.replays import replay
from flow.run import run
from flow.stops import promote_waiting
from flow.upkeep.evolution import Planned, evolve, plan
from storage.delta.tables import snapshot
from storage.evolution.ledger import Stage, evolutions
from tests.city import PERMIT, PERSON, VISIT
from tests.city.declared import change
from tests.city.homes import Town
from tests.city.records import VISITS, csv_text, people, person_id
from tests.flow.old_town import OldTown
from tests.harness.placing import opened, remove

PERSON_FILE = "resources/civil_affairs/person.yaml"
VISIT_FILE = "resources/data_office/visit.yaml"
PERSONS = "elements/persons.yaml"
INCOME = 5
HEADER = "公民身份号码,姓名,性别,出生日期,户籍区划,登记收入"
GRANT_FILE, OPEN_FILE = "grants/residents_for_office.yaml", "open_data/resident_profile.yaml"
ALONE: dict[str, Any] = {GRANT_FILE: None, OPEN_FILE: None}
RENAMED = change(
    items__1={"code": "full_name", "element": "person_name", "required": True, "formerly": "name"},
    feed__columns__姓名="full_name",
    quality=[],
)
GONE = {"on": "2026-03-01", "reason": "依据已废止"}


def without(code: str, header: str, **more: Any) -> Any:
    """Return an edit that takes an item and its column out."""

    def edit(document: Any) -> None:
        document["items"] = [one for one in document["items"] if one["code"] != code]
        del document["feed"]["columns"][header]
        document |= more

    return edit


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Four people and three visits of two of them."""
    made = Town(tmp_path)
    made.declare(**ALONE)
    made.take(PERSON, "p.csv", people(range(4), p3=("人3", 9, "1990-01-01", 350500, "1.00")))
    visits = [("V1", 1), ("V2", 1), ("V3", 2)]
    rows = [(v, "2026-01-01", 9, 1, 1, person_id(n), f"人{n}") for v, n in visits]
    made.take(VISIT, "v.csv", csv_text(VISITS, *rows))
    return made


def table(town: Town, ref: str) -> DeltaTable:
    """Open a resource's table as any reader of Delta does."""
    return DeltaTable(str(town.layout.authoritative(ref)))


def only(planned: tuple[Planned, ...]) -> Planned:
    """Return the one resource of a plan."""
    [one] = planned
    return one


def test_a_resource_that_has_to_evolve_waits_alone(town: Town) -> None:
    """What is delivered to it stays landed; every other resource goes its way."""
    town.declare(**{PERSONS: change(**{f"{INCOME}__scale": 4})})

    with pytest.raises(TableError, match=r"TAB-001 .*quanshu evolve") as told:
        town.take(PERSON, "p2.csv", people(range(5)))

    assert "DECIMAL(18,4), and was DECIMAL(18,2)" in str(told.value)
    assert len(town.rows(PERSON, "resident_id")) == 3
    assert town.take(VISIT, "v2.csv", csv_text(VISITS)).delivered == 0
    evolve(town.city)
    assert len(promote_waiting(town.city, PERSON)) == 1
    assert len(town.rows(PERSON, "resident_id")) == 5


def test_a_widened_type_keeps_rows_identity_deliveries_and_feed(town: Town) -> None:
    """The same table goes on: its id, the deliveries it knows, its change data feed."""
    before = table(town, PERSON)
    rows = town.rows(PERSON, "resident_id", "name", "_delivery", "_row")
    town.declare(**{PERSONS: change(**{f"{INCOME}__scale": 4})})

    assert only(plan(town.city)).urgent
    assert only(evolve(town.city)).refused == ()

    after = table(town, PERSON)
    assert after.metadata().id == before.metadata().id
    assert after.transaction_version(PERSON) == before.transaction_version(PERSON) == 1
    assert town.rows(PERSON, "resident_id", "name", "_delivery", "_row") == rows
    assert town.rows(PERSON, "income")[0] == (Decimal("1.0000"),)
    changes = after.load_cdf(starting_version=after.version()).read_all()
    assert changes is not None
    assert plan(town.city) == ()
    town.take(PERSON, "p2.csv", people(range(4), p1=("改", 1, "1990-01-01", 350500, "1.2345")))
    assert (Decimal("1.2345"),) in town.rows(PERSON, "income")
    assert [one.stage for one in evolutions(town.layout)] == [Stage.PLANNED, Stage.DONE]


def test_a_type_that_values_do_not_fit_is_refused_and_nothing_is_touched(town: Town) -> None:
    """The count is told, no value; an evolution of another resource is done all the same."""
    town.take(PERSON, "p2.csv", people(range(4), p1=("改", 1, "1990-01-01", 350500, "1.25")))
    version = table(town, PERSON).version()
    town.declare(
        **{
            PERSONS: change(**{f"{INCOME}__scale": 1}),
            "elements/visits.yaml": change(**{"3__type": "string", "3__range": ...}),
        }
    )

    done = {one.resource: one for one in evolve(town.city)}

    [refused] = done[PERSON].refused
    assert (refused.code, "1 stored value(s) do not fit" in refused.what) == ("EVO-202", True)
    assert "1.25" not in str(done)
    assert table(town, PERSON).version() == version
    assert done[VISIT].refused == ()
    assert ("1",) in town.rows(VISIT, "trips")


@pytest.mark.parametrize("file", ["string", "integer"])
def test_whole_numbers_become_texts_and_back_when_nothing_is_lost(town: Town, file: str) -> None:
    """A type fits by the values that are stored, not by a list of pairs."""
    town.declare(**{"elements/visits.yaml": change(**{"3__type": "string", "3__range": ...})})
    evolve(town.city)
    town.declare(**{"elements/visits.yaml": change(**{"3__type": file, "3__range": ...})})
    evolve(town.city)

    assert town.rows(VISIT, "trips")[0] == ("1" if file == "string" else 1,)


def test_a_renamed_item_takes_its_column_along(town: Town) -> None:
    """Values stay under the new code, and the next snapshot finds nothing changed."""
    town.declare(
        **{PERSON_FILE: RENAMED, VISIT_FILE: change(items__5__source=f"{PERSON}.full_name")}
    )

    assert [one.kind.name for one in only(plan(town.city)).differences] == ["RENAMED"]
    evolve(town.city)

    assert town.rows(PERSON, "full_name")[0] == ("人0",)
    remove(town.layout.authoritative(PERSON))
    promote_waiting(town.city, PERSON)
    assert town.rows(PERSON, "full_name")[0] == ("人0",)
    again = people(range(4), p3=("人3", 9, "1990-01-01", 350500, "1.00")) + "\n"
    outcome = town.take(PERSON, "again.csv", again)
    assert (outcome.unchanged, outcome.updated, outcome.deleted) == (3, 0, 0)


def test_a_renamed_key_item_is_renamed_in_quarantine_too(town: Town) -> None:
    """A record that is quarantined keeps its key, and can be replayed."""

    def renamed(document: Any) -> None:
        document["items"][1] |= {"code": "number", "formerly": "visit_no"}
        document["key"] = ["resident_id", "number"]
        document["feed"]["columns"]["办件编号"] = "number"

    bad = ("V4", "2026-01-01", 9, 1, 99, person_id(1), "人1")
    town.take(VISIT, "v4.csv", csv_text(VISITS, bad))
    town.declare(**{VISIT_FILE: renamed})

    evolve(town.city)

    found = snapshot(town.layout.quarantine(VISIT))
    assert found
    assert {"key__number", "raw"} <= {column.name for column in found.columns}
    assert town.states(VISIT) == ["open"]
    wider = change(**{"3__range__max": 99})
    town.declare(**{"elements/visits.yaml": wider})
    assert [one.accepted for one in replay(town.city, VISIT).outcomes] == [1]
    assert sorted(town.rows(VISIT, "number")) == [("V1",), ("V2",), ("V3",), ("V4",)]
    assert plan(town.city) == ()


def test_a_change_feed_keeps_its_order_through_a_renamed_key(town: Town) -> None:
    """What came later is known from landing again, under the key's new name."""
    header = "操作,序号,区划代码,许可编号,许可名称"
    town.take(PERMIT, "c1.csv", csv_text(header, ("I", 5, 350500, "P1", "新")))
    file = "resources/data_office/permit.yaml"

    def renamed(document: Any) -> None:
        document["items"][1] |= {"code": "number", "formerly": "permit_no"}
        document["key"] = ["division", "number"]
        document["feed"]["columns"]["许可编号"] = "number"

    path = town.folder / "catalogue" / file
    permit = yaml.safe_load(path.read_text(encoding="utf-8"))
    renamed(permit)
    town.declare(**{file: permit})
    evolve(town.city)

    town.take(PERMIT, "c0.csv", csv_text(header, ("U", 3, 350500, "P1", "旧")))

    assert town.rows(PERMIT, "number", "permit_name") == [("P1", "新")]


def test_an_item_more_keeps_nobody_waiting(town: Town) -> None:
    """The next delivery brings it; evolve gives the column ahead of it, without a row rewritten."""
    more = {
        PERSONS: lambda document: document.append(document[3] | {"code": "seen", "name": "见"}),
        PERSON_FILE: change(items__6={"code": "seen", "element": "seen"}, feed__columns__见="seen"),
    }
    files = table(town, PERSON).file_uris()
    town.declare(**more)

    assert not only(plan(town.city)).urgent
    evolve(town.city)

    assert table(town, PERSON).file_uris() == files
    assert town.rows(PERSON, "seen") == [(None,)] * 3
    header, *rows = people(range(4)).splitlines()
    text = "\n".join([f"{header},见", *(f"{row},2020-01-01" for row in rows), ""])
    town.take(PERSON, "p2.csv", text)
    assert len(town.rows(PERSON, "seen")) == 4


def test_a_wider_key_evolves_and_a_narrower_one_only_where_it_tells_rows_apart(town: Town) -> None:
    """Two visits of one person cannot be told apart by the person alone."""
    town.declare(
        **{
            VISIT_FILE: change(
                key=["resident_id", "visit_no", "visited_at"],
            )
        }
    )
    with pytest.raises(TableError, match="the key becomes"):
        town.take(
            VISIT, "v2.csv", csv_text(VISITS, ("V9", "2026-01-01", 9, 1, 1, person_id(0), ""))
        )
    assert only(evolve(town.city)).refused == ()
    assert promote_waiting(town.city, VISIT)[-1].inserted == 1
    town.declare(**{VISIT_FILE: change(key=["resident_id"])})

    [refused] = only(evolve(town.city)).refused

    assert refused.code == "EVO-203"
    assert "1 share theirs with another row" in refused.what
    town.declare(**{VISIT_FILE: change(key=["resident_id", "visit_no"])})
    assert only(evolve(town.city)).refused == ()


@pytest.mark.thorough  # of one share and one release, others tell
def test_shares_and_releases_wait_for_what_they_read_and_for_nothing_else(town: Town) -> None:
    """A renamed item would leave as null; one that does not leave stops nothing."""
    town.changes.pop(GRANT_FILE)
    town.changes.pop(OPEN_FILE)
    town.declare(**{PERSONS: change(**{f"{INCOME}__scale": 4})})
    assert [one.as_dict()["rows"] for one in run(town.city).shares] == [3]

    town.declare(
        **{
            PERSON_FILE: RENAMED,
            VISIT_FILE: change(items__5__source=f"{PERSON}.full_name"),
            GRANT_FILE: change(
                resources__0__items=["resident_id", "full_name"], resources__0__masks={}
            ),
        }
    )
    told = {one.subject: one.what for one in run(town.city).faults}
    assert "`name` is now called `full_name`" in told["residents_for_office"]
    assert PERSON in told
    evolve(town.city)
    assert [one.as_dict()["rows"] for one in run(town.city).shares] == [3]


def test_a_home_of_an_earlier_version_evolves(tmp_path: Path) -> None:
    """Its tables have no key on record; they get one with the next delivery, once."""
    town = OldTown(tmp_path)
    assert plan(town.city) == ()
    town.declare(**{PERSONS: change(**{f"{INCOME}__scale": 4})})

    assert only(evolve(town.city)).refused == ()

    found = snapshot(town.layout.authoritative(PERSON))
    assert found
    assert [column.name for column in found.columns if column.key] == ["resident_id"]
    assert len(town.rows(PERSON, "income")) == 39


def test_the_views_say_of_a_table_that_it_waits_to_evolve(town: Town) -> None:
    """Whoever reads a view whose table is as an earlier catalogue asked is told so."""

    def comments() -> dict[str, str]:
        run(town.city)
        query = "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
        with opened(town.layout.city_views) as con:
            return dict(con.execute(query).fetchall())

    town.declare(
        **{PERSON_FILE: RENAMED, VISIT_FILE: change(items__5__source=f"{PERSON}.full_name")}
    )

    waiting = comments()

    assert "待演进" in waiting["person"]
    assert "full_name" in waiting["person"]
    assert "待演进" in waiting["人口"]
    assert "待演进" not in waiting["visit"]
    evolve(town.city)
    assert not any("待演进" in comment for comment in comments().values())
