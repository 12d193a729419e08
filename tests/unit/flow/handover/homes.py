"""A small city whose grant is a batch exchange, with sixty persons.

Belongs here: making it, and its declarations. Keep out: assertions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flow.city import City
from tests.city import GRANT_FILE, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import city_of
from tests.city.tables import fill, persons, someone

__all__ = ["BATCH", "PERSON_FILE", "batch_city"]

PERSON_FILE = "resources/civil_affairs/person.yaml"
BATCH = {"method": "batch", "batch_reason": "须一次性比对"}


def batch_city(folder: Path, rows: int = 60, **more: Any) -> City:
    """Return the city; `more` is what its grant says further."""
    catalog = compiled(
        **{
            GRANT_FILE: change(**{**BATCH, **more}),
            PERSON_FILE: change(share__methods=["query", "batch"]),
        }
    )
    city = city_of(catalog, folder / "home")
    guarded = someone(0, name="=1+1", residence="350502")
    fill(city.layout, catalog, PERSON, [guarded, *persons(rows)[1:]])
    return city
