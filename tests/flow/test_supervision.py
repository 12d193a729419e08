"""Supervision from run to score: nothing of the data leaves by it, and a fault of it is told.

How violations live through the days of a year: `tests/flow/year`.
"""

from __future__ import annotations

import os
from pathlib import Path

from cli.violations import document_of
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from flow.run import run
from governance.cases.disputes import seen_before
from governance.scores.canonical import canonical
from governance.scores.certificate import certificate, period_of
from governance.scores.scorecard import scorecard
from governance.violations.records import violations
from tests.city import PERSON, TODAY
from tests.city.declared import change
from tests.city.homes import Town
from tests.city.records import PEOPLE, csv_text, person_id

CANARIES = 1_000


def _canary(number: int) -> str:
    return f"CANARY{number:04}"


def test_no_value_of_the_data_leaves_by_supervision(tmp_path: Path) -> None:
    """A thousand values, in declared and undeclared columns, are in no file and no answer of it."""
    town = Town(tmp_path)
    few = {"supervision": {"least_values": {"value": 2, "unit": "个", "clause": "三(三)"}}}
    town.declare(**{"profiles/test_rules.yaml": change(**few)})
    rows = [
        (person_id(n), _canary(n), 1 + n % 9, "1990-01-01", 350500, "1.00", _canary(n))
        for n in range(CANARIES)
    ]
    inbox = town.layout.inbox(PERSON)
    inbox.mkdir(parents=True, exist_ok=True)
    file = inbox / "people.csv"
    file.write_text(csv_text(f"{PEOPLE},手机号", *rows), encoding="utf-8")
    os.utime(file, (town.city.clock().timestamp() - 60,) * 2)
    result = run(town.city)
    assert result.failures == ()
    assert result.desk.suspected > 0
    suspected = violations(town.layout)
    assert any(one.evidence.get("header") == "手机号" for one in suspected)
    period = period_of(f"{TODAY:%Y-%m}", TODAY, "Asia/Shanghai")
    assert period
    catalog = town.city.catalog
    answers = [
        canonical(scorecard(town.layout, catalog, TODAY).as_dict()),
        *(
            certificate(town.layout, catalog, department, period).document()
            for department in catalog.departments
        ),
        *(repr(document_of(one, TODAY)) for one in suspected),
    ]
    kept = [*town.home.glob("governance.db*"), *town.layout.work.glob("*.json")]
    assert kept
    answers += [path.read_bytes().decode("utf-8", "replace") for path in kept]
    found = [number for number in range(CANARIES) for text in answers if _canary(number) in text]
    assert found == []
    assert not any(person_id(7) in text for text in answers)


def test_a_detector_that_fails_is_told_and_keeps_nothing_else(tmp_path: Path) -> None:
    """Cases are settled all the same, and the next run looks again."""
    town = Town(tmp_path)
    log = town.layout.ledger("undeclared") / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020}.json").write_text("{")

    faults = Faults(town.layout)
    keep_desk(town.city, faults)
    assert [(one.stop, one.subject) for one in faults.found] == [("desk", "violations")]
    assert seen_before(town.layout) == ""
