"""Core expectations of Great Expectations: which a rule may name, and what each looks at.

Belongs here: that table, held to the installed version by a test, and what to write instead of one
that cannot judge a delivery here. Keep out: expectations of our own (`quality.rules.kinds`).
Standard library only: every load of a catalogue asks it, and Great Expectations takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog_specs.vocabulary import Level

__all__ = ["CORE", "INSTEAD", "ONLY", "CoreExpectation", "Scope", "plain_name"]


class Scope(StrEnum):
    """What of a delivery an expectation looks at."""

    RECORD = "record"
    """One record at a time, in one column or several."""
    AMONG = "among"
    """One record in view of all others: each passes or fails, but by what the others are."""
    FIGURE = "figure"
    """One figure of all records: a mean, a sum, a share, the set of values."""
    COUNT = "count"
    """How many records there are."""
    SHAPE = "shape"
    """Which columns there are, and of which types: the same for every delivery."""

    @property
    def of_rows(self) -> bool:
        """Say whether single records pass or fail, so that one can be quarantined."""
        return self in {Scope.RECORD, Scope.AMONG}


@dataclass(frozen=True)
class CoreExpectation:
    """One that may be named: its scope, and the arguments it needs and may have."""

    scope: Scope
    needs: tuple[str, ...]
    may: tuple[str, ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return every argument it takes."""
        return (*self.needs, *self.may)

    @property
    def filtered(self) -> bool:
        """Say whether it can be asked of some records alone."""
        return self.scope is not Scope.SHAPE

    @property
    def levels(self) -> tuple[Level, ...]:
        """Return the levels a rule that names it may have."""
        whole = (Level.REJECT, Level.WARN)
        return (Level.REJECT, Level.QUARANTINE, Level.WARN) if self.scope.of_rows else whole


def plain_name(expect: str) -> str:
    """Return the type of an expectation without the prefix that all of them have."""
    return expect.removeprefix("expect_")


_BOUNDS = "min_value max_value strict_min strict_max"
_ONE, _TWO, _SEVERAL = "column", "column_A column_B", "column_list"
_TABLE = {
    Scope.RECORD: (
        ("column_pair_values_a_to_be_greater_than_b", _TWO, "or_equal ignore_row_if mostly"),
        ("column_pair_values_to_be_equal", _TWO, "ignore_row_if mostly"),
        ("column_pair_values_to_be_in_set", f"{_TWO} value_pairs_set", "ignore_row_if mostly"),
        ("column_value_lengths_to_be_between", _ONE, f"{_BOUNDS} mostly"),
        ("column_value_lengths_to_equal", f"{_ONE} value", "mostly"),
        ("column_values_to_be_between", _ONE, f"{_BOUNDS} mostly"),
        ("column_values_to_be_in_set", f"{_ONE} value_set", "mostly"),
        ("column_values_to_be_null", _ONE, "mostly"),
        ("column_values_to_match_like_pattern", f"{_ONE} like_pattern", "escape mostly"),
        (
            "column_values_to_match_like_pattern_list",
            f"{_ONE} like_pattern_list",
            "match_on escape mostly",
        ),
        ("column_values_to_match_regex", f"{_ONE} regex", "mostly"),
        ("column_values_to_match_regex_list", f"{_ONE} regex_list", "match_on mostly"),
        ("column_values_to_not_be_in_set", f"{_ONE} value_set", "mostly"),
        ("column_values_to_not_be_null", _ONE, "mostly"),
        ("column_values_to_not_match_like_pattern", f"{_ONE} like_pattern", "escape mostly"),
        (
            "column_values_to_not_match_like_pattern_list",
            f"{_ONE} like_pattern_list",
            "escape mostly",
        ),
        ("column_values_to_not_match_regex", f"{_ONE} regex", "mostly"),
        ("column_values_to_not_match_regex_list", f"{_ONE} regex_list", "mostly"),
        ("multicolumn_sum_to_equal", f"{_SEVERAL} sum_total", "ignore_row_if mostly"),
        ("multicolumn_values_to_be_equal", _SEVERAL, "ignore_row_if mostly"),
        ("select_column_values_to_be_unique_within_record", _SEVERAL, "ignore_row_if mostly"),
    ),
    Scope.AMONG: (
        ("column_value_z_scores_to_be_less_than", f"{_ONE} threshold double_sided", "mostly"),
        ("column_values_to_be_unique", _ONE, "mostly"),
        ("column_values_to_not_be_outliers", f"{_ONE} method", "multiplier mostly"),
        ("compound_columns_to_be_unique", _SEVERAL, "mostly"),
    ),
    Scope.FIGURE: (
        ("column_distinct_values_to_be_in_set", f"{_ONE} value_set", ""),
        ("column_distinct_values_to_contain_set", f"{_ONE} value_set", ""),
        ("column_distinct_values_to_equal_set", f"{_ONE} value_set", ""),
        ("column_max_to_be_between", _ONE, _BOUNDS),
        ("column_mean_to_be_between", _ONE, _BOUNDS),
        ("column_median_to_be_between", _ONE, _BOUNDS),
        ("column_min_to_be_between", _ONE, _BOUNDS),
        ("column_most_common_value_to_be_in_set", f"{_ONE} value_set", "ties_okay"),
        ("column_proportion_of_non_null_values_to_be_between", _ONE, _BOUNDS),
        ("column_proportion_of_unique_values_to_be_between", _ONE, _BOUNDS),
        ("column_quantile_values_to_be_between", f"{_ONE} quantile_ranges", "allow_relative_error"),
        ("column_stdev_to_be_between", _ONE, _BOUNDS),
        ("column_sum_to_be_between", _ONE, _BOUNDS),
        ("column_unique_value_count_to_be_between", _ONE, _BOUNDS),
    ),
    Scope.COUNT: (
        ("table_row_count_to_be_between", "", _BOUNDS),
        ("table_row_count_to_equal", "value", ""),
    ),
    Scope.SHAPE: (
        ("column_to_exist", _ONE, "column_index"),
        ("column_type_to_be", f"{_ONE} type_", ""),
        ("column_values_to_be_in_type_list", f"{_ONE} type_list", ""),
        ("column_values_to_be_of_type", f"{_ONE} type_", ""),
        ("table_column_count_to_be_between", "", "min_value max_value"),
        ("table_column_count_to_equal", "value", ""),
        ("table_columns_to_match_ordered_list", _SEVERAL, ""),
        ("table_columns_to_match_set", "column_set", "exact_match"),
    ),
}


def _core() -> Iterator[tuple[str, CoreExpectation]]:
    for scope, listed in _TABLE.items():
        for name, needs, may in listed:
            yield name, CoreExpectation(scope, tuple(needs.split()), tuple(may.split()))


CORE: Mapping[str, CoreExpectation] = dict(_core())
"""Every core expectation that judges a delivery here, by its type without the prefix."""

ONLY: Mapping[tuple[str, str], str] = {("column_values_to_not_be_outliers", "method"): "std"}
"""Expectation and argument → the one value for which Great Expectations has SQL here."""

_TYPED = "declare the item's type and format, which `castable` judges"
_ORDERED = "a delivery has no order of its records: compare two items, or use `sql`"
INSTEAD: Mapping[str, str] = {
    "column_kl_divergence_to_be_less_than": "it fails on a column without values: use `drift`",
    "column_values_to_be_dateutil_parseable": _TYPED,
    "column_values_to_be_decreasing": _ORDERED,
    "column_values_to_be_increasing": _ORDERED,
    "column_values_to_be_json_parseable": "use `sql` with `json_valid`",
    "column_values_to_match_json_schema": "declare the parts as items of their own",
    "column_values_to_match_strftime_format": _TYPED,
    "query_results_to_match_comparison": "use `compare`, or `sql`",
    "table_row_count_to_equal_other_table": "use `compare` with the figure `row_count`",
    "unexpected_rows_expectation": "use `sql`, whose statement is checked before it runs",
}
"""Core expectations that cannot judge a delivery here, each with what to write instead."""
