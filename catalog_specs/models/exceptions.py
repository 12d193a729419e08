"""Collection exceptions (三(二)): undeclared columns that are taken in for a while."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from catalog_specs.spec import Code, ResourceRef, Spec, Text

__all__ = ["CollectionException"]


class CollectionException(Spec):
    """Columns that no item declares, kept apart in a holding table while the exception lives.

    Emergencies may need more than the catalogue holds (三(二)). What an exception takes in never
    reaches an authoritative table; once it has run out, the columns are left in the raw file.
    """

    code: Code
    resource: ResourceRef
    headers: tuple[Text, ...] = Field(min_length=1)
    """Headers as delivered."""
    reason: Text
    approver: Text
    """The post that approved it, or the document that did."""
    document: Text
    """Number of the approval."""
    valid_from: date
    valid_to: date
    """Last day on which a delivery is covered, inclusive."""

    def covers(self, day: date) -> bool:
        """Say whether a delivery that lands on this day is covered."""
        return self.valid_from <= day <= self.valid_to
