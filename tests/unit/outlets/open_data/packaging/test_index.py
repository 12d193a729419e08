"""The index pages: what is open, and what is not, for people; markup of others is text."""

from __future__ import annotations

from typing import Any

from outlets.open_data.packaging.index import city_page, set_page

EVIL = '<script>alert("x")</script>'


def one(**more: Any) -> dict[str, Any]:
    """Return a set as its `index.json` holds it."""
    release = {
        "release": "20260302-01", "name": "公交站点", "released_at": "2026-03-02T10:00:00",
        "rows": 1234, "state": "published", "code": None, "reason": None, "withdrawn_at": None,
    }  # fmt: skip
    made = {
        "code": "bus_stops", "name": "公交站点", "summary": "全市公交站点。",
        "latest": "20260302-01", "state": "published", "state_code": None, "reason": None,
        "releases": [release, release | {"release": "20260303-01", "rows": None}],
    }  # fmt: skip
    return made | more


def test_a_set_shows_its_releases_newest_first() -> None:
    """Each with a link, its time and its rows where they are told."""
    page = set_page(one())

    assert page.index("20260303-01") < page.index("20260302-01")
    assert '<a href="20260302-01/">20260302-01</a>' in page
    assert "1,234" in page


def test_a_refused_set_says_why_and_counts_nothing() -> None:
    """Its state and code are told, and there is no link to what does not exist."""
    refused = one(
        releases=[], latest=None, state="refused", state_code="REL-001", reason="人数太少"
    )

    page = city_page({"city": "某市", "sets": [refused]})

    assert "REL-001" in page
    assert "人数太少" in page
    assert "bus_stops/index.html" not in page


def test_the_city_links_to_each_set_and_its_latest_release() -> None:
    """A set without a name is called by its code."""
    page = city_page({"city": "某市", "sets": [one(name=None)]})

    assert '<a href="bus_stops/index.html">bus_stops</a>' in page
    assert '<a href="bus_stops/20260302-01/">20260302-01</a>' in page


def test_markup_is_text_and_nothing_is_loaded() -> None:
    """Whatever a department calls its set: no script runs, and no network is asked."""
    evil = one(name=EVIL, summary=EVIL, code=EVIL, reason=EVIL)

    for page in (set_page(evil), city_page({"city": EVIL, "sets": [evil]})):
        assert "<script" not in page
        assert "default-src 'none'" in page
