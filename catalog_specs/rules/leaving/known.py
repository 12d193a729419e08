"""Parts of a catalogue that a rule asks about, in its files and in its compiled form.

Belongs here: that one protocol. Keep out: rules. A law asks it of `Declared`, where a name may be
missing because its file failed; the runtime of `Catalog`, where every name resolves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from catalog_specs.models.element import CodeList, Element
from catalog_specs.models.organisation import Subject
from catalog_specs.models.sensitivity import Sensitivity

__all__ = ["Known"]


class Known(Protocol):
    """What is known of a city: declared files, or the compiled catalogue."""

    @property
    def elements(self) -> Mapping[str, Element]:
        """Elements by code."""

    @property
    def subjects(self) -> Mapping[str, Subject]:
        """Subjects by code."""

    @property
    def code_lists(self) -> Mapping[str, CodeList]:
        """Code lists by code."""

    @property
    def sensitivities(self) -> Mapping[str, Sensitivity]:
        """Sensitivity classes by code."""
