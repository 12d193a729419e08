"""Casts: from a delivered text to a typed value in SQL, strictly, NULL where it does not fit.

Belongs here: one SQL expression for each item type, templates over several texts, pieces of one.
Keep out: which columns there are (`typed`), judging a NULL (`quality`).
Strict means: nothing is rounded, guessed or completed. `1.7` is no whole number, `2024-2-3` no date
under `%Y-%m-%d`, `1e5` no decimal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from string import Formatter
from types import MappingProxyType

from catalog_specs.models.element import Element
from catalog_specs.models.feed import Feed
from catalog_specs.models.normalisation import Split
from catalog_specs.vocabulary import FeedFormat, ItemType
from storage.delta.table_shape import DEFAULT_SCALE, column_type
from storage.sql import literal

__all__ = [
    "Writing",
    "cast_sql",
    "compose_sql",
    "has_typed_cells",
    "integer_sql",
    "null_sql",
    "reading_sql",
    "split_sql",
]

_TYPED_FORMATS = frozenset(form.value for form in FeedFormat if form.traits.packed)
"""Formats whose cells have types of their own, as a receipt names them."""


def has_typed_cells(read_as: str) -> bool:
    """Say whether a delivery, by its formats, came with types of its own."""
    return not _TYPED_FORMATS.isdisjoint(read_as.split())


class Writing(Enum):
    """Where a text comes from, and so which writings are understood beside the declared one."""

    DECLARED = "declared"
    """A delivered text: as the feed declares it, and no other way."""
    STEPS = "steps"
    """Normalisation: ISO dates and moments, `true` and `false`, and nothing else."""
    CELLS = "cells"
    """Cells that had types already: ISO and truth words too, a date may be a midnight, a moment a
    date."""


_DIGITS = r"[+-]?\d+"
_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?"
_ISO: Mapping[tuple[str, Writing], str] = MappingProxyType(
    {
        ("DATE", Writing.STEPS): _DAY,
        ("DATE", Writing.CELLS): f"{_DAY}([ T]00:00:00)?",
        ("TIMESTAMP", Writing.STEPS): f"{_DAY}{_CLOCK}",
        ("TIMESTAMP", Writing.CELLS): f"{_DAY}({_CLOCK})?",
    }
)
"""What is understood beside the declared form; typed cells may hold a date as its midnight."""
_OWN_WRITING = {("DATE", "%Y-%m-%d"): 10, ("TIMESTAMP", "%Y-%m-%d %H:%M:%S"): 19}
"""Formats that DuckDB itself writes, with their lengths: here a cast is enough, and several times
faster than strptime. The length excludes `infinity`, and years before Christ or of five digits."""


def null_sql(text: str, nulls: Sequence[str]) -> str:
    """Return the text, or NULL where the whole of it is a null marker."""
    match list(nulls):
        case []:
            return text
        case [one]:
            return f"nullif({text}, {literal(one)})"
        case several:
            marked = ", ".join(literal(one) for one in several)
            return f"CASE WHEN {text} NOT IN ({marked}) THEN {text} END"


def reading_sql(
    text: str, element: Element, feed: Feed, writing: Writing = Writing.DECLARED
) -> str | None:
    """Return the SQL of what the engine itself makes of a text, which `cast_sql` looks at often.

    None where it does not. It is no value yet: the engine reads more than is meant.
    """
    match element.type:
        case ItemType.INTEGER | ItemType.DECIMAL:
            return _read(text, column_type(element))
        case ItemType.DATE if writing is not Writing.STEPS:
            return _time_read(text, "DATE", feed.date_format)
        case ItemType.DATETIME if writing is not Writing.STEPS:
            return _time_read(text, "TIMESTAMP", feed.datetime_format)
        case _:
            return None


def cast_sql(
    text: str,
    element: Element,
    feed: Feed,
    writing: Writing = Writing.DECLARED,
    read: str | None = None,
) -> str:
    """Return the SQL that casts a text (a column's SQL) to the element's type.

    `read` is a column with its `reading_sql`; without one the engine reads the text anew each time.
    """
    read = read or reading_sql(text, element, feed, writing) or ""
    match element.type:
        case ItemType.STRING:
            return text
        case ItemType.INTEGER:
            return _number(text, _DIGITS, read)
        case ItemType.DECIMAL:
            return _decimal(text, element, read)
        case ItemType.DATE:
            return _time(text, "DATE", feed.date_format, writing, read)
        case ItemType.DATETIME:
            return _time(text, "TIMESTAMP", feed.datetime_format, writing, read)
        case ItemType.BOOLEAN:
            return _boolean(text, feed, writing)


def integer_sql(text: str) -> str:
    """Cast digits with at most a sign; what BIGINT cannot hold is NULL."""
    return _number(text, _DIGITS, _read(text, "BIGINT"))


def _read(text: str, kind: str) -> str:
    return f"TRY_CAST({text} AS {kind})"


def _time_read(text: str, kind: str, form: str) -> str:
    if (kind, form) in _OWN_WRITING:
        return _read(text, kind)
    return f"try_strptime({text}, {literal(form)})"


def _decimal(text: str, element: Element, read: str) -> str:
    """Cast digits with at most `scale` of them after the point: never rounded."""
    scale = DEFAULT_SCALE if element.scale is None else element.scale
    plain = rf"[+-]?(\d+(\.\d{{1,{scale}}})?|\.\d{{1,{scale}}})" if scale else _DIGITS
    return _number(text, plain, read)


def _number(text: str, pattern: str, value: str) -> str:
    """Cast a text that the pattern fits.

    A bare cast is not strict: `1.7` would become 2, and `0x10` 16. Most texts are as DuckDB itself
    writes the value, which a comparison finds out faster than the pattern.
    """
    fits = f"regexp_full_match({text}, {literal(pattern)})"
    return f"CASE WHEN CAST({value} AS VARCHAR) = {text} OR {fits} THEN {value} END"


def _boolean(text: str, feed: Feed, writing: Writing) -> str:
    """Cast the declared words; of steps `true` and `false` alone, of typed cells those too."""
    words: dict[str, Sequence[str]] = {"TRUE": feed.true, "FALSE": feed.false}
    if writing is Writing.STEPS:
        words = {"TRUE": ["true"], "FALSE": ["false"]}
    elif writing is Writing.CELLS:
        words["TRUE"] = [*feed.true, *(["true"] if "true" not in feed.false else [])]
        words["FALSE"] = [*feed.false, *(["false"] if "false" not in feed.true else [])]
    cases = " ".join(
        f"WHEN {text} IN ({', '.join(map(literal, texts))}) THEN {value}"
        for value, texts in words.items()
        if texts
    )
    return f"CASE {cases} END" if cases else "CAST(NULL AS BOOLEAN)"


def _time(text: str, kind: str, form: str, writing: Writing, read: str) -> str:
    """Cast a text that is exactly what the format would write, or ISO text."""
    iso = _iso(text, kind, writing)
    if writing is Writing.STEPS:
        return iso
    width = _OWN_WRITING.get((kind, form))
    if width is not None:
        # the value first: DuckDB casts once what stands in the first operand and again behind THEN
        same = f"CAST({read} AS VARCHAR) = {text} AND length({text}) = {width}"
        declared = f"CASE WHEN {same} THEN {read} END"
        return f"coalesce({declared}, {iso})" if iso else declared
    # strptime skips blanks and takes fewer digits; writing the value back shows that it did not.
    # The year 0 is written back as it came, and stands for 1 BC in one engine and no year in others
    same = f"strftime({read}, {literal(form)}) = {text} AND EXTRACT(year FROM {read}) > 0"
    declared = f"CASE WHEN {same} THEN CAST({read} AS {kind}) END"
    if not iso:
        return declared
    # a form such as %Y-%d-%m reads another day in ISO text: nobody knows which one is meant.
    # `[… FOR x IN [value]][1]` gives a value a name: DuckDB has no LET, and would compute it twice
    agreed = "CASE WHEN _ways[1] = _ways[2] OR _ways[1] IS NULL OR _ways[2] IS NULL"
    return f"[{agreed} THEN coalesce(_ways[1], _ways[2]) END FOR _ways IN [[{declared}, {iso}]]][1]"


def _iso(text: str, kind: str, writing: Writing) -> str:
    """Return the SQL of an ISO text's value; nothing where it is not what is declared."""
    form = _ISO.get((kind, writing))
    if form is None:
        return ""
    fits = f"regexp_full_match({text}, {literal(form)})"
    return f"CASE WHEN {fits} THEN {_read(text, kind)} END"


def compose_sql(template: str, column: Callable[[str], str]) -> str:
    """Return the SQL of a template such as `{year:04}-{month:02} {hour:02}:00:00`.

    `column` gives a part's SQL. A width fills with zeros on the left and never cuts. The whole is
    NULL when any part is.
    """
    pieces: list[str] = []
    for text, part, width, _ in Formatter().parse(template):
        if text:
            pieces.append(literal(text))
        if part is not None:
            pieces.append(_filled(column(part), width))
    return f"({' || '.join(pieces)})"


def _filled(text: str, width: str | None) -> str:
    if not width:
        return text
    # lpad also cuts: a text that is longer than the width keeps its own length
    return f"lpad({text}, greatest({int(width)}, length({text}))::INTEGER, '0')"


def split_sql(text: str, split: Split) -> str:
    """Return the SQL of a piece of a text; NULL where there is no such piece."""
    if split.pattern is not None:
        return f"nullif(regexp_extract({text}, {literal(split.pattern)}, 1), '')"
    return f"string_split({text}, {literal(split.separator)})[{split.index}]"
