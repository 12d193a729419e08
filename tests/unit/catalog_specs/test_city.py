"""The bundled city and the example: that they compile, and that they are as broad as they claim."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.loader import bundled, check, load
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import (
    BaseClass,
    FeedFormat,
    FeedKind,
    GrantStatus,
    ItemType,
    Level,
    OpenType,
    OrgLevel,
    Role,
    ShareType,
)

EXAMPLE = Path(__file__).parents[3] / "examples" / "beijing_air"
AUTUMN = date(2026, 11, 15)
IDENTITIES = {"resident_id", "credit_code"}


@pytest.fixture(scope="module")
def city() -> Catalog:
    """Return the bundled city, compiled."""
    return load(bundled("quanzhou"))


@pytest.fixture(scope="module")
def example() -> Catalog:
    """Return the second, independent catalogue, compiled."""
    return load(EXAMPLE)


def about_persons_or_firms(catalog: Catalog) -> list[Resource]:
    """Return the resources whose key names a person or a firm, but for the two that own them."""
    return [
        resource
        for resource in catalog.resources.values()
        if IDENTITIES & {resource.item(code).element for code in resource.key}
        and resource.ref not in {"public_security/resident", "market_supervision/enterprise"}
    ]


@pytest.mark.parametrize("root", [bundled("quanzhou"), EXAMPLE], ids=["quanzhou", "beijing_air"])
def test_catalogue_has_no_problem(root: Path) -> None:
    """Both catalogues keep every law."""
    _, problems = check(root)
    assert [str(problem) for problem in problems] == []


def test_every_department_has_a_steward_on_record(city: Catalog) -> None:
    """Departments of all four roles and two levels are on record, each with its posts."""
    assert len(city.departments) >= 13
    assert all(d.steward and d.responsible for d in city.departments.values())
    assert {role for d in city.departments.values() for role in d.roles} == set(Role)
    assert {d.level for d in city.departments.values()} >= {OrgLevel.CITY, OrgLevel.COUNTY}
    assert Role.AUTHORITY in city.departments[city.city.authority].roles


def test_numbers_of_the_regulation(city: Catalog) -> None:
    """The profile holds the regulation's numbers with their clauses, and owns up to its own two."""
    profile = city.profile
    figures = (
        profile.interface_days,
        profile.interface_extension_days,
        profile.correction_decision_days,
        profile.correction_days,
        profile.log_years,
    )
    assert [(f.value, f.clause) for f in figures] == [
        (10, "二(三)"),
        (5, "二(三)"),
        (5, "七(二)"),
        (10, "七(二)"),
        (3, "八(四)"),
    ]
    assert all(
        "数据管理机构" in (f.note or "") for f in (profile.k_anonymity, profile.minimum_cell)
    )


def test_resources_cover_all_classes_and_types(city: Catalog) -> None:
    """Resources of every provider span base classes, sharing and opening types, and item types."""
    resources = city.resources.values()
    assert len(resources) >= 24
    assert {r.base_class for r in resources} >= set(BaseClass)
    assert {r.share.type for r in resources} == set(ShareType)
    assert {r.open.type for r in resources} == set(OpenType)
    assert {e.type for e in city.elements.values()} == set(ItemType)
    producers = {code for code, d in city.departments.items() if Role.PRODUCER in d.roles}
    assert producers == {r.provider for r in resources}
    assert all(5 <= len(r.items) <= 14 for r in resources)


def test_feeds_come_in_every_kind_format_and_encoding(city: Catalog) -> None:
    """Feeds differ as real departments' do: kind, format, encoding, delimiter, dates, nulls."""
    feeds = [r.feed for r in city.resources.values()]
    kinds = Counter(feed.kind for feed in feeds)
    assert kinds[FeedKind.SNAPSHOT] > kinds[FeedKind.UPSERT] >= 5
    assert kinds[FeedKind.CHANGES] >= 4
    formats = {FeedFormat.CSV, FeedFormat.JSONL, FeedFormat.PARQUET, FeedFormat.XLSX}
    assert {feed.format for feed in feeds} >= formats
    assert {feed.encoding for feed in feeds} == {"utf-8", "utf-8-sig", "gb18030"}
    assert {feed.delimiter for feed in feeds} >= {",", "|", "\t"}
    assert len({feed.date_format for feed in feeds}) >= 4
    assert len({feed.nulls for feed in feeds}) >= 4


def test_most_resources_about_persons_and_firms_refer_to_the_source(city: Catalog) -> None:
    """Facts that another department owns are referred to, not collected a second time."""
    resources = about_persons_or_firms(city)
    referring = [resource for resource in resources if resource.referred]
    assert len(resources) >= 12
    assert len(referring) * 2 > len(resources)


def test_every_element_has_its_one_owner(city: Catalog) -> None:
    """No element of the dictionary is left without a source, and none has two."""
    owners = Counter(
        item.element
        for resource in city.resources.values()
        for item in resource.items
        if item.source is None
    )
    assert set(owners) == set(city.elements)
    assert set(owners.values()) == {1}


def test_subject_views_join_more_than_one_resource(city: Catalog) -> None:
    """Each of the five subject views has at least two resources keyed by its subject."""
    views = {s.view: s for s in city.subjects.values() if s.view}
    assert set(views) == {"人口", "法人", "自然资源和空间地理", "电子证照", "信用"}
    for subject in views.values():
        keys = [
            tuple(r.item(code).element for code in r.key)
            for r in city.resources.values()
            if r.subject == subject.code
        ]
        assert keys.count(subject.key) >= 2


def test_regions_are_all_there(city: Catalog) -> None:
    """The region lists hold 12 counties, 175 towns and 2,573 villages, each below its parent."""
    county, town, village = (city.code_lists[c].values for c in ("county", "town", "village"))
    assert (len(county), len(town), len(village)) == (12, 175, 2573)
    assert set(city.code_lists["region"].values) == set(county) | set(town)
    assert {code[:6] for code in town} <= set(county)
    assert {code[:9] for code in village} <= set(town)
    assert len(city.code_lists["nationality"].values) == 56
    assert "".join(city.code_lists["industry"].values) == "ABCDEFGHIJKLMNOPQRST"


def test_grants_differ_in_method_state_and_term(city: Catalog) -> None:
    """Grants show all methods, an expired and a suspended one, and five live extracts in autumn."""
    grants = city.grants.values()
    assert len(grants) >= 8
    assert len({g.method for g in grants}) >= 4
    assert any(g.status is GrantStatus.SUSPENDED for g in grants)
    assert any(g.valid_to < AUTUMN for g in grants)
    live = [
        g
        for g in grants
        if g.method.materialised
        and g.status is GrantStatus.ACTIVE
        and g.valid_from <= AUTUMN <= g.valid_to
    ]
    assert len(live) >= 5
    assert any(part.where for g in live for part in g.resources)
    assert any(part.masks for g in live for part in g.resources)


def test_a_person_joins_across_the_resources_of_one_grant(city: Catalog) -> None:
    """Some live grants hand out two resources of the same persons, under one pseudonym."""
    joined = [
        grant.code
        for grant in city.grants.values()
        if grant.method.materialised
        and sum("resident_id" in part.items for part in grant.resources) > 1
    ]
    assert len(joined) >= 2


def test_open_sets_include_a_masked_sample_of_persons(city: Catalog) -> None:
    """Open sets are mostly universal; the one about persons is authorised and risk-checked."""
    sets = city.open_sets
    assert len(sets) >= 5
    sample = sets["population_sample"]
    assert sample.type is OpenType.AUTHORISED
    assert sample.sample is not None
    assert sample.cadence is not None
    persons = {r.ref for r in city.resources.values() if r.subject == "natural_person"}
    assert [s.code for s in sets.values() if s.resource in persons] == ["population_sample"]


def test_named_rules_use_all_three_levels(city: Catalog) -> None:
    """Rules named in YAML reject, quarantine and warn."""
    levels = {rule.level for r in city.resources.values() for rule in r.quality}
    assert levels == set(Level)


def test_the_example_composes_its_time_and_loses_no_digit(example: Catalog) -> None:
    """The example's key is composed of four columns, and its scales hold the source's decimals."""
    (resource,) = example.resources.values()
    assert resource.key == ("station", "observed_at")
    assert set(resource.feed.compose) == {"observed_at"}
    scales = {code: element.scale for code, element in example.elements.items() if element.scale}
    assert scales["temperature"] == 16
    assert scales["pressure"] == 11
    assert scales["so2"] == 4


def test_the_example_ships_one_station_with_its_attribution() -> None:
    """The data file has the declared header, and the note beside it names creator and licence."""
    (file,) = (EXAMPLE / "data").glob("*.csv")
    header = file.read_text(encoding="ascii").partition("\n")[0]
    assert header.replace('"', "").split(",")[:5] == ["No", "year", "month", "day", "hour"]
    note = (EXAMPLE / "data" / "SOURCE.md").read_text(encoding="utf-8")
    assert "Song Xi Chen" in note
    assert "CC BY 4.0" in note
