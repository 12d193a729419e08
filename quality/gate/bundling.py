"""Bundling: rules whose result for a record does not depend on other deliveries.

Belongs here: that one question. Keep out: bundles themselves (`register.bundles`), judging.
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog_specs.models.resource import Resource
from quality.rules.relations import looks_at_itself
from quality.rules.rule import Rule

__all__ = ["COUNTING", "may_bundle"]

ROW_WISE = frozenset(
    {
        "column_pair_values_a_to_be_greater_than_b",
        "column_pair_values_to_be_equal",
        "column_pair_values_to_be_in_set",
        "column_value_lengths_to_be_between",
        "column_value_lengths_to_equal",
        "column_values_to_be_between",
        "column_values_to_be_in_set",
        "column_values_to_be_null",
        "column_values_to_match_like_pattern",
        "column_values_to_match_regex",
        "column_values_to_match_regex_list",
        "column_values_to_not_be_in_set",
        "column_values_to_not_be_null",
        "column_values_to_not_match_regex",
        "multicolumn_sum_to_equal",
        "select_column_values_to_be_unique_within_record",
    }
)
"""Core expectations that look at one record at a time; any other may look at all of them."""
COUNTING = frozenset({"table_row_count_to_be_between", "table_row_count_to_equal"})
"""Core expectations about how many records there are: the runner asks them of every delivery."""
SHAPED = frozenset(
    {
        "column_to_exist",
        "table_column_count_to_be_between",
        "table_column_count_to_equal",
        "table_columns_to_match_ordered_list",
        "table_columns_to_match_set",
    }
)
"""Core expectations about the columns, which are the same for every delivery of a bundle."""


def may_bundle(resource: Resource, rules: Iterable[Rule]) -> bool:
    """Say whether every rule judges a record by itself, or within its own delivery.

    A rule that lets a share of rows pass (`mostly`), that looks at the whole delivery but for its
    number of records, or at what the resource itself holds, would see the others of the bundle.
    """
    return all(_alone(resource, rule) for rule in rules)


def _alone(resource: Resource, rule: Rule) -> bool:
    if rule.kind == "reference":
        return not looks_at_itself(rule, resource)
    if rule.kind != "named":
        return True
    name = str(rule.arguments["expect"]).removeprefix("expect_")
    return name in ROW_WISE | COUNTING | SHAPED and "mostly" not in rule.arguments["arguments"]
