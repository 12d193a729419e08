"""The report as people open it: whole, in both languages, without a request or a value."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from catalog_specs.loader import load
from flow.city import City
from flow.derived import refresh_report
from flow.failures import Faults
from flow.run import run
from tests.city import PERSON, VISIT
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver
from tests.city.homes import city_of
from tests.city.records import PEOPLE, VISITS, csv_text, person_id
from tests.flow.conftest import CityHome
from tests.tiers import then_thorough

CHROMIUM = Path("/usr/bin/chromium")
CANARIES = 500
"""Of each of two kinds: names and numbers."""
WIDTHS = (1280, 390)


HREF = re.compile(r'<a [^>]*?href="([^"]*)"')
LOADED = re.compile(r'<(?!a )[^>]*?(?:src|href|data)="([^"]*)"')
NAMED = re.compile(r' id="([^"]*)"')


@pytest.fixture(scope="module")
def site(city_home: CityHome) -> Path:
    """Return the folder of the report that the runs of the demo city have made."""
    return city_home.city.layout.reports


def test_a_run_brings_the_report_up_to_date(city_home: CityHome) -> None:
    """The last run made the pages of every department, resource, delivery and rule."""
    layout, catalog = city_home.city.layout, city_home.city.catalog
    report = city_home.results[-1].report
    assert report is not None
    assert report.path == layout.reports / "index.html"
    there = {str(path.relative_to(layout.reports)) for path in layout.reports.rglob("*.html")}
    assert len(there) == report.pages
    outcomes = [one for result in city_home.results for one in result.outcomes]
    for one in outcomes:
        if one.verdict.value != "recognised":
            ref = f"{one.department}/{one.resource}"
            assert f"resources/{ref}/deliveries/{one.delivery}.html" in there
    assert {f"resources/{ref}/index.html" for ref in catalog.resources} <= there


def test_nothing_is_written_when_nothing_changed(city_home: CityHome) -> None:
    """Bringing an unchanged report up to date once more writes no page."""
    faults = Faults(city_home.city.layout)
    report = refresh_report(city_home.city, faults)
    assert faults.found == []
    assert report is not None
    assert (report.written, report.removed) == (0, 0)


def test_every_link_leads_to_a_page_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """Links are relative and resolve, fragments too; what loads lies in the folder."""
    texts = {str(p.relative_to(site)): p.read_text("utf-8") for p in site.rglob("*.html")}
    named = {place: set(NAMED.findall(text)) for place, text in texts.items()}
    dead = []
    for place, text in texts.items():
        folder = posixpath.dirname(place)
        for href in {*HREF.findall(text)}:
            path, _, fragment = href.partition("#")
            target = posixpath.normpath(posixpath.join(folder, path)) if path else place
            if target not in named or (fragment and fragment not in named[target]):
                dead.append((place, href))
        loads = {*LOADED.findall(text)} - {"data:,"}
        assert loads
        dead += [(place, one) for one in loads if not (site / folder / one).is_file()]
    assert dead == []
    sheet = (site / "assets" / "report.css").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\(", sheet)


def test_no_page_is_heavy(site: Path) -> None:
    """Every page of the demo stays within 150 kB."""
    heavy = {path.name: path.stat().st_size for path in site.rglob("*.html")}
    assert {name: size for name, size in heavy.items() if size > 150_000} == {}


def test_no_value_of_a_thousand_is_in_the_report(tmp_path: Path) -> None:
    """Names and numbers of records, accepted, quarantined and refused, stand on no page."""
    city = city_of(load(write_catalog(tmp_path)), tmp_path / "home")
    deliver(city.layout.home)
    names = [f"金丝雀{n:04}" for n in range(CANARIES)]
    numbers = [person_id(n) for n in range(300, 300 + CANARIES)]
    rows = [
        (number, name, 1 if n % 3 else 9, "1990-01-01", 350500, "1.00")
        for n, (number, name) in enumerate(zip(numbers, names, strict=True))
    ]
    visits = [
        (f"V9{n}", "2026-02-01", 1, 1, 1, number, f"{name}误")
        for n, (number, name) in enumerate(zip(numbers, names, strict=True))
    ]
    _add(city, PERSON, csv_text(PEOPLE, *rows))
    _add(city, VISIT, csv_text(VISITS, *visits))
    assert run(city).report is not None
    found = b"".join(path.read_bytes() for path in city.layout.reports.rglob("*.*"))
    text = found.decode()
    assert [one for one in (*names, *numbers) if one in text] == []
    assert text.count("</html>") > 50


def _add(city: City, ref: str, text: str) -> None:
    (city.layout.inbox(ref) / "canaries.csv").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Open the machine's browser; a machine of CI without one fails."""
    if not CHROMIUM.exists() and os.environ.get("CI") != "true":
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


def _kinds(site: Path) -> list[tuple[str, str]]:
    """Return of every kind of page a short one and the longest."""
    kinds: dict[str, list[str]] = {}
    for path in sorted(site.rglob("*.html"), key=lambda one: one.stat().st_size):
        place = path.relative_to(site)
        kind = str(place) if len(place.parts) == 1 else f"{place.parts[0]}/{place.parts[-2]}"
        kind = re.sub(r"^resources/(?!rules|deliveries).*", "resource", kind)
        kinds.setdefault(kind, []).append(str(place))
    return [(found[len(found) // 4], found[-1]) for found in kinds.values()]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("quarter", then_thorough([0], [1, 2, 3]))
def test_every_kind_of_page_is_sound_in_a_browser(
    site: Path, browser: Any, language: str, quarter: int
) -> None:
    """No request leaves the folder, no console error, no sideways scroll, no grave axe fault.

    A quarter of the kinds of page is opened in one language, and another one in the other.
    """
    english = language == "en"
    told: list[str] = []
    page: Page = browser.new_context().new_page()
    page.on("console", lambda one: told.append(f"console {one.type}: {one.text}"))
    page.on("pageerror", lambda error: told.append(f"error: {error}"))
    page.on("request", lambda one: None if _local(one.url, site) else told.append(one.url))
    for number, (short, longest) in enumerate(_kinds(site)[(quarter + 2 * english) % 4 :: 4]):
        for place in (longest, short):
            page.goto(f"{(site / place).as_uri()}#{language}")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                wide = page.evaluate("document.documentElement.scrollWidth")
                told += [f"{place} scrolls at {width}: {wide}"] if wide > width else []
        # axe takes a second a page: it sees every kind at one of the widths
        width = WIDTHS[(number + english) % 2]
        page.set_viewport_size({"width": width, "height": 900})
        told += [f"{short} {width} {one}" for one in _grave(page)]
        spoken = page.evaluate("document.documentElement.lang")
        assert spoken == {"zh": "zh-CN", "en": "en"}[language]
    assert told == [], "\n".join(told)


def test_on_paper_a_table_is_a_table(site: Path, browser: Any) -> None:
    """A sheet of A4 is as narrow as a telephone is long, and lists stay in columns."""
    page: Page = browser.new_context().new_page()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 within its margins
    for kind in ("certificates", "resources"):
        place = next(path for path in sorted(site.rglob("*.html")) if kind in path.parts)
        page.goto(place.as_uri())
        shown = page.evaluate(
            "[...document.querySelectorAll('td')].map(cell => [getComputedStyle(cell).display,"
            " getComputedStyle(cell, '::before').content])"
        )
        assert {(display, label) for display, label in shown} <= {("table-cell", "none")}
        assert page.evaluate("document.documentElement.scrollWidth") <= 688


def _local(url: str, site: Path) -> bool:
    return url.startswith((site.as_uri(), "data:"))


def _grave(page: Page) -> list[str]:
    """Return the faults that axe calls serious or critical; what WCAG asks is all it looks for."""
    asked = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "preload": False}
    found = Axe().run(page, options={**asked, "resultTypes": ["violations"]}).response
    return [
        f"{one['id']}: {one['nodes'][0]['target']}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


def test_the_language_stays_and_lists_sort_and_filter(site: Path, browser: Any) -> None:
    """The switch is remembered on the next page; a heading sorts its list; words narrow it."""
    page: Page = browser.new_context().new_page()
    page.goto((site / "index.html").as_uri())
    page.click(".tongue")
    page.goto((site / "resources.html").as_uri())
    assert page.evaluate("document.documentElement.lang") == "en"
    rows = page.locator("#resources tbody tr")
    page.click("#resources thead th:nth-child(5) button")
    first = rows.first.locator("td").nth(3).inner_text()
    stored = rows.locator("td:nth-child(5)").all_inner_texts()
    figures = [int(one.replace(",", "")) for one in stored if one != "–"]
    assert figures == sorted(figures, reverse=True)
    assert first == f"{max(figures):,}"
    page.fill(".sift input", "civil_affairs")
    assert 0 < rows.filter(visible=True).count() < len(stored)


def test_without_script_a_page_is_whole_and_chinese(site: Path, browser: Any) -> None:
    """Who forbids scripts reads Chinese, every row, and no English beside it."""
    page: Page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((site / "index.html").as_uri())
    text = page.locator("main").inner_text()
    assert "今日" in text
    assert "Today" not in text
    assert page.locator("main table tbody tr").count() > 10
