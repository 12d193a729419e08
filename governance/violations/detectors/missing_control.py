"""⑨ Missing control: no post in office, logs kept too short, an old key.

A control that cannot be seen from here (backups made in another way) is told as unknown, and
suspected of nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.models.organisation import Department
from catalog_specs.rules.keeping import LEAST_LOG_YEARS
from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Control, ControlState, Facts

__all__ = ["DETECTOR", "controls"]


def controls(facts: Facts) -> tuple[Control, ...]:
    """Return every control with what is known of it: the catalogue's, then those given."""
    return (*_posts(facts), _retention(facts), *facts.controls)


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for one in controls(facts):
        if one.state is ControlState.MISSING:
            yield Suspicion(
                ViolationKind.CONTROLS,
                one.department,
                one.department,
                one.code,
                f"措施缺失：{one.name}（{one.clause}）",
                f"a control is missing: {one.name_en} ({one.clause})",
                Confidence.MEDIUM,
                evidence={"control": one.code, **one.evidence},
            )


def _posts(facts: Facts) -> Iterator[Control]:
    for department in facts.catalog.departments.values():
        for code, name, name_en in (
            ("steward", "在任的数据管理员", "a data steward in office"),
            ("responsible", "在任的分管领导", "a responsible leader in office"),
        ):
            yield _post(facts, department, (code, name, name_en))


def _post(facts: Facts, department: Department, said: tuple[str, str, str]) -> Control:
    code, name, name_en = said
    post = getattr(department, code)
    there = post is not None and post.in_office(facts.today)
    until = post.until.isoformat() if post and post.until else ""
    state = ControlState.IN_PLACE if there else ControlState.MISSING
    evidence = {"filing_no": post.filing_no} if post else {}
    evidence |= {"until": until} if until else {}
    return Control(code, name, name_en, "九(二)", department.code, state, evidence)


def _retention(facts: Facts) -> Control:
    years = facts.catalog.profile.log_years.value
    state = ControlState.IN_PLACE if years >= LEAST_LOG_YEARS else ControlState.MISSING
    who = facts.catalog.city.authority
    name, name_en = "日志保留年限", "how long logs are kept"
    return Control("retention", name, name_en, "八(四)", who, state, {"years": years})


DETECTOR = Detector(
    kind=ViolationKind.CONTROLS,
    title="保障或管理措施缺失",
    title_en="a control is not in place",
    detect=_detect,
)
