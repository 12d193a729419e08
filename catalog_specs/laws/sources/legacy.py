"""Legacy exchanges (一(五)): a state that agrees with its day, and what takes their place.

Belongs here: whether a declared migration is whole. Keep out: whether what it names exists
(`references`); a term that is over breaks no law, it is told as a violation.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law
from catalog_specs.models.legacy import LegacyExchange, LegacyState
from catalog_specs.reading.declared import Declared

__all__ = ["LAWS"]

Finding = tuple[str, str, str]
"""Path, what is wrong, and the remedy."""


def _whole(declared: Declared) -> Iterator[Fault]:
    for one in declared.legacy.values():
        for path, message, remedy in (*_state(one), *_parties(one), *_promised(declared, one)):
            yield Fault(f"legacy:{one.code}", path, message, remedy)


def _state(one: LegacyExchange) -> Iterator[Finding]:
    if one.state is LegacyState.MIGRATED and not one.resources:
        message = "it is migrated, but no resource takes its place"
        yield "resources", message, "name the resources that it became, or write `state: closed`"
    if one.state.over and one.done_on is None:
        message = f"it is {one.state.value}, but nobody says since when"
        yield "done_on", message, "write the day on which it was migrated or closed"
    if not one.state.over and one.done_on is not None:
        message = f"it is {one.state.value}, but was done on {one.done_on}"
        yield "state", message, "write `state: migrated` or `closed`, or remove `done_on`"


def _parties(one: LegacyExchange) -> Iterator[Finding]:
    for index, partner in enumerate(one.partners):
        if partner == one.owner:
            message = f"`{partner}` runs it and exchanges with nobody else here"
            yield f"partners[{index}]", message, "name the departments on the other side"


def _promised(declared: Declared, one: LegacyExchange) -> Iterator[Finding]:
    """Find resources that were retired: nothing takes the exchange's place any more."""
    for index, ref in enumerate(one.resources):
        if ref in declared.retired:
            message = f"`{ref}` is retired: nothing comes to the platform in its place"
            yield f"resources[{index}]", message, "name the resource that is delivered now"


LAWS = (
    Law(
        "CAT-065",
        "原有交换系统的迁移登记须完整",
        "a legacy exchange that is migrated names the resources that it became, one that is over "
        "the day since when, and its partners are other departments",
        "一(五)",
        "complete the entry as the message says",
        _whole,
    ),
)
