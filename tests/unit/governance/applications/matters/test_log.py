"""The log of matters: rows come back as they were, and none is ever changed."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from governance.applications.matters.log import add_event, add_matter, matters_in
from governance.applications.matters.machine import MatterEvent
from governance.store.database import Store
from tests.city import NOW, TODAY


def test_matters_come_back_by_kind_and_number(store: Store) -> None:
    """In the order in which they began; one of a kind that nobody knows is left out."""
    with store.writing() as session:
        for kind, event in (("interface", "asked"), ("opening", "filed"), ("other", "begun")):
            number = add_matter(session, kind)
            facts = {"n": number}
            add_event(
                session,
                MatterEvent(number, event, NOW, TODAY, "甲", "d", "岗", "文", "因", facts),
            )
    with store.reading() as session:
        found = matters_in(session)
        assert [(one.number, one.kind, one.state) for one in found] == [
            (1, "interface", "asked"), (2, "opening", "filed"),
        ]  # fmt: skip
        assert found[0].events == (
            MatterEvent(1, "asked", NOW, TODAY, "甲", "d", "岗", "文", "因", {"n": 1}),
        )
        assert matters_in(session, "opening") == (found[1],)
        assert matters_in(session, "opening", 1) == ()


def test_no_row_of_a_matter_is_ever_changed(store: Store) -> None:
    """The database itself refuses it."""
    with store.writing() as session:
        number = add_matter(session, "opening")
        add_event(session, MatterEvent(number, "filed", NOW, TODAY, "甲", "d", "岗"))
    for act in (
        "UPDATE matters SET kind = 'x'",
        "DELETE FROM matters",
        "UPDATE matter_events SET kind = 'x'",
        "DELETE FROM matter_events",
    ):
        with pytest.raises(DBAPIError, match="never changed"), store.writing() as session:
            session.execute(text(act))
