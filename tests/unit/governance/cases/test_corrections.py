"""Evidence of corrections: looked for in changed tables alone, and only what a source delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.errors import CaseError
from flow.replays import replay
from governance.cases.corrections import (
    Checked,
    Known,
    Lookup,
    Wrong,
    check_reports,
    file_report,
)
from governance.cases.signals import CaseOrigin
from quality.quarantine.repair import choose_for_repair, write_for_repair
from quality.quarantine.states import Chosen
from storage.engines.workbench import open_workbench
from tests.city import GRANT, NOW, PERSON, VISIT
from tests.city.homes import KEYS, Town
from tests.city.records import VISITS, csv_text, people, person_id


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return a city with persons and a visit; the consumer may see visitors' names."""
    town = Town(tmp_path)
    town.take(PERSON, "p1.csv", people(range(1, 5)))
    return town


@pytest.fixture
def lookup(town: Town) -> Iterator[Lookup]:
    """Return where records are looked up."""
    with open_workbench(town.layout.work) as con:
        yield Lookup(con, town.layout, town.city.catalog, KEYS)


def known(lookup: Lookup, number: int = 3, item: str = "name") -> Known:
    """Report one person's item, and return what is kept of it."""
    catalog = lookup.catalog
    key = {"resident_id": person_id(number)}
    said = Wrong(
        *(catalog.resource(PERSON), item, 0, key, "错", "data_office", catalog.grants[GRANT])
    )
    filed = file_report(lookup, said, NOW)
    signal = filed.signal
    place = (1, signal.resource, signal.about, signal.cause, item)
    return Known(*place, filed.record, filed.table, filed.key_version, NOW)


def changed(town: Town, name: str, file: str) -> None:
    """Deliver the same persons, the third under another name."""
    other = (name, 1, "1990-01-01", 350500, "1.00")
    town.take(PERSON, file, people(range(1, 5), p3=other))


def checked(lookup: Lookup, *reports: Known) -> list[Checked]:
    """Look at reports."""
    return list(check_reports(lookup, reports, NOW))


def test_a_table_that_did_not_change_is_not_looked_at(town: Town, lookup: Lookup) -> None:
    """The cost follows the tables that changed."""
    report = known(lookup)
    assert checked(lookup, report) == []
    changed(town, "改名", "p2.csv")
    (found,) = checked(lookup, report)
    assert found.table[1] > report.table[1]


def test_another_value_by_the_source_is_evidence(town: Town, lookup: Lookup) -> None:
    """The fact names delivery and record; others' reports of the same table get none."""
    mine, other = known(lookup), known(lookup, 1)
    changed(town, "改名", "p2.csv")
    by_record = {one.known.record: one for one in checked(lookup, mine, other)}
    signal = by_record[mine.record].signal
    assert signal
    assert (signal.failing, signal.origin, signal.cause) == (False, CaseOrigin.REPORT, mine.cause)
    assert by_record[other.record].signal is None
    assert by_record[other.record].record == other.record


def test_a_record_that_changed_elsewhere_keeps_its_report(town: Town, lookup: Lookup) -> None:
    """Its place is another one then, and the value is as wrong as it was."""
    report = known(lookup)
    town.take(PERSON, "p2.csv", people(range(1, 5), p3=("人3", 2, "1990-01-01", 350500, "1.00")))
    (found,) = checked(lookup, report)
    assert found.signal
    assert found.signal.failing
    assert found.record
    assert (found.record.value, found.record.place) != (report.record.value, report.record.place)
    assert found.record.value == report.record.value


def test_what_was_repaired_and_replayed_is_no_evidence(town: Town, lookup: Lookup) -> None:
    """A value that an officer wrote into a repair did not come from the source."""
    report = known(lookup)
    changed(town, "", "p2.csv")  # without a name it is quarantined, and the stored row stays
    file = town.folder / "repair.csv"
    resource = town.city.catalog.resource(PERSON)
    with open_workbench(town.layout.work) as con:
        choose_for_repair(con, town.layout, resource, Chosen())
        write_for_repair(con, town.layout, town.city.catalog, resource, file)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    file.write_text("\n".join(_named(lines)), encoding="utf-8")
    assert [one.accepted for one in replay(town.city, PERSON, file).outcomes] == [1]

    (found,) = checked(lookup, report)

    assert found.record
    assert found.record.value != report.record.value
    assert found.signal is None


def _named(lines: list[str]) -> Iterator[str]:
    """Fill in the name of the one record of a repair."""
    header = lines[0].split(",")
    place = next(n for n, title in enumerate(header) if "name" in title or "姓名" in title)
    yield lines[0]
    for line in lines[1:]:
        cells = line.split(",")
        cells[place] = "补名"
        yield ",".join(cells)


def test_a_referred_item_goes_to_its_one_source(town: Town, lookup: Lookup) -> None:
    """A visitor's name is the population register's to correct, found by the visitor's id."""
    visit = ("V1", "2026-02-01", 9, 1, 1, person_id(2), "人2")
    town.take(VISIT, "v.csv", csv_text(VISITS, visit))
    catalog = town.city.catalog
    part = (
        catalog.grants[GRANT]
        .resources[0]
        .model_copy(update={"resource": VISIT, "items": ("resident_id", "person_name")})
    )
    grant = catalog.grants[GRANT].model_copy(update={"resources": (part,)})
    resource = catalog.resource(VISIT)
    referred = next(one for one in resource.items if (one.source or "").endswith("person.name"))
    grant = grant.model_copy(
        update={"resources": (part.model_copy(update={"items": (referred.code,)}),)}
    )
    key = {"resident_id": person_id(2), "visit_no": "V1"}
    said = Wrong(resource, referred.code, 0, key, "错", "data_office", grant)

    filed = file_report(lookup, said, NOW)

    assert (filed.signal.resource, filed.signal.owner) == (PERSON, "civil_affairs")
    assert filed.record.key == known(lookup, 2).record.key


def test_a_resource_that_is_gone_is_passed_over(town: Town, lookup: Lookup) -> None:
    """Nothing is said of what the catalogue no longer has."""
    report = known(lookup)
    changed(town, "改名", "p2.csv")
    gone = Known(
        9,
        "civil_affairs/none",
        *(report.about, report.cause, report.item),
        report.record,
        report.table,
        1,
        NOW,
    )
    assert [one.known.number for one in checked(lookup, gone, report)] == [1]


def test_a_table_that_is_not_there_has_no_versions(lookup: Lookup) -> None:
    """The message says what there is."""
    catalog = lookup.catalog
    said = Wrong(
        catalog.resource(PERSON),
        "name",
        7,
        {"resident_id": person_id(1)},
        "错",
        "data_office",
        catalog.grants[GRANT],
    )
    with pytest.raises(CaseError, match="versions are 0 to 0"):
        file_report(lookup, said, NOW)


def test_a_report_whose_key_is_lost_keeps_no_other_from_its_evidence(
    town: Town, lookup: Lookup
) -> None:
    """Nobody can know its record again: it stays as it is, and the others are looked at."""
    lost, kept = replace(known(lookup, 1), key_version=7), known(lookup)
    changed(town, "改名", "p2.csv")
    assert [one.known for one in checked(lookup, lost, kept)] == [kept]
