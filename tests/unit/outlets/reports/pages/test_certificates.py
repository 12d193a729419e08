"""Behaviour of certificates: one sheet a department and month, with what it rests on."""

from __future__ import annotations

from outlets.reports.facts.city import Facts
from outlets.reports.pages import certificates
from outlets.reports.parts import Page
from tests.city import PERSON
from tests.unit.outlets.reports.text import cells, shown, table


def sheet(facts: Facts) -> Page:
    """Return the sheet of the department of persons."""
    place = "certificates/civil_affairs-2026-03.html"
    (planned,) = (one for one in certificates.pages(facts) if one.place == place)
    return planned.make()


def test_a_sheet_says_what_the_certificate_says(facts: Facts) -> None:
    """Its figures and digests are those of the certificate."""
    made = sheet(facts)
    assert made.sheet
    period = certificates.period_of("2026-03", facts.day, facts.catalog.profile.timezone)
    assert period is not None
    said = facts.certify("civil_affairs", period)
    text = shown(facts, made)
    assert said.sha256 in text
    assert all(one.sha256 in text for one in said.sources)
    rows = cells(table(made, "certified"))
    assert [int(row[1]) for row in rows] == [one.deliveries for one in said.resources]
    assert facts.catalog.resources[PERSON].name in text


def test_a_month_without_deliveries_has_no_sheet(facts: Facts) -> None:
    """Only months in which something was judged are there, and the same once."""
    assert certificates.months(facts, "civil_affairs") == ["2026-03"]
    assert certificates.months(facts, "nobody") == []
