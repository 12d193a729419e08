"""What left and should not have: extracts as they lie, and grants whose masks do not mask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flow.derived import refresh_share
from flow.supervision.leaving import bare, exposed, extracts
from storage.swaps import write_json
from tests.city import GRANT, GRANT_FILE, OPEN_FILE, OPEN_SET, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import Town
from tests.city.records import people


def test_an_extract_tells_the_columns_that_lie_there(tmp_path: Path) -> None:
    """They are read from the table itself, whatever the grant says by now."""
    town = Town(tmp_path)
    assert extracts(town.city) == ()
    town.take(PERSON, "people.csv", people(range(3)))
    refresh_share(town.city, GRANT)
    (one,) = extracts(town.city)
    assert one.grant == GRANT
    assert set(one.columns[PERSON]) == {"resident_id", "name", "sex", "birth_date", "residence"}
    assert exposed(town.city) == ()


def test_a_grant_whose_masks_do_not_mask_is_exposed(tmp_path: Path) -> None:
    """As long as its rows lie there; no law passes such a catalogue, so it is made in memory."""
    town = Town(tmp_path)
    town.take(PERSON, "people.csv", people(range(3)))
    refresh_share(town.city, GRANT)
    mask = {"birth_date": {"mask": "redact"}}
    catalog = compiled(**{GRANT_FILE: change(resources__0__masks=mask)})
    (one,) = exposed(replace(town.city, catalog=catalog))
    assert (one.kind, one.code) == ("grant", GRANT)


def test_a_closed_set_that_is_still_public_is_exposed(tmp_path: Path) -> None:
    """Its release should have been withdrawn."""
    town = Town(tmp_path)
    (town.layout.release(OPEN_SET, "20260302-01")).mkdir(parents=True)
    assert exposed(town.city) == ()
    town.declare(**{OPEN_FILE: None})
    (one,) = exposed(town.city)
    assert (one.kind, one.code) == ("open_set", OPEN_SET)


def test_a_release_without_its_notice_is_bare(tmp_path: Path) -> None:
    """The newest one is asked what its metadata say as well; a withdrawn one is asked nothing."""
    town = Town(tmp_path)
    assert bare(town.city) == ()
    said = {"数据集": {"许可": "某", "数据来源": "某局", "获取日期": "2026-03-02"}}
    for name in ("20260301-01", "20260302-01"):
        place = town.layout.release(OPEN_SET, name)
        place.mkdir(parents=True)
        (place / "ATTRIBUTION.md").write_text("某", encoding="utf-8")
        write_json(place / "metadata.json", said)
    assert bare(town.city) == ()
    write_json(place / "metadata.json", {})
    (town.layout.release(OPEN_SET, "20260301-01") / "ATTRIBUTION.md").unlink()
    assert [(one.release, one.lacks) for one in bare(town.city)] == [
        ("20260301-01", ("ATTRIBUTION.md",)),
        ("20260302-01", ("许可", "数据来源", "获取日期")),
    ]
