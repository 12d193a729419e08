"""Fixtures of servers: whoever imports one may ask for it.

Belongs here: fixtures of what `tests.harness` starts. Keep out: starting it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.places.buckets import bucket
from storage.places.object_path import ObjectPath
from tests.harness.object_store import prefix, reaching, server

__all__ = ["store"]


@pytest.fixture
def store() -> Iterator[ObjectPath]:
    """Return an empty place on an object store that every client here can reach."""
    with reaching(server()):
        place = prefix()
        bucket(place.bucket)  # a city asks its store before it opens a connection
        yield place
