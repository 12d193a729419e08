"""What is remembered of a share, and whether its files are still those."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from outlets.shares.project import project
from outlets.shares.state import parts_whole, remember, remembered, unchanged
from storage.layout import Layout
from tests.city import GRANT, NOW, PERSON
from tests.city.declared import compiled
from tests.city.grants import rights_of
from tests.city.homes import KEYS
from tests.city.tables import fill, someone


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a home with one share in it."""
    made = Layout(tmp_path)
    catalog = compiled()
    fill(made, catalog, PERSON, [someone(1), someone(2)])
    project(made, rights_of(catalog), catalog.grants[GRANT], KEYS, NOW)
    return made


def is_unchanged(layout: Layout, digest: Any, *, thorough: bool = True) -> bool:
    """Say whether the share would be believed under a plan's digest."""
    return unchanged(layout, (GRANT, digest), remembered(layout, GRANT), thorough=thorough)


def test_a_share_is_unchanged_while_plan_and_bytes_are(layout: Layout) -> None:
    """Another plan, or one other byte in any file, and the share has to be made again."""
    digest = remembered(layout, GRANT)["digest"]
    assert is_unchanged(layout, digest)
    assert not is_unchanged(layout, "another")
    for place in (layout.share_file(GRANT), next(layout.share_current(GRANT).rglob("*.parquet"))):
        before = place.read_bytes()
        place.chmod(0o600)
        place.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        assert not is_unchanged(layout, digest)
        place.write_bytes(before)
    assert is_unchanged(layout, digest)


def test_a_grant_without_files_has_no_state(tmp_path: Path) -> None:
    """Nothing on disk is neither whole nor damaged; a file that nobody remembers is damaged."""
    layout = Layout(tmp_path)
    assert remembered(layout, GRANT) == {}
    assert parts_whole(layout, GRANT) is None
    layout.share_file(GRANT).parent.mkdir(parents=True)
    layout.share_file(GRANT).write_bytes(b"x")
    assert parts_whole(layout, GRANT) is False


def test_what_is_remembered_is_read_back(tmp_path: Path) -> None:
    """A state is the same after it was written."""
    layout = Layout(tmp_path)
    layout.share(GRANT).mkdir(parents=True)
    remember(layout, GRANT, {"digest": "d", "parts": {}})
    assert remembered(layout, GRANT) == {"digest": "d", "parts": {}}
