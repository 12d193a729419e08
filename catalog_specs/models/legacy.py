"""Legacy exchanges (一(五)): systems that exchange data between departments beside the platform.

Belongs here: what is declared of one, and whether its migration is overdue. Keep out: whether what
it names exists (`laws`), what is made of an overdue one (`governance.violations`).
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from catalog_specs.spec import Code, ResourceRef, Spec, Text
from catalog_specs.vocabulary import Term

__all__ = ["LegacyExchange", "LegacyState"]


class LegacyState(Term):
    """How far an exchange has come on its way to the city's platform."""

    PLANNED = ("planned", "待迁移")
    MIGRATING = ("migrating", "迁移中")
    MIGRATED = ("migrated", "已迁移")
    CLOSED = ("closed", "已关停")

    @property
    def over(self) -> bool:
        """Say whether nothing is exchanged beside the platform any more."""
        return self in {LegacyState.MIGRATED, LegacyState.CLOSED}


class LegacyExchange(Spec):
    """A system that exchanged data between departments before the platform, to be migrated to it.

    Counties and departments build no platform of their own and bring over what they exchange
    (一(五)). What its resources are delivered for, the catalogue says of each of them.
    """

    code: Code
    name: Text
    """The system, as its department calls it."""
    owner: Code
    """The department that runs it."""
    partners: tuple[Code, ...] = Field(min_length=1)
    """The departments with which it exchanges."""
    exchanges: Text
    """What goes to and fro, in a few words."""
    resources: tuple[ResourceRef, ...] = ()
    """What it becomes: the resources that are delivered to the platform instead."""
    state: LegacyState
    due: date
    """The day by which it must be migrated or closed."""
    done_on: date | None = None
    """The day on which it was migrated or closed; None before that."""
    filing_no: Text
    """Number of the record with which the term was filed."""

    def overdue(self, day: date) -> bool:
        """Say whether its term is over by this day and it is neither migrated nor closed."""
        return not self.state.over and day > self.due
