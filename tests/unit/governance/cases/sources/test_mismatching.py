"""Mismatches as facts: one for each item and pattern, routed to the owner of the element."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from governance.cases.signals import CaseOrigin
from governance.cases.sources.mismatching import mismatching
from storage.layout import Layout
from tests.city import NOW, PERSON, STAFF
from tests.city.resources import catalog_of
from tests.unit.quality.reconciliation.test_matrix import comparison, record


def test_a_pattern_is_a_fact_with_its_counts(tmp_path: Path) -> None:
    """One systematic cause is one case; the source's department answers, and no value is told."""
    layout = Layout(tmp_path)
    record(layout, comparison(STAFF, "name", 0, 10, 4))
    form, part = mismatching(layout, catalog_of(), NOW)
    assert (form.origin, form.resource, form.about) == (CaseOrigin.MISMATCH, STAFF, "name")
    assert (form.cause, part.cause) == (f"{PERSON}.name:form", f"{PERSON}.name:part")
    assert [(one.failing, one.count) for one in (form, part)] == [(True, 1), (True, 3)]
    assert (form.owner, form.seen_at) == ("civil_affairs", NOW)
    assert form.evidence["pattern"] == "form"
    assert form.evidence["compared"] == 10
    assert "空格" in form.wording
    assert f"{PERSON}.name" in form.wording_en


def test_a_fact_ends_when_nothing_differs_or_nothing_is_asked(tmp_path: Path) -> None:
    """By the comparison that found nothing, or now where the item refers no more."""
    layout = Layout(tmp_path)
    record(layout, comparison(STAFF, "name", 0, 10, 1))
    record(layout, comparison(STAFF, "name", 2, 10, 0))
    record(layout, replace(comparison(STAFF, "born", 0, 10, 1), item="former"))
    former, *facts = sorted(mismatching(layout, catalog_of(), NOW), key=lambda one: one.about)[::2]
    assert not former.failing
    assert former.evidence == {"no_longer_asked": 1}
    assert former.seen_at == NOW
    assert [(one.failing, one.seen_at) for one in facts] == [(False, NOW + timedelta(hours=2))]
