"""Quality rules that a resource names in YAML (质量规则).

Belongs here: their forms, and what can be said of one by itself. Keep out: rules that follow from
items, whether one can be judged (`catalog_specs.laws.feeding`, `quality`).
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, model_validator

from catalog_specs.models.condition import Condition
from catalog_specs.models.quality.forms import Comparison, Drift, Together
from catalog_specs.spec import Code, ResourceRef, Spec, Text
from catalog_specs.vocabulary import Dimension, Level

__all__ = ["QualityRule"]


class QualityRule(Spec):
    """A rule about the records of a delivery, or about the delivery as a whole.

    It names a core expectation of Great Expectations (`expect`; further keys are its arguments), or
    is a statement that returns the records it objects to (`sql`), or has one of the further forms.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    code: Code
    description: Text
    description_en: Text | None = None
    """The same in English; without it the expectation's own name and arguments are shown."""
    dimension: Dimension
    level: Level = Level.QUARANTINE
    clause: Text | None = None
    """The clause or standard that asks for it, where that is not 三(六)."""
    expect: Text | None = None
    """Type of a core expectation, with or without its `expect_` prefix."""
    sql: Text | None = None
    """One SELECT over `feed`, the delivery, that returns `_row` of every record it objects to."""
    reads: tuple[ResourceRef, ...] = ()
    """The resources that `sql` reads as `<department>.<resource>`; they are taken in first."""
    exists_in: Together | None = None
    """Items whose values must stand together in one row of another resource."""
    drift: Drift | None = None
    """A figure of the delivery, compared with the deliveries before it."""
    compare: Comparison | None = None
    """A figure of the delivery, compared with one of another resource."""
    where: tuple[Condition, ...] = ()
    """Which records it is about: those that meet all of these row conditions."""

    @property
    def others(self) -> tuple[str, ...]:
        """Return the resources whose authoritative tables it reads."""
        found = [*self.reads]
        found += [self.exists_in.resource] if self.exists_in else []
        found += [self.compare.to.resource] if self.compare else []
        return tuple(dict.fromkeys(found))

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the expectation's own arguments, as written."""
        return dict(self.model_extra or {})

    @model_validator(mode="after")
    def _has_one_form(self) -> QualityRule:
        forms = [form for form in _FORMS if getattr(self, form) is not None]
        if len(forms) != 1:
            given = f"not {' and '.join(f'`{form}`' for form in forms)}" if forms else "it has none"
            raise ValueError(f"a rule has one of {_LISTED}; {given}")
        if forms != ["expect"] and self.model_extra:
            unknown = ", ".join(f"`{key}`" for key in self.model_extra)
            raise ValueError(f"a rule with `{forms[0]}` has no key {unknown}")
        if self.reads and self.sql is None:
            raise ValueError("`reads` goes with `sql`; other forms name the resource they read")
        return self


_FORMS = ("expect", "sql", "exists_in", "drift", "compare")
_LISTED = ", ".join(f"`{form}`" for form in _FORMS)
