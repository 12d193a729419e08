"""Behaviour of the site: written once, changed where facts changed, cleared of what is gone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flow.city import City
from flow.run import run
from outlets.reports.site import build_report
from tests.city import NOW, PERMIT, PERSON, REGION, TODAY, VISIT
from tests.city.homes import copied
from tests.city.records import REGIONS, csv_text
from tests.unit.outlets.reports.conftest import put


@pytest.fixture
def city(reported: City, tmp_path: Path) -> City:
    """Return the city over a copy of its home that a test may change."""
    return copied(reported, tmp_path)


def pages(city: City) -> dict[str, int]:
    """Return every page with the time of its last change."""
    folder = city.layout.reports
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*.html")
    }


def test_a_second_build_writes_nothing(city: City) -> None:
    """Where nothing changed, no file is written or touched."""
    first = build_report(city.layout, city.catalog, NOW)
    before = pages(city)
    second = build_report(city.layout, city.catalog, NOW + timedelta(hours=2))
    assert first.written == first.pages == len(before) > 50
    assert (second.written, second.removed, second.pages) == (0, 0, first.pages)
    assert pages(city) == before


def test_a_delivery_changes_its_own_pages_alone(city: City) -> None:
    """One more delivery of a resource leaves the pages of all others as they are."""
    build_report(city.layout, city.catalog, NOW)
    before = pages(city)
    put(city, REGION, "more.csv", csv_text(REGIONS, *((350500 + n, f"区{n}") for n in range(4))))
    run(city, derive=False)
    build_report(city.layout, city.catalog, NOW)
    after = pages(city)
    changed = {place for place, at in after.items() if before.get(place) != at}
    assert f"resources/{REGION}/index.html" in changed
    assert len(after) == len(before) + 1
    others = (PERSON, VISIT, PERMIT)
    assert not [place for place in changed if any(f"/{ref}/" in place for ref in others)]


def test_the_next_day_changes_pages_of_the_day_alone(city: City) -> None:
    """Pages that speak of today are written on another day; single verdicts are not."""
    build_report(city.layout, city.catalog, NOW)
    before = pages(city)
    build_report(city.layout, city.catalog, NOW + timedelta(days=1))
    changed = {place for place, at in pages(city).items() if before[place] != at}
    assert "index.html" in changed
    assert not [place for place in changed if "/deliveries/" in place]


def test_what_was_lost_or_damaged_is_written_again(city: City) -> None:
    """A page that was removed or cut, and a lost sheet, are whole again after the next build."""
    build_report(city.layout, city.catalog, NOW)
    index, sheet = (city.layout.reports / one for one in ("index.html", "assets/report.css"))
    whole = index.read_bytes()
    index.write_bytes(whole[:100])
    (city.layout.reports / f"resources/{REGION}/index.html").unlink()
    sheet.unlink()
    done = build_report(city.layout, city.catalog, NOW)
    assert done.written == 2
    assert index.read_bytes() == whole
    assert sheet.is_file()


def test_pages_of_what_is_gone_are_removed(city: City) -> None:
    """A resource that the catalogue no longer has keeps no page, and no empty folder."""
    build_report(city.layout, city.catalog, NOW)
    kept = {ref: one for ref, one in city.catalog.resources.items() if ref != VISIT}
    catalog = replace(city.catalog, resources=kept, digest="another")
    done = build_report(city.layout, catalog, NOW)
    assert done.removed > 5
    assert not (city.layout.reports / "resources" / VISIT).exists()
    assert (city.layout.reports / "resources" / PERMIT).is_dir()


def test_a_killed_build_leaves_pages_whole(city: City) -> None:
    """Without its manifest every page is compared, and what lies aside is no page."""
    build_report(city.layout, city.catalog, NOW)
    (city.layout.reports / ".pages.json").unlink()
    (city.layout.reports / ".index.html.next").write_text("half", encoding="utf-8")
    build_report(city.layout, city.catalog, NOW)
    assert "</html>" in (city.layout.reports / "index.html").read_text(encoding="utf-8")


def test_every_page_is_for_its_owner_alone(city: City) -> None:
    """Nobody else may read which department failed, until somebody hands the folder on."""
    build_report(city.layout, city.catalog, NOW)
    assert {path.stat().st_mode & 0o077 for path in city.layout.reports.rglob("*.html")} == {0}


def test_a_broken_table_takes_no_page_away(city: City) -> None:
    """A table that cannot be read is told of; its pages stay, and all others are made."""
    build_report(city.layout, city.catalog, NOW)
    before = pages(city)
    shutil.rmtree(city.layout.authoritative(REGION) / "_delta_log")
    (city.layout.authoritative(REGION) / "_delta_log").mkdir()
    (city.layout.authoritative(REGION) / "_delta_log" / f"{0:020}.json").write_text("{}")
    build_report(city.layout, city.catalog, NOW + timedelta(days=1))
    assert pages(city).keys() == before.keys()
    text = (city.layout.reports / "index.html").read_text(encoding="utf-8")
    assert "1 类资源无法读取" in text
    assert f"# {REGION}" in text


def test_an_earlier_day_has_a_folder_of_its_own(city: City) -> None:
    """The report as of a day lies apart, says the same again, and leaves today's as it is."""
    build_report(city.layout, city.catalog, NOW)
    today = pages(city)
    later, day = NOW + timedelta(days=9), TODAY
    first = build_report(city.layout, city.catalog, later, as_of=day)
    assert first.path == city.layout.report_of(day.isoformat())
    text = first.path.read_text(encoding="utf-8")
    again = build_report(city.layout, city.catalog, later + timedelta(days=9), as_of=day)
    assert (again.written, again.removed) == (0, 0)
    assert "2026-03-02" in text
    now = pages(city)
    assert {place: now[place] for place in today} == today


def test_a_day_that_is_not_over_is_the_present_report(city: City) -> None:
    """Today as of today is no past."""
    assert build_report(city.layout, city.catalog, NOW, as_of=TODAY).path == city.layout.report
