"""Importing Great Expectations in the background."""

from __future__ import annotations

import sys

from quality.loading import begin_loading, wait_until_loaded


def test_it_is_begun_once_in_a_process_and_can_be_waited_for() -> None:
    """Whoever asks second finds the first at it; after waiting everything is there."""
    first = begin_loading()
    assert begin_loading() is first
    wait_until_loaded()
    assert not first.is_alive()
    assert "great_expectations" in sys.modules
    assert "quality.rules.expectations" in sys.modules
