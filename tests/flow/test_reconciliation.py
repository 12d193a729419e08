"""Reconciliation the whole way: two departments that disagree, as deliveries and sources change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catalog_specs.rules.mismatches import MismatchPattern, Uncompared
from flow.comparing import compare_again
from flow.failures import Faults
from flow.run import run
from quality.reconciliation.matrix import matrix
from register.comparisons import COMPARISONS, Comparison, Scope
from register.mismatches import MISMATCHES, known_sql
from tests.city import NOW, PERMIT, PERSON, VISIT
from tests.city.homes import Town
from tests.city.lake import versions
from tests.city.records import VISITS, csv_text, people, person_id
from tests.harness.placing import opened


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with divisions, nothing else yet."""
    return Town(tmp_path)


def visits(**names: str) -> str:
    """Return visits, one a person: `v3="X"` is that of the third person, who calls himself X."""
    rows = (
        (code.upper(), "2026-02-01", 9, 1, 1, person_id(int(code[1:])), name)
        for code, name in names.items()
    )
    return csv_text(VISITS, *rows)


def again(town: Town) -> tuple[str, ...]:
    """Bring comparisons up to date, and expect that nothing fails."""
    faults = Faults(town.layout)
    done = compare_again(town.city, faults)
    assert faults.found == []
    return done


def last(town: Town, ref: str = VISIT, item: str = "name") -> Comparison:
    """Return the last comparison of what stands of an item."""
    said = [one for one in COMPARISONS.read(town.layout, ref) if one.item == item]
    return max((one for one in said if one.scope is Scope.STANDING), key=lambda o: o.compared_at)


def standing(town: Town, item: str = "name") -> dict[str, tuple[str, int, int | None]]:
    """Return what stands: pattern → the delivery's number, the record, the source's record."""
    with opened() as con:
        found = con.execute(
            f'SELECT pattern, delivery, "row", source_row FROM {known_sql(town.layout, VISIT)} '
            f"WHERE item = '{item}' AND delivery >= '{last(town).since}'"
        ).fetchall()
    return {pattern: (name[:6], row, theirs) for pattern, name, row, theirs in found}


def later(town: Town, hours: int) -> None:
    """Let the clock of the town go on."""
    town.city = replace(town.city, clock=lambda: NOW + timedelta(hours=hours))


PLANTED = visits(v1="人1", v2="人 2", v3="人33", v4="王4", v9="人9")
"""One agrees, then a space, one that is longer, another letter, and somebody unknown."""


def test_disagreements_are_found_when_the_source_arrives_and_go_when_they_are_mended(
    town: Town,
) -> None:
    """Exactly what was planted, named on both sides; a correction of either side ends it."""
    town.take(VISIT, "v.csv", PLANTED)
    assert again(town) == (VISIT,)
    assert (last(town).reason, last(town).source_version) == (Uncompared.NO_SOURCE, None)
    assert again(town) == ()

    later(town, 1)
    town.take(PERSON, "p.csv", people(range(1, 6)))
    assert again(town) == (VISIT,)
    told = last(town)
    assert (told.compared, told.matched, told.mismatched, told.missing_in_source) == (5, 1, 3, 1)
    assert (told.reason, told.department, told.element) == (None, "data_office", "person_name")
    assert standing(town) == {
        "form": ("000001", 2, 2),
        "part": ("000001", 3, 3),
        "one_character": ("000001", 4, 4),
        "no_source_row": ("000001", 5, None),
    }
    assert standing(town, "resident_id") == {"no_source_row": ("000001", 5, None)}

    later(town, 2)
    town.take(VISIT, "w.csv", visits(v2="人2", v5="人。5"))
    assert again(town) == (VISIT,)
    assert last(town).differing == 4
    assert standing(town) == {
        "punctuation": ("000002", 2, 5),
        "part": ("000001", 3, 3),
        "one_character": ("000001", 4, 4),
        "no_source_row": ("000001", 5, None),
    }

    later(town, 3)
    town.take(
        PERSON, "q.csv", people([*range(1, 6), 9], p3=("人33", 1, "1990-01-01", 350500, "1.00"))
    )
    assert again(town) == (VISIT,)
    assert last(town).by_pattern == {
        MismatchPattern.PUNCTUATION: 1,
        MismatchPattern.ONE_CHARACTER: 1,
    }
    assert standing(town) == {"punctuation": ("000002", 2, 5), "one_character": ("000001", 4, 4)}
    assert standing(town, "resident_id") == {}
    assert again(town) == ()

    facts = [
        (one.pattern, one.stands) for one in MISMATCHES.read(town.layout) if one.item == "name"
    ]
    assert len(facts) == len(set(facts)) == 8
    values = {"人 2", "人33", "王4", "人。5", *map(person_id, range(1, 10))}
    ledgers = town.layout.ledgers.rglob("*.parquet")
    assert not any(value.encode() in file.read_bytes() for file in ledgers for value in values)


def test_the_matrix_says_who_disagrees_most_and_as_of_when(town: Town) -> None:
    """Figures of a moment stay the same, whatever is compared after it."""
    town.take(PERSON, "p.csv", people(range(1, 6)))
    town.take(VISIT, "v.csv", PLANTED)
    again(town)
    before = matrix(town.layout, town.city.catalog)
    later(town, 5)
    town.take(VISIT, "w.csv", visits(v2="人2", v3="人3", v4="人4"))
    again(town)

    now = matrix(town.layout, town.city.catalog)
    assert matrix(town.layout, town.city.catalog, NOW + timedelta(hours=4)) == before
    assert [(one.department, one.owner, one.element) for one in before.pairs] == [
        ("data_office", "civil_affairs", "person_name")
    ]
    assert (before.pairs[0].mismatched, before.pairs[0].rate) == (3, 0.3)
    cell = next(one for one in now.cells if one.element == "person_name")
    assert [(one.compared, one.mismatched, one.rate) for one in cell.trend] == [
        (5, 3, 0.6),
        (5, 0, 0.0),
    ]
    assert (now.mismatched, now.missing, now.pairs) == (0, 2, ())
    assert [one.patterns for one in cell.lines] == [((MismatchPattern.NO_SOURCE_ROW, 1),)]
    assert before.as_dict()["cells"][0]["rate"] == 0.6


def test_a_run_compares_again_and_a_second_one_does_nothing(town: Town) -> None:
    """What a delivery of the source touches is up to date at the end of its run."""
    town.take(VISIT, "v.csv", PLANTED)
    town.take(PERSON, "p.csv", people(range(1, 6)))
    assert run(town.city).faults == ()
    assert last(town).mismatched == 3
    before = versions(town.home)
    assert run(town.city).faults == ()
    assert versions(town.home) == before


def test_deleted_keys_and_overtaken_changes_are_not_compared(town: Town) -> None:
    """Of a change feed the highest sequence of each key counts, and a deleted key has no record."""
    header = "操作,序号,区划代码,许可编号,许可名称"
    changes = (
        ("I", 1, 350500, "P1", "甲"),
        ("I", 2, 999999, "P2", "乙"),
        ("I", 3, 888888, "P3", "丙"),
    )
    town.take(PERMIT, "a.csv", csv_text(header, *changes))
    town.take(PERMIT, "b.csv", csv_text(header, ("D", 4, 999999, "P2", "乙")))
    again(town)
    told = last(town, PERMIT, "division")
    assert (told.compared, told.matched, told.missing_in_source) == (2, 1, 1)
    assert (told.since[:6], told.delivery[:6]) == ("000001", "000002")
