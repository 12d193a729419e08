"""Recalls: each copy is called back once when its grant is over, and stands until it is settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog_specs.errors import AccessError
from flow.city import City
from flow.failures import Faults
from flow.handover.recalls import acknowledge, overdue, recall_lapsed
from register.copies import COPIES, RECALLS, CopyState, Disposal, traced
from storage.layout import Layout
from tests.city import GRANT_FILE, NOW
from tests.city.declared import change, compiled
from tests.city.homes import city_of
from tests.unit.governance.cases.test_alerts import listening
from tests.unit.register.test_copies import COPY


def over(folder: Path, **changes: object) -> City:
    """Return a city in whose ledger two copies are of a grant that says this now."""
    city = city_of(compiled(**{GRANT_FILE: change(**changes)}), folder)
    COPIES.record(city.layout, (COPY,))
    COPIES.record(city.layout, (replace(COPY, copy="20260302-11111111"),))
    return city


def recalled(city: City) -> list[tuple[str, str]]:
    """Call back what must be; return the copies with the reasons."""
    faults = Faults(city.layout)
    done = recall_lapsed(city, faults)
    assert faults.found == []
    return [(one.copy, one.reason) for one in done]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "suspended"}, "suspended"),
        ({"status": "revoked"}, "revoked"),
        ({"valid_to": "2026-03-01"}, "expired"),
    ],
)
def test_every_copy_is_called_back_once(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    """With a notice that names it, its digest, and the day; a second run says nothing more."""
    city = over(tmp_path, **changes)
    assert {why for _, why in recalled(city)} == {reason}
    assert recalled(city) == []
    assert len(RECALLS.read(city.layout)) == 2

    notice = city.layout.recall_notice(COPY.copy).read_text(encoding="utf-8")
    assert all(said in notice for said in (COPY.copy, COPY.sha256, COPY.approval, "2026-03-09"))
    assert {one.notice.due for one in traced(city.layout) if one.notice} == {"2026-03-09"}


def test_a_grant_in_force_calls_nothing_back(tmp_path: Path) -> None:
    """Nor does a home that handed nothing out keep a folder for it; a grant that is gone does."""
    city = over(tmp_path)
    assert recalled(city) == []
    assert not city.layout.recall_notice("").parent.exists()
    assert recalled(city_of(city.catalog, tmp_path / "empty")) == []
    gone = replace(city, catalog=compiled(**{GRANT_FILE: None}))
    assert {why for _, why in recalled(gone)} == {"not_in_catalogue"}


def test_a_copy_is_settled_by_a_document(tmp_path: Path) -> None:
    """Destroyed or returned, once; also one that was not called back, which then never is."""
    city = over(tmp_path, status="revoked")
    early = acknowledge(city, COPY.copy, Disposal.RETURNED, "回执1号")
    assert early.state("2026-03-02") is CopyState.CLOSED
    assert [copy for copy, _ in recalled(city)] == ["20260302-11111111"]
    done = acknowledge(city, "20260302-11111111", Disposal.DESTROYED, "回执2号")
    assert done.receipt is not None
    assert (done.receipt.disposal, done.receipt.reason) == (Disposal.DESTROYED, "revoked")
    for copy, said in ((COPY.copy, "already"), ("nothing", "no such copy")):
        with pytest.raises(AccessError, match=said):
            acknowledge(city, copy, Disposal.DESTROYED, "回执3号")


def test_what_is_not_settled_in_time_is_overdue(tmp_path: Path) -> None:
    """From the day after the last one on, until it is settled."""
    city = over(tmp_path, status="revoked")
    recalled(city)
    last = date(2026, 3, 9)
    assert overdue(traced(city.layout), last) == ()
    late = overdue(traced(city.layout), last + timedelta(days=1))
    assert len(late) == 2
    acknowledge(city, COPY.copy, Disposal.DESTROYED, "回执1号")
    assert len(overdue(traced(city.layout), last + timedelta(days=1))) == 1


def test_officers_are_told_where_they_ask_for_it(tmp_path: Path) -> None:
    """One message with the numbers; one that cannot be sent leaves the recall as it is."""
    with listening() as (address, taken):
        recalled(replace(over(tmp_path / "a", status="revoked"), alerts=(address,)))
    assert COPY.copy in taken[0]["message"]
    assert "2 份" in taken[0]["title"]

    city = replace(over(tmp_path / "b", status="revoked"), alerts=("nonsense://",))
    faults = Faults(city.layout)
    assert len(recall_lapsed(city, faults)) == 2
    assert [one.stop for one in faults.found] == ["alerts"]
    assert NOW.isoformat() in {one.at for one in RECALLS.read(Layout(tmp_path / "b"))}
