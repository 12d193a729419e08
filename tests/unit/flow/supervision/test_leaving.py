"""What left and should not have: extracts as they lie, and grants whose masks do not mask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flow.derived import refresh_share
from flow.supervision.leaving import exposed, extracts
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
