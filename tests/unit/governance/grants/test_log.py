"""The log of grants: the same events come back from a file and from a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.errors import SettingsError
from governance.applications.former import former_events
from governance.grants.log import add_application, add_events, events_in, read_log
from governance.grants.standing import content_of, digest_of
from governance.store.database import open_store
from storage.layout import Layout
from tests.city import GRANT, NOW
from tests.city.declared import compiled

CATALOG = compiled()
ONE = CATALOG.grants[GRANT]


def test_events_come_back_as_they_were_added(tmp_path: Path, address: str) -> None:
    """In their order, with the content that they are about; a session reads what a run reads."""
    layout = Layout(tmp_path)
    assert read_log(layout, address) == ((), {})
    with open_store(layout, address) as store, store.writing() as session:
        number = add_application(session, GRANT, (digest_of(ONE), content_of(ONE)), "imported")
        made = tuple(former_events(CATALOG, ONE, number, NOW))
        add_events(session, made)
        seen = events_in(session, GRANT)
        assert events_in(session, "other") == ((), {})

    assert seen == read_log(layout, address) == (made, {number: content_of(ONE)})


def test_a_damaged_store_is_told_and_says_nothing(tmp_path: Path) -> None:
    """What cannot be read is no permission: the error names the file."""
    layout = Layout(tmp_path)
    layout.governance_db.write_bytes(b"no database at all, but long enough to look like one" * 9)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_log(layout)
