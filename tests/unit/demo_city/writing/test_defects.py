"""Planted defects: which records are spoilt, how, and the rules that must find them."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.rules.defects import DefectCode
from catalog_specs.vocabulary import FeedFormat
from demo_city.society.dice import Dice
from demo_city.writing.defects import LATER, MANY_PEOPLE, Defect, Orders, kinds_of, plant, slots_of
from demo_city.writing.render import OPERATION, SEQUENCE
from tests.city import PERMIT, PERSON, TODAY
from tests.city.declared import change, compiled

SIZE = 60


def _city(**edits: Any) -> Catalog:
    """Return the small city, whose persons have no named rule."""
    return compiled(**{f"resources/{PERSON}.yaml": change(quality=[], **edits)})


def _texts(ref: str = PERSON) -> pl.DataFrame:
    numbers = range(SIZE)
    texts = {
        PERSON: {
            "resident_id": [f"3505021990{number:04}{number:04}" for number in numbers],
            "name": [f"王小{number}" for number in numbers],
            "sex": ["12"[number % 2] for number in numbers],
            "birth_date": [f"1990-01-{number % 28 + 1:02}" for number in numbers],
            "residence": ["350502"] * SIZE,
            "income": [f"{number}.00" for number in numbers],
        },
        PERMIT: {
            "division": ["350502"] * SIZE,
            "permit_no": [f"{number:03}" for number in numbers],
            "permit_name": ["许可"] * (SIZE - 1) + ["证"],
            OPERATION: ["I"] * SIZE,
            SEQUENCE: [f"{number}" for number in numbers],
        },
    }
    return pl.DataFrame(texts[ref])


def _orders(ref: str = PERSON, city: Catalog | None = None, **more: Any) -> Orders:
    city = city or _city()
    plain: dict[str, Any] = {
        "number": 1,
        "people": 300,
        "today": TODAY,
        "able": range(SIZE),
        "fresh": frozenset(range(SIZE)),
        "first_case": 1,
    }
    return Orders(catalog=city, resource=city.resource(ref), **(plain | more))


def _planted(ref: str = PERSON, seed: int = 1, **more: Any) -> tuple[Defect, ...]:
    return plant(_orders(ref, **more), _texts(ref), Dice(seed, "defects"))


def _kinds(city: Catalog, ref: str) -> list[str]:
    return [slot.kind for slot in slots_of(city, city.resource(ref))]


def test_a_record_can_be_bad_in_every_way_its_catalogue_asks() -> None:
    """Keys and warnings are told apart, and a change feed can be wrong about its operations."""
    assert _kinds(_city(items__5__levels={"range": "warn"}), PERSON) == [
        "unique",
        "twice",
        "field_count",
        "key:required",
        "key:resident_id",
        "required",
        "length",
        "code_list",
        "castable",
        "date_window",
        "reference",
        "castable",
        "range:warn",
    ]
    assert _kinds(_city(), PERMIT)[2:5] == ["field_count", "operation", "sequence"]


def test_what_rejects_a_delivery_is_never_planted() -> None:
    """One bad record must not take the whole delivery along."""
    kinds = _kinds(_city(items__2__levels={"code_list": "reject"}), PERSON)
    assert "code_list" not in kinds


def test_what_would_reject_a_delivery_besides_is_left_alone() -> None:
    """A name that is too long breaks its pattern as well, and answers for both or is not spoilt."""
    pattern = {"items__1__pattern": ".{1,50}"}
    rules = {rules for one in _planted(city=_city(**pattern)) for rules in [one.rules]}
    assert ("name:length", "name:pattern") in rules
    strict = _city(**pattern, items__1__levels={"pattern": "reject"})
    assert not any("name:length" in one.rules for one in _planted(city=strict))


@pytest.mark.parametrize(
    ("form", "missing"),
    [(FeedFormat.PARQUET, {"castable", "field_count"}), (FeedFormat.XLSX, {"field_count"})],
)
def test_a_format_has_only_the_defects_it_can_hold(form: FeedFormat, missing: set[str]) -> None:
    """Typed columns hold no words for numbers, and cells are never one too many."""
    city = _city(feed__format=form.value)
    assert not set(_kinds(city, PERSON)) & missing
    assert "date_window" in _kinds(city, PERSON)


def test_what_is_only_compared_has_no_domain() -> None:
    """A referring item outside the key can be empty where it must not, and no more."""
    city = compiled(**{"resources/data_office/visit.yaml": change(items__5__required=True)})
    visit = city.resource("data_office/visit")
    assert list(kinds_of(city, visit, visit.item("name"))) == ["required"]


def test_the_first_round_has_every_kind_once() -> None:
    """Each kind finds its record, and no two defects share one."""
    found = _planted()
    rules = sorted(rule for one in found for rule in one.rules)
    expected = {"key:unique", DefectCode.FIELD_COUNT.stored, "name:length", "residence:reference"}
    assert expected <= set(rules)
    assert sum(one.twin and not one.rules for one in found) == 1
    spoilt = [one.place for one in found if not one.added]
    assert len(spoilt) == len(set(spoilt))
    assert all(one.rules or one.warned or one.twin for one in found)


def test_a_later_round_has_a_few_kinds() -> None:
    """And a large city twice as many records of each."""
    assert len(_planted(number=2)) <= LATER
    assert len(_planted(people=MANY_PEOPLE)) > len(_planted())


def test_a_defect_in_a_key_is_on_a_copy() -> None:
    """So that nobody's true record goes missing."""
    keyed = [one for one in _planted() if any(r.startswith("resident_id:") for r in one.rules)]
    assert keyed
    assert all(one.added for one in keyed)
    assert not any(one.added for one in _planted() if one not in keyed)


def test_only_records_that_nobody_speaks_of_are_spoilt() -> None:
    """And no more than half of them."""
    able = list(range(0, SIZE, 3))
    spoilt = [one.place for one in _planted(able=able) if not one.added]
    assert set(spoilt) <= set(able)
    assert len(spoilt) <= len(able) // 2


def test_where_no_record_may_be_spoilt_only_copies_are() -> None:
    """A register of which others speak throughout keeps its records."""
    assert all(one.added for one in _planted(able=[], fresh=frozenset()))


def test_a_broken_line_is_a_new_record_of_one_line() -> None:
    """A field too many in a record of several lines would leave nobody sure what it is."""
    names = pl.Series([f"王\n{place}" if place != 7 else "王" for place in range(SIZE)])
    texts = _texts().with_columns(names.alias("name"))

    def broken(fresh: frozenset[int]) -> set[int]:
        drawn = (plant(_orders(fresh=fresh), texts, Dice(seed, "d")) for seed in range(8))
        return {one.place for defects in drawn for one in defects if one.raw}

    assert broken(frozenset(range(SIZE))) == {7}
    assert broken(frozenset({8})) == set()


def test_a_contradiction_is_good_twice() -> None:
    """Both records of a key keep every rule, so that only their contradiction speaks."""
    [twin] = [one for one in _planted() if one.rules == ("key:unique",)]
    [(code, text)] = twin.texts.items()
    texts = _texts()
    assert twin.twin
    assert code != "resident_id"
    assert text in set(texts[code])
    assert text != texts[code][twin.place]


def test_operations_and_sequences_go_wrong_on_copies() -> None:
    """An unknown operation, and a sequence that is no number."""
    found = {one.rules: one for one in _planted(PERMIT)}
    operation, sequence = found["operation:code_list",], found["sequence:castable",]
    assert operation.added
    assert sequence.added
    assert str(operation.texts[OPERATION]).startswith("?")
    assert not str(sequence.texts[SEQUENCE]).isdigit()


def test_what_only_warns_passes() -> None:
    """It is counted as a warning, and keeps no record back."""
    city = _city(items__5__levels={"range": "warn", "castable": "warn"})
    warned = [one for one in _planted(city=city) if one.warned]
    assert {code for one in warned for code in one.warned} == {"income:range", "income:castable"}
    assert not any(one.rules for one in warned)


def test_the_same_dice_plant_the_same_defects() -> None:
    """Orders and dice decide alone; other dice choose other records."""
    assert _planted(seed=4) == _planted(seed=4)
    assert _planted(seed=4) != _planted(seed=5)
