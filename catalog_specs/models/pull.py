"""Pulls: sources that Quanshu reads itself instead of waiting for a file (四(三)).

Belongs here: where to fetch and how to know what is new. Keep out: fetching (`landing.pulls`).
No secret stands in a catalogue: addresses with credentials and tokens are named environment
variables.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, StringConstraints, model_validator

from catalog_specs.spec import Spec, Text

__all__ = ["HttpPull", "Pages", "Pull", "SqlPull", "Success", "Variable"]

Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,127}$")]
"""Name of an environment variable."""


class SqlPull(Spec):
    """Rows of a table or query in a department's database (SQLite, PostgreSQL)."""

    type: Literal["sql"]
    url: Variable
    """Environment variable that holds the address, e.g. `postgresql://user:secret@host/db`."""
    query: Text
    """A table (`name` or `schema.name`, as the database spells it), of which the declared columns
    are taken; or a SELECT, taken as it is, without a watermark condition of its own."""
    watermark: Text | None = None
    """Column that never falls as rows change; without it every pull takes everything. Texts must be
    ISO 8601 moments, whole numbers, or of one shape with the year or the one number in front."""
    overlap: int = Field(default=0, ge=0)
    """How far behind the watermark a pull looks again: seconds of a moment, days of a date, units
    of a whole number. At least as long as a transaction of the source may stay open, because what
    it commits late bears an older watermark. Rows taken already are left out."""
    timeout: int = Field(default=3600, ge=1, le=86_400)
    """Seconds that the database may take for one statement."""

    @model_validator(mode="after")
    def _overlap_needs_watermark(self) -> Self:
        if self.overlap and self.watermark is None:
            raise ValueError("`overlap` is behind a `watermark`; give one")
        return self


class Pages(Spec):
    """How the pages of a JSON interface follow one another."""

    by: Literal["number", "offset", "next"]
    parameter: Text | None = None
    """Query parameter that carries the page number or offset."""
    size: int | None = Field(default=None, ge=1)
    """Records asked for on a page."""
    size_parameter: Text | None = None
    """Query parameter that carries `size`."""
    first: int | None = Field(default=None, ge=0)
    """The first page's number or offset; none = 1 for numbers, 0 for offsets."""
    end: Literal["empty", "short", "missing"] | None = None
    """What the last page is known by, for numbers and offsets, where the source does not say how
    many records there are: the page after it has no records (what is looked for unless declared);
    it has fewer than `size`, and what comes after it is no page, an empty one, or the same again;
    or the page after it is answered with 404."""
    total_pages: Text | None = None
    """`$.path` to the number of pages that there are."""
    next: Text | None = None
    """`$.path` to the address of the next page, for `by: next`."""
    limit: int = Field(default=10_000, ge=1)
    """Pages after which the pull stops with an error."""

    @model_validator(mode="after")
    def _can_turn(self) -> Self:
        if (self.next if self.by == "next" else self.parameter) is None:
            raise ValueError("`by: next` needs `next`; `by: number` and `by: offset` `parameter`")
        if self.end == "short" and self.size is None:
            raise ValueError("`end: short` needs `size`")
        return self


class Success(Spec):
    """By what an answer with HTTP 200 is known to be one, and not a failure in its clothes."""

    path: Text
    """`$.path` to the code of an answer."""
    values: tuple[StrictBool | StrictInt | Text, ...] = Field(min_length=1)
    """The codes that mean success; `0` and `"0"` are one."""


class HttpPull(Spec):
    """A file, or paged JSON, behind a department's HTTP interface."""

    type: Literal["http"]
    url: Text | None = None
    url_variable: Variable | None = None
    """Environment variable that holds the address, where it is not to stand here."""
    token: Variable | None = None
    """Environment variable whose value is sent as a bearer token."""
    pages: Pages | None = None
    success: Success | None = None
    """How JSON says that it succeeded; compared with every page."""
    total: Literal[False] | Text | None = None
    """`$.path` to the number of records that there are in all: a pull that brings fewer fails.
    Unless declared, a number called `total`, `totalCount`, `count` and the like beside the records
    is taken for it; `false` says that it is something else."""
    timeout: int = Field(default=60, ge=1, le=3600)
    """Seconds that one answer may keep silent."""
    deadline: int = Field(default=3600, ge=1, le=86_400)
    """Seconds that one pull may take in all."""
    limit: int = Field(default=2 << 30, ge=1)
    """Bytes that one pull may bring."""

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.url is None) == (self.url_variable is None):
            raise ValueError("give `url` or `url_variable`")
        return self


Pull = Annotated[SqlPull | HttpPull, Field(discriminator="type")]
