"""One resource's turn: what is begun before its files are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from flow.run import run
from quality.loading import begin_loading
from tests.city.regions import drop, made


def test_what_judging_needs_is_loaded_while_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn in which files wait begins it before they are landed; an idle one does not."""
    city, begun = made(tmp_path), []
    landed = city.layout.landing("office/region").parent.parent

    def begin() -> object:
        begun.append(list(landed.rglob("receipt.json")))
        return begin_loading()

    monkeypatch.setattr("flow.stops.begin_loading", begin)
    run(city)
    assert not begun
    drop(city, [2, 3], "regions.csv")
    run(city)
    assert begun == [[]]
    run(city)
    assert begun == [[]]
