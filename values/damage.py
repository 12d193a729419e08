r"""Damaged texts: damage that shows in the value itself, whatever its format.

Belongs here: what a damaged text looks like, as SQL over a record's texts. Keep out: damage that
only a reader can see (rounded numbers of typed cells, bytes that do not decode).
A record with such a text is quarantined: nobody can tell what stood there.

- `damaged_number`: a long number with an exponent (`3.50502E+17`), of which the last digits are
  gone, and a number in the wrapping of a spreadsheet's formula (`="0595"`).
- `encoding`: characters that stand for nothing outside the system they come from. NUL; a byte-order
  mark within a text; U+FFFD, which replaced what could not be read; private use. What GB 18030 once
  put there was given its own character when the file was decoded (`feeds.text.private_use`).
"""

from __future__ import annotations

from collections.abc import Collection

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.defects import DefectCode
from catalog_specs.vocabulary import ItemType
from storage.sql import identifier, literal

__all__ = ["damage_marked_sql", "text_parts"]

_BETWEEN = "\x1f"
"""Between the texts of a record: a control character that no sound text contains."""
_WHOLE = "_whole"
"""All watched texts of a record in one: one search for each record, whatever its width."""
_BLANK = r"[\s\x{a0}\x{3000}\x{feff}]*"
_DIGIT, _FROM_1, _FROM_2 = "[0-9０-９]", "[1-9１-９]", "[2-9２-９]"
_ZERO, _PLUS = "[0０]", "[+＋]"
_SHORTENED = (
    rf"'?[+＋\-－]?{_DIGIT}+(?:[.,．，]{_DIGIT}+)?[EeＥｅ]"
    rf"(?:{_PLUS}{_ZERO}?(?:{_ZERO}?[7-9７-９]|{_FROM_1}{_DIGIT})"
    rf"|{_PLUS}?{_ZERO}?(?:[1１]{_FROM_1}|{_FROM_2}{_DIGIT})|{_PLUS}?{_FROM_1}{_DIGIT}{{2}})"
)
"""A spreadsheet writes `E+11` and more for numbers of 12 digits and more, and `E+07` for eight in
a column too narrow for them; `3E5` and `1E10` may be codes. A form may widen its characters."""
_FORMULA = r'="[^"]*"'
_NUMBER = rf"(?:^|\x{{1f}}){_BLANK}(?:{_SHORTENED}|{_FORMULA}){_BLANK}(?:$|\x{{1f}})"
_LOST = r"[\x{0}\x{feff}\x{fffd}\x{e000}-\x{f8ff}\x{f0000}-\x{10ffff}]"
_SUSPECT = rf'{_LOST}|{_DIGIT}[EeＥｅ][+＋0-9０-９]|="'
"""What any damaged text contains: one search for nearly every record instead of two."""


def text_parts(catalog: Catalog, resource: Resource) -> tuple[str, ...]:
    """Return the parts that become texts: items of that type, and what others are made of."""
    typed = {
        item.code for item in resource.items if catalog.element_of(item).type is not ItemType.STRING
    }
    delivered = resource.feed.columns.values()
    return tuple(
        part for part in dict.fromkeys((*delivered, *resource.feed.split)) if part not in typed
    )


def damage_marked_sql(source: str, parts: Collection[str]) -> str:
    """Return the SQL behind FROM of `source` in which records with damaged parts have a `_defect`.

    `source` is SQL that can stand behind FROM, with `_defect` and a text column for every part.
    """
    if not parts:
        return source
    texts = ", ".join(identifier(part) for part in parts)
    return (
        "(SELECT * EXCLUDE (_whole) REPLACE (CASE WHEN _defect IS NOT NULL THEN _defect"
        f" WHEN NOT regexp_matches({_WHOLE}, {literal(_SUSPECT)}) THEN NULL"
        f" WHEN regexp_matches({_WHOLE}, {literal(_LOST)}) THEN {literal(DefectCode.ENCODING)}"
        f" WHEN regexp_matches({_WHOLE}, {literal(_NUMBER)})"
        f" THEN {literal(DefectCode.DAMAGED_NUMBER)}"
        f" END AS _defect) FROM (SELECT *, concat_ws({literal(_BETWEEN)}, {texts}) AS {_WHOLE}"
        f" FROM {source}))"
    )
