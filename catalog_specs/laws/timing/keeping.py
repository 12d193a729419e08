"""Retention: no profile keeps logs for fewer years than the regulation asks.

Belongs here: years of logs. Keep out: purging them (`audit.purging`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.keeping import LEAST_LOG_YEARS

__all__ = ["LAWS"]


def _long_enough(declared: Declared) -> Iterator[Fault]:
    for code, profile in declared.profiles.items():
        years = profile.log_years.value
        if years < LEAST_LOG_YEARS:
            yield Fault(
                f"profiles:{code}",
                "log_years.value",
                f"logs would be kept {years} years",
                f"set {LEAST_LOG_YEARS} or more",
            )


LAWS = (
    Law(
        "CAT-048",
        "日志保留时间不少于三年",
        f"a profile keeps logs {LEAST_LOG_YEARS} years or longer",
        "八(四)",
        f"set `log_years` to {LEAST_LOG_YEARS} or more",
        _long_enough,
    ),
)
