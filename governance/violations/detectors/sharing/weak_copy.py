"""⑥ Weak copy: a copy that is out, with an item under a weaker mask than it would have today.

It was handed out before the item became sensitive, or before the grant's mask was tightened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.masks.mask import Remains
from catalog_specs.models.sharing import GrantedResource
from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.masks.columns import MaskedColumn, masked_columns
from governance.masks.copied import copied
from governance.violations.detector import Detector, Suspicion
from governance.violations.detectors.sharing.kept_copy import by_grant
from governance.violations.facts import Facts

__all__ = ["DETECTOR"]


_ORDER = tuple(Remains)
"""What remains of a value, the most first."""


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for code, found in by_grant(facts.copies).items():
        known = {one.copy.scope: _weak(facts.catalog, code, one.copy.scope) for one in found}
        copies = [one.copy for one in found if known[one.copy.scope]]
        if copies:
            items = sorted({item for one in copies for item in known[one.scope]})
            yield Suspicion(
                ViolationKind.PRIVATE,
                facts.consumer(code),
                code,
                "weak copy",
                f"在外副本 {len(copies)} 份的脱敏弱于现行要求：{len(items)} 项",
                f"the masks of {len(copies)} copies are weaker than is asked now: {len(items)} "
                "items",
                Confidence.MEDIUM,
                evidence={
                    "copies": len(copies),
                    "items": ", ".join(items),
                    "oldest": copies[0].copy,
                },
            )


def _weak(catalog: Catalog, code: str, scope: str) -> tuple[str, ...]:
    """Return the items of a copied scope that would not leave so today."""
    asked = _asked(catalog, code)
    return tuple(
        f"{granted.resource}.{item}"
        for granted in copied(scope)
        for item in granted.items
        if _weaker(catalog, granted.model_copy(update={"items": (item,)}), asked)
    )


def _asked(catalog: Catalog, code: str) -> Mapping[tuple[str, str], Remains]:
    """Return how much of each item may remain by a grant as it is now."""
    grant = catalog.grants.get(code)
    return {
        (one.resource, column.code): column.mask.remains
        for one in (grant.resources if grant else ())
        for column in _columns(catalog, one)
    }


def _weaker(
    catalog: Catalog, alone: GrantedResource, asked: Mapping[tuple[str, str], Remains]
) -> bool:
    (item,) = alone.items
    resource = catalog.resources.get(alone.resource)
    if resource is None or item not in {one.code for one in resource.stored}:
        return False  # what the catalogue lacks by now is beyond the grant, and told as such
    now = asked.get((alone.resource, item))
    left = alone.masks[item].remains
    return not _columns(catalog, alone) or (
        now is not None and _ORDER.index(left) < _ORDER.index(now)
    )


def _columns(catalog: Catalog, granted: GrantedResource) -> tuple[MaskedColumn, ...]:
    """Return the columns that leave; none where the law forbids that."""
    try:
        return masked_columns(catalog, granted)
    except AccessError:
        return ()


DETECTOR = Detector(
    kind=ViolationKind.PRIVATE,
    title="在外副本脱敏不足",
    title_en="a copy whose masks are too weak by now",
    detect=_detect,
)
