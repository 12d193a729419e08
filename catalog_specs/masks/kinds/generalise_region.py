"""`generalise_region`: the code of a division above the one that is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from catalog_specs.masks.mask import Domain, Key, Mask, Remains
from catalog_specs.vocabulary import TEXT, ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["GeneraliseRegion"]

_DIGITS = {"province": 2, "city": 4, "county": 6, "town": 9}
"""Leading digits of a division code at each level (GB/T 2260, GB/T 10114)."""
_LABELS = {"province": "省级", "city": "市级", "county": "县级", "town": "乡级"}


class GeneraliseRegion(Mask):
    """A division code keeps its leading digits (GB/T 2260: 2 province, 4 city, 6 county)."""

    mask: Literal["generalise_region"]
    to: Literal["province", "city", "county", "town"]

    label: ClassVar = "区划概化"
    fits: ClassVar = TEXT
    remains: ClassVar = Remains.PART
    shows_words: ClassVar = False

    @property
    def note(self) -> str:
        """Say in Chinese to which level."""
        return f"概化到{_LABELS[self.to]}区划"

    @property
    def digits(self) -> int:
        """How many leading digits stay."""
        return _DIGITS[self.to]

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:  # noqa: ARG002
        """Return the leading digits; null for a text that does not begin with so many."""
        import polars as pl

        known = value.str.contains(f"^[0-9]{{{self.digits}}}")
        return pl.when(known).then(value.str.slice(0, self.digits))

    def parts(self, value: pl.Expr) -> tuple[pl.Expr, tuple[pl.Expr, ...]]:
        """Return the digits that are cut off, and each that stays."""
        shown = tuple(value.str.slice(place, 1) for place in range(self.digits))
        return value.str.slice(self.digits), shown

    def joins_nothing(self, domain: Domain) -> bool:
        """Say whether no code is longer than the level it would be cut to."""
        short = bool(domain.codes) and all(len(code) <= self.digits for code in domain.codes)
        return short or (domain.longest is not None and domain.longest <= self.digits)

    def tells_less_than(self, op: str, value: object) -> bool:
        """Allow the beginning of a code, as far as it can be seen."""
        seen = isinstance(value, str) and len(value) <= self.digits
        return not (op == "starts_with" and seen)
