"""Which delivered headers become texts."""

from __future__ import annotations

from tests.city.resources import catalog_of, person
from values.feed_texts import text_headers


def test_items_that_are_texts() -> None:
    """Numbers, dates and truth values are none; parts that become something else may be."""
    made = person()
    feed = made.feed.model_copy(update={"columns": {**made.feed.columns, "年": "year"}})
    found = text_headers(catalog_of(made), made.model_copy(update={"feed": feed}))
    assert found == {"name", "resident_id", "sex", "residence", "employer", "年"}
