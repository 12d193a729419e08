"""One city home per test."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return an empty home."""
    return Layout(tmp_path)
