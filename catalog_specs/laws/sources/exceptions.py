"""Collection exceptions (三(二)): temporary, and only for undeclared columns.

Belongs here: their headers and their term. Keep out: whether one covers a delivery (`landing`),
whether its resource exists (`references`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from catalog_specs.laws.law import Fault, Law
from catalog_specs.models.exceptions import CollectionException
from catalog_specs.reading.declared import Declared

__all__ = ["LAWS", "LONGEST"]

LONGEST = timedelta(days=366)
"""An exception that should last longer is a column of the catalogue."""

Finding = tuple[str, str, str]
"""Path, what is wrong, and the remedy."""


def _temporary(declared: Declared) -> Iterator[Fault]:
    exceptions = tuple(declared.exceptions.values())
    for place, exception in enumerate(exceptions):
        for path, message, remedy in (
            *_term(exception),
            *_declared_headers(declared, exception),
            *_covered_twice(exception, exceptions[:place]),
        ):
            yield Fault(f"exceptions:{exception.code}", path, message, remedy)


def _term(exception: CollectionException) -> Iterator[Finding]:
    if exception.valid_to < exception.valid_from:
        yield "valid_to", "`valid_to` lies before `valid_from`", "let the exception end later"
    elif exception.valid_to - exception.valid_from >= LONGEST:
        yield (
            "valid_to",
            f"the exception lasts longer than {LONGEST.days} days",
            "declare the columns as items, or shorten the term and have it approved again",
        )


def _declared_headers(declared: Declared, exception: CollectionException) -> Iterator[Finding]:
    resource = declared.resources.get(exception.resource)
    if resource is None:
        return
    changes = resource.feed.changes
    known = {*resource.feed.columns, *((changes.operation, changes.sequence) if changes else ())}
    for index, header in enumerate(exception.headers):
        path = f"headers[{index}]"
        if header in known:
            message = f"`{header}` is a declared column of `{exception.resource}`"
            yield path, message, "remove it: a declared column needs no exception"
        if header in exception.headers[:index]:
            yield path, f"`{header}` is named twice", "name each header once"


def _covered_twice(
    exception: CollectionException, others: tuple[CollectionException, ...]
) -> Iterator[Finding]:
    for other in others:
        apart = exception.valid_to < other.valid_from or other.valid_to < exception.valid_from
        shared = set(exception.headers) & set(other.headers)
        if other.resource == exception.resource and shared and not apart:
            message = f"`{other.code}` covers {', '.join(sorted(shared))} at the same time"
            yield "headers", message, "let one exception at a time cover a column"


LAWS = (
    Law(
        "CAT-028",
        "目录外采集的例外须临时且不与目录重复",
        "an exception from 三(二) names columns that are not declared, covers each of them alone, "
        f"and lasts {LONGEST.days} days at most",
        "三(二)",
        "correct the headers or the term as the message says",
        _temporary,
    ),
)
