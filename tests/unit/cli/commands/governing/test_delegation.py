"""`quanshu delegation`: given by the authority, accepted by the operator, listed while it ends."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.cli.commands.governing.matters_home import TODAY, Home
from tests.unit.governance.applications.matters.scene import KEEPER
from tests.unit.governance.applications.offices import AUTHORITY, CLERK


def test_a_delegation_is_listed_while_it_ends_soon(matters_home: Home) -> None:
    """And prolonged by the authority, to a later day alone."""
    (row,) = matters_home.said(CLERK, "delegation", "list", "--ending", "30", "--json").document
    assert (row["number"], row["in_force"], row["about"]) == (1, True, "keeper")
    until = ("--until", str(TODAY + timedelta(days=400)), "--document", "委3")
    assert matters_home.said(KEEPER, "delegation", "prolong", "1", *until).code == 2
    matters_home.done(AUTHORITY, "delegation", "prolong", "1", *until)
    assert matters_home.said(CLERK, "delegation", "list", "--ending", "30", "--json").document == []
    shown = matters_home.done(CLERK, "delegation", "show", "1")
    for word in ("nda: 密1", "延长期限", "运维甲岗", "委3"):
        assert word in shown
    assert matters_home.said(CLERK, "delegation", "show", "99").code == 2
