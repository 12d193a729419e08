"""As much of a city as the rules ask about: one class of facts, one element, one way out.

Belongs here: builders. Keep out: assertions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from catalog_specs.masks.mask import Mask
from catalog_specs.masks.registry import AnyMask
from catalog_specs.models.element import CodeList, Element
from catalog_specs.models.organisation import Subject
from catalog_specs.models.sensitivity import Sensitivity
from catalog_specs.models.sharing import Exit, GrantedResource, OpenSet

__all__ = ["City", "city", "element", "exit_of", "mask"]

_MASK: TypeAdapter[Mask] = TypeAdapter(AnyMask)


def mask(written: dict[str, Any]) -> Mask:
    """Return a mask as a catalogue writes it."""
    return _MASK.validate_python(written)


@dataclass
class City:
    """As much of a city as the rules about masks ask for: one class of facts."""

    sensitivities: dict[str, Sensitivity]
    elements: dict[str, Element] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    code_lists: dict[str, CodeList] = field(default_factory=dict)


def city(level: int = 1, *, protected: bool = False, **masks: Any) -> City:
    """Return a city whose class `c` has a level and default masks."""
    written = {"code": "c", "name": "类", "level": level, "protected": protected, **masks}
    lists = {"levels": CodeList(code="levels", name="级", values={"11": "a", "12": "b"})}
    return City({"c": Sensitivity.model_validate(written)}, code_lists=lists)


def element(kind: str = "string", **more: Any) -> Element:
    """Return an element of class `c`."""
    plain = {"code": "e", "name": "项", "subject": "s", "type": kind, "sensitivity": "c"}
    return Element.model_validate(plain | more)


def exit_of(way: str, **masks: Any) -> Exit:
    """Return a grant's or an open set's part of one item."""
    written: dict[str, Any] = {"resource": "d/r", "items": ["i"], "masks": masks}
    if way == "share":
        return GrantedResource.model_validate(written)
    texts = dict.fromkeys(("name", "summary", "theme", "licence"), "x")
    return OpenSet.model_validate({"code": "o", "type": way, **texts, **written})
