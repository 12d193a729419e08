"""Derived results: one that fails keeps no other, and a withdrawal needs nothing but its reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from catalog_specs.catalog import Catalog
from flow.city import City
from flow.derived import (
    due_shares,
    refresh_or_withdraw,
    refresh_share,
    refresh_shares,
    refresh_views,
    release_all,
    release_set,
    retract_sets,
    shared_grants,
    withdraw_lapsed,
    withdraw_uncompiled,
)
from flow.failures import Faults
from governance.keys import KeyRing
from outlets.open_data.ledger import last_openings
from outlets.open_data.release import Refusal, Release
from outlets.shares.project import Projection, Withdrawal
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, OPEN_FILE, OPEN_SET, PERSON, REGION, TODAY
from tests.city.declared import change, compiled, documents, write_catalog
from tests.city.homes import city_of
from tests.city.tables import fill, someone

OTHER, OTHER_SET = "regions_elsewhere", "region_list"
OTHER_FILE, OTHER_SET_FILE = f"grants/{OTHER}.yaml", f"open_data/{OTHER_SET}.yaml"
Told = tuple[str, str, int, int]


def catalog(**changes: Any) -> Catalog:
    """Return the city with a second grant and a second open set, both of divisions."""
    handed = [{"resource": REGION, "items": ["code", "name"]}]
    grant = {**documents()[GRANT_FILE], "code": OTHER, "resources": handed}
    opened = {**documents()[OPEN_FILE], "code": OTHER_SET, "resource": REGION}
    opened |= {"items": ["code", "name"], "masks": {}}
    return compiled(**{OTHER_FILE: grant, OTHER_SET_FILE: opened, **changes})


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city with tables of persons and divisions, from which nothing was made yet."""
    made = replace(city_of(catalog(), tmp_path), actor="值班岗")
    alike = {"sex": "1", "birth_date": date(1985, 6, 7), "residence": "350502"}
    fill(made.layout, made.catalog, PERSON, [someone(n, **alike) for n in range(8)])
    fill(made.layout, made.catalog, REGION, [{"code": "350502", "name": "鲤城区"}])
    return made


def again(city: City, **changes: Any) -> City:
    """Return the city under an edited catalogue."""
    return replace(city, catalog=catalog(**changes))


def break_table(city: City, ref: str) -> None:
    """Write into a table's log what no engine can read."""
    log = city.layout.authoritative(ref) / "_delta_log"
    max(log.glob("*.json")).write_text("{", encoding="utf-8")


def without(faults: Faults) -> None:
    """Hold that nothing failed."""
    assert faults.found == []


def unheard(stop: str, what: str, done: int, total: int) -> None:
    """Listen to nothing."""
    del stop, what, done, total


# ── shares ──────────────────────────────────────────────────────────────────────────────────────


def test_a_share_is_due_until_it_is_what_it_should_be(city: City) -> None:
    """Asking changes nothing; what is due has a digest, and another once it would be another."""
    faults, heard = Faults(city.layout), list[Told]()

    due = due_shares(city, faults)
    done = refresh_shares(city, lambda *said: heard.append(said), faults)

    assert set(due) == {GRANT, OTHER} == set(shared_grants(city))
    assert due[GRANT] != due[OTHER]
    assert [one.grant for one in done if isinstance(one, Projection) and one.refreshed] == [*due]
    assert heard == [
        *(("shares", code, place, 2) for place, code in enumerate(due)),
        ("shares", "", 2, 2),
    ]
    assert due_shares(city, faults) == {}
    fill(city.layout, city.catalog, REGION, [{"code": "350503", "name": "丰泽区"}])
    assert set(due_shares(city, faults)) == {OTHER}
    assert due_shares(city, faults)[OTHER] != due[OTHER]
    without(faults)


def test_a_share_that_fails_keeps_no_other(city: City) -> None:
    """It is told by its grant, when it is looked at and when it is made."""
    break_table(city, REGION)
    looked, made = Faults(city.layout), Faults(city.layout)

    assert set(due_shares(city, looked)) == {GRANT}
    [done] = refresh_shares(city, unheard, made)

    assert (done.grant, [(one.stop, one.subject) for one in made.found]) == (
        GRANT,
        [("shares", OTHER)],
    )
    assert [(one.stop, one.subject) for one in looked.found] == [("shares", OTHER)]


@pytest.mark.parametrize(("items", "stays"), [(["code", "name"], True), (["code"], False)])
def test_what_cannot_be_made_anew_stays_only_if_it_may(
    city: City, items: list[str], stays: bool
) -> None:
    """Older rows may stay, a column that is granted no longer may not: then it fails closed."""
    assert isinstance(refresh_share(city, OTHER), Projection)
    break_table(city, REGION)
    handed = [{"resource": REGION, "items": items}]
    grant = {**documents()[GRANT_FILE], "code": OTHER, "resources": handed}
    faults = Faults(city.layout)

    done = refresh_or_withdraw(again(city, **{OTHER_FILE: grant}), OTHER, faults)

    assert [(one.stop, one.subject) for one in faults.found] == [("shares", OTHER)]
    assert city.layout.share_file(OTHER).exists() is stays
    assert (done is None) is stays
    if done is not None:
        assert isinstance(done, Withdrawal)
        assert (done.reason, done.existed) == ("outdated", True)


def test_what_lapsed_goes_without_key_table_or_anything_else(city: City) -> None:
    """Nothing that fails can delay it; a grant that is in force is left alone."""
    refresh_shares(city, unheard, Faults(city.layout))
    faults = Faults(city.layout)
    assert withdraw_lapsed(city, faults) == ()
    shutil.rmtree(city.layout.authoritative(PERSON).parents[1])
    shutil.rmtree(city.layout.ledgers, ignore_errors=True)
    revoked = again(city, **{GRANT_FILE: change(status="revoked")})
    keyless = replace(revoked, keys=KeyRing.from_sources({}, city.layout.home))

    [gone] = withdraw_lapsed(keyless, faults)

    assert (gone.grant, gone.existed) == (GRANT, True)
    assert not city.layout.share_file(GRANT).exists()
    assert not city.layout.share(GRANT).exists()
    assert city.layout.share_file(OTHER).exists()
    assert withdraw_lapsed(keyless, faults) == ()
    without(faults)


def _misspelt(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "status: revokd\n", encoding="utf-8")


def _revoked(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "status: revoked\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("edit", "goes"),
    [(Path.unlink, True), (_misspelt, True), (_revoked, True), (lambda _: None, False)],
)
def test_a_catalogue_that_does_not_compile_still_ends_grants(
    tmp_path: Path, edit: Callable[[Path], None], goes: bool
) -> None:
    """A grant that is gone, ended or unreadable loses its files; one that stands keeps them."""
    layout, other = Layout(tmp_path / "home"), {**documents()[GRANT_FILE], "code": OTHER}
    root = write_catalog(tmp_path, **{OTHER_FILE: other})
    (root / "stray.txt.yaml").write_text("a: 1\n", encoding="utf-8")
    edit(root / GRANT_FILE)
    for code in (GRANT, OTHER):
        layout.share_file(code).parent.mkdir(parents=True, exist_ok=True)
        layout.share_file(code).write_bytes(b"rows")

    gone, failures = withdraw_uncompiled(layout, root, TODAY)

    assert ([one.grant for one in gone], failures) == ([GRANT] if goes else [], ())
    assert layout.share_file(GRANT).exists() is not goes
    assert layout.share_file(OTHER).exists()


def test_a_folder_that_is_no_catalogue_ends_nothing(tmp_path: Path) -> None:
    """A wrong path is no revocation."""
    layout = Layout(tmp_path / "home")
    layout.share_file(GRANT).parent.mkdir(parents=True)
    layout.share_file(GRANT).write_bytes(b"rows")

    assert withdraw_uncompiled(layout, tmp_path / "elsewhere", TODAY) == ((), ())
    assert layout.share_file(GRANT).exists()


# ── open data ───────────────────────────────────────────────────────────────────────────────────


def test_every_set_is_released_or_refused_and_entered(city: City) -> None:
    """Told one by one; the second time nothing is due, and nothing is entered again."""
    faults, heard = Faults(city.layout), list[Told]()

    done = release_all(city, lambda *said: heard.append(said), faults)

    assert [one.dataset for one in done] == [OPEN_SET, OTHER_SET]
    assert heard == [
        ("open_data", OPEN_SET, 0, 2),
        ("open_data", OTHER_SET, 1, 2),
        ("open_data", "", 2, 2),
    ]
    entered = last_openings(city.layout)
    assert {*entered} == {OPEN_SET, OTHER_SET}
    assert (city.layout.public / "index.json").exists()
    second = release_all(city, unheard, faults)
    assert not any(isinstance(one, Release) and one.created for one in second)
    assert last_openings(city.layout) == entered
    without(faults)


def test_a_set_that_fails_keeps_no_other(city: City) -> None:
    """It is told; the others are released, entered and shown."""
    break_table(city, REGION)
    faults = Faults(city.layout)

    [done] = release_all(city, unheard, faults)

    assert isinstance(done, Release)
    assert [(one.stop, one.subject) for one in faults.found] == [("open_data", OTHER_SET)]
    assert {*last_openings(city.layout)} == {OPEN_SET}


def test_one_set_alone_may_be_released(city: City) -> None:
    """It is entered and shown as among all; the other is not touched."""
    done = release_set(city, OPEN_SET)

    assert isinstance(done, Release | Refusal)
    assert {*last_openings(city.layout)} == {OPEN_SET}
    assert not city.layout.open_data(OTHER_SET).exists()


def test_a_closed_set_goes_whatever_else_fails(city: City) -> None:
    """It needs no table and no key; a set that stands is left alone."""
    release_all(city, unheard, Faults(city.layout))
    faults = Faults(city.layout)
    assert retract_sets(city, faults) == ()
    shutil.rmtree(city.layout.authoritative(PERSON).parents[1])
    closed = again(city, **{OPEN_FILE: None})

    [gone] = retract_sets(replace(closed, keys=KeyRing.from_sources({}, city.layout.home)), faults)

    assert gone.dataset == OPEN_SET
    assert retract_sets(closed, faults) == ()
    without(faults)


# ── views ───────────────────────────────────────────────────────────────────────────────────────


def views(city: City) -> set[str]:
    """Return the names of the views in the analysts' file."""
    with duckdb.connect(city.layout.city_views, read_only=True) as con:
        listed = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        return {name for (name,) in con.execute(listed).fetchall()}


def test_views_are_rebuilt_when_something_changed(city: City) -> None:
    """And are left as they are when nothing did."""
    faults = Faults(city.layout)

    assert [refresh_views(city, faults) for _ in range(2)] == [True, False]
    fill(city.layout, city.catalog, REGION, [{"code": "350503", "name": "丰泽区"}])
    assert refresh_views(city, faults)
    without(faults)


def test_a_table_that_cannot_be_read_is_told_beside_the_views_of_all_others(city: City) -> None:
    """The file is built all the same, without the view of that one."""
    break_table(city, REGION)
    faults = Faults(city.layout)

    assert refresh_views(city, faults)

    assert {one.stop for one in faults.found} == {"views"}
    assert "person" in views(city)
    assert "region" not in views(city)


def test_views_that_cannot_be_built_are_told(city: City) -> None:
    """Nothing is raised: they are the last of a run."""
    city.layout.city_views.mkdir(parents=True)
    (city.layout.city_views / "in the way").mkdir()
    faults = Faults(city.layout)

    assert refresh_views(city, faults) is False
    assert [one.stop for one in faults.found] == ["views"]


def test_shares_and_releases_are_made_side_by_side_as_one_after_another(city: City) -> None:
    """The same of each in the same order, and one that fails keeps none of the others."""
    break_table(city, REGION)
    faults = Faults(city.layout)
    both = replace(city, workers=2)
    shares = refresh_shares(both, lambda *_: None, faults)
    releases = release_all(both, lambda *_: None, faults)
    assert [(one.stop, one.subject) for one in faults.found] == [
        ("shares", OTHER),
        ("open_data", OTHER_SET),
    ]
    assert [one.grant for one in shares] == [GRANT]
    assert [one.dataset for one in releases] == [OPEN_SET]
