"""Departments, and the subjects that their data describe."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from catalog_specs.spec import Code, Spec, Text
from catalog_specs.vocabulary import BaseClass, OrgLevel, Role

__all__ = ["Department", "Post", "Subject"]


class Post(Spec):
    """Who answers for something, by post and never by a person's name here (九(二))."""

    post: Text
    since: date
    until: date | None = None
    """Last day of the term; None while it has no end."""
    filing_no: Text
    """Number of the written report that put this post on record."""

    @model_validator(mode="after")
    def _term_runs_forward(self) -> Post:
        if self.until is not None and self.until < self.since:
            raise ValueError("`until` lies before `since`")
        return self

    def in_office(self, day: date) -> bool:
        """Say whether the term of the post has begun by this day and is not over."""
        return self.since <= day and (self.until is None or day <= self.until)


class Department(Spec):
    """A unit with its roles and the posts on record (二(一)、九(二))."""

    code: Code
    name: Text
    unit_code: Text
    """The unit's number in resource codes, e.g. "306"."""
    level: OrgLevel = OrgLevel.CITY
    region: str | None = None
    """Division code of a county or zone unit; None for a city unit."""
    roles: frozenset[Role] = Field(min_length=1)
    responsible: Post | None = None
    steward: Post | None = None
    """The data steward; a department without one does not compile (CAT law, 九(二))."""
    special: bool = False
    """Whether it may ask by a prescribed procedure (五(九)), as police, courts and others may."""
    receiver_key: str | None = Field(default=None, pattern=r"^age1[02-9ac-hj-np-z]{58}$")
    """The public age key that copies on a medium are encrypted to (八(一)); its secret half stays
    with the department."""


class Subject(Spec):
    """A kind of thing that facts are about, and the elements that identify one of them."""

    code: Code
    name: Text
    key: tuple[Code, ...] = Field(min_length=1)
    """Element codes that identify one subject."""
    view: Text | None = None
    """Name of the subject view, e.g. 人口; None for a subject without a view of its own."""
    base_class: BaseClass | None = None
