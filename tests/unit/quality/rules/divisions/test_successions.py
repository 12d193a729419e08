"""Behaviour of the successions of division codes."""

from __future__ import annotations

from quality.rules.divisions.successions import successions


def test_a_code_is_followed_over_any_number_of_changes() -> None:
    """晋江 was of 晋江地区, then of 泉州, then of the province, and then of 泉州 again."""
    ways = ["352422", "350522", "359004", "350582"]
    pairs = {(old, new) for n, old in enumerate(ways) for new in ways[n + 1 :]}
    assert pairs <= successions()


def test_no_code_follows_itself_or_a_later_one() -> None:
    """鲤城 was founded and followed nothing; time does not run back."""
    found = successions()
    assert not any(old == new for old, new in found)
    assert ("350582", "350522") not in found
    assert not any(new == "350502" for _, new in found)
    assert len(found) > 3_000
