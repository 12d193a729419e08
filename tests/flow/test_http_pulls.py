"""Pulling pages the whole way: what an interface gets wrong costs no row that was there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flow.pulling import PullFailure, pull_waiting
from tests.city.one_feed import REF, facts, fed_catalogue, fed_city, take
from tests.unit.landing.interface import Answer, Asked, serving

PAGES = {"by": "number", "parameter": "page", "size": 100, "size_parameter": "size"}


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach loopback without any proxy that the machine may have."""
    monkeypatch.setenv("NO_PROXY", "*")


def page(keys: list[int], **data: Any) -> Answer:
    """Return an answer with records, and what stands beside them."""
    items = [{"id": f"{key:05}", "t": f"名{key}"} for key in keys]
    code = data.pop("code", 0)
    return Answer(json.dumps({"code": code, "data": {**data, "items": items}}).encode())


def rounds(
    folder: Path, pages: dict[str, Any], answers: list[Callable[[Asked], Answer]]
) -> tuple[list[str], list[Any]]:
    """Pull a snapshot once by each answer; return the keys of the table and what each pull said."""
    with serving(answers[0]) as interface:
        pull = {"type": "http", "url_variable": "SOURCE", "pages": pages}
        feed = {"format": "json", "records": "$.data.items", "columns": {"id": "id", "t": "t"}}
        catalogue = fed_catalogue(folder, {"feed": feed | {"kind": "snapshot", "pull": pull}})
        said = []
        with fed_city(catalogue, folder / "home") as (city, gate):
            for answer in answers:
                interface.answer = answer
                said.append(pull_waiting(city, REF, {"SOURCE": interface.address}))
                take(city, gate)
            return sorted(row["id"] for row in facts(city).accepted), said


def test_a_failure_that_looks_like_the_end_deletes_nothing(tmp_path: Path) -> None:
    """Four hundred rows stay when the fourth page fails with HTTP 200, and the pull says so."""

    def sound(asked: Asked) -> Answer:
        number = int(asked.query["page"])
        return page(list(range(number * 100 - 100, min(number * 100, 400))), total=400)

    def failing(asked: Asked) -> Answer:
        return page([], code=429, total=400) if asked.query["page"] == "4" else sound(asked)

    keys, (_, failure) = rounds(tmp_path, PAGES, [sound, failing])

    assert keys == [f"{n:05}" for n in range(400)]
    assert isinstance(failure, PullFailure)
    assert failure.code == "PULL-001"
    assert "success" in failure.remedy


def test_a_row_on_two_pages_is_accepted_once(tmp_path: Path) -> None:
    """A list that is shifted while it is read brings a record twice, and the table has it once."""
    rows = list(range(300))

    def shifting(asked: Asked) -> Answer:
        first = int(asked.query["offset"])
        if first == 100:
            rows.insert(0, 9999)
        return page(rows[first : first + 100])

    pages = {"by": "offset", "parameter": "offset", "end": "empty"}
    keys, (landed,) = rounds(tmp_path, pages, [shifting])

    assert keys == [f"{n:05}" for n in range(300)]
    assert landed.rows == 301
