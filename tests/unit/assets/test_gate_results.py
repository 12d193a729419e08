"""What checks of the gate show beside passing: trend, open case, reasons of old verdicts."""

from __future__ import annotations

from dataclasses import replace

from dagster import AssetCheckSeverity, TableMetadataValue

from assets.gate_results import DELIVERY, gate_results
from assets.naming import check_name
from flow.city import City
from flow.desk.cases import shown_cases
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from register.rule_results import record_results
from register.verdicts import VERDICTS
from tests.city import PERSON
from tests.unit.assets.test_quality_gate import (
    NAME,
    PASSED,
    REFUSED,
    SEX,
    city,
    failing,
    found_by,
    judged,
    shown,
)

__all__ = ["city"]


def test_the_trend_is_that_of_the_newest_deliveries(city: City) -> None:
    """At most eight of them, the newest last, with what the rule was then."""
    for number in range(1, 11):
        at = f"2026-03-{number:02}T08:00:00+08:00"
        name = f"{number:06}-aa"
        record_results(city.layout, PERSON, [name], (found_by(SEX, number), found_by(NAME, 0)), at)
        VERDICTS.record(
            city.layout, [replace(PASSED, delivery=name, sequence=number, judged_at=at)]
        )

    trend = shown(city)[check_name(SEX)].metadata["trend"]
    assert isinstance(trend, TableMetadataValue)
    assert [one.data["failing"] for one in trend.records] == [*range(3, 11)]
    assert {one.data["fingerprint"] for one in trend.records} == {"f" * 16}


def test_the_open_case_of_a_failing_rule_stands_with_its_check(city: City) -> None:
    """By its number; a rule that holds shows none."""
    judged(city, PASSED)
    faults = Faults(city.layout)
    keep_desk(city, faults)
    assert faults.found == []

    found = shown(city)
    [case] = [one.case for one in shown_cases(city) if one.case.about == SEX]
    assert found[check_name(SEX)].metadata["case"].value == case.number
    assert "case" not in found[check_name(NAME)].metadata


def test_a_verdict_of_an_earlier_version_shows_what_it_says(city: City) -> None:
    """Its rule results are not brought along yet: the reasons alone are known."""
    VERDICTS.record(city.layout, [PASSED])
    assert failing(shown(city)) == {check_name(SEX): AssetCheckSeverity.WARN}


def test_many_deliveries_are_named_by_the_first_of_them(city: City) -> None:
    """A run of thousands does not fill a page with names; a refusal has no rule to show."""
    many = [replace(PASSED, delivery=f"{n:06}-aa", sequence=n) for n in range(1, 31)]
    told = gate_results(city, PERSON, many).metadata(check_name(SEX))
    assert str(told["deliveries"]).endswith("000020-aa … 10 more")

    refused = gate_results(city, PERSON, [REFUSED])
    assert refused.failing(DELIVERY) == [REFUSED]
    assert refused.failing(check_name(SEX)) == []
    assert "fingerprint" not in refused.metadata(DELIVERY)
