"""Functions that declared SQL may call: the same answer whenever it is asked, and nothing else.

Belongs here: those names. None reaches files, the network, settings or the clock, and none is
random: judging again gives the same answer. Keep out: reading a statement (`select`).
"""

from __future__ import annotations

__all__ = ["FUNCTIONS", "OPERATORS"]

OPERATORS = frozenset(
    {"+", "-", "*", "/", "//", "%", "**", "^", "||", "~~", "!~~", "~~*", "!~~*", "~~~", "^@"}
)
"""Operators that the parser reads as functions; `~~` is LIKE."""
_AGGREGATES = (
    "any_value arg_max arg_min avg bit_and bit_or bool_and bool_or corr count count_if count_star "
    "countif covar_pop covar_samp max mean median min mode quantile_cont quantile_disc product "
    "stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance"
)
_WINDOWS = "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank "
_WINDOWS += "rank_dense row_number"
_TEXTS = (
    "ascii chr concat concat_ws contains ends_with instr left length levenshtein like_escape lower "
    "lpad ltrim not_like_escape ord position prefix regexp_extract regexp_full_match "
    "regexp_matches regexp_replace repeat replace reverse right rpad rtrim split_part starts_with "
    "strip_accents strlen strpos substr substring suffix translate trim unicode upper"
)
_NUMBERS = (
    "abs ceil ceiling exp floor greatest least ln log log10 log2 mod pi pow power round sign "
)
_NUMBERS += "sqrt trunc"
_DAYS = (
    "date_diff date_part date_trunc datediff datepart datetrunc day dayofmonth dayofweek "
    "dayofyear epoch extract hour isodow last_day make_date make_timestamp minute month quarter "
    "second strftime strptime to_days to_hours to_minutes to_months to_seconds to_weeks to_years "
    "try_strptime week weekofyear year yearweek"
)
_OTHERS = "coalesce if ifnull json_valid nullif"
_EVERY = f"{_AGGREGATES} {_WINDOWS} {_TEXTS} {_NUMBERS} {_DAYS} {_OTHERS}"
FUNCTIONS = frozenset(_EVERY.split())
"""Every function a statement may call, by its name in lower case."""
