"""docs/feeds.md stays true: every example is delivered, judged and promoted as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from catalog_specs.models.feed import Feed
from feeds.text.careful import RECORD_LIMIT, TIMES
from feeds.text.headers import WIDTH_LIMIT
from feeds.untrusted.limits import ReadingLimits
from tests.docs.examples import Example, examples, outcome
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "feeds.md"
EXAMPLES = list(examples(PAGE))


def _said(value: Any) -> set[tuple[str, str]]:
    """Return (model, field) of everything an example declares."""
    found: set[tuple[str, str]] = set()
    if isinstance(value, BaseModel):
        for name in value.model_fields_set:
            found |= {(type(value).__name__, name)} | _said(getattr(value, name))
    elif isinstance(value, dict):
        found = set().union(*map(_said, value.values())) if value else found
    elif isinstance(value, tuple):
        found = set().union(*map(_said, value)) if value else found
    return found


def _declarable(model: type[BaseModel], seen: dict[str, type[BaseModel]]) -> None:
    seen[model.__name__] = model
    pending: list[Any] = [field.annotation for field in model.model_fields.values()]
    while pending:
        kind = pending.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind.__name__ not in seen:
                _declarable(kind, seen)
        else:
            pending += getattr(kind, "__args__", ())


def test_every_option_of_a_feed_has_an_example() -> None:
    """Nothing can be declared about a feed that the page does not show at work."""
    models: dict[str, type[BaseModel]] = {}
    _declarable(Feed, models)
    every = {(name, field) for name, model in models.items() for field in model.model_fields}
    shown: set[tuple[str, str]] = set()
    for example in EXAMPLES:
        shown |= _said(
            Feed.model_validate(
                {"kind": "snapshot", "format": "csv"} | dict(example.declared["feed"])
            )
        )
    assert sorted(every - shown) == []


def test_the_limits_are_those_of_the_code() -> None:
    """The page's table names every limit with the value that holds."""
    limits = ReadingLimits()
    values = [
        f"{WIDTH_LIMIT:,}",
        f"{RECORD_LIMIT >> 20} MiB",
        f"{limits.record >> 20} MiB",
        f"{TIMES}",
        f"{limits.vector >> 20} MiB",
        f"{limits.expanded >> 30} GiB",
        f"{limits.members:,}",
        f"{limits.expanded >> 30} GiB",
        f"{limits.ratio}",
        f"{limits.workbook >> 30} GiB",
        f"{limits.memory >> 30} GiB",
        f"{limits.cpu_seconds // 60} minutes",
        f"{limits.silent_seconds:.0f} seconds",
    ]
    text = PAGE.read_text(encoding="utf-8").partition("### The limits")[2].partition("###")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    assert [at_most.strip() for _, at_most in rows[1:]] == values
    assert f"from {limits.ratio_from >> 20} MiB on" in text


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_example_comes_out_as_the_page_says(example: Example, tmp_path: Path) -> None:
    """A reader may copy any example and get the rows, the quarantine and the receipt shown."""
    found = outcome(example, tmp_path)
    for part, wanted in example.expected.items():
        if part == "receipt":
            assert {name: found[part].get(name) for name in wanted} == wanted
        else:
            assert found[part] == wanted
    assert len(found["rejected"]) == len(example.expected.get("rejected", ()))
    assert len(found["quarantined"]) == len(example.expected.get("quarantined", ()))
