"""Who is counted in a release: persons and not rows, everything visible of them, and samples."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.catalog import Catalog
from catalog_specs.rules.disclosure import RefusalCode
from governance.disclosure import measure, without_small_classes
from governance.keys import KeyRing
from outlets.open_data.release import Refusal, Release, release
from storage.layout import Layout
from tests.city import NOW, OPEN_FILE, OPEN_SET, PERSON, VISIT
from tests.city.declared import change
from tests.city.declared import compiled as plain_town
from tests.city.homes import KEYS
from tests.city.records import person_id
from tests.city.tables import fill, someone

VISIT_FILE = "resources/data_office/visit.yaml"
PERSON_FILE = "resources/civil_affairs/person.yaml"
PERSONS_FILE = "elements/persons.yaml"
VISITS_FILE = "elements/visits.yaml"
MOMENT = datetime(2024, 1, 2, 3)  # noqa: DTZ001 - the delivered clock
CELL = st.sampled_from(["x", "y", None])
WHO = st.sampled_from(["p1", "p2", "p3", "p4", None])
ROWS = st.lists(st.tuples(CELL, CELL, WHO, WHO), max_size=30)


def visits(**edits: Any) -> Catalog:
    """Return a city that opens the outcome of visits."""
    edit = change(
        **{"resource": VISIT, "items": ["outcome"], "masks": {}, "small_classes": "refuse"} | edits
    )
    return plain_town(**{OPEN_FILE: edit, VISIT_FILE: change(open={"type": "universal"})})


def visit(who: int, number: int, outcome: str = "1") -> dict[str, Any]:
    """Return one visit of a person."""
    ids = {"resident_id": person_id(who), "visit_no": f"{number}"}
    return ids | {"visited_at": MOMENT, "outcome": outcome}


def done(layout: Layout, catalog: Catalog, keys: KeyRing = KEYS, days: int = 0) -> Any:
    """Release the open set some days later."""
    now = NOW + timedelta(days=days)
    return release(layout, catalog, catalog.open_sets[OPEN_SET], keys, now)


def published(layout: Layout, name: str) -> pl.DataFrame:
    """Return the rows of a release."""
    return pl.read_parquet(layout.release(OPEN_SET, name) / "data.parquet")


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, k=st.integers(2, 4))
def test_classes_hold_the_persons_counted_by_hand(rows: list[Any], k: int) -> None:
    """A class holds the different persons of whichever role has the fewest; nobody counts none."""
    by_hand: dict[Any, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for a, b, first, second in rows:
        by_hand[a, b][0].update([first] if first else [])
        by_hand[a, b][1].update([second] if second else [])
    persons = {cell: min(len(one), len(two)) for cell, (one, two) in by_hand.items()}
    frame = pl.LazyFrame(rows, schema=dict.fromkeys("abuv", pl.String), orient="row")
    found = measure(frame, ("a", "b"), k, ("u", "v"))
    small = {cell for cell, count in persons.items() if count < k}
    assert found.smallest == min(persons.values(), default=0)
    assert found.small_classes == len(small)
    assert found.safe == (not small)
    left = without_small_classes(frame, ("a", "b"), k, ("u", "v")).collect()
    assert sorted(left.rows(), key=str) == sorted(
        (row for row in rows if (row[0], row[1]) not in small), key=str
    )


def test_six_visits_of_one_resident_are_one_person(tmp_path: Path) -> None:
    """Rows of one person do not hide in each other: k counts persons."""
    layout = Layout(tmp_path)
    fill(layout, visits(), VISIT, [visit(1, number) for number in range(6)])
    found = done(layout, visits())
    assert isinstance(found, Refusal)
    assert found.code is RefusalCode.SMALL_CLASSES
    assert (found.combination, found.rows) == (("outcome",), 6)
    fill(layout, visits(), VISIT, [visit(2, 10), visit(3, 11)])
    assert isinstance(done(layout, visits()), Release)


def test_every_visible_item_of_a_person_counts(tmp_path: Path) -> None:
    """An item that nobody declared as quasi-identifier counts, and the refusal names it."""
    layout = Layout(tmp_path)
    edit = change(small_classes="refuse", items__3="income", masks__income=WIDE)
    open_income = change(items__5__share="unconditional")
    catalog = plain_town(**{OPEN_FILE: edit, PERSON_FILE: open_income})
    alike = {"sex": "1", "birth_date": MOMENT.date(), "residence": "350502"}
    rich = {"income": 900_000}
    fill(layout, catalog, PERSON, [someone(n, **alike, income=1) for n in range(5)])
    fill(layout, catalog, PERSON, [someone(9, **alike, **rich)])
    found = done(layout, catalog)
    assert isinstance(found, Refusal)
    assert (found.code, found.combination) == (RefusalCode.SMALL_CLASSES, ("income",))
    assert "登记收入" in found.explanation
    assert "900" not in str(found.as_dict())


WIDE = {"mask": "generalise_number", "width": 1000}


def test_an_element_may_be_declared_to_single_nobody_out(tmp_path: Path) -> None:
    """With a reason an item does not count; of a protected class no reason is heard."""
    layout = Layout(tmp_path)
    rows = [visit(n, n, "1" if n else "2") for n in range(5)]
    fill(layout, visits(), VISIT, rows)
    assert isinstance(done(layout, visits()), Refusal)
    reason = {"not_identifying": "办理结果由机关作出，当事人以外的人无从得知"}
    elements = change(**{f"2__{key}": value for key, value in reason.items()})
    edit = change(resource=VISIT, items=["outcome"], masks={}, small_classes="refuse")
    opened = {OPEN_FILE: edit, VISIT_FILE: change(open={"type": "universal"})}
    assert isinstance(done(layout, plain_town(**opened, **{VISITS_FILE: elements})), Release)
    protected = change(**{"0__protected": True, "0__open": {"mask": "pseudonym"}})
    refused = done(
        layout,
        plain_town(**opened, **{VISITS_FILE: elements, "masking/sensitivities.yaml": protected}),
    )
    assert isinstance(refused, Refusal)


def test_a_sample_holds_the_same_few_again(tmp_path: Path) -> None:
    """A sample holds its per cent of persons, the same ones again, and others under another key."""
    layout = Layout(tmp_path)
    catalog = visits(sample=30, cadence="daily")
    fill(layout, catalog, VISIT, [visit(n // 2, n) for n in range(2000)])
    first = done(layout, catalog)
    assert isinstance(first, Release)
    assert 480 < first.rows < 720
    assert first.rows % 2 == 0  # both visits of a someone, or none
    others = done(layout, catalog, KeyRing({1: bytes(range(1, 33))}))
    assert isinstance(others, Release)
    assert others.created
    fill(layout, catalog, VISIT, [visit(9999, n, "2") for n in range(5000, 5003)])
    again = done(layout, visits(sample=30, cadence="daily", small_classes="suppress"), days=2)
    assert isinstance(again, Release)
    assert again.rows == first.rows


def test_without_a_key_nobody_is_drawn(tmp_path: Path) -> None:
    """A sample whose members could be worked out is none: it needs the key."""
    layout = Layout(tmp_path)
    catalog = visits(sample=30)
    fill(layout, catalog, VISIT, [visit(n, n) for n in range(50)])
    with pytest.raises(Exception, match="master key"):
        done(layout, catalog, KeyRing.from_sources({}, layout.home))


@pytest.mark.parametrize("basis", [None, "《促进个体工商户发展条例》"])
def test_sole_traders_leave_only_by_law(tmp_path: Path, basis: str | None) -> None:
    """The firm of a sole trader is a person: its row leaves only where a law is named."""
    layout = Layout(tmp_path)
    firm = {"code": "firm", "name": "法人单位", "key": ["division_code"]}
    catalog = plain_town(
        **{
            "subjects.yaml": change(**{"0": firm | {"code": "division"}}),
            "elements/places.yaml": change(**{"0__check": "credit_code"}),
            "resources/civil_affairs/region.yaml": change(open={"type": "universal"}),
            OPEN_FILE: change(
                resource="civil_affairs/region", items=["name"], masks={}, sole_traders=basis
            ),
        }
    )
    rows = [{"code": "92350500MA2XN0AX4R", "name": "某面馆"}, {"code": "91350500X", "name": "某厂"}]
    fill(layout, catalog, "civil_affairs/region", rows)
    found = done(layout, catalog)
    assert isinstance(found, Release)
    names = published(layout, found.release)["name"].to_list()
    assert sorted(names) == (["某厂", "某面馆"] if basis else ["某厂"])
