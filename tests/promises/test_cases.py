"""Every case ends as it must: nothing silently wrong, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises.cases import Case, cases, outcome


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_it_ends_as_promised(case: Case, tmp_path: Path) -> None:
    """The table, the quarantine and the refusals are those that the case names, and no others."""
    found = outcome(case, tmp_path)
    empty = {"accepted": [], "quarantined": [], "rejected": [], "held": 0}
    assert found == empty | dict(case.expected), case.promise
