"""⑩ Overdue duty: what offices have not done by its day, put to whoever answers for it."""

from __future__ import annotations

from governance.owed import OwedKind
from tests.city import GRANT, PERSON
from tests.unit.governance.violations.suspecting import duty, facts_of, suspected

NAME = "overdue_duty"


def test_a_decision_that_is_overdue_is_that_offices() -> None:
    """With the matter, its day and the clause of its term as evidence."""
    (found,) = suspected(NAME, facts_of(owed=(duty(OwedKind.DECISION, "civil_affairs"),)))
    assert (found.department, found.about) == ("civil_affairs", GRANT)
    assert found.zh == "逾期未审批授权申请：应于 2026-02-27 前，已逾期 1 个工作日（五(四)）"
    assert found.evidence["matter"] == f"grant {GRANT}"
    assert found.evidence["clause"] == "五(四)"


def test_an_applicant_from_outside_is_no_unit_of_the_city() -> None:
    """Its missing report is put to the authority, and its name is nowhere."""
    owed = duty(OwedKind.USAGE_REPORT, "某大学", "opening 2", "resident_profile")
    (found,) = suspected(NAME, facts_of(owed=(owed,)))
    assert found.department == "data_office"
    assert "某大学" not in repr(found)


def test_what_other_detectors_tell_is_not_told_twice() -> None:
    """Interfaces are ④, and copies that were called back ⑤ and ⑨."""
    owed = (
        duty(OwedKind.INTERFACE, "civil_affairs", "interface 3", PERSON),
        duty(OwedKind.RECALL, "data_office", "copies 1"),
    )
    assert suspected(NAME, facts_of(owed=owed)) == []
