"""The plan of a share: its columns, rows and names, what it is recognised by, what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError, ForeignCommitError, SettingsError, TableError
from governance.keys import KeyRing
from outlets.shares.plan import SharePlan, check_masks, plan_share, source_columns, terms_of
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, PERSON, REGION
from tests.city.declared import Change, change, compiled
from tests.city.homes import KEYS
from tests.city.tables import fill, persons

PERSON_FILE, REGION_FILE = f"resources/{PERSON}.yaml", f"resources/{REGION}.yaml"
NOWHERE = Layout(Path("nowhere"))
BOTH = [{"resource": PERSON, "items": ["sex"]}, {"resource": REGION, "items": ["name"]}]


def planned(
    layout: Layout = NOWHERE, catalog: Catalog | None = None, keys: KeyRing = KEYS, **edits: Any
) -> SharePlan:
    """Plan the city's grant, with edits of it."""
    city = catalog or compiled(**{GRANT_FILE: change(**edits)})
    return plan_share(layout, city, city.grants[GRANT], keys)


def terms(**edits: Any) -> str:
    """Return the digest of what the city's grant lets leave, with edits of it."""
    city = compiled(**{GRANT_FILE: change(**edits)})
    return terms_of(city, city.grants[GRANT])


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a lake with twelve persons; tests must not change it."""
    made = Layout(tmp_path_factory.mktemp("plan"))
    fill(made, compiled(), PERSON, persons(12))
    return made


def test_rows_are_chosen_before_masks_are_laid(layout: Layout) -> None:
    """By stored values, although the column leaves as years; the granted columns leave."""
    condition = {"item": "birth_date", "op": "lt", "value": "1953-01-01"}
    plan = planned(layout, resources__0__where=[condition])

    rows = plan.parts[0].frame(plan.key).collect()

    assert rows.columns == ["resident_id", "name", "sex", "birth_date", "residence"]
    assert sorted(rows["birth_date"]) == ["1950", "1951", "1952"]
    assert {one[0] for one in rows["name"]} == {"张"}
    beside = plan.parts[0].judged(plan.key).collect_schema()
    assert {*beside} > {*rows.columns}


def test_a_resource_that_is_not_aggregated_is_missing() -> None:
    """It is named, has no rows, and nobody may ask for them."""
    plan = planned()

    assert plan.missing == (PERSON,)
    for ask in (plan.parts[0].frame, plan.parts[0].judged):
        with pytest.raises(ValueError, match="not aggregated"):
            ask(plan.key)


def test_a_key_is_asked_for_only_where_one_is_used() -> None:
    """By a pseudonym; then without one nothing is planned."""
    keyless = KeyRing.from_sources({}, NOWHERE.home)

    assert planned(keys=keyless, resources__0__items=["sex"], resources__0__masks={}).key is None
    assert planned().key is not None
    with pytest.raises(SettingsError):
        planned(keys=keyless)


def test_two_grants_have_two_keys() -> None:
    """So that their pseudonyms never join."""
    other = compiled().grants[GRANT].model_copy(update={"code": "second"})
    first, second = planned().key, plan_share(NOWHERE, compiled(), other, KEYS).key

    assert first is not None
    assert second is not None
    assert first != second


UNFIT = {"mask": "generalise_region", "to": "city"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({GRANT_FILE: change(resources=[BOTH[0]] * 2)}, "granted twice"),
        ({GRANT_FILE: change(resources__0__items=["nothing"])}, "not stored"),
        ({GRANT_FILE: change(resources__0__masks__birth_date=UNFIT)}, "fit"),
        ({"masking/sensitivities.yaml": change(**{"2__share": ...})}, "no mask|mask"),
        (
            {
                GRANT_FILE: change(
                    resources__0__items=["name"],
                    resources__0__masks={"name": {"mask": "drop"}},
                )
            },
            "dropped by its mask",
        ),
        (
            {
                GRANT_FILE: change(
                    resources__0__where=[{"item": "birth_date", "op": "eq", "value": "1990-05-06"}]
                )
            },
            "may not be seen",
        ),
        (
            {GRANT_FILE: change(resources__0__where=[{"item": "sex", "op": "eq", "value": "9"}])},
            "row condition",
        ),
    ],
)
def test_what_cannot_be_masked_is_refused(changes: dict[str, Change], told: str) -> None:
    """By the plan and by the check alike, which asks neither for a key nor for a table."""
    city = compiled(**changes)

    with pytest.raises(AccessError, match=told):
        check_masks(city, city.grants[GRANT])
    with pytest.raises(AccessError, match=told):
        planned(catalog=city)


def test_a_grant_in_order_passes_the_check() -> None:
    """Whatever its status: whether it is in force is another question."""
    city = compiled(**{GRANT_FILE: change(status="revoked")})

    check_masks(city, city.grants[GRANT])


@pytest.mark.parametrize(
    ("edits", "leaves_otherwise"),
    [
        ({"resources__0__items": ["resident_id", "name", "sex"]}, True),
        ({"resources__0__masks__name": {"mask": "partial", "keep_last": 1}}, True),
        ({"resources__0__where": []}, True),
        ({"purpose": "另一用途"}, False),
        ({"valid_to": "2033-01-01"}, False),
        ({"terms": "只供办件使用。"}, False),
    ],
)
def test_terms_are_what_leaves_and_the_plan_is_what_is_written(
    edits: dict[str, Any], leaves_otherwise: bool
) -> None:
    """A purpose stands in the file, which is written anew, but lets no other value leave."""
    assert (terms(**edits) != terms()) == leaves_otherwise
    before, after = planned(), planned(**edits)
    assert before.digest != after.digest
    assert (before.parts[0].digest != after.parts[0].digest) == leaves_otherwise


@pytest.mark.parametrize(
    ("changes", "same_part"),
    [
        ({"departments/data_office.yaml": change(name="另一个办")}, True),
        ({"departments/civil_affairs.yaml": change(name="另一个局")}, False),
        ({PERSON_FILE: change(name="常住人口信息")}, False),
        ({PERSON_FILE: change(summary="改过的摘要")}, False),
        ({"elements/persons.yaml": change(**{"2__name": "登记性别"})}, False),
    ],
)
def test_what_the_file_tells_is_part_of_the_plan(
    changes: dict[str, Change], same_part: bool
) -> None:
    """Names of consumer, provider, resource and item; an extract is made again for its own."""
    before, after = planned(), planned(catalog=compiled(**changes))

    assert before.digest != after.digest
    assert (before.parts[0].digest == after.parts[0].digest) == same_part


def test_another_key_is_another_plan() -> None:
    """Where a pseudonym is made, and not where none is."""
    rotated = KeyRing({1: bytes(range(32)), 2: b"n" * 32})
    plain: dict[str, Any] = {"resources__0__items": ["sex"], "resources__0__masks": {}}

    assert planned().digest != planned(keys=rotated).digest
    assert planned(**plain).digest == planned(keys=rotated, **plain).digest


def test_a_new_version_of_one_source_leaves_the_other_part(tmp_path: Path) -> None:
    """So that only the extract of what changed is written."""
    layout, edit = Layout(tmp_path), {"resources": BOTH}
    fill(layout, compiled(), PERSON, persons(3))
    before = planned(layout, **edit)
    fill(layout, compiled(), REGION, [{"code": "350502", "name": "鲤城区"}])
    after = planned(layout, **edit)

    assert (before.missing, after.missing) == ((REGION,), ())
    same = [one.digest == two.digest for one, two in zip(before.parts, after.parts, strict=True)]
    assert same == [True, False]
    assert before.digest != after.digest


@pytest.mark.parametrize(
    ("name", "views"),
    [
        ("行政区划信息", ["人口基本信息", "行政区划信息"]),
        ("POI", ["人口基本信息", "POI"]),
        ("人口基本信息", [f"人口基本信息（{PERSON}）", f"人口基本信息（{REGION}）"]),
    ],
)
def test_two_resources_of_one_name_are_told_apart(name: str, views: list[str]) -> None:
    """By their codes, and only where they have to be."""
    city = compiled(**{GRANT_FILE: change(resources=BOTH), REGION_FILE: change(name=name)})

    assert [part.shape.name for part in planned(catalog=city).parts] == views


def test_names_that_differ_in_case_alone_are_told_apart_too() -> None:
    """A database takes them for one."""
    city = compiled(
        **{
            GRANT_FILE: change(resources=BOTH),
            REGION_FILE: change(name="POI"),
            PERSON_FILE: change(name="poi"),
        }
    )

    assert len({part.shape.name.casefold() for part in planned(catalog=city).parts}) == 2


def test_a_stored_column_is_read_once() -> None:
    """However often columns, rows and keys ask for it, in the order they do."""
    city = compiled()
    found = source_columns(
        city, city.resource(PERSON), iter(("sex", "birth_date", "sex", "income", "birth_date"))
    )

    assert [(one.name, one.type) for one in found] == [
        ("sex", "VARCHAR"), ("birth_date", "DATE"), ("income", "DECIMAL(18,2)"),
    ]  # fmt: skip


def test_a_table_that_is_not_ours_or_not_of_this_catalogue_is_not_read(tmp_path: Path) -> None:
    """Of a column that is not granted nothing depends; of one that is, everything."""
    layout = Layout(tmp_path)
    fill(layout, compiled(), PERSON, persons(3))
    finer = {"elements/persons.yaml": change(**{"5__scale": 4})}
    assert planned(layout, compiled(**finer)).missing == ()
    granted = compiled(**finer, **{GRANT_FILE: change(resources__0__items=["income"])})
    with pytest.raises(TableError):
        planned(layout, granted)

    DeltaTable(str(layout.authoritative(PERSON))).delete("sex = '1'")
    with pytest.raises(ForeignCommitError):
        planned(layout)
