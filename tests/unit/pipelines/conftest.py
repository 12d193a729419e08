"""The city living now, and an instance of Dagster that forgets everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance

from flow.city import City
from tests.unit.pipelines.sensing import living


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return the city over an empty home; its catalogue may be edited."""
    return living(tmp_path)


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """Yield an instance that forgets everything."""
    with DagsterInstance.ephemeral() as made:
        yield made
