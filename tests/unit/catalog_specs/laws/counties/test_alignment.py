"""Alignment of county catalogues: what they extend, their division, and who declares what."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.city.counties import county
from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    GRANT,
    OFFICE,
    Breach,
    assert_lawful,
    assert_reported_alone,
)

_HERE = "counties/licheng"
_FILE = f"{_HERE}/catalog.yaml"
_UNIT = f"{_HERE}/departments/licheng_welfare.yaml"
_SUBSIDY = f"{_HERE}/resources/licheng_welfare/subsidy.yaml"


def _with(**places: dict[str, Any]) -> dict[str, Change]:
    """Return the county with places of its files set: `catalog={"extends": "x"}`."""
    files = deepcopy(county())
    for file, values in places.items():
        change(**values)(files[{"catalog": _FILE, "unit": _UNIT, "resource": _SUBSIDY}[file]])
    return files


def _breach(law: str, name: str, where: tuple[str, str], says: str, files: Any) -> Breach:
    return Breach(law, name, *where, says, files)


BREACHES = (
    _breach(
        "CAT-060",
        "another city's county",
        (_FILE, "extends"),
        "extends: testville",
        _with(catalog={"extends": "xiamen"}),
    ),
    _breach(
        "CAT-060",
        "a division with two catalogues",
        ("counties/yongchun/catalog.yaml", "region"),
        "`licheng`",
        county() | county("yongchun", "350502"),
    ),
    _breach(
        "CAT-060",
        "managed by the city's department",
        (_FILE, "authority"),
        "no department of this county",
        _with(catalog={"authority": "data_office"}),
    ),
    _breach("CAT-061", "no region", (_UNIT, "region"), '"350502"', _with(unit={"region": ...})),
    _breach(
        "CAT-061",
        "the neighbour's region",
        (_UNIT, "region"),
        '"350502"',
        _with(unit={"region": "350503"}),
    ),
    _breach(
        "CAT-061", "a city department", (_UNIT, "level"), "county", _with(unit={"level": "city"})
    ),
    _breach(
        "CAT-061",
        "the city's resource code",
        (_SUBSIDY, "code"),
        "<unit>-350502-<number>",
        _with(resource={"code": "306-350500-0009"}),
    ),
    _breach(
        "CAT-062",
        "a county's department outside",
        (OFFICE, "region"),
        "counties/licheng/departments/",
        county() | {OFFICE: change(region="350502", level="county")},
    ),
    _breach(
        "CAT-062",
        "a county's grant outside",
        (GRANT, "consumer"),
        "`counties/licheng/`",
        county() | {GRANT: change(consumer="licheng_welfare")},
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_county_that_does_not_fit_is_reported(breach: Breach, tmp_path: Path) -> None:
    """What does not fit the city or the county's division stands at the place to correct."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("kind", ["resources", "open_data", "exceptions"])
def test_nobody_declares_for_another_catalogues_department(kind: str, tmp_path: Path) -> None:
    """A county's folder holds nothing of the city's departments, whatever kind it is."""
    from catalog_specs.loader import check
    from tests.city.declared import documents, write_catalog

    file = {
        "resources": "resources/data_office/visit.yaml",
        "open_data": "open_data/resident_profile.yaml",
    }.get(kind)
    if file is None:
        exception = {
            "code": "licheng_flood",
            "resource": "data_office/visit",
            "headers": ["积水"],
            "reason": "防汛",
            "approver": "数据管理员",
            "document": "1号",
            "valid_from": "2026-01-01",
            "valid_to": "2099-01-01",
        }
        moved = {f"{_HERE}/exceptions/licheng_flood.yaml": exception}
    else:
        moved = {f"{_HERE}/{file}": deepcopy(documents()[file]), file: None}
    _, problems = check(write_catalog(tmp_path, **county(), **moved))
    found = [one for one in problems if one.code == "CAT-062"]
    assert [one.file for one in found] == list(moved)[:1]


def test_counties_beside_each_other_are_lawful(tmp_path: Path) -> None:
    """Two counties keep the same kind of fact, each for its own area and by its own elements."""
    assert_lawful(county() | county("jinjiang", "350582"), tmp_path)
