"""`quanshu copies` over a home that handed nothing out."""

from __future__ import annotations

from tests.unit.cli.homes import Home


def test_a_home_without_copies_says_so(shared: Home) -> None:
    """Nothing is listed, nothing called back, and nothing can be settled."""
    assert shared.said("copies", "list", "--json").document == []
    assert "0 份" in shared.said("copies", "list").out
    assert shared.said("copies", "recall", "--json").document == []
    assert shared.said("copies", "acknowledge", "x", "--document", "回执").code == 2
