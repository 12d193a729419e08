"""The plan of an application: who must approve, what would leave, and no value of a condition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from rich.cells import cell_len

from governance.applications.plan import Plan, column_leaving, plan_of, plan_text
from governance.grants.life import GrantState
from tests.city import GRANT, GRANT_FILE, PERSON, TODAY
from tests.city.declared import change, compiled
from tests.city.grants import standing_of

INCOME = {"resources__0__items__5": "income"}


def plan(**edits: Any) -> Plan:
    """Return the plan of the changed grant beside what was approved of the small city's."""
    before, now = compiled(), compiled(**{GRANT_FILE: change(**edits)})
    return plan_of(now, now.grants[GRANT], standing_of(before, before.grants[GRANT]))


def test_a_plan_says_what_changes_and_who_must_approve() -> None:
    """A new one, one that is covered, and one that goes beyond, with the place."""
    catalog = compiled()
    new = plan_of(catalog, catalog.grants[GRANT], None)
    assert (new.change, new.needed) == ("new", ())
    assert plan(valid_to=date(2030, 1, 1)).change == "covered"
    ended = replace(standing_of(catalog, catalog.grants[GRANT]), state=GrantState.REVOKED)
    assert plan_of(catalog, catalog.grants[GRANT], ended).change == "new"
    more = plan(**INCOME)
    assert (more.change, more.more) == ("more", f"{PERSON}.income")
    assert [one.by for one in more.needed] == ["data_office", "civil_affairs"]
    assert [one.clause for one in plan(method="batch").faults] == ["五(三)", "五(七)"]


def test_a_plan_reads_in_chinese_and_holds_no_value() -> None:
    """Columns, masks, the item that rows are chosen by, the clause; never the condition's value."""
    catalog = compiled(**{GRANT_FILE: change(**INCOME)})
    made = plan_of(catalog, catalog.grants[GRANT], None)
    text = "\n".join(plan_text(catalog, made, TODAY))
    approvals = ("须经审批（五(四)）：", "  数据管理机构：数字办", "  数据生产单位：民政局")
    masks = ("假名化", "概化到年", "按户籍区划限定的行", f"将提供：人口基本信息（{PERSON}）")
    for expected in ("新申请", *approvals, *masks, "请核实"):
        assert expected in text
    assert "3505" not in text
    assert [line[:15] for line in text.splitlines() if "的行" in line] == [
        "  按户籍区划限定的行，无条件", "  按户籍区划限定的行，有条件"
    ]  # fmt: skip
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert made.as_dict()["change"] == "new"
    assert len(made.leaving) == 6


def test_one_column_is_told_alone() -> None:
    """By its code or its full name; one that is not asked for has no place."""
    catalog = compiled()
    grant = catalog.grants[GRANT]
    [one] = column_leaving(catalog, grant, "birth_date")
    assert column_leaving(catalog, grant, f"{PERSON}.birth_date") == (one,)
    assert "概化到年" in str(one)
    assert column_leaving(catalog, grant, "income") == ()
