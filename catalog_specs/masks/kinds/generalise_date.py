"""`generalise_date`: the period in which a day lies."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, ClassVar, Literal

from catalog_specs.masks.mask import Key, Mask, Remains
from catalog_specs.vocabulary import TIMES, ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["GeneraliseDate"]

_LABELS = {"decade": "年代", "year": "年", "quarter": "季度", "month": "月"}
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120}


class GeneraliseDate(Mask):
    """A date becomes its year, quarter, month or decade, as text."""

    mask: Literal["generalise_date"]
    to: Literal["decade", "year", "quarter", "month"]

    label: ClassVar = "日期概化"
    fits: ClassVar = TIMES
    remains: ClassVar = Remains.PART
    shows_words: ClassVar = False

    @property
    def note(self) -> str:
        """Say in Chinese to which period."""
        return f"概化到{_LABELS[self.to]}"

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:  # noqa: ARG002
        """Return the period as text that sorts like the days do."""
        import polars as pl

        number = value.dt.year().cast(pl.Int64)
        year = number.cast(pl.String).str.zfill(4)
        match self.to:
            case "year":
                return year
            case "decade":
                decade = (number // 10 * 10).cast(pl.String).str.zfill(4)
                return pl.concat_str(decade, pl.lit("s"))
            case "quarter":
                return pl.concat_str(year, pl.lit("-Q"), value.dt.quarter())
            case "month":
                month = value.dt.month().cast(pl.String).str.zfill(2)
                return pl.concat_str(year, pl.lit("-"), month)

    def tells_less_than(self, op: str, value: object) -> bool:
        """Allow the borders of the periods: from the first moment of one, or before it."""
        return not (op in {"ge", "lt"} and isinstance(value, date) and self._begins(value))

    def interval(self, value: pl.Expr) -> pl.Expr:
        """Return how many periods lie between the year 0 and the value's."""
        import polars as pl

        months = value.dt.year().cast(pl.Int64) * 12 + value.dt.month() - 1
        return months // _MONTHS[self.to]

    def _begins(self, moment: date) -> bool:
        """Say whether a period begins at this day, or at this moment."""
        if isinstance(moment, datetime) and moment.time() != time():
            return False
        months = moment.year * 12 + moment.month - 1
        return moment.day == 1 and months % _MONTHS[self.to] == 0
