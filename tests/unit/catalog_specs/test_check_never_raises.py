"""Whatever people write, `check` answers with problems, never with an exception."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_specs.loader import check
from tests.city.declared import documents, to_yaml, write_catalog

REMOVED = "<removed>"
VALUES: list[Any] = [REMOVED, None, [], {}, "x", 1, True, date(2024, 1, 1), [{}], {"mask": "keep"}]
Place = tuple[str, tuple[Any, ...]]


def _places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = document.items() if isinstance(document, dict) else enumerate(document)
    for key, below in entries:
        yield (*path, key)
        if isinstance(below, dict | list):
            yield from _places(below, (*path, key))


PLACES: list[Place] = [
    (file, path)
    for file, document in sorted(documents().items())
    if isinstance(document, dict | list)
    for path in _places(document)
]


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(PLACES), value=st.sampled_from(VALUES))
def test_one_wrong_value_never_raises(tmp_path: Path, place: Place, value: Any) -> None:
    """Any one place of the city may hold anything: a catalogue, or problems with remedies."""
    file, path = place
    root = write_catalog(tmp_path)
    document = documents()[file]
    spot = document
    for step in path[:-1]:
        spot = spot[step]
    if value == REMOVED:
        del spot[path[-1]]
    else:
        spot[path[-1]] = value
    (root / file).write_text(to_yaml(document), encoding="utf-8")
    catalog, problems = check(root)
    assert (catalog is None) == bool(problems)
    assert all(p.code and p.file and p.message and p.remedy for p in problems)
