"""Feeds that Quanshu fetches itself instead of waiting for a file (四(三)).

Belongs here: where to fetch and how to know what is new. Keep out: fetching (`lakehouse.pulls`).
No secret stands in a catalogue: addresses with credentials and tokens are named environment
variables.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from catalog_specs.models.spec import Spec, Text

__all__ = ["HttpPull", "Pages", "Pull", "SqlPull", "Variable"]

Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,127}$")]
"""Name of an environment variable."""


class SqlPull(Spec):
    """Rows of a table or query in a department's database (SQLite, PostgreSQL)."""

    type: Literal["sql"]
    url: Variable
    """Environment variable that holds the address, e.g. `postgresql://user:secret@host/db`."""
    query: Text
    """A table's name, or a SELECT without its own watermark condition."""
    watermark: Text | None = None
    """Column that never falls as rows change; without it every pull takes everything."""


class Pages(Spec):
    """How the pages of a JSON interface follow one another."""

    by: Literal["number", "offset", "next"]
    parameter: Text | None = None
    """Query parameter that carries the page number or offset."""
    size: int | None = Field(default=None, ge=1)
    size_parameter: Text | None = None
    first: int = Field(default=1, ge=0)
    next: Text | None = None
    """`$.path` to the address of the next page, for `by: next`."""
    limit: int = Field(default=10_000, ge=1)
    """Pages after which the pull stops with an error."""

    @model_validator(mode="after")
    def _can_turn(self) -> Self:
        if (self.next if self.by == "next" else self.parameter) is None:
            raise ValueError("`by: next` needs `next`; `by: number` and `by: offset` `parameter`")
        return self


class HttpPull(Spec):
    """A file, or paged JSON, behind a department's HTTP interface."""

    type: Literal["http"]
    url: Text | None = None
    url_variable: Variable | None = None
    """Environment variable that holds the address, where it is not to stand here."""
    token: Variable | None = None
    """Environment variable whose value is sent as a bearer token."""
    pages: Pages | None = None
    timeout: int = Field(default=60, ge=1, le=3600)
    """Seconds that one response may keep silent."""
    limit: int = Field(default=2 << 30, ge=1)
    """Bytes that one pull may bring."""

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.url is None) == (self.url_variable is None):
            raise ValueError("give `url` or `url_variable`")
        return self


Pull = Annotated[SqlPull | HttpPull, Field(discriminator="type")]
