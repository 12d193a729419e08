"""Figures that may stand in a ledger: which number of a delivery tells of nobody.

Belongs here: that one rule, for the law and for the gate. Keep out: working out figures.
A count or a share is no value of the data. A mean, a sum or a quantile of one record is its value.
"""

from __future__ import annotations

from catalog_specs.models.resource import Resource
from catalog_specs.rules.leaving.known import Known
from catalog_specs.rules.leaving.persons import tells_of_person

__all__ = ["OF_VALUES", "may_be_stored"]

OF_VALUES = frozenset({"mean", "quantile", "sum"})
"""Figures that are worked out from the values themselves."""


def may_be_stored(known: Known, resource: Resource, figure: str, item: str | None) -> bool:
    """Say whether a figure of an item may be kept beside every delivery.

    None of a fact about a person, nor of a class that is protected (六(一)).
    """
    if figure not in OF_VALUES or item is None:
        return True
    element = known.elements[resource.item(item).element]
    protected = known.sensitivities[element.sensitivity].protected
    return not protected and not tells_of_person(known, element)
