"""Containment of values: counted exactly among a thousand pairs, and nothing of them remains."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Element
from governance.violations import containment
from governance.violations.containment import comparable, overlaps
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.city.resources import item, resource
from tests.city.tables import fill

COLUMNS, ROWS = 32, 60
"""32 × 32 columns of two departments are 1,024 pairs, and each is asked both ways."""
FIRST, SECOND = "civil_affairs/first", "data_office/second"
Values = dict[str, dict[str, set[str]]]


def _element(code: str, **more: str) -> Element:
    said = {"code": code, "name": code, "subject": "natural_person", "type": "string"}
    return Element.model_validate(said | {"sensitivity": "public"} | more)


def _city(least: int = 1, **more: str) -> Catalog:
    """Return a city of two resources of two departments, with as many text columns each."""
    names = {ref: [f"{ref[0]}{n}" for n in range(COLUMNS)] for ref in (FIRST, SECOND)}
    elements = {code: _element(code, **more) for codes in names.values() for code in codes}
    made = [
        resource(ref, "snapshot", [codes[0]], [item(code) for code in codes])
        for ref, codes in names.items()
    ]
    few = {"supervision": {"least_values": {"value": least, "unit": "个", "clause": "三(三)"}}}
    city = compiled(**{"profiles/test_rules.yaml": change(**few)})
    resources = {one.ref: one for one in made}
    return replace(city, elements={**city.elements, **elements}, resources=resources)


def _filled(layout: Layout, city: Catalog, seed: int) -> Values:
    """Fill both tables with values of a small common stock; return what each column holds."""
    dice, found = random.Random(seed), {}
    for ref in (FIRST, SECOND):
        columns = {}
        for one in city.resources[ref].items:
            stock = dice.choice(("甲", "乙", "丙"))
            size = dice.randint(2, 200)
            columns[one.code] = [f"{stock}{dice.randrange(size)}" for _ in range(ROWS)]
        fill(layout, city, ref, [{c: v[n] for c, v in columns.items()} for n in range(ROWS)])
        found[ref] = {code: set(values) for code, values in columns.items()}
    return found


def test_a_thousand_pairs_are_counted_exactly(tmp_path: Path) -> None:
    """Every pair that has a value in common is told, with how many of how many."""
    layout, city = Layout(tmp_path), _city()
    held = _filled(layout, city, 7)
    with open_workbench(tmp_path / "work") as con:
        found = overlaps(con, layout, city, KEYS)
    told = {(o.resource, o.item, o.other, o.other_item): (o.sampled, o.shared) for o in found}
    expected = {
        (mine, a, theirs, b): (len(ours), len(ours & others))
        for mine, theirs in ((FIRST, SECOND), (SECOND, FIRST))
        for a, ours in held[mine].items()
        for b, others in held[theirs].items()
        if ours & others
    }
    assert told == expected
    assert len(held[FIRST]) * len(held[SECOND]) > 1_000


def test_a_sample_is_drawn_of_many_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more values than the sample holds, that many are looked for, in a table of any size."""
    layout, city = Layout(tmp_path), _city()
    rows = [{"c0": f"值{n}"} for n in range(500)]
    fill(layout, city, FIRST, rows)
    fill(layout, city, SECOND, [{"d0": f"值{n}"} for n in range(250)])
    monkeypatch.setattr(containment, "SAMPLE", 100)
    monkeypatch.setattr(containment, "_DRAWN_FROM", 400)
    with open_workbench(tmp_path / "work") as con:
        found = {o.resource: o for o in overlaps(con, layout, city, KEYS)}
    assert (found[SECOND].sampled, found[SECOND].shared) == (100, 100)
    assert found[FIRST].sampled == 100
    assert 30 <= found[FIRST].shared <= 70


def test_a_sample_is_of_different_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that most records have is drawn once, and leaves the other places to others."""
    layout, city = Layout(tmp_path), _city()
    some = [f"值{n % 20}" for n in range(400)]
    fill(layout, city, FIRST, [{"c0": one} for one in some])
    fill(layout, city, SECOND, [{"d0": one} for one in some[:10]])
    monkeypatch.setattr(containment, "SAMPLE", 15)
    with open_workbench(tmp_path / "work") as con:
        found = {o.resource: o for o in overlaps(con, layout, city, KEYS)}
    assert found[FIRST].sampled == 15
    assert (found[SECOND].sampled, found[SECOND].shared) == (10, 10)


def test_closed_sets_and_references_take_no_part(tmp_path: Path) -> None:
    """Codes of a list are alike by their nature: nobody collects them twice."""
    layout, city = Layout(tmp_path), _city(code_list="sex")
    _filled(layout, city, 8)
    with open_workbench(tmp_path / "work") as con:
        assert overlaps(con, layout, city, KEYS) == ()


def test_nothing_remains_of_the_values(tmp_path: Path) -> None:
    """What comes back are names and counts, and the tables of hashes are gone."""
    layout, city = Layout(tmp_path), _city()
    for ref, code in ((FIRST, "c0"), (SECOND, "d0")):
        fill(layout, city, ref, [{code: "机密标记CANARY"}])
    with open_workbench(tmp_path / "work") as con:
        (one, _) = overlaps(con, layout, city, KEYS)
        left = con.execute("SELECT table_name FROM information_schema.tables").fetchall()
    assert (one.sampled, one.shared) == (1, 1)
    assert "CANARY" not in repr(one)
    assert left == []


@pytest.mark.parametrize(("least", "enough"), [(60, True), (61, False)])
def test_small_tables_are_not_compared(tmp_path: Path, least: int, *, enough: bool) -> None:
    """Fewer rows than the profile's fewest values say nothing."""
    layout, city = Layout(tmp_path), _city(least)
    assert not comparable(layout, city)
    _filled(layout, city, 9)
    assert comparable(layout, city) is enough
