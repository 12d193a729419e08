"""Core expectations of Great Expectations, by how much of a delivery they look at.

Belongs here: those sets. Keep out: expectations of our own (`kinds`), bundles (`quality.gate`).
"""

from __future__ import annotations

__all__ = ["COUNTING", "ROW_WISE", "SHAPED"]

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
