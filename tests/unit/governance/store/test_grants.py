"""Tables of grants: what was filed and decided is never changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from governance.store.database import open_store
from storage.layout import Layout
from tests.city.declared import compiled
from tests.city.grants import decide_as_typed
from tests.unit.governance.applications.offices import on_record


def test_no_row_of_a_grant_is_ever_changed(tmp_path: Path, address: str) -> None:
    """The database itself refuses it, for terms, applications and events alike."""
    layout = Layout(tmp_path)
    decide_as_typed(layout, compiled(), address)
    with open_store(layout, address) as store:
        on_record(store)
        for act in (
            "UPDATE stewards SET post = 'x'",
            "DELETE FROM applications",
            "UPDATE grant_events SET kind = 'granted'",
            "DELETE FROM grant_events",
        ):
            with pytest.raises(DBAPIError, match="never changed"), store.writing() as session:
                session.execute(text(act))
