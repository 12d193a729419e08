"""Element matching: the element of the city's dictionary that a sample column may be.

Belongs here: that choice, its confidence and its reason. Keep out: counting (`looks`), the file
that is proposed (`proposal`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Element
from catalog_specs.vocabulary import ItemType
from scaffold.looks import Look

__all__ = ["Match", "match", "names_of", "plain"]

SURE = 0.95
"""Share of a column's texts that must pass a test to be called by it."""
BOTH = 0.75
"""Confidence of a name that is like another where the values fit as well; alone, either is named
and not proposed."""
SHORT = 2
"""Names up to this length stand in too many others to tell anything; a shorter header as well."""
_FITTING = {
    ItemType.INTEGER: ("integer",),
    ItemType.DECIMAL: ("integer", "decimal", "money"),
    ItemType.BOOLEAN: ("boolean",),
}


@dataclass(frozen=True)
class Match:
    """An element a column may be, how sure that is (0 to 1), and why in a few words."""

    element: Element
    confidence: float
    reason: str


def names_of(catalog: Catalog) -> Mapping[str, str]:
    """Return every name by which an element goes in the city → its code.

    Its own name, the names items give it, and the headers under which departments deliver it.
    """
    names: dict[str, str] = {}
    for resource in catalog.resources.values():
        by_code = {item.code: item.element for item in resource.items}
        for header, part in resource.feed.columns.items():
            if part in by_code:
                names.setdefault(plain(header), by_code[part])
        for item in resource.items:
            if item.name:
                names.setdefault(plain(item.name), item.element)
    return names | {plain(element.name): code for code, element in catalog.elements.items()}


def match(catalog: Catalog, names: Mapping[str, str], look: Look, taken: set[str]) -> Match | None:
    """Return the likeliest element for a column that no column before it took, or None."""
    found: dict[str, Match] = {}
    for one in _candidates(catalog, names, look):
        code = one.element.code
        if code in taken:
            continue
        before = found.get(code)
        found[code] = one if before is None else _together(before, one)
    return max(found.values(), key=lambda one: one.confidence, default=None)


def _together(one: Match, other: Match) -> Match:
    """Return what two reasons for one element say: likeness by name *and* value is enough."""
    surest = max(one, other, key=lambda each: each.confidence)
    kinds = {_of_values(one), _of_values(other)}
    if len(kinds) == 1 or surest.confidence >= BOTH:
        return surest
    return Match(one.element, BOTH, f"{one.reason}；{other.reason}")


def _of_values(found: Match) -> bool:
    return found.reason.startswith("取值")


def _candidates(catalog: Catalog, names: Mapping[str, str], look: Look) -> Iterator[Match]:
    yield from _by_name(catalog, names, look)
    yield from _by_check(catalog, look)
    yield from _by_code_list(catalog, look)


def _by_name(catalog: Catalog, names: Mapping[str, str], look: Look) -> Iterator[Match]:
    header = plain(look.header)
    if header in names:
        yield _weighed(catalog, names[header], 0.95, "名称相同 / same name", look)
        return
    for name in difflib.get_close_matches(header, names, n=3, cutoff=0.75):
        likeness = difflib.SequenceMatcher(None, header, name).ratio()
        yield _weighed(catalog, names[name], 0.45 * likeness, "名称相近 / similar name", look)
    for name in names:
        if len(name) > SHORT <= len(header) and (name in header or header in name):
            yield _weighed(catalog, names[name], 0.4, "名称包含 / one name in the other", look)


def _by_check(catalog: Catalog, look: Look) -> Iterator[Match]:
    for element in catalog.elements.values():
        if element.check is not None and look.share(element.check.value) >= SURE:
            yield Match(element, 0.7, "取值校验码正确 / check digits hold")


def _by_code_list(catalog: Catalog, look: Look) -> Iterator[Match]:
    fitting = {
        code_list
        for (code_list, _), count in look.lists.items()
        if look.given and count / look.given >= SURE and look.distinct > 1
    }
    for element in catalog.elements.values():
        if element.code_list in fitting:
            reason = f"取值属于代码集 {element.code_list} / values are in its code list"
            yield Match(element, 0.45, reason)


def _weighed(catalog: Catalog, code: str, confidence: float, reason: str, look: Look) -> Match:
    """Return a match by name, less sure where the values do not look like the element's type."""
    element = catalog.elements[code]
    tests = _FITTING.get(element.type)
    if tests and look.given and max(look.share(test) for test in tests) < SURE:
        return Match(element, confidence / 2, f"{reason}，但取值类型不符 / values of another type")
    return Match(element, confidence, reason)


def plain(name: str) -> str:
    """Return a name without case, white space and punctuation."""
    return re.sub(r"[\s_\-（）()/·.:：]", "", name).lower()
