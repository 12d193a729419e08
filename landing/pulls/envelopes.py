"""Envelopes: what an answer states beside its records (success, number of records).

Belongs here: declared paths and the names that interfaces commonly use. Keep out: asking, pages.
An undeclared name is trusted only against an answer, never for one: it can stop a pull, and end or
complete none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from landing.pulls.requests import Caller

__all__ = ["Page", "opened_page", "reached", "refuse_doubtful"]

_CODES = ("code", "errcode", "errorcode", "resultcode", "retcode", "rtncode", "status", "success")
_ERRORS = ("error", "errors", "fault")
_SOUND = frozenset({"0", "200", "00", "0000", "00000", "000000", "ok", "success", "true"})
_TOTALS = (
    "total",
    "totalcount",
    "totalelements",
    "totalrecords",
    "totalrecord",
    "totalrows",
    "totalnum",
    "totalsize",
    "totalresults",
    "count",
)
_BESIDE = frozenset({"page", "pages", "paging", "pagination", "pageinfo", "meta", "_meta"})
"""Objects beside the records that speak of them."""
_LONGEST_CODE = 6


@dataclass(frozen=True)
class Total:
    """A number of records; `count` may also be that of the page alone, other names may not."""

    number: int
    firm: bool = True


@dataclass(frozen=True)
class Page:
    """One answer: its bytes, what it says, its records, and the number of all there are."""

    content: bytes
    document: Any
    records: list[Any]
    total: Total | None
    """What the answer calls the number of all records; None when it says nothing of it."""
    codes: Mapping[str, str]
    """What an answer whose `success` is not declared calls its code, status and the like."""
    last: int | None
    """The number of pages, where it is declared to be told."""


def opened_page(caller: Caller, content: bytes) -> Page:
    """Read an answer; PullError for one that is no JSON, holds no list or says that it failed."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise caller.unlike("sends a page that is no JSON") from None
    spec, path = caller.spec, caller.errand.feed.records or "$"
    _refuse_failures(caller, document)
    records = reached(document, path)
    if not isinstance(records, list):
        raise caller.unlike("sends a page without the list that `feed.records` names")
    codes = {} if spec.success else dict(_common_codes(document, path))
    last = spec.pages.total_pages if spec.pages else None
    total = _total(caller, document, records)
    return Page(content, document, records, total, codes, _whole(reached(document, last or "")))


def refuse_doubtful(caller: Caller, page: Page, first: Mapping[str, str] | None) -> None:
    """Refuse a page whose codes are not those of the first that had records; undeclared ones.

    Without records and without such a page, codes must be among those that commonly mean success:
    else a failure would pass for "nothing new", or for the end of a snapshot.
    """
    if first is not None:
        doubtful = page.codes != first and not (not page.records and _sound(page.codes))
    else:
        doubtful = not page.records and not _sound(page.codes)
    if doubtful:
        raise caller.errand.refused(
            "the interface answers with a code that may mean a failure",
            "see what it answers, and declare the codes of success in `feed.pull.success`",
        )


def _sound(codes: Mapping[str, str]) -> bool:
    return all(value in _SOUND for value in codes.values())


def _refuse_failures(caller: Caller, document: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    success = caller.spec.success
    if success is None:
        return
    found = _written(reached(document, success.path))
    if found not in {_written(one) for one in success.values}:
        shown = found if found and found.isdecimal() and len(found) <= _LONGEST_CODE else None
        told = f"code {shown}" if shown else "a code that is none of `feed.pull.success`"
        raise caller.unlike(f"answered with {told}: the request failed there")


def _total(caller: Caller, document: Any, records: list[Any]) -> Total | None:  # noqa: ANN401 - JSON
    declared = caller.spec.total
    if declared is False:
        return None
    if declared is None:
        return _common_total(document, caller.errand.feed.records or "$")
    found = _whole(reached(document, declared))
    if found is None and records:
        raise caller.unlike("says no number of records where `feed.pull.total` points")
    return None if found is None else Total(found)


def _common_total(document: Any, path: str) -> Total | None:  # noqa: ANN401 - JSON
    for level in _around(document, path):
        beside = [v for n, v in level.items() if n.lower() in _BESIDE and isinstance(v, dict)]
        for place in (level, *beside):
            named = _plain_names(place)
            for name in _TOTALS:
                if (found := _whole(named.get(name))) is not None:
                    return Total(found, firm=name != "count")
    return None


def _common_codes(document: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    for depth, level in enumerate(_around(document, path)):
        named = _plain_names(level)
        for name in _CODES:
            if (found := _written(named.get(name))) is not None:
                yield f"{depth} {name}", found.lower()
        yield from ((f"{depth} {name}", "told") for name in _ERRORS if named.get(name))


def _plain_names(level: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower().replace("_", ""): value for name, value in level.items()}


def _around(document: Any, path: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Yield the objects that the records stand in, the nearest first."""
    steps = [step for step in path.removeprefix("$").split(".") if step]
    for depth in range(len(steps) - 1, -1, -1):
        level = reached(document, ".".join(steps[:depth]))
        if isinstance(level, dict):
            yield level


def reached(document: Any, path: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Follow `$.a.b` through objects; None where the way ends."""
    for step in path.removeprefix("$").removeprefix(".").split("."):
        if step:
            document = document.get(step) if isinstance(document, dict) else None
    return document


def _written(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """Return a code as text, so that `0` and `"0"` are one; None for what is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | str) else None


def _whole(value: Any) -> int | None:  # noqa: ANN401 - whatever JSON holds
    """Return a count, also one written as text; None for what is none."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdecimal() else None
    counts = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    return int(value) if counts and value >= 0 else None
