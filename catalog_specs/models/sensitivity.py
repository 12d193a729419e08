"""Sensitivity classes: the default masks of a kind of fact when it leaves."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from catalog_specs.masks.mask import Mask
from catalog_specs.masks.registry import AnyMask
from catalog_specs.spec import Code, Spec, Text

__all__ = ["Sensitivity", "Way"]

Way = Literal["share", "open"]
"""By which way data leave: to a department under a grant, or by opening."""


class Sensitivity(Spec):
    """A sensitivity class and what happens to its elements when they leave by a share or opening.

    A class with `protected: true` must not leave under `keep` by opening; None as a mask means
    every use must name one itself (unknown = error, never pass-through).
    """

    code: Code
    name: Text
    level: int = Field(ge=1, le=5)
    """Grade, 1 (public) to 5 (never leaves in the clear)."""
    protected: bool
    """Whether the class holds personal or trade-secret data (六(一))."""
    share: AnyMask | None = None
    open: AnyMask | None = None

    def default(self, way: Way) -> Mask | None:
        """Return the mask of the class for a way."""
        return self.share if way == "share" else self.open
