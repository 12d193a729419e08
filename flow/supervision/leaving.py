"""Extracts and open sets as they lie: what left and should not have, and what no mask covers.

Belongs here: looking at shares and open sets. Keep out: withdrawing (`flow.derived`), what is
suspected (`governance.violations`).
"""

from __future__ import annotations

from pathlib import Path

from catalog_specs.errors import AccessError
from catalog_specs.rules.decisions import ShareWithdrawal
from flow.city import City
from flow.supervision.tables import readable
from governance.violations.facts import Bare, Exposed, Extract
from outlets.open_data.packages import METADATA, releases
from outlets.open_data.packaging.attribution import ATTRIBUTION
from outlets.open_data.retraction import closed_sets, standing
from outlets.shares.plan import check_masks
from outlets.shares.state import remembered
from outlets.shares.withdrawals import handed_out
from storage.swaps import read_json

__all__ = ["bare", "exposed", "extracts"]

_STATED = ("许可", "数据来源", "获取日期")
"""What the metadata of a release say of what its users must state."""


def extracts(city: City) -> tuple[Extract, ...]:
    """Return every grant that has rows on disk, with the columns of each of its tables."""
    told = []
    for code in handed_out(city.layout):
        parts = remembered(city.layout, code).get("parts", {})
        tables = readable((ref, city.layout.share_table(code, ref)) for ref in parts)
        columns = {ref: tuple(one.name for one in found.columns) for ref, found in tables.items()}
        if parts or city.layout.share_file(code).exists():
            told.append(Extract(code, columns))
    return tuple(told)


def exposed(city: City) -> tuple[Exposed, ...]:
    """Return the grants with rows whose masks do not mask, and the closed sets still public."""
    found = []
    for code in handed_out(city.layout):
        grant = city.catalog.grants.get(code)
        try:
            if grant is not None:
                check_masks(city.catalog, grant)
        except AccessError as refused:
            unmasked = ShareWithdrawal.UNMASKED.stored
            found.append(Exposed("grant", code, unmasked, refused.where))
    for code in closed_sets(city.layout, city.catalog):
        why = standing(city.catalog, code)
        found.append(Exposed("open_set", code, why.stored if why else ""))
    return tuple(found)


def bare(city: City) -> tuple[Bare, ...]:
    """Return the releases that stand without their notice of source, day and licence (六(七)).

    Of a set's newest release its metadata are read as well.
    """
    found = []
    for code in city.catalog.open_sets:
        names = releases(city.layout.open_data(code))
        for name in names:
            place = city.layout.release(code, name)
            lacks = [] if _says_anything(place / ATTRIBUTION) else [ATTRIBUTION]
            if name == names[-1]:
                said = read_json(place / METADATA).get("数据集", {})
                lacks += [one for one in _STATED if not said.get(one)]
            if lacks:
                found.append(Bare(code, name, tuple(lacks)))
    return tuple(found)


def _says_anything(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
