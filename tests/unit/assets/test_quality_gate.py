"""The gate as Dagster shows it: one check a rule, failing as the stored verdict says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dagster import (
    AssetCheckEvaluation,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetKey,
)

from assets.gate_results import DELIVERY
from assets.naming import check_name
from assets.quality_gate import evaluations, gate_checks
from catalog_specs.vocabulary import Dimension, Level
from flow.city import City
from flow.stops import opened
from quality.rules.derivation import rules_for
from register.records import Verdict, VerdictKind
from register.rule_results import RuleAsked, RuleFound, record_results
from register.verdicts import VERDICTS
from tests.city import PERSON, REGION, VISIT
from tests.city.declared import compiled
from tests.city.homes import city_of

CATALOG = compiled()
LANDING = AssetKey(["landing", *PERSON.split("/")])
SEX, NAME = "sex:code_list", "name:required"
PASSED = Verdict(
    PERSON, "000001-aa", 1, VerdictKind.PASSED, 5, 3, 2, (SEX,),
    "d" * 64, "2026-03-02T17:30:00+08:00",
)  # fmt: skip
REJECTED = replace(
    PASSED, delivery="000002-bb", sequence=2, kind=VerdictKind.REJECTED, accepted=0, quarantined=5,
    reasons=(NAME,),
)  # fmt: skip
REFUSED = replace(REJECTED, delivery="000003-cc", sequence=3, reasons=("GATE-102",))


@pytest.fixture
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return the city over an empty home."""
    return city_of(CATALOG, tmp_path_factory.mktemp("gate"))


def judged(city: City, *verdicts: Verdict) -> None:
    """Put verdicts on record, and what the rules found that lead to them."""
    for one in verdicts:
        if one is not REFUSED:
            found = (found_by(SEX, 2), found_by(NAME, 1 if one is REJECTED else 0))
            record_results(city.layout, PERSON, [one.delivery], found, one.judged_at)
        VERDICTS.record(city.layout, [one])


def found_by(code: str, failing: int) -> RuleFound:
    """Return what a rule found in one delivery of five records."""
    dimension, level = Dimension.ACCURACY, Level.QUARANTINE
    asked = RuleAsked(code, "f" * 16, "要求", "asked", dimension, level, "三(六)")
    return RuleFound(asked, (5,), (failing,), (not failing,))


def shown(city: City) -> dict[str, AssetCheckEvaluation]:
    """Return what a run outside Dagster shows, by check."""
    return {one.check_name: one for one in evaluations(city, opened(city, PERSON))}


def stale(city: City) -> dict[str, AssetCheckResult]:
    """Return what Dagster's own run shows when nothing waits, by check."""
    found = gate_checks(CATALOG, CATALOG.resource(PERSON))(city=city)
    return {one.check_name or "": one for one in found}


def failing(found: dict[str, AssetCheckEvaluation]) -> dict[str, AssetCheckSeverity]:
    """Return the checks that fail, with how badly."""
    return {name: one.severity for name, one in found.items() if not one.passed}


def test_there_is_a_blocking_check_for_every_rule() -> None:
    """And one for whether the delivery could be read, each with what it asks, on the landing."""
    gate = gate_checks(CATALOG, CATALOG.resource(PERSON))
    rules = {
        check_name(one.code): one.wording.zh for one in rules_for(CATALOG, CATALOG.resource(PERSON))
    }
    specs = {one.name: one for one in gate.check_specs}

    assert specs.keys() == {DELIVERY, *rules}
    for name, one in specs.items():
        assert (one.blocking, one.asset_key) == (True, LANDING)
        assert one.description == rules.get(name, one.description)
        assert one.description


def test_whom_a_resource_refers_to_is_taken_in_before_it_is_judged() -> None:
    """The checks wait for the tables of their sources; a resource of its own for nobody's."""
    waits = {
        ref: {
            dep.asset_key.to_user_string()
            for one in gate_checks(CATALOG, CATALOG.resource(ref)).check_specs
            for dep in one.additional_deps
        }
        for ref in (REGION, PERSON, VISIT)
    }

    assert waits == {
        REGION: set(),
        PERSON: {f"authoritative/{REGION}"},
        VISIT: {f"authoritative/{PERSON}"},
    }


def test_without_a_verdict_nothing_is_shown(city: City) -> None:
    """Outside Dagster; inside every check has to say something, and passes."""
    assert shown(city) == {}
    assert all(one.passed for one in stale(city).values())


def test_a_rule_fails_as_its_verdict_says(city: City) -> None:
    """With counts and the delivery, and no worse than a warning while the delivery passed."""
    judged(city, PASSED)
    found = shown(city)

    assert failing(found) == {check_name(SEX): AssetCheckSeverity.WARN}
    told = {name: value.value for name, value in found[check_name(SEX)].metadata.items()}
    assert told.pop("trend")
    steward = CATALOG.departments["civil_affairs"].steward
    assert steward
    assert told == {
        "failing": 2, "judged": 5, "share": 0.4, "delivered": 5, "deliveries": "000001-aa",
        "dimension": "准确性 / accuracy", "level": "quarantine", "clause": "三(六)",
        "wording_en": "asked", "fingerprint": "f" * 16, "department": "民政局",
        "steward": steward.post,
        "report": "reports/resources/civil_affairs/person/rules/sex~code_list.html",
    }  # fmt: skip
    assert found[check_name(NAME)].metadata["failing"].value == 0
    assert "trend" not in found[check_name(NAME)].metadata
    assert all(one.blocking and one.asset_key == LANDING for one in found.values())


def test_what_rejects_a_delivery_is_an_error(city: City) -> None:
    """So that this run's downstream stops; whatever else failed of it counts alike."""
    judged(city, PASSED, REJECTED)

    assert failing(shown(city)) == {
        check_name(SEX): AssetCheckSeverity.ERROR,
        check_name(NAME): AssetCheckSeverity.ERROR,
    }


def test_a_delivery_that_could_not_be_read_fails_its_own_check(city: City) -> None:
    """No rule was asked, so none of them fails."""
    judged(city, REFUSED)

    assert failing(shown(city)) == {DELIVERY: AssetCheckSeverity.ERROR}


def test_a_rejection_of_an_earlier_run_stops_nothing(city: City) -> None:
    """The check still shows it; only a delivery judged in this run is an error."""
    judged(city, REJECTED)
    found = stale(city)

    assert {name for name, one in found.items() if not one.passed} == {
        check_name(SEX), check_name(NAME),
    }  # fmt: skip
    assert {one.severity for one in found.values()} == {AssetCheckSeverity.WARN}
