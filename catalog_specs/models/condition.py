"""Row conditions (行条件): the rows that something is about.

Belongs here: the one vocabulary in which grants, open sets and quality rules say it. Keep out: the
meaning of a value (`catalog_specs.rules.leaving.conditions`), rendering.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import model_validator

from catalog_specs.spec import Code, Spec

__all__ = ["Condition"]

Scalar = bool | int | float | date | str


class Condition(Spec):
    """One row condition, `item op value`; conditions of a list are joined by AND.

    The value is always bound, never put into SQL text.
    """

    item: Code
    op: Literal["eq", "ne", "in", "lt", "le", "gt", "ge", "starts_with", "is_null", "not_null"]
    value: Scalar | tuple[Scalar, ...] | None = None

    @model_validator(mode="after")
    def _value_fits(self) -> Condition:
        if (self.op in {"is_null", "not_null"}) != (self.value is None):
            raise ValueError(
                f"`{self.op}` {'takes no' if self.value is not None else 'needs a'} value"
            )
        if (self.op == "in") != isinstance(self.value, tuple):
            raise ValueError("a list of values goes with `in`, and only with it")
        return self

    @property
    def values(self) -> tuple[Scalar, ...]:
        """Return the values it compares with, as written; none where it asks for null."""
        if isinstance(self.value, tuple):
            return self.value
        return () if self.value is None else (self.value,)
