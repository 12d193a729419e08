"""Every ledger of a home in one list, in the order of the way of the data: for views and docs.

Belongs here: naming them. Keep out: what they are (each is declared where its facts are known).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from landing.repeats import REPEATS
from outlets.answers.ledger import ANSWERS
from outlets.open_data.ledger import OPENING
from quality.timeliness.ledger import DUE
from register.access_ledger import ACCESS
from register.approvals import APPROVALS, HELD
from register.comparisons import COMPARISONS
from register.copies import COPIES, RECALLS
from register.mismatches import MISMATCHES
from register.outcomes import OUTCOMES
from register.rule_results import RULE_RESULTS
from register.undeclared import UNDECLARED
from register.verdicts import VERDICTS
from storage.backup.ledger import BACKUPS
from storage.evolution.ledger import EVOLUTIONS
from storage.foreign_commits import LOOKED
from storage.ledger import Ledger
from storage.tidied import TIDIED

__all__ = ["LEDGERS", "ledgers_page"]

LEDGERS: tuple[Ledger[Any], ...] = (
    VERDICTS,
    RULE_RESULTS,
    OUTCOMES,
    REPEATS,
    DUE,
    HELD,
    APPROVALS,
    COMPARISONS,
    MISMATCHES,
    UNDECLARED,
    ACCESS,
    EVOLUTIONS,
    LOOKED,
    TIDIED,
    OPENING,
    COPIES,
    RECALLS,
    ANSWERS,
    BACKUPS,
)
"""All of them; a ledger that is not listed here is noticed by a test."""


def ledgers_page() -> str:
    """Return docs/ledgers.md: every ledger with its columns."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield (
        "# Ledgers\n\n"
        "Made from the code by `make docs`; do not edit. Each ledger is an append-only Delta table "
        "in `lake/ledgers/`;\n`views/city.duckdb` shows it as `quality.<name>`. It holds codes, "
        "counts and record numbers, never a value of the data.\n"
    )
    for ledger in LEDGERS:
        shape = ledger.shape
        yield f"## `{ledger.name}` {shape.name}\n\n{shape.description}\n"
        yield "| column | type | 说明 |\n|---|---|---|"
        yield from (f"| `{one.name}` | {one.type} | {one.comment} |" for one in shape.columns)
        yield ""
