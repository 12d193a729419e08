"""A home in which the operator was delegated to, by commands alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.cli.commands.governing.matters_home import TODAY, Home
from tests.unit.governance.applications.matters.scene import KEEPER
from tests.unit.governance.applications.offices import CLERK


@pytest.fixture(scope="session")
def matters_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home in which the operator was delegated to, by commands alone."""
    made = Home(tmp_path_factory.mktemp("matters"))
    days = ("--since", "2026-01-05", "--until", str(TODAY + timedelta(days=20)))
    give = ("delegation", "give", "keeper", "--task", "opening", *days, "--document", "委1")
    assert "委托计划：运维单位" in made.done(CLERK, *give)
    assert "没有符合条件" in made.done(CLERK, "delegation", "list")
    assert "待接受" in made.done(CLERK, *give, "--yes")
    assert made.said(KEEPER, "delegation", "accept", "1", "--document", "委2").code == 2
    made.done(KEEPER, "delegation", "accept", "1", "--nda", "密1", "--document", "委2")
    return made
