"""The layout: every place of a home once, below the home, private but for what is open."""

from __future__ import annotations

from pathlib import Path

from storage.layout import Layout

HOME = Path("/home/泉数")
LAYOUT = Layout(HOME)
REF = "office/visit"
PLACES = (
    LAYOUT.inbox(REF),
    LAYOUT.delivery(REF, "000001-aa"),
    LAYOUT.authoritative(REF),
    LAYOUT.sequences(REF),
    LAYOUT.quarantine(REF),
    LAYOUT.holding(REF),
    LAYOUT.ledger("verdicts"),
    LAYOUT.share("grant"),
    LAYOUT.share_file("grant"),
    LAYOUT.city_views,
    LAYOUT.open_data("set"),
    LAYOUT.master_key,
    LAYOUT.logs,
    LAYOUT.locks,
    LAYOUT.dagster,
)


def test_no_two_things_lie_in_one_place() -> None:
    """Nothing lies within another thing's folder, and all of it below the home."""
    assert all(place.is_relative_to(HOME) for place in PLACES)
    assert [
        (one, other)
        for one in PLACES
        for other in PLACES
        if one != other and one.is_relative_to(other)
    ] == []


def test_all_but_the_inbox_and_open_data_is_private() -> None:
    """Whatever else there is lies below a folder that its owner alone may enter."""
    open_places = {LAYOUT.inbox(REF), LAYOUT.open_data("set")}

    assert {
        place
        for place in PLACES
        if not any(place.is_relative_to(folder) for folder in LAYOUT.private)
    } == open_places


def test_parts_of_a_thing_lie_within_it() -> None:
    """A delivery lies in its resource's landing, a release in its set, a table in its share."""
    assert LAYOUT.delivery(REF, "d").parent == LAYOUT.landing(REF)
    assert LAYOUT.release("set", "r").parent == LAYOUT.open_data("set")
    assert LAYOUT.share_table("grant", REF).is_relative_to(LAYOUT.share("grant"))
