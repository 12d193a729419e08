"""Time steps: dates and moments written as ISO 8601.

Belongs here: their SQL. Keep out: casting ISO texts to types (`values.casts`), what a format
may say (`catalog_specs.time_formats`).
A format takes a whole text or nothing: DuckDB's own parser, which skips blanks and is content with
fewer digits, is asked only about texts that the format's pattern fits.
"""

from __future__ import annotations

import re

from catalog_specs.models.normalisation import Dates, Moments
from catalog_specs.time_formats import OFFSET, whole_text
from storage.sql import literal

__all__ = ["dates", "moments"]

FIRST_SERIAL, LAST_SERIAL = 61, 2_958_465
"""1900-03-01 and 9999-12-31. Below 61 a serial number has no one meaning: Excel counts a
1900-02-29 that never was, other programs do not."""
_ERA = "TIMESTAMP '0001-01-01'"
_CELL = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?)?"
_DIGITS_ALONE = re.compile(r"(%[YymdHMS])+")
"""A format of digits and nothing else. Beside one a serial number has five digits at most, up to
2173-10-13: `2024011` is a date that lost a digit, and no day of the year 7441."""
_DAY = 86_400_000_000
"""Microseconds."""


def dates(text: str, step: Dates, *, cells: bool) -> str:
    """Write dates as `YYYY-MM-DD`; a moment is a date only at midnight, else its time were lost.

    NULL for a text that is none. `cells`: ISO texts are dates whatever is declared; where a format
    reads another day in one, it has none.
    """
    midnight = f"date_trunc('day', _read) = _read AND _read >= {_ERA}"
    ways = [_way(_read(text, form), midnight, "DATE") for form in step.formats]
    if step.excel_serial:
        further = 4 if any(map(_DIGITS_ALONE.fullmatch, step.formats)) else 6
        fits = f"regexp_full_match({text}, '[1-9][0-9]{{1,{further}}}')"
        number = f"CASE WHEN {fits} THEN CAST({text} AS INTEGER) END"
        days = f"CASE WHEN {number} BETWEEN {FIRST_SERIAL} AND {LAST_SERIAL} THEN {number} END"
        ways.append(f"CAST(DATE '1899-12-30' + {days} AS VARCHAR)")
    return _agreed(ways, _way(_iso(text), midnight, "DATE") if cells else None)


def moments(text: str, step: Moments, zone: str, *, cells: bool) -> str:
    """Write moments on the wall clock of `zone`, with a fraction of a second where there is one.

    A format with `%z` reads the offset from the text. NULL for a text that is no moment, and for a
    wall clock of another zone that the change to or from summer time leaves out, or shows twice.
    `cells`: ISO texts are moments of the declared zone, unless every format wants an offset; those
    with a `Z` came from cells with an offset of their own, and no declared zone moves them.
    """
    sound = f"_read >= {_ERA}"
    ways = [
        _way(_placed(_read(text, form), form, step, zone), sound, "TIMESTAMP")
        for form in step.formats
    ]
    local = step.zone is not None or not all(OFFSET in form for form in step.formats)
    plain = _placed(_iso(text), "", step, zone) if local else "NULL::TIMESTAMP"
    iso = _way(f"coalesce({_instant(text, zone)}, {plain})", sound, "TIMESTAMP")
    return _agreed(ways, iso if cells else None)


def _placed(moment: str, form: str, step: Moments, zone: str) -> str:
    """Put what a format read on the wall clock of `zone`."""
    if OFFSET in form:
        return f"({moment} AT TIME ZONE {literal(zone)})"
    if step.zone is not None and step.zone != zone:
        return _elsewhere(moment, step.zone, zone)
    return moment


def _iso(text: str) -> str:
    """Read what a reader of typed cells writes."""
    fits = f"regexp_full_match({text}, {literal(_CELL)})"
    return f"CASE WHEN {fits} THEN TRY_CAST({text} AS TIMESTAMP) END"


def _instant(text: str, zone: str) -> str:
    """Read what a reader writes of typed cells that carry an offset."""
    fits = f"regexp_full_match({text}, {literal(f'{_CELL}Z')})"
    read = f"TRY_CAST({text} AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE {literal(zone)}"
    return f"CASE WHEN {fits} THEN {read} END"


def _agreed(ways: list[str], iso: str | None) -> str:
    """Return the first of several readings, and none where another contradicts it."""
    first = f"coalesce({', '.join(ways)})"
    if iso is None:
        return first
    one = "CASE WHEN _ways[1] = _ways[2] OR _ways[1] IS NULL OR _ways[2] IS NULL"
    return f"[{one} THEN coalesce(_ways[1], _ways[2]) END FOR _ways IN [[{first}, {iso}]]][1]"


def _way(moment: str, sound: str, kind: str) -> str:
    """Return the SQL of a moment's ISO text, or NULL where it is not `sound`; it is read once."""
    shown = f"CASE WHEN {sound} THEN CAST(CAST(_read AS {kind}) AS VARCHAR) END"
    return f"[{shown} FOR _read IN [{moment}]][1]"


def _read(text: str, form: str) -> str:
    """Read a text that fits; DuckDB knows offsets as `+00` only, not as `Z`."""
    fits = f"regexp_full_match({text}, {literal(whole_text(form))})"
    read = f"regexp_replace({text}, 'Z$', '+00')" if OFFSET in form else text
    return f"CASE WHEN {fits} THEN try_strptime({read}, {literal(form)}) END"


def _elsewhere(moment: str, away: str, here: str) -> str:
    """Move a wall clock from one zone to another; NULL where it names no one moment.

    The offsets of the day before and of the day after give two readings. Where they agree, no clock
    was changed in between; else those that show this very wall clock are possible, and there must
    be one.
    """
    there = literal(away)
    before = f"epoch_us((_wall - INTERVAL 1 DAY) AT TIME ZONE {there}) + {_DAY}"
    behind = f"epoch_us((_wall + INTERVAL 1 DAY) AT TIME ZONE {there}) - {_DAY}"
    one, other = (
        f"make_timestamptz({place}) AT TIME ZONE {there} = _wall" for place in ("_us[1]", "_us[2]")
    )
    chosen = (
        "CASE WHEN _us[1] = _us[2] THEN _us[1] "
        f"WHEN {one} THEN CASE WHEN {other} THEN NULL ELSE _us[1] END "
        f"WHEN {other} THEN _us[2] END"
    )
    instant = f"[{chosen} FOR _us IN [[{before}, {behind}]]][1]"
    moved = f"make_timestamptz({instant}) AT TIME ZONE {literal(here)}"
    return f"[{moved} FOR _wall IN [{moment}]][1]"
