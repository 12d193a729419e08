"""Files of a share that stand where no row of them would differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from governance.grants.rights import Rights
from outlets.shares.project import project
from outlets.shares.state import remembered
from storage.layout import Layout
from tests.city import GRANT, NOW, PERSON
from tests.city.declared import compiled
from tests.city.grants import rights_of
from tests.city.homes import KEYS
from tests.city.tables import fill, persons, someone

LATER = NOW + timedelta(hours=1)


ELSEWHERE = someone(900, residence="110199")
"""A person of whom the grant has no row."""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a lake with sixty persons, and a share of them."""
    made = Layout(tmp_path)
    fill(made, compiled(), PERSON, persons(60))
    projected(made)
    return made


def projected(layout: Layout, rights: Rights | None = None, now: datetime = NOW) -> int:
    """Bring the share up to its table; return which file it is."""
    rights = rights or rights_of(compiled())
    assert project(layout, rights, rights.catalog.grants[GRANT], KEYS, now).refreshed
    return layout.share_file(GRANT).stat().st_ino


def test_rows_of_others_leave_the_files(layout: Layout) -> None:
    """The moment they were made and the moment they were last found right are told apart."""
    first, made = layout.share_file(GRANT).stat().st_ino, remembered(layout, GRANT)
    fill(layout, compiled(), PERSON, [ELSEWHERE])
    assert projected(layout, now=LATER) == first
    found = remembered(layout, GRANT)
    assert found["projected_at"] == made["projected_at"] < found["followed_at"]
    assert found["parts"][PERSON]["version"] > made["parts"][PERSON]["version"]
    assert found["digest"] != made["digest"]


def test_other_approvals_make_the_file_again(layout: Layout) -> None:
    """What the file says of the grant is right at any time, and not of its making alone."""
    first = layout.share_file(GRANT).stat().st_ino
    fill(layout, compiled(), PERSON, [ELSEWHERE])
    rights = rights_of(compiled())
    decided = rights.standings[GRANT]
    again = tuple(replace(one, document="泉政数〔2026〕9号") for one in decided.decisions)
    other = {**rights.standings, GRANT: replace(decided, decisions=again)}
    assert projected(layout, replace(rights, standings=other)) != first
    with duckdb.connect(layout.share_file(GRANT), read_only=True) as con:
        [(said,)] = con.sql('SELECT "审批" FROM _receipt').fetchall()
    assert "泉政数〔2026〕9号" in said
