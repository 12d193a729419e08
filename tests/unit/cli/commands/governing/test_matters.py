"""The commands of matters: one is shown with everything that happened, or its absence is told."""

from __future__ import annotations

from tests.unit.cli.commands.governing.matters_home import Home
from tests.unit.governance.applications.offices import CLERK


def test_a_matter_is_shown_with_all_its_events(matters_home: Home) -> None:
    """For machines too: by which post, on which document; no name of a person."""
    shown = matters_home.said(CLERK, "delegation", "show", "1", "--json")
    assert [one["kind"] for one in shown.document["events"]][:2] == ["given", "accepted"]
    assert shown.document["events"][1]["post"] == "运维甲岗"
    assert shown.document["content"]["nda"] == "密1"
    assert "姓名" not in shown.out


def test_a_step_without_its_document_is_refused(matters_home: Home) -> None:
    """As is one of a matter that there is not, or of another kind."""
    for words in (
        ("delegation", "end", "1"),
        ("interface", "withdraw", "1"),
        ("opening", "show", "1"),
    ):
        refused = matters_home.said(CLERK, *words)
        assert refused.code == 2
        assert "GRANT-001" in refused.err
