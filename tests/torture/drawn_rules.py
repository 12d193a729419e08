"""Rules that a drawn resource names: every form there is, over whatever items it has.

Belongs here: putting such rules together. Keep out: items and what stands in them (`drawing`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog_specs.rules.quality.core_expectations import CORE

__all__ = ["Pools", "named_rules"]

Pools = Mapping[str, tuple[str, Sequence[str]]]
"""Item → its type, and texts that are good in it."""
Said = dict[str, Any]
_NUMBERS, _TIMES = {"integer", "decimal"}, {"date", "datetime"}
_EITHER = {"ignore_row_if": "either_value_is_missing"}
_ANY = {"ignore_row_if": "any_value_is_missing"}


def named_rules(draw: random.Random, pools: Pools, regions: str) -> Iterator[Said]:
    """Yield some rules over items; `regions` is a resource of divisions."""
    for place in range(draw.randint(1, 5)):
        code = draw.choice([*pools])
        kind, good = pools[code]
        forms = [*_OF_ANY, *(_OF_TYPE.get(kind, ()))]
        said = draw.choice(forms)(_About(draw, pools, code, good))
        if said is None:
            continue
        if kind == "string" and draw.random() < 0.1:
            said = {"exists_in": {"resource": regions, "items": {code: "code"}}}
        elif draw.random() < 0.1:
            said = {"sql": f"SELECT _row FROM feed WHERE {code} IS NULL"}
        elif draw.random() < 0.3:
            said |= {"where": [_condition(draw, pools)]}
        level = draw.choice(("quarantine", "warn")) if _of_rows(said) else "warn"
        wording = {"dimension": "accuracy", "description": "规则", "level": level}
        yield {"code": f"named_{place}", **wording, **said}


def _of_rows(said: Said) -> bool:
    """Say whether a rule may keep rows back."""
    return "expect" not in said or CORE[said["expect"]].scope.of_rows


def _condition(draw: random.Random, pools: Pools) -> Said:
    code = draw.choice([*pools])
    kind, good = pools[code]
    if kind == "string" and draw.random() < 0.7:
        value = draw.choice(good)
        return draw.choice(
            (
                {"item": code, "op": "eq", "value": value},
                {"item": code, "op": "ne", "value": value},
                {"item": code, "op": "in", "value": [value, "?"]},
                {"item": code, "op": "starts_with", "value": value[:1]},
            )
        )
    if kind in _NUMBERS and draw.random() < 0.7:
        return {"item": code, "op": draw.choice(("lt", "le", "gt", "ge", "eq")), "value": 1}
    if kind in _TIMES and draw.random() < 0.7:
        return {"item": code, "op": draw.choice(("lt", "ge")), "value": "2000-01-01"}
    if kind == "boolean" and draw.random() < 0.7:
        return {"item": code, "op": "eq", "value": True}
    return {"item": code, "op": draw.choice(("is_null", "not_null"))}


@dataclass(frozen=True)
class _About:
    """What a rule is drawn about: an item, the texts that are good in it, and all others."""

    draw: random.Random
    pools: Pools
    code: str
    good: Sequence[str]

    def others(self, kinds: Container[str]) -> list[str]:
        """Return the other items of some types."""
        return [one for one, (kind, _) in self.pools.items() if kind in kinds and one != self.code]


Form = Callable[[_About], Said | None]


def _plain(expect: str, **more: Any) -> Form:
    """Return the form of an expectation about one item."""
    return lambda about: {"expect": expect, "column": about.code, **more}


def _listed(expect: str) -> Form:
    """Return the form of one about a list of values."""
    return lambda about: {
        "expect": expect,
        "column": about.code,
        "value_set": [*dict.fromkeys(about.good)][:3],
    }


def _columns(expect: str, kinds: set[str], **more: Any) -> Form:
    """Return the form of one about several items."""

    def form(about: _About) -> Said | None:
        others = about.others(kinds)
        listed = [about.code, *others[:1]]
        return {"expect": expect, "column_list": listed, **more} if others else None

    return form


def _pair(expect: str, kinds: set[str], **more: Any) -> Form:
    """Return the form of one about two items."""

    def form(about: _About) -> Said | None:
        others = about.others(kinds)
        pair = {"expect": expect, "column_A": about.code, **more}
        return pair | {"column_B": about.draw.choice(others)} if others else None

    return form


def _pairs(about: _About) -> Said | None:
    others = about.others({"string"})
    if not others:
        return None
    pairs = zip(about.good, about.pools[others[0]][1], strict=False)
    said = {"expect": "column_pair_values_to_be_in_set", "column_A": about.code}
    return said | {"column_B": others[0], "value_pairs_set": [*map(list, pairs)]}


_OF_ANY: Sequence[Form] = (
    _plain("column_values_to_be_null"),
    _plain("column_values_to_not_be_null"),
    _plain("column_values_to_be_unique"),
    _columns("compound_columns_to_be_unique", {"string", "integer", "date"}),
    _plain("column_proportion_of_non_null_values_to_be_between", min_value=0.6),
    _plain("column_unique_value_count_to_be_between", min_value=2),
    lambda *_: {"expect": "table_row_count_to_be_between", "min_value": 9},
)
_OF_NUMBERS: Sequence[Form] = (
    _plain("column_values_to_be_between", min_value=0, max_value=3),
    _plain("column_max_to_be_between", max_value=5),
    _plain("column_mean_to_be_between", min_value=0),
    _plain("column_values_to_not_be_in_set", value_set=[1, 2]),
    _pair("column_pair_values_a_to_be_greater_than_b", _NUMBERS, **_EITHER),
    _columns("multicolumn_sum_to_equal", _NUMBERS, sum_total=1, **_ANY),
    _plain("column_values_to_not_be_outliers", method="std", multiplier=1),
)
_OF_TIMES: Sequence[Form] = (
    _plain("column_values_to_be_between", max_value="today"),
    _plain("column_values_to_be_between", min_value="1950-01-01", max_value="2000-01-01"),
    _pair("column_pair_values_a_to_be_greater_than_b", _TIMES, or_equal=True),
    _pair("column_pair_values_to_be_equal", _TIMES),
)
_OF_TEXTS: Sequence[Form] = (
    _plain("column_value_lengths_to_be_between", min_value=2, max_value=5),
    _plain("column_value_lengths_to_equal", value=2),
    _plain("column_values_to_match_regex", regex=r"^[0-9\w]+$"),
    _plain("column_values_to_not_match_regex", regex=r"[\s　]"),
    _plain("column_values_to_not_match_regex", regex="[3 n]"),
    _plain("column_values_to_match_regex", regex="[1a]"),
    _plain("column_values_to_match_regex_list", regex_list=["^张", "[0-9]"]),
    _plain("column_values_to_not_match_regex_list", regex_list=["^张", "n"]),
    _plain("column_values_to_match_like_pattern", like_pattern="张%"),
    _listed("column_values_to_be_in_set"),
    _listed("column_values_to_not_be_in_set"),
    _listed("column_distinct_values_to_be_in_set"),
    _pair("column_pair_values_to_be_equal", {"string"}),
    _columns("select_column_values_to_be_unique_within_record", {"string"}, **_ANY),
    _columns("multicolumn_values_to_be_equal", {"string"}, **_ANY),
    _pairs,
)
_OF_TYPE: Mapping[str, Sequence[Form]] = {
    "string": _OF_TEXTS,
    "integer": _OF_NUMBERS,
    "decimal": _OF_NUMBERS,
    "date": _OF_TIMES,
    "datetime": _OF_TIMES,
}
