"""Releases that go: by command, with their set, with the opening; and what is shown of them."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.rules.disclosure import RefusalCode, WithdrawalCode
from flow.city import City
from flow.derived import release_all, retract_release, retract_sets
from flow.failures import Faults
from flow.results import document
from flow.run import run
from governance.keys import KeyRing
from outlets.open_data.ledger import last_openings
from outlets.open_data.release import Refusal, Release
from outlets.open_data.retraction import Retraction
from storage.layout import Layout
from tests.city import NOW, OPEN_FILE, OPEN_SET, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.city.tables import fill, someone

PERSON_FILE = "resources/civil_affairs/person.yaml"
FIRST = "20260302-01"


def at_work(home: Path, catalog: Catalog, keys: KeyRing = KEYS) -> City:
    """Return a town over a home."""
    return City(catalog, Layout(home), keys, lambda: NOW, actor="数字办值班岗")


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a town with one release of its set."""
    made = at_work(tmp_path, compiled())
    alike = {"sex": "1", "birth_date": date(1985, 6, 7), "residence": "350502"}
    fill(made.layout, made.catalog, PERSON, [someone(n, **alike) for n in range(8)])
    [done] = opened(made)
    assert isinstance(done, Release)
    return made


def opened(city: City) -> tuple[Release | Refusal, ...]:
    """Release what is due; nothing may fail."""
    faults = Faults(city.layout)
    done = release_all(city, _silent, faults)
    assert faults.found == []
    return done


def retracted(city: City) -> tuple[Retraction, ...]:
    """Withdraw what must go; nothing may fail."""
    faults = Faults(city.layout)
    done = retract_sets(city, faults)
    assert faults.found == []
    return done


def _silent(stop: str, what: str, done: int, total: int) -> None:
    del stop, what, done, total


def shown(city: City, *below: str) -> dict[str, Any]:
    """Return the index over all sets, or of one."""
    path = city.layout.open_data("x").parent.joinpath(*below, "index.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def page(city: City, *below: str) -> str:
    """Return the page over all sets, or of one."""
    public = city.layout.open_data("x").parent
    return public.joinpath(*below, "index.html").read_text(encoding="utf-8")


def left(city: City) -> list[str]:
    """Return the files of the first release."""
    return [path.name for path in city.layout.release(OPEN_SET, FIRST).iterdir()]


def test_index_shows_what_is_released(city: City) -> None:
    """The index names each set, its releases and the latest; its pages are there for everybody."""
    [one] = shown(city)["sets"]
    assert (one["code"], one["latest"], one["state"]) == (OPEN_SET, FIRST, "published")
    assert one == shown(city, OPEN_SET)
    assert one["releases"][0]["rows"] == 8
    assert page(city).index("开放数据") < page(city).index("open data")
    assert f'href="{FIRST}/"' in page(city, OPEN_SET)
    public = city.layout.open_data("x").parent
    for path in (public / "index.json", public / "index.html", public / OPEN_SET / "index.html"):
        assert path.stat().st_mode & 0o777 == 0o644
    assert public.stat().st_mode & 0o777 == 0o755


def test_nothing_new_touches_no_page_and_no_ledger(city: City) -> None:
    """A run without news leaves index and ledger as they are."""
    public = city.layout.open_data("x").parent
    before = {p: p.lstat().st_mtime_ns for p in public.rglob("*")}
    ledger = sorted(city.layout.ledger("opening").rglob("*"))
    opened(city)
    assert {p: p.lstat().st_mtime_ns for p in public.rglob("*")} == before
    assert sorted(city.layout.ledger("opening").rglob("*")) == ledger


def test_command_withdraws_for_good(city: City) -> None:
    """The data go, the reason stays, and the same content is not released again by itself."""
    done = retract_release(city, OPEN_SET, FIRST, "发布了错误的年份")
    assert done.withdrawn == (FIRST,)
    assert left(city) == ["withdrawn.json"]
    assert not (city.layout.open_data(OPEN_SET) / "latest").is_symlink()
    [one] = shown(city)["sets"]
    assert one["releases"][0]["reason"] == "发布了错误的年份"
    assert "发布了错误的年份" in page(city, OPEN_SET)
    [again] = opened(city)
    assert isinstance(again, Refusal)
    assert again.code is RefusalCode.WITHDRAWN
    fill(city.layout, city.catalog, PERSON, [someone(50, residence="350502")])
    fill(city.layout, city.catalog, PERSON, [someone(n, residence="350502") for n in range(60, 90)])
    [fresh] = opened(city)
    assert isinstance(fresh, Release)
    assert fresh.release == "20260302-02"


def test_what_does_not_stand_cannot_be_withdrawn(city: City) -> None:
    """A release that never was, or is gone, is refused; a name is never a path."""
    retract_release(city, OPEN_SET, FIRST, "错")
    for dataset, name in ((OPEN_SET, FIRST), (OPEN_SET, "20260302-09"), ("..", "lake"), ("x", "")):
        with pytest.raises(AccessError, match=r"withdrawn before|no such release"):
            retract_release(city, dataset, name, "错")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({OPEN_FILE: None}, WithdrawalCode.NOT_IN_CATALOGUE),
        ({PERSON_FILE: change(open__type="closed")}, WithdrawalCode.CLOSED),
        ({PERSON_FILE: change(open__type="authorised")}, WithdrawalCode.CLOSED),
    ],
)
def test_closed_set_is_withdrawn_without_any_key(
    city: City, changes: dict[str, Any], code: WithdrawalCode
) -> None:
    """When a set or its opening goes, its releases go, whatever else is wrong; once."""
    keyless = KeyRing.from_sources({}, city.layout.home)
    now = at_work(city.layout.home, compiled(**changes), keyless)
    [done] = retracted(now)
    assert (done.code, done.withdrawn) == (code, (FIRST,))
    assert left(city) == ["withdrawn.json"]
    [one] = shown(now)["sets"]
    assert (one["state"], one["state_code"], one["latest"]) == ("withdrawn", code.value, None)
    assert code.label in page(now)
    assert retracted(now) == ()
    assert last_openings(now.layout)[OPEN_SET].outcome == "withdrawn"
    [back] = opened(city)
    assert isinstance(back, Release)
    assert back.release == "20260302-02"


def test_a_run_withdraws_whatever_else_fails(city: City) -> None:
    """A run tells what it withdrew, also where nothing else of it could be done."""
    now = at_work(city.layout.home, compiled(**{PERSON_FILE: change(open__type="closed")}))
    shutil.rmtree(now.layout.authoritative(PERSON) / "_delta_log")
    result = run(now)
    assert [one.dataset for one in result.retractions] == [OPEN_SET]
    assert document([result])["retractions"][0]["code"] == "DIS-203"
    assert left(city) == ["withdrawn.json"]


def test_refusal_is_recorded_whole_and_shown_without_counts(city: City) -> None:
    """The ledger has combination and counts; in public stands the code and what it means."""
    strict = compiled(**{OPEN_FILE: change(small_classes="refuse")})
    now = at_work(city.layout.home, strict)
    fill(
        now.layout, strict, PERSON, [someone(900, residence="119999", birth_date=date(1903, 4, 5))]
    )
    [done] = opened(now)
    assert isinstance(done, Refusal)
    kept = last_openings(now.layout)[OPEN_SET]
    assert (kept.outcome, kept.code, kept.actor) == ("refused", "DIS-104", "数字办值班岗")
    assert (kept.combination, kept.classes) == (done.combination, done.classes)
    [one] = shown(now)["sets"]
    assert (one["state"], one["latest"]) == ("refused", FIRST)
    assert done.explanation not in page(now) + json.dumps(one, ensure_ascii=False)
    assert RefusalCode.SMALL_CLASSES.label in page(now)
    opened(now)
    assert last_openings(now.layout)[OPEN_SET].recorded_at == kept.recorded_at


def test_pages_show_markup_as_text(city: City) -> None:
    """A name that looks like markup is read, not run."""
    evil = compiled(
        **{OPEN_FILE: change(name="<script>alert(1)</script>", summary='"><img src=x>')}
    )
    now = at_work(city.layout.home, evil)
    opened(now)
    for text in (page(now), page(now, OPEN_SET)):
        assert "<script" not in text
        assert "<img" not in text
    assert "&lt;script&gt;" in page(now)


def test_killed_package_is_nowhere_in_public(city: City) -> None:
    """What an earlier version left half made in the public folder goes."""
    hidden = city.layout.release(OPEN_SET, ".20260302-02.next")
    shutil.copytree(city.layout.release(OPEN_SET, FIRST), hidden)
    (hidden.parent.parent / ".index.html.next").write_text("half")
    later = City(city.catalog, city.layout, city.keys, lambda: NOW + timedelta(days=1))
    opened(later)
    assert not list(hidden.parent.parent.rglob(".*"))
