"""The plan of a release: what may be opened, its rows, whom they count, when it is another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError, ForeignCommitError, SettingsError, TableError
from governance.keys import KeyRing
from outlets.open_data.plan import ReleasePlan, plan_release
from storage.layout import Layout
from tests.city import OPEN_FILE, OPEN_SET, PERSON, REGION, VISIT
from tests.city.declared import Change, change, compiled
from tests.city.homes import KEYS
from tests.city.tables import fill, persons, someone

PERSON_FILE, REGION_FILE = f"resources/{PERSON}.yaml", f"resources/{REGION}.yaml"
VISITS = {
    OPEN_FILE: change(resource=VISIT, items=["outcome"], masks={}),
    f"resources/{VISIT}.yaml": change(open={"type": "universal"}),
}
NOWHERE = Layout(Path("nowhere"))


def planned(
    layout: Layout = NOWHERE, catalog: Catalog | None = None, keys: KeyRing = KEYS, **edits: Any
) -> ReleasePlan:
    """Plan the release of the city's set, with edits of the set."""
    city = catalog or compiled(**{OPEN_FILE: change(**edits)})
    return plan_release(layout, city, city.open_sets[OPEN_SET], keys)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a lake with twelve persons; tests must not change it."""
    made = Layout(tmp_path_factory.mktemp("plan"))
    fill(made, compiled(), PERSON, persons(12))
    return made


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({PERSON_FILE: change(open__type="closed")}, "cannot be opened as universal"),
        ({OPEN_FILE: change(type="authorised")}, "cannot be opened as authorised"),
        ({OPEN_FILE: change(items=["name"])}, "every item is dropped"),
        ({OPEN_FILE: change(items=["nothing"])}, "not stored in this resource"),
        ({PERSON_FILE: change(items__2__share="conditional")}, "shared as conditional"),
        ({PERSON_FILE: change(items__2__share="not_yet")}, "shared as not_yet"),
        (
            {OPEN_FILE: change(where=[{"item": "income", "op": "gt", "value": 1}])},
            "no mask|shared as|may not be seen",
        ),
        ({OPEN_FILE: change(masks__birth_date=...)}, "mask"),
    ],
)
def test_what_may_not_be_opened_is_refused(changes: dict[str, Change], told: str) -> None:
    """From the catalogue alone, before any table or key is looked at."""
    keyless = KeyRing.from_sources({}, NOWHERE.home)

    with pytest.raises(AccessError, match=told):
        planned(catalog=compiled(**changes), keys=keyless)


def test_a_dropped_item_tells_nothing(layout: Layout) -> None:
    """It may be one that is not shared without conditions, and no column is left of it."""
    plan = planned(layout, items=["sex", "income"], masks={"income": {"mask": "drop"}})

    assert [column.code for column in plan.columns] == ["sex"]
    assert [*plan.cells] == ["sex"]


def test_a_resource_that_is_not_aggregated_has_no_rows() -> None:
    """The plan is there, to say so."""
    plan = planned()

    assert (plan.found, plan.source) == (None, None)
    assert plan.rows.collect().is_empty()


def test_rows_leave_masked_and_without_what_they_are_judged_by(layout: Layout) -> None:
    """The rows are chosen by stored values; published are the columns of the set alone."""
    condition = {"item": "birth_date", "op": "lt", "value": "1960-01-01"}
    plan = planned(layout, where=[condition])

    rows = plan.published(plan.rows).collect()
    assert rows.columns == ["sex", "birth_date", "residence"]
    assert set(rows["birth_date"]) == {"1950s"}
    assert rows.height == 10
    assert {*plan.rows.collect_schema()} > {*rows.columns}


@pytest.mark.parametrize(
    ("catalog", "units", "shown", "uncounted"),
    [
        (compiled(), (), ("sex", "birth_date", "residence"), ()),
        (compiled(**VISITS), ("__unit_resident_id",), ("outcome",), ()),
        (compiled(**{OPEN_FILE: change(resource=REGION, items=["name"], masks={})}), (), (), ()),
    ],
    ids=["every row a person", "several rows a person", "of nobody"],
)
def test_it_is_known_by_whom_the_rows_are_counted(
    catalog: Catalog, units: tuple[str, ...], shown: tuple[str, ...], uncounted: tuple[str, ...]
) -> None:
    """Persons, not rows; where every row is a person nobody has to be named."""
    plan = planned(catalog=catalog)

    assert (plan.units, plan.counted, plan.uncounted) == (units, shown, uncounted)


def test_what_tells_of_persons_whom_nobody_can_count_is_named() -> None:
    """A head of a division is a person, and no column of divisions says which."""
    head = {"code": "division_head", "name": "负责人", "subject": "division", "type": "string"}
    catalog = compiled(
        **{
            "elements/places.yaml": change(
                **{"2": head | {"sensitivity": "public", "person": "attribute"}}
            ),
            REGION_FILE: change(items__2={"code": "head", "element": "division_head"}),
            OPEN_FILE: change(resource=REGION, items=["code", "head"], masks={}),
        }
    )

    plan = planned(catalog=catalog)

    assert plan.units == ()
    assert "head" in plan.uncounted


def test_sole_traders_are_left_out_but_by_law(tmp_path: Path) -> None:
    """However the code is written; a row without a code stays."""
    layout = Layout(tmp_path)
    changes: dict[str, Change] = {
        "subjects.yaml": change(
            **{"0": {"code": "division", "name": "法人", "key": ["division_code"]}}
        ),
        "elements/places.yaml": change(**{"0__check": "credit_code"}),
    }
    opened = {"resource": REGION, "items": ["name"], "masks": {}}
    codes = ["92350500MA2XN0AX4R", " 92350500ma2", "91350500X", None]
    rows = [{"code": code, "name": f"{n}"} for n, code in enumerate(codes)]
    fill(layout, compiled(**changes), REGION, rows)

    def names(**more: Any) -> list[str]:
        plan = planned(layout, compiled(**changes, **{OPEN_FILE: change(**opened, **more)}))
        return sorted(plan.published(plan.rows).collect()["name"].to_list())

    assert names() == ["2", "3"]
    assert names(sole_traders="《促进个体工商户发展条例》") == ["0", "1", "2", "3"]


def test_a_sample_is_drawn_by_a_key(layout: Layout) -> None:
    """The same rows again, others under another key, and none without one."""
    other = KeyRing({1: bytes(range(1, 33))})

    def drawn(keys: KeyRing) -> list[Any]:
        return planned(layout, keys=keys, sample=50).rows.collect().rows()

    assert drawn(KEYS) == drawn(KEYS) != drawn(other)
    assert 0 < len(drawn(KEYS)) < 12
    with pytest.raises(SettingsError):
        drawn(KeyRing.from_sources({}, layout.home))


PSEUDONYMS = {"sex": {"mask": "pseudonym"}}


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({OPEN_FILE: change(summary="改过的摘要")}, KEYS),
        ({OPEN_FILE: change(masks__birth_date__to="year")}, KEYS),
        ({OPEN_FILE: change(items=["sex", "birth_date"])}, KEYS),
        ({PERSON_FILE: change(summary="改过的摘要")}, KEYS),
        ({"departments/civil_affairs.yaml": change(name="另一个局")}, KEYS),
        ({"elements/persons.yaml": change(**{"2__definition": "登记的性别"})}, KEYS),
        ({OPEN_FILE: change(sample=50)}, KEYS),
    ],
)
def test_other_terms_are_another_release(changes: dict[str, Change], keys: KeyRing) -> None:
    """Whatever stands in the package of set, masks, resource and provider."""
    before, after = planned(), planned(catalog=compiled(**changes), keys=keys)

    assert before.terms != after.terms
    assert before.fingerprint != after.fingerprint


def test_another_key_is_another_release_where_one_is_used() -> None:
    """The fingerprint of the key is in the terms, and of no other than this set's."""
    other = KeyRing({1: bytes(range(1, 33))})

    assert planned().terms == planned(keys=other).terms
    edits = {"masks__sex": PSEUDONYMS["sex"]}
    assert planned(**edits).terms != planned(keys=other, **edits).terms


@pytest.mark.parametrize(
    "changes",
    [
        {PERSON_FILE: change(feed__format="jsonl", quality=[])},
        {"elements/visits.yaml": change(**{"0__definition": "别的"})},
        {"departments/data_office.yaml": change(name="别的办")},
    ],
)
def test_what_is_not_in_the_package_changes_nothing(changes: dict[str, Change]) -> None:
    """Feeds, rules and other resources make no new release."""
    assert planned().fingerprint == planned(catalog=compiled(**changes)).fingerprint


def test_a_new_version_of_the_source_is_another_release(tmp_path: Path) -> None:
    """Of the same terms; so is another number of persons that must be alike, where any count."""
    layout = Layout(tmp_path)
    fill(layout, compiled(), PERSON, persons(3))
    first = planned(layout)
    fill(layout, compiled(), PERSON, [someone(7)])
    second = planned(layout)
    stricter = planned(
        layout, compiled(**{"profiles/test_rules.yaml": change(k_anonymity__value=5)})
    )

    assert first.terms == second.terms == stricter.terms
    assert len({first.fingerprint, second.fingerprint, stricter.fingerprint}) == 3
    assert first.source != second.source == stricter.source


def test_one_cell_changes_with_its_own_mask() -> None:
    """By which consecutive releases are compared, column by column."""
    before, after = planned().cells, planned(masks__birth_date__to="year").cells

    assert {code for code in before if before[code] != after[code]} == {"birth_date"}


def test_a_table_that_is_not_ours_or_not_of_this_catalogue_is_not_read(tmp_path: Path) -> None:
    """Nothing is opened from it before somebody decided, or it evolved."""
    layout = Layout(tmp_path)
    fill(layout, compiled(), PERSON, persons(3))
    renamed = compiled(
        **{
            PERSON_FILE: change(items__2__code="gender", items__2__formerly="sex"),
            OPEN_FILE: change(items=["gender"], masks={}),
        }
    )
    with pytest.raises(TableError):
        planned(layout, renamed)
    DeltaTable(str(layout.authoritative(PERSON))).delete("sex = '1'")
    with pytest.raises(ForeignCommitError):
        planned(layout)
