"""`quanshu interface`: asked for in writing, extended once, provided with its specification."""

from __future__ import annotations

from tests.city import PERSON
from tests.unit.cli.commands.governing.matters_home import DOCUMENT, Home
from tests.unit.governance.applications.offices import AUTHORITY, CLERK, PRODUCER


def test_an_interface_is_asked_for_extended_and_provided(matters_home: Home) -> None:
    """The plan says by when; a late one would be listed."""
    ask = ("interface", "ask", PERSON, *DOCUMENT)
    assert "提供单位：民政局" in matters_home.done(CLERK, *ask)
    number = str(matters_home.said(CLERK, *ask, "--yes", "--json").document["number"])
    extend = ("interface", "extend", number, *DOCUMENT, "--days")
    assert matters_home.said(PRODUCER, *extend, "6").code == 2
    matters_home.done(PRODUCER, *extend, "5")
    assert matters_home.said(AUTHORITY, "interface", "allow", number, *DOCUMENT).code == 2
    matters_home.done(AUTHORITY, "interface", "allow", number, "--approve", *DOCUMENT)
    assert "应于" in matters_home.done(CLERK, "interface", "list")
    assert matters_home.said(CLERK, "interface", "list", "--overdue", "--json").document == []
    provide = ("interface", "provide", number, "--document", "文2")
    assert matters_home.said(PRODUCER, *provide).code == 2
    assert "已提供" in matters_home.done(PRODUCER, *provide, "--specification", "规范1")
