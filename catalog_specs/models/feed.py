"""Feeds: kind, format, writing and headers of what a department delivers.

Belongs here: everything a person declares about the file. Keep out: the steps of normalisation
(`normalisation`), fetching (`pull`), and doing any of it (`feeds`).
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from catalog_specs.models.normalisation import Split, Step
from catalog_specs.models.pull import Pull
from catalog_specs.spec import Code, Exact, Spec, Text
from catalog_specs.vocabulary import FeedFormat, FeedKind

__all__ = ["PLACEHOLDER", "AsOf", "Changes", "Encoding", "Feed", "Header", "Span"]

_T = TypeVar("_T")

Character = Annotated[str, StringConstraints(min_length=1, max_length=1)]
"""One character; a tab is one."""

Encoding = Literal[
    "detect",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "gbk",
    "gb18030",
    "cp936",
    "cp949",
    "big5",
    "latin-1",
]
"""How a text file is written; `detect` finds out from the first text that is not ASCII.

`gbk` is read as GB 18030, which holds all of it; `cp936` is GBK with the euro sign at 0x80, `cp949`
the Korean code page. A byte-order mark is believed before any of them."""


PLACEHOLDER = "__debezium_unavailable_value"
"""What Debezium writes for a large value that an update left alone."""


class Header(Spec):
    """Where the names of the columns stand in a text file or a sheet."""

    at: Literal["first", "find", "none"] | Annotated[int, Field(ge=1)] = "first"
    """`first`: the first record. `find`: the first of 100 records that holds every declared header.
    A number: that line of the file. `none`: nowhere; `columns` names the fields in their order."""
    rows: int = Field(default=1, ge=1, le=5)
    """Header rows; a name is joined from them, and a merged cell counts for all it spans."""
    join: str = "/"
    """What stands between the names of several rows."""


class Span(Spec):
    """Where a field of a fixed-width record stands."""

    start: int = Field(ge=1)
    """First place, counted from 1."""
    width: int = Field(ge=1)


class Changes(Spec):
    """The columns of a change feed that say what happened and in which order."""

    operation: Exact
    """Header of the operation column."""
    sequence: Exact
    """Header of a whole number that rises with time; the highest per key wins."""
    insert: tuple[str, ...] = ("I",)
    update: tuple[str, ...] = ("U",)
    delete: tuple[str, ...] = ("D",)
    envelope: Literal["debezium"] | None = None
    """Records are Debezium change events: columns are read from `after`, of deletions from
    `before`. `operation` and `sequence` are paths of the event, e.g. `$.op`, `$.source.lsn`."""
    unavailable: Text = PLACEHOLDER
    """What the source writes for a value that it did not send along; its record is quarantined."""


class AsOf(Spec):
    """The day a delivery's content stands for, and what is done when a newer one was applied."""

    file_name: Exact
    """Regular expression with one group, over the file's name, that cuts the day out."""
    format: Exact = "%Y%m%d"
    late: Literal["reject", "apply"] = "reject"
    """A delivery older than the newest applied one: rejected, or applied all the same."""


class Feed(Spec):
    """The file a department sends: everything is read as text, then typed by the catalogue."""

    kind: FeedKind
    format: FeedFormat
    encoding: Encoding = "utf-8"
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=8)] = ","
    """One character, or several that always stand together (`||`)."""
    trailing_delimiter: bool = False
    """Every record ends with one delimiter more than the header has."""
    quote: Character | None = '"'
    escape: Character | None = None
    """Character before a quote or delimiter that is meant literally; none = quotes are doubled."""
    comment: Exact | None = None
    """Beginning of lines that are no records."""
    header: Header = Header()
    """A `fixed_width` file has none unless this is written; its names are those of `spans`."""
    footer: Exact | None = None
    """Regular expression of the lines that may stand after the last record (totals, signatures)."""
    spans: dict[Exact, Span] = Field(default_factory=dict)
    """Header → place, for `fixed_width`."""
    span_unit: Literal["characters", "bytes"] = "characters"
    records: Text | None = None
    """`$.path` to the list of records in a JSON document; none = the document is the list."""
    sheet: str | None = None
    """Sheet of a workbook; None = the first."""
    members: Exact | None = None
    """Pattern (`*.csv`) of the members of an archive that are taken; none = every file in it."""
    columns: dict[Exact, Code]
    """Delivered header → item code (or a part used by `compose`); `$.a.b` reaches into JSON."""
    normalise: dict[str, tuple[Step, ...]] = Field(default_factory=dict)
    """Part → steps, in order; `*` = every part, before its own steps."""
    fill_down: tuple[Code, ...] = ()
    """Parts whose label is written once and left blank below."""
    split: dict[Code, Split] = Field(default_factory=dict)
    """Part → how it is cut out of another."""
    compose: dict[Code, Exact] = Field(default_factory=dict)
    """Item code → template over parts, e.g. `{year:04}-{month:02}-{day:02} {hour:02}:00:00`."""
    constants: dict[Code, str] = Field(default_factory=dict)
    """Item code → the text every record has."""
    nulls: tuple[str, ...] = ("",)
    """Texts that mean "no value", compared with the whole cell."""
    date_format: Exact = "%Y-%m-%d"
    datetime_format: Exact = "%Y-%m-%d %H:%M:%S"
    true: tuple[str, ...] = ("1", "true")
    false: tuple[str, ...] = ("0", "false")
    changes: Changes | None = None
    as_of: AsOf | None = None
    pull: Pull | None = None
    filing_no: Text | None = None
    """Number under which a reflow from a superior system (回流) is filed (四(三))."""

    @field_validator("columns", "spans")
    @classmethod
    def _headers_are_names(cls, said: dict[str, _T], info: ValidationInfo) -> dict[str, _T]:
        """Take white space off headers of texts and sheets, as readers do with delivered ones.

        A key of JSON is called as it is called.
        """
        form: FeedFormat | None = info.data.get("format")
        if form is not None and form.traits.keyed:
            return said
        return {header.strip() or header: part for header, part in said.items()}

    @model_validator(mode="after")
    def _changes_belong_to_changes(self) -> Self:
        if (self.kind is FeedKind.CHANGES) != (self.changes is not None):
            raise ValueError("`changes` is given exactly when kind is changes")
        return self

    @model_validator(mode="after")
    def _dialect_is_sound(self) -> Self:
        special = {*self.delimiter, self.quote, self.escape} & {"\r", "\n", "\0"}
        if special or {*self.delimiter} & {self.quote, self.escape}:
            raise ValueError("delimiter, quote and escape are different, and no line ends")
        if self.footer is not None:
            try:
                re.compile(self.footer)
            except re.error as error:
                raise ValueError(f"`footer` is no regular expression: {error}") from None
        return self

    @model_validator(mode="after")
    def _spans_belong_to_fixed_width(self) -> Self:
        if ("spans" in self.format.traits.options) != bool(self.spans):
            raise ValueError("`spans` is given exactly when format is fixed_width")
        return self
