"""Behaviour of resources' pages: what each is, its rules with their trend, its deliveries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flow.upkeep.rechecks import recheck
from outlets.reports.facts.city import Facts, read_facts
from outlets.reports.pages import resources
from outlets.reports.rendering import renderer
from tests.city import NOW, PERSON, REFS, VISIT
from tests.city.one_feed import REF
from tests.city.taps import Taps
from tests.unit.outlets.reports.text import cells, shown, table


def test_the_list_has_every_resource_with_its_state(facts: Facts) -> None:
    """Each resource has a row: name, newest delivery, rows stored."""
    every, *_ = resources.pages(facts)
    rows = cells(table(every.make(), "resources"))
    assert [row[0].rpartition("|")[2] for row in rows] == [*facts.resources]
    assert {*facts.resources} == {*REFS}
    assert any("待批准" in row[2] for row in rows)


def test_a_page_tells_what_it_is_and_who_answers(facts: Facts) -> None:
    """Provider, steward, cycle and key stand on the page."""
    (planned,) = (one for one in resources.pages(facts) if f"/{PERSON}/" in one.place)
    text = shown(facts, planned.make())
    for words in ("数据管理员", facts.resources[PERSON].department.name, "更新周期", PERSON):
        assert words in text


def test_a_page_lists_rules_deliveries_and_comparisons(facts: Facts) -> None:
    """Each list has a row for each, and a total."""
    (planned,) = (one for one in resources.pages(facts) if f"/{VISIT}/" in one.place)
    made = planned.make()
    mine = facts.resources[VISIT]
    assert len(table(made, "rules-table").rows) == len(mine.results.of_rules)
    assert len(table(made, "newest").rows) == len(mine.entries)
    assert len(table(made, "items").rows) == len(mine.compared)
    assert table(made, "newest").sum.zh.startswith(f"合计 {len(mine.entries)} 批")


@pytest.mark.parametrize("by", ["month", "day"])
def test_a_partitioned_resource_lists_its_newest_partitions(by: str, tmp_path: Path) -> None:
    """Rows, the delivery of the newest record, when it came and what of it failed: newest first."""
    taps = Taps(tmp_path, "upsert", {"by": by, "of": "tapped_on"})
    taps.take(*(f"{card},20{year}-01-05,东" for year in range(20, 99) for card in "ab"))
    taps.take("c,2098-01-05,南", "d,,南", "e,,南")
    facts = read_facts(taps.city.layout, taps.city.catalog, NOW)
    (planned,) = (one for one in resources.pages(facts) if f"/{REF}/" in one.place)
    made = planned.make()
    first, second, *_ = rows = cells(table(made, "parts"))
    assert len(rows) == resources.NEWEST_PARTITIONS
    assert table(made, "parts").sum.zh == "合计 79 个分区，列出最近 31 个"
    newest, older = (one.delivery for one in facts.resources[REF].entries)
    name = {"month": "20{}-01", "day": "20{}-01-05"}[by]
    assert (first[:3], first[4]) == ([name.format(98), "3", newest], "66.67%")
    assert (second[:3], second[4]) == ([name.format(97), "2", older], "0")
    assert f"deliveries/{newest}.html" in table(made, "parts").rows[0][2].html
    assert "tapped_on" in shown(facts, made)
    assert len(renderer(facts, ())(made)) < 150_000


def test_the_page_of_another_resource_has_no_partitions(facts: Facts) -> None:
    """Nothing is said of what is not there."""
    (planned,) = (one for one in resources.pages(facts) if f"/{VISIT}/" in one.place)
    assert "partitions" not in {one.name for one in planned.make().sections}


def test_a_partition_tells_what_the_last_recheck_found(tmp_path: Path) -> None:
    """The sum over all rules; nothing where records came after it, or where nobody asked."""
    taps = Taps(tmp_path, "upsert", {"by": "month", "of": "tapped_on"})
    taps.take("a,2026-01-05,东门", "a,2026-02-05,东")

    def found() -> list[str]:
        read = read_facts(taps.city.layout, taps.city.catalog, NOW)
        (planned,) = (one for one in resources.pages(read) if f"/{REF}/" in one.place)
        return [row[-1] for row in cells(table(planned.make(), "parts"))]

    assert found() == ["–", "–"]
    taps.catalogue = taps.declare({"by": "month", "of": "tapped_on"}, longest=1)
    for days, expected in ((-1, ["–", "–"]), (1, ["0", "1"])):
        at = NOW + timedelta(days=days)
        recheck(replace(taps.city, clock=lambda at=at: at))
        assert found() == expected
