"""States of quarantined records, and the questions people ask of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from quality.gate.gate import open_gate
from quality.quarantine.states import Chosen, State, counts, descriptions, records
from register.bundles import Bundle
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.cities.rules import NOW, city, csv_text, deliver, people, person, regions

REF = "office/person"


@pytest.fixture
def catalog() -> Catalog:
    """Return a city with a person snapshot."""
    return city(person())


@pytest.fixture
def layout(tmp_path: Path, catalog: Catalog) -> Layout:
    """Return a home in which two of three persons are quarantined, one by two rules."""
    made = Layout(tmp_path)
    regions(made, catalog, "350502")
    judged(made, catalog, {}, {"sex": "8"}, {"sex": "7", "income": "0.01"})
    return made


def judged(layout: Layout, catalog: Catalog, *changes: dict[str, str]) -> str:
    """Deliver persons and have them judged; return the delivery."""
    text = csv_text(person(), people(*changes))
    delivery = deliver(layout, catalog, REF, text)
    with open_gate(layout, catalog, None, NOW) as gate:
        gate.judge(Bundle((delivery,)))
    return delivery.delivery


def found(layout: Layout, catalog: Catalog, **chosen: object) -> list[tuple[int, str]]:
    """Return row and state of the chosen records."""
    with open_workbench(layout.work) as con:
        kept = records(con, layout, catalog.resource(REF), Chosen(**chosen), 100)  # type: ignore[arg-type]
    return [(one.row, one.state.value) for one in kept]


def test_what_nobody_replayed_is_open(layout: Layout, catalog: Catalog) -> None:
    """It is its own origin, with its text as delivered."""
    with open_workbench(layout.work) as con:
        first, second = records(con, layout, catalog.resource(REF), Chosen(), 100)

    assert (first.row, second.row) == (2, 3)
    assert {first.state, second.state} == {State.OPEN}
    assert (first.origin_delivery, first.origin_row) == (first.delivery, 2)
    assert second.rules == ("income:range", "sex:code_list")
    assert '"7"' in second.raw


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        ({"rule": "income:range"}, [3]),
        ({"rule": "sex:code_list"}, [2, 3]),
        ({"rows": (2,)}, [2]),
        ({"state": State.SETTLED}, []),
        ({"delivery": "000009-none"}, []),
        ({"rule": "sex:code_list", "rows": (3,), "state": State.OPEN}, [3]),
    ],
)
def test_records_are_chosen(
    layout: Layout, catalog: Catalog, chosen: dict[str, object], rows: list[int]
) -> None:
    """Every condition given must hold; one that is not given leaves nothing out."""
    assert [row for row, _ in found(layout, catalog, **chosen)] == rows


def test_counts_go_by_rule_and_hold_no_value(layout: Layout, catalog: Catalog) -> None:
    """A record that fails two rules counts with each of them."""
    with open_workbench(layout.work) as con:
        told = counts(con, layout, catalog, REF, Chosen())
        one_rule = counts(con, layout, catalog, REF, Chosen(rule="income:range"))

    assert [(one.rule, one.records, one.open, one.settled) for one in told] == [
        ("income:range", 1, 1, 0),
        ("sex:code_list", 2, 2, 0),
    ]
    assert all(one.description for one in told)
    assert [(one.rule, one.records) for one in one_rule] == [("income:range", 1)]


def test_a_newer_snapshot_stands_for_an_older_one(layout: Layout, catalog: Catalog) -> None:
    """What the older had quarantined is settled by it, whatever the newer holds."""
    newer = judged(layout, catalog, {}, {"sex": "6"})

    assert found(layout, catalog) == [(2, "superseded"), (3, "superseded"), (2, "open")]
    assert found(layout, catalog, delivery=newer) == [(2, "open")]


def test_without_a_quarantine_there_is_nothing(tmp_path: Path, catalog: Catalog) -> None:
    """A resource of which nothing was ever quarantined has no counts and no records."""
    layout = Layout(tmp_path)
    with open_workbench(layout.work) as con:
        assert counts(con, layout, catalog, REF, Chosen()) == ()
        assert records(con, layout, catalog.resource(REF), Chosen(), 9) == ()


def test_every_rule_and_refusal_has_its_words(catalog: Catalog) -> None:
    """In Chinese, for those who are to correct the records."""
    said = descriptions(catalog, REF)

    assert said["sex:code_list"]
    assert said["GATE-102"]
