"""Keeping: terms by the profile, and error reports whose term is over."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from flow.city import City
from flow.upkeep.keeping import classes, old_reports, remove_reports
from flow.upkeep.upkeep import keep_up
from storage.layout import Layout
from tests.city import NOW
from tests.city.homes import KEYS
from tests.city.resources import catalog_of


def test_terms_are_those_of_the_profile() -> None:
    """With its clause; landing, ledgers and quarantine are kept for ever."""
    catalog = catalog_of()
    told = {one.where: one for one in classes(catalog)}
    years = catalog.profile.log_years
    for where in ("lake/landing", "lake/ledgers", "lake/quarantine"):
        assert told[where].years is None
        assert "for ever" in told[where].english
    for where in ("audit", "logs", "lake/authoritative"):
        assert (told[where].years, told[where].clause) == (years.value, years.clause)
    assert all(one.as_dict()["what_zh"] for one in told.values())


def test_error_reports_go_after_their_term(tmp_path: Path) -> None:
    """Not a day before, and within an act; a home that has none is left alone."""
    city = City(catalog_of(), Layout(tmp_path), KEYS, lambda: NOW)
    assert old_reports(city) == ()
    remove_reports(city, ())
    assert city.audit.checkpoint is None
    term = timedelta(days=int(city.catalog.profile.log_years.value) * 366)
    city.layout.logs.mkdir()
    for name, age in (("old", term + timedelta(hours=1)), ("young", term - timedelta(hours=1))):
        (city.layout.logs / name).touch()
        moment = (NOW - age).timestamp()
        os.utime(city.layout.logs / name, (moment, moment))

    assert keep_up(city, dry_run=True).reports == 1
    assert (city.layout.logs / "old").exists()
    done = keep_up(city)

    assert (done.reports, done.as_dict()["error_reports"]) == (1, 1)
    assert [one.name for one in city.layout.logs.iterdir()] == ["young"]
    entered = [entry.act.purpose for entry in city.audit.read()]
    assert "删除到期的错误报告" in entered
