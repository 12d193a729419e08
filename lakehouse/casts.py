"""How a delivered text becomes a typed value in SQL: strictly, and NULL where it does not fit.

Belongs here: one SQL expression for each item type, and templates over several texts. Keep out:
which columns there are (`typed`), judging a NULL (`quality`).
Strict means: nothing is rounded, guessed or completed. `1.7` is no whole number, `2024-2-3` no date
under `%Y-%m-%d`, `1e5` no decimal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from string import Formatter

from catalog_specs.models.element import Element
from catalog_specs.models.feed import Feed
from catalog_specs.vocabulary import FeedFormat, ItemType
from lakehouse.sql import literal
from lakehouse.table_shape import DEFAULT_SCALE, column_type

__all__ = ["cast_sql", "compose_sql", "integer_sql", "null_sql"]

_TYPED_FORMATS = {FeedFormat.PARQUET, FeedFormat.XLSX}
"""Formats whose cells are typed already: there ISO text is understood beside the declared form."""
_ISO_DATE = r"\d{4}-\d{2}-\d{2}"
_ISO_MOMENT = _ISO_DATE + r"([ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?)?"
_OWN_WRITING = {("DATE", "%Y-%m-%d"): 10, ("TIMESTAMP", "%Y-%m-%d %H:%M:%S"): 19}
"""How DuckDB itself writes, with its length: there a cast does, several times faster than strptime.
The length keeps out `infinity` and years before Christ or of five digits."""


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


def cast_sql(text: str, element: Element, feed: Feed) -> str:
    """Return the SQL that casts a text (a column's SQL) to the element's type."""
    match element.type:
        case ItemType.STRING:
            return text
        case ItemType.INTEGER:
            return integer_sql(text)
        case ItemType.DECIMAL:
            return _decimal(text, element)
        case ItemType.DATE:
            return _time(text, "DATE", feed.date_format, feed)
        case ItemType.DATETIME:
            return _time(text, "TIMESTAMP", feed.datetime_format, feed)
        case ItemType.BOOLEAN:
            yes, no = (", ".join(map(literal, texts)) for texts in (feed.true, feed.false))
            return f"CASE WHEN {text} IN ({yes}) THEN TRUE WHEN {text} IN ({no}) THEN FALSE END"


def integer_sql(text: str) -> str:
    """Cast digits with at most a sign; what BIGINT cannot hold is NULL."""
    return _when_matching(text, r"[+-]?\d+", f"TRY_CAST({text} AS BIGINT)")


def _decimal(text: str, element: Element) -> str:
    """Cast digits with at most `scale` of them after the point: never rounded."""
    scale = DEFAULT_SCALE if element.scale is None else element.scale
    plain = rf"[+-]?(\d+(\.\d{{1,{scale}}})?|\.\d{{1,{scale}}})" if scale else r"[+-]?\d+"
    return _when_matching(text, plain, f"TRY_CAST({text} AS {column_type(element)})")


def _time(text: str, kind: str, form: str, feed: Feed) -> str:
    """Cast a text that is exactly what the format would write; ISO text too from typed cells."""
    iso = _ISO_DATE if kind == "DATE" else _ISO_MOMENT
    ways: list[str] = []
    width = _OWN_WRITING.get((kind, form))
    if width is not None:
        value = f"TRY_CAST({text} AS {kind})"
        same = f"length({text}) = {width} AND CAST({value} AS VARCHAR) = {text}"
        ways.append(f"CASE WHEN {same} THEN {value} END")
    else:
        moment = f"try_strptime({text}, {literal(form)})"
        same = f"strftime({moment}, {literal(form)}) = {text}"
        ways.append(f"CASE WHEN {same} THEN CAST({moment} AS {kind}) END")
    if feed.format in _TYPED_FORMATS:
        ways.append(_when_matching(text, iso, f"TRY_CAST({text} AS {kind})"))
    return ways[0] if len(ways) == 1 else f"coalesce({', '.join(ways)})"


def _when_matching(text: str, pattern: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {value} END"


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
    return f"lpad({text}, greatest({int(width)}, length({text}))::INTEGER, '0')"
