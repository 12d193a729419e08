"""From any row of an authoritative table back to the line of the file that brought it."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoritative.lineage import RowLineage, key_of, row_lineage
from catalog_specs.errors import CatalogLookupError
from flow.replays import replay
from tests.city import NOW, PERSON, VISIT
from tests.city.homes import Town
from tests.city.records import VISITS, csv_text, people, person_id
from tests.city.registers import deliveries
from tests.flow.test_replay import BAD_SEX, edited, exported


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with divisions, nothing else yet."""
    return Town(tmp_path)


def traced(town: Town, ref: str, *key: str, record: bool = False) -> RowLineage:
    """Return where a row is from; there must be one."""
    wanted = key_of(town.city.catalog.resource(ref), key)
    found = row_lineage(town.layout, town.city.catalog, ref, wanted, record=record)
    assert found
    return found


def test_a_row_leads_to_its_line_though_values_hold_line_ends(town: Town) -> None:
    """The line is where the record begins in the file, the number which record it is."""
    text = people(range(4)).replace("人1", '"两\n行"').replace("人2", '"三\n\n行"')
    town.take(PERSON, "p.csv", text)
    lines = text.split("\n")

    for number, line in ((0, 2), (1, 3), (2, 5), (3, 8)):
        found = traced(town, PERSON, person_id(number), record=True)
        assert (found.place.record, found.place.line) == (number + 1, line)
        assert lines[line - 1].startswith(person_id(number))
        assert person_id(number) in (found.record or "")


def test_a_row_tells_receipt_verdict_and_commit(town: Town) -> None:
    """Everything on record about the delivery is there, of the delivery that brought the value."""
    town.take(PERSON, "p.csv", people(range(3)))
    town.take(PERSON, "q.csv", people(range(3), p1=("新名", 1, "1990-01-01", 350500, "1.00")))
    first, second = deliveries(town.layout, PERSON)

    old, new = traced(town, PERSON, person_id(0)), traced(town, PERSON, person_id(1))

    assert (old.place.delivery, new.place.delivery) == (first.delivery, second.delivery)
    assert (old.place.file, old.place.sha256, old.place.arrived_by) == (
        "p.csv",
        first.sha256,
        "inbox",
    )
    assert Path(new.place.path).read_text(encoding="utf-8").count("新名") == 1
    assert (old.table_version, new.table_version) == (1, 1)
    assert old.applied
    assert new.applied
    assert (old.applied.version, new.applied.version) == (0, 1)
    assert (new.applied.actor, new.applied.at) == ("quanshu", NOW.isoformat())
    assert new.verdict
    assert (new.verdict.kind, new.verdict.accepted) == ("passed", 3)
    assert (old.origin, old.record) == (None, None)
    assert "record" not in old.as_dict()


def test_a_replayed_row_leads_to_its_first_delivery_as_well(town: Town) -> None:
    """Beside the replay stands the file and line in which the record first came."""
    town.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    first = deliveries(town.layout, PERSON)[0]
    replay(town.city, PERSON, edited(exported(town, PERSON), "'9", "8"))
    replay(town.city, PERSON, edited(exported(town, PERSON, "again.csv"), "'8", "1"))

    found = traced(town, PERSON, person_id(2))

    assert (found.place.arrived_by, found.place.sequence, found.place.line) == ("replay", 3, 1)
    assert found.origin
    assert (found.origin.delivery, found.origin.record, found.origin.line) == (first.delivery, 3, 4)
    assert found.origin.file == "p.csv"


def test_a_key_of_several_items_is_named_or_in_order(town: Town) -> None:
    """Words name items, or stand in the key's order; anything else says what is wanted."""
    row = ("V1", "2026-02-01", 9, 1, 1, person_id(1), "人1")
    town.take(PERSON, "p.csv", people(range(3)))
    town.take(VISIT, "v.csv", csv_text(VISITS, row))

    by_name = traced(town, VISIT, "visit_no=V1", f"resident_id={person_id(1)}")

    assert by_name == traced(town, VISIT, person_id(1), "V1")
    resource = town.city.catalog.resource(VISIT)
    for words in (("V1",), ("visit_no=V1",), ("visit_no=V1", "V1"), ("a", "b", "c")):
        with pytest.raises(CatalogLookupError, match="resident_id"):
            key_of(resource, words)


def test_an_unknown_key_has_no_lineage(town: Town) -> None:
    """Neither a key that is not there nor a table that is not there has any."""
    catalog = town.city.catalog
    assert row_lineage(town.layout, catalog, PERSON, {"resident_id": "x"}) is None
    town.take(PERSON, "p.csv", people(range(3)))
    assert row_lineage(town.layout, catalog, PERSON, {"resident_id": "x"}) is None
