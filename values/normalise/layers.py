"""Layers of normalisation: the steps of a feed in their order, one SELECT over the next.

Belongs here: which steps a part has, chaining them, what a step that reads has understood. Keep
out: the steps themselves (`render`).
A step's SQL names its text several times; as a SELECT of its own it reads the text that the step
before has made, instead of repeating how. A step that reads (dates, moments, numbers, words)
leaves a mark beside the text, whether it understood it: left over, `2024-01-05 00:30:00` looks like
what the step would have written, and is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from string import Formatter

from catalog_specs.models.feed import Feed
from catalog_specs.models.normalisation import Number, Step
from feeds.columns import feed_columns
from storage.sql import identifier
from values.normalise.numbers import currency
from values.normalise.render import Context, reading_sql, step_sql

__all__ = ["has_step", "layered_sql", "mark_of", "marks_of", "normalised_sql", "steps_of", "unread"]

EVERY = "*"
READING = frozenset({"dates", "moments", "number", "booleans", "translate"})
"""The steps that may not understand a text; all others change every text in their way."""


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


def marks_of(feed: Feed) -> list[tuple[str, str]]:
    """Return every part and kind of step that reads it."""
    return [
        (part, kind)
        for part, steps in steps_of(feed).items()
        for kind in dict.fromkeys(step.step for step in steps)
        if kind in READING
    ]


def mark_of(part: str, kind: str) -> str:
    """Return the column that is TRUE where a step of this kind understood a part's text.

    No part has such a name, because there is a blank in it.
    """
    return identifier(f"{part} {kind}")


def unread(feed: Feed, item: str) -> str | None:
    """Return the SQL of "a declared step did not understand a part of this item".

    None where no step reads a part of it.
    """
    used = [item]
    if item in feed.compose:
        used = [name for _, name, _, _ in Formatter().parse(feed.compose[item]) if name]
    parts = {feed.split[one].part if one in feed.split else one for one in used}
    marks = [f"NOT {mark_of(part, kind)}" for part, kind in marks_of(feed) if part in parts]
    return f"({' OR '.join(marks)})" if marks else None


def normalised_sql(feed: Feed, source: str, context: Context) -> str:
    """Return the SQL behind FROM of `source` with every declared step done to its columns.

    `source` is SQL that can stand behind FROM and has a text column for every part. What comes has
    the marks of `mark_of`, and a column for every item that a step writes a currency into.
    """
    return layered_sql(feed, source, context, lambda part, _: identifier(part))


def layered_sql(feed: Feed, source: str, context: Context, at: Callable[[str, int], str]) -> str:
    """Return the SQL behind FROM of `source` with every step done; `at` names the text after each.

    `at` gives the column of a part's text after so many steps: one name for all replaces the text.
    """
    steps = steps_of(feed)
    known: set[str] = set()
    for place in range(max(map(len, steps.values()), default=0)):
        due = {part: own[place] for part, own in steps.items() if place < len(own)}
        read = dict(_readings(due, context, at, place))
        if read:
            tries = ", ".join(f"{sql} AS {_try(part)}" for part, sql in read.items())
            source = f"(SELECT *, {tries} FROM {source})"
        made = _made(due, context, at, place) | _currencies(due, at, place)
        for part in read:
            mark = mark_of(part, due[part].step)
            made[mark] = _mark(at(part, place), part, mark if mark in known else None)
            if mark in known:  # a second step of this kind must not read the result of the first
                text = made[at(part, place + 1)]
                made[at(part, place + 1)] = (
                    f"CASE WHEN {mark} THEN {at(part, place)} ELSE {text} END"
                )
        known |= {at(part, place) for part in due}
        source = _selected(source, made, known, [_try(part) for part in read])
        known |= set(made)
    return source


def _readings(
    due: Mapping[str, Step], context: Context, at: Callable[[str, int], str], place: int
) -> Iterator[tuple[str, str]]:
    for part, step in due.items():
        sql = reading_sql(step, at(part, place), context)
        if sql is not None:
            yield part, sql


def _made(
    due: Mapping[str, Step], context: Context, at: Callable[[str, int], str], place: int
) -> dict[str, str]:
    return {
        at(part, place + 1): f"coalesce({_try(part)}, {at(part, place)})"
        if step.step in READING
        else step_sql(step, at(part, place), context)
        for part, step in due.items()
    }


def _currencies(
    due: Mapping[str, Step], at: Callable[[str, int], str], place: int
) -> dict[str, str]:
    return {
        identifier(step.currency_item): f"CASE WHEN {_try(part)} IS NOT NULL"
        f" THEN {currency(at(part, place))} END"
        for part, step in due.items()
        if isinstance(step, Number) and step.currency_item is not None
    }


def _mark(text: str, part: str, before: str | None) -> str:
    return f"({before or f'{text} IS NULL'} OR {_try(part)} IS NOT NULL)"


def _selected(source: str, made: Mapping[str, str], known: set[str], without: list[str]) -> str:
    """Return a SELECT that replaces the columns that are there, and adds the others."""
    dropped = f" EXCLUDE ({', '.join(without)})" if without else ""
    replaced = ", ".join(f"{sql} AS {name}" for name, sql in made.items() if name in known)
    added = "".join(f", {sql} AS {name}" for name, sql in made.items() if name not in known)
    replacing = f" REPLACE ({replaced})" if replaced else ""
    return f"(SELECT *{dropped}{replacing}{added} FROM {source})"


def _try(part: str) -> str:
    """Return the column of a step's reading of a part's text; NULL where it understands nothing."""
    return identifier(f"{part} read")
