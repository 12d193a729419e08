"""Evolution of a home: the plan, carrying it out resource by resource, and what is left over."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from deltalake import DeltaTable

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Item, Resource, Retirement
from catalog_specs.vocabulary import ItemType
from flow.city import City
from flow.upkeep.evolution import evolve, orphans, plan
from storage.delta.tables import snapshot, version
from storage.engines.workbench import open_workbench
from storage.evolution.evolving import Mandate, evolve_table
from storage.evolution.ledger import EVOLUTIONS, Evolution, Stage, evolutions
from storage.layout import Layout
from tests.city import FIRM, NOW, PERSON, VISIT
from tests.city.by_hand import ByHand
from tests.city.homes import KEYS
from tests.city.registers import delivery
from tests.city.resources import catalog_of, element, firm, person, visit
from tests.city.tables import apply, bench, someone

RETIREMENT = Retirement.model_validate({"on": "2026-03-01", "reason": "依据已废止"})


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a home with tables of persons and firms as the catalogue asks."""
    layout = Layout(tmp_path)
    with bench(tmp_path) as con:
        apply(con, layout, catalog_of(), delivery(PERSON, 1), [someone(n) for n in range(3)])
        made = {"uscc": "A", "firm_name": "甲", "_op": "I", "_seq": 5}
        apply(con, layout, catalog_of(), delivery(FIRM, 1), [made])
    return layout


def at_work(layout: Layout, catalog: Catalog) -> City:
    """Return the city under a catalogue, over a home."""
    return City(catalog, layout, KEYS, lambda: NOW, actor="演进岗")


def retyped(code: str, kind: ItemType) -> Catalog:
    """Return a catalogue in which one element has another type."""
    catalog = catalog_of()
    new = element(code).model_copy(update={"type": kind})
    return replace(catalog, elements={**catalog.elements, code: new})


def with_resource(made: Resource) -> Catalog:
    """Return a catalogue with one resource declared otherwise."""
    catalog = catalog_of()
    return replace(catalog, resources={**catalog.resources, made.ref: made})


def without_children(**more: object) -> Catalog:
    """Return a catalogue whose persons have no children any more."""
    kept = tuple(one for one in person().items if one.code != "children")
    return with_resource(person().model_copy(update={"items": kept, **more}))


NARROW = retyped("income", ItemType.INTEGER)
TEXT = retyped("children", ItemType.STRING)


def test_nothing_differs_where_nothing_was_edited(layout: Layout) -> None:
    """And of a resource without a table there is nothing to plan."""
    made = at_work(layout, catalog_of())
    assert (plan(made), evolve(made)) == ((), ())
    assert evolutions(layout) == ()


def test_a_plan_says_what_would_be_done_and_does_nothing(layout: Layout) -> None:
    """By resource, with its file, as machines read it."""
    catalog = replace(TEXT, files={f"resources:{PERSON}": "resources/civil_affairs/person.yaml"})

    [planned] = plan(at_work(layout, catalog))

    assert (planned.resource, planned.file) == (PERSON, "resources/civil_affairs/person.yaml")
    told = json.loads(json.dumps(planned.as_dict(), ensure_ascii=False))
    assert (told["urgent"], told["refused"]) == (True, [])
    assert [one["column"] for one in told["differences"]] == ["children"]
    assert version(layout.authoritative(PERSON)) == 0


def test_an_item_more_is_planned_and_not_urgent(layout: Layout) -> None:
    """The next delivery brings it anyway."""
    more = person().model_copy(
        update={"items": (*person().items, Item(code="post", element="post"))}
    )

    [planned] = plan(at_work(layout, with_resource(more)))

    assert not planned.urgent
    assert [one.column for one in planned.differences] == ["post"]


def test_what_is_refused_keeps_nothing_else_from_evolving(layout: Layout) -> None:
    """The table stays as it is, without an entry; another resource's follows the catalogue."""
    capital = element("capital").model_copy(update={"type": ItemType.STRING})
    catalog = replace(NARROW, elements={**NARROW.elements, "capital": capital})

    done = {one.resource: one for one in evolve(at_work(layout, catalog))}

    assert [one.code for one in done[PERSON].refused] == ["EVO-202"]
    assert done[PERSON].urgent
    assert done[FIRM].refused == ()
    assert version(layout.authoritative(PERSON)) == 0
    assert {one.resource for one in evolutions(layout)} == {FIRM}
    assert plan(at_work(layout, catalog)) == (done[PERSON],)


def test_the_ledger_says_who_and_when_before_and_after(layout: Layout) -> None:
    """The steps in words; a document is named where something was lost by it, and not elsewhere."""
    evolve(at_work(layout, TEXT), "批7")
    evolve(at_work(layout, without_children(retired_items={"children": RETIREMENT})), "批8")

    found = evolutions(layout, PERSON)

    assert sorted((one.document or "", one.stage.value) for one in found) == [
        ("", "done"), ("", "planned"), ("批8", "done"), ("批8", "planned"),
    ]  # fmt: skip
    assert {one.actor for one in found} == {"演进岗"}
    assert all("children" in one.steps[0] for one in found)


def test_a_loss_waits_for_its_document(layout: Layout) -> None:
    """Asked without one it is refused, with one it is done; the plan says which."""
    made = at_work(layout, without_children(retired_items={"children": RETIREMENT}))

    assert [one.code for one in plan(made)[0].refused] == ["EVO-204"]
    assert [one.refused for one in evolve(made, "批8")] == [()]
    assert plan(made) == ()


def test_a_foreign_commit_is_decided_first(layout: Layout) -> None:
    """Nothing of the table is compared, and nothing is done, while somebody else's commit is in."""
    DeltaTable(str(layout.authoritative(PERSON))).delete("children = 1")

    [planned] = evolve(at_work(layout, TEXT))

    assert ([one.code for one in planned.refused], planned.differences) == (["TAB-002"], ())
    assert version(layout.authoritative(PERSON)) == 1


def test_what_a_kill_cut_short_is_completed(layout: Layout) -> None:
    """The rewrite was committed and not recorded: nothing is rewritten again, the entry follows."""
    made, path = at_work(layout, TEXT), layout.authoritative(PERSON)
    found = snapshot(path)
    assert found
    steps = ("EVO-103",)
    begun = Evolution(PERSON, found.table_id, 0, Stage.PLANNED, steps, "岗", None, NOW.isoformat())
    assert EVOLUTIONS.record(layout, (begun,))
    with open_workbench(layout.work) as con:
        assert evolve_table(con, TEXT, TEXT.resource(PERSON), path, Mandate("岗"))
    done = version(path)

    assert evolve(made) == ()

    assert version(path) == done
    assert [one.stage for one in evolutions(layout)] == [Stage.PLANNED, Stage.DONE]
    assert evolve(made) == ()
    assert len(evolutions(layout)) == 2


def test_a_renamed_key_is_renamed_beside_the_table_too(layout: Layout) -> None:
    """In the quarantine, and in what is remembered of a change feed's order."""
    home = ByHand(layout, catalog_of(), FIRM)
    home.judge(home.land({"uscc": "B", "_op": "I", "_seq": "1"}), {1: ("some:rule",)})
    items = tuple(
        Item(code="number", element="uscc", formerly="uscc") if one.code == "uscc" else one
        for one in firm().items
    )
    catalog = with_resource(firm().model_copy(update={"items": items, "key": ("number",)}))

    [done] = evolve(at_work(layout, catalog))

    assert done.refused == ()
    for path, column in (
        (layout.authoritative(FIRM), "number"),
        (layout.sequences(FIRM), "number"),
        (layout.quarantine(FIRM), "key__number"),
    ):
        found = snapshot(path)
        assert found
        assert column in {one.name for one in found.columns}


# ── what no resource owns ───────────────────────────────────────────────────────────────────────


def _file(place: Path) -> None:
    place.mkdir(parents=True)
    (place / "x").write_text("x")


PLACES: dict[str, Callable[[Layout, str], Path]] = {
    "inbox": Layout.inbox,
    "lake/landing": Layout.landing,
    "lake/authoritative": Layout.authoritative,
    "lake/sequences": Layout.sequences,
    "lake/quarantine": Layout.quarantine,
}


@pytest.mark.parametrize("place", PLACES)
def test_what_belongs_to_no_resource_is_told_with_its_place(layout: Layout, place: str) -> None:
    """Wherever in the home it lies; a folder without a file is nothing."""
    _file(PLACES[place](layout, "gone/gone"))
    (PLACES[place](layout, "gone/empty") / "2024").mkdir(parents=True)
    _file(PLACES[place](layout, "gone/.aside"))

    [orphan] = orphans(at_work(layout, catalog_of()))

    assert (orphan.resource, orphan.places) == ("gone/gone", (f"{place}/gone/gone",))
    assert not orphan.retired
    assert "put its file back" in str(orphan)


def test_a_retired_resource_is_kept_and_said_to_be(layout: Layout) -> None:
    """With all its places, after what is in the catalogue is left out."""
    _file(layout.inbox(VISIT))
    gone = visit().model_copy(update={"retired": RETIREMENT})
    catalog = catalog_of(person(), firm())
    catalog = replace(catalog, retired={VISIT: gone})

    [orphan] = orphans(at_work(layout, catalog))

    assert (orphan.resource, orphan.retired, orphan.places) == (VISIT, True, (f"inbox/{VISIT}",))
    assert "kept as they are" in str(orphan)
    assert orphan.as_dict() == {"resource": VISIT, "places": orphan.places, "retired": True}


def test_an_empty_home_has_no_orphans(tmp_path: Path) -> None:
    """Nor has one that is not there."""
    assert orphans(at_work(Layout(tmp_path / "nowhere"), catalog_of())) == ()
