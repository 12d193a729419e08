"""A store that cannot be read: nothing new leaves, and what the catalogue ends is gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flow.derived import refresh_shares, withdraw_lapsed
from flow.failures import Faults
from tests.city import GRANT, GRANT_FILE, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import city_of
from tests.city.tables import fill, persons


def test_it_denies_what_is_new_and_keeps_no_end_from_happening(tmp_path: Path) -> None:
    """The failure is told; the share stays while nothing ends it, and goes when the file does."""
    city = city_of(compiled(), tmp_path)
    fill(city.layout, city.catalog, PERSON, persons(5))
    refresh_shares(city, lambda *_: None, Faults(city.layout))
    assert city.layout.share_file(GRANT).exists()
    city.layout.governance_db.write_bytes(b"damaged " * 100)
    for name in ("governance.db-wal", "governance.db-shm"):
        (city.layout.home / name).unlink(missing_ok=True)

    faults = Faults(city.layout)
    assert withdraw_lapsed(city, faults) == ()
    assert refresh_shares(city, lambda *_: None, faults) == ()
    assert {one.stop for one in faults.found} == {"withdrawal", "shares"}
    assert city.layout.share_file(GRANT).exists()

    ended = replace(city, catalog=compiled(**{GRANT_FILE: change(status="revoked")}))
    [gone] = withdraw_lapsed(ended, Faults(city.layout))
    assert gone.existed
    assert not city.layout.share_file(GRANT).exists()
