"""Figures of answers (五(三)、五(四)): how much may be asked by lists, and what looks like trying.

Belongs here: the figures that the regulation leaves to the authority, each with its clause and a
default that says so. Keep out: holding a list to them (`outlets.answers`).
"""

from __future__ import annotations

from catalog_specs.models.figure import Figure
from catalog_specs.spec import Spec

__all__ = ["Answering"]

_NOTE = "规定未给出数值，由数据管理机构确定"


class Answering(Spec):
    """How much may be asked of a grant by lists, and from when on a list looks like trying."""

    daily: Figure = Figure(value=5000, unit="个", clause="五(三)", note=_NOTE)
    """Ids that may be asked of one grant on one day."""
    telling: Figure = Figure(value=50, unit="个", clause="五(三)", note=_NOTE)
    """Fewest different ids whose pattern says anything."""
    regular: Figure = Figure(value=50, unit="%", clause="五(三)", note=_NOTE)
    """Share of ids that follow one another at one distance, above which they were made up."""
    coverage: Figure = Figure(value=30, unit="%", clause="五(三)", note=_NOTE)
    """Share of all granted ids that one list may find; more is a batch exchange in disguise."""
