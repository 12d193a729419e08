"""How a department hands a resource over: kind, format, headers, null markers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from catalog_specs.models.spec import Code, Spec, Text
from catalog_specs.vocabulary import FeedFormat, FeedKind

__all__ = ["Changes", "Feed"]

Delimiter = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1)]
"""One character; a tab is one, so white space is not stripped here."""


class Changes(Spec):
    """The columns of a change feed that say what happened and in which order."""

    operation: Text
    """Header of the operation column."""
    sequence: Text
    """Header of a whole number that rises with time; the highest per key wins."""
    insert: tuple[str, ...] = ("I",)
    update: tuple[str, ...] = ("U",)
    delete: tuple[str, ...] = ("D",)


class Feed(Spec):
    """The file a department sends: everything is read as text, then typed by the catalogue."""

    kind: FeedKind
    format: FeedFormat
    encoding: Literal["utf-8", "utf-8-sig", "gb18030"] = "utf-8"
    delimiter: Delimiter = ","
    sheet: str | None = None
    """Sheet of a workbook; None = the first."""
    columns: dict[Text, Code]
    """Delivered header → item code (or a part used by `compose`)."""
    compose: dict[Code, Text] = Field(default_factory=dict)
    """Item code → template over parts, e.g. `{year:04}-{month:02}-{day:02} {hour:02}:00:00`."""
    nulls: tuple[str, ...] = ("",)
    """Texts that mean "no value", compared with the whole cell."""
    date_format: Text = "%Y-%m-%d"
    datetime_format: Text = "%Y-%m-%d %H:%M:%S"
    true: tuple[str, ...] = ("1", "true")
    false: tuple[str, ...] = ("0", "false")
    changes: Changes | None = None

    @model_validator(mode="after")
    def _changes_belong_to_changes(self) -> Feed:
        if (self.kind is FeedKind.CHANGES) != (self.changes is not None):
            raise ValueError("`changes` is given exactly when kind is changes")
        return self
