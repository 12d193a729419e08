"""The steps of a feed in their order, one SELECT over the next.

Belongs here: which steps a part has, and chaining them. Keep out: the steps themselves (`render`).
A step's SQL names its text several times; as a SELECT of its own it reads the text that the step
before has made, instead of repeating how.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalog_specs.models.feed import Feed
from catalog_specs.models.normalisation import Step
from lakehouse.feed_columns import feed_columns
from lakehouse.normalise.render import Context, step_sql
from lakehouse.sql import identifier

__all__ = ["has_step", "normalised_sql", "steps_of"]

EVERY = "*"


def steps_of(feed: Feed) -> dict[str, tuple[Step, ...]]:
    """Return part → its steps, those for every part first; parts without any are left out."""
    if not feed.normalise:
        return {}
    every = feed.normalise.get(EVERY, ())
    found = {part: (*every, *feed.normalise.get(part, ())) for part in feed_columns(feed)}
    return {part: steps for part, steps in found.items() if steps}


def has_step(feed: Feed, part: str, name: str) -> bool:
    """Say whether a part has a step of this name."""
    return any(step.step == name for step in steps_of(feed).get(part, ()))


def normalised_sql(feed: Feed, source: str, context: Context) -> str:
    """Return the SQL behind FROM of `source` with every declared step done to its columns.

    `source` is SQL that can stand behind FROM and has a text column for every part.
    """
    steps = steps_of(feed)
    for place in range(max(map(len, steps.values()), default=0)):
        done = ", ".join(_replaced(steps, place, context))
        source = f"(SELECT * REPLACE ({done}) FROM {source})"
    return source


def _replaced(steps: Mapping[str, tuple[Step, ...]], place: int, context: Context) -> Iterable[str]:
    for part, own in steps.items():
        if place < len(own):
            column = identifier(part)
            yield f"{step_sql(own[place], column, context)} AS {column}"
