"""Every law: broken alone, it is reported alone, in its place, with a remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from catalog_specs.laws import LAWS, dated_laws
from catalog_specs.laws.wording.domains import pattern_fault
from catalog_specs.loader import check
from catalog_specs.reading.form import FORMS
from quality.suite_law import suite_law
from tests.factories import change, write_catalog
from tests.unit.catalog_specs.breach import PERSON, PERSONS, PLACES, Breach, new_element
from tests.unit.catalog_specs.breaches import BREACHES

TODAY = date(2026, 3, 2)
ASKED = (*dated_laws(TODAY), suite_law(TODAY))
ALL = (*LAWS, *ASKED)


@pytest.mark.parametrize("breach", BREACHES, ids=lambda b: f"{b.law} {b.name}")
def test_a_breach_is_reported_alone_in_its_place_with_a_remedy(
    tmp_path: Path, breach: Breach
) -> None:
    """Breaking one law yields problems of that law only, at the place to correct."""
    catalog, problems = check(write_catalog(tmp_path, **breach.changes), ASKED)
    assert catalog is None
    assert {problem.code for problem in problems} == {breach.law}, [str(p) for p in problems]
    places = {(problem.file, problem.path): problem for problem in problems}
    assert (breach.file, breach.path) in places
    found = places[breach.file, breach.path]
    assert breach.says in f"{found.message} {found.remedy}"
    assert found.remedy
    assert found.line > 0
    assert found.clause == next(law.clause for law in ALL if law.code == breach.law)


def test_every_law_has_a_breach() -> None:
    """No law goes untested."""
    assert {law.code for law in ALL} == {breach.law for breach in BREACHES}


def test_codes_are_unique() -> None:
    """No two laws, and no law and form, share a code."""
    codes = [law.code for law in ALL] + [form.code for form in FORMS]
    assert len(codes) == len(set(codes))


def test_a_cycle_of_three_is_printed_whole(tmp_path: Path) -> None:
    """The message of a cycle names every resource on it and closes the circle."""
    root = write_catalog(
        tmp_path,
        **{
            PLACES: new_element("division_desk", "division"),
            "resources/data_office/visit.yaml": change(key=["visit_no"]),
            "subjects.yaml": change(
                **{"2": {"code": "visit", "name": "办件", "key": ["visit_no"]}}
            ),
            "resources/civil_affairs/region.yaml": change(
                items__2={
                    "code": "desk",
                    "element": "division_desk",
                    "references": "data_office/visit.visit_no",
                },
                feed__columns__desk="desk",
            ),
        },
    )
    cycles = [problem for problem in check(root)[1] if problem.code == "CAT-006"]
    assert len(cycles) == 1
    assert cycles[0].message.endswith(
        "civil_affairs/person → civil_affairs/region → data_office/visit → civil_affairs/person"
    )


def test_a_resource_may_reference_itself(tmp_path: Path) -> None:
    """A division's parent division is in the same table: that is no circle."""
    root = write_catalog(
        tmp_path,
        **{
            PLACES: new_element("division_parent", "division"),
            "resources/civil_affairs/region.yaml": change(
                items__2={
                    "code": "parent",
                    "element": "division_parent",
                    "references": "civil_affairs/region.code",
                },
                feed__columns__parent="parent",
            ),
        },
    )
    assert check(root)[1] == ()


def test_verification_hands_out_nothing_and_needs_no_mask(tmp_path: Path) -> None:
    """A grant that only answers needs no masks: no value leaves."""
    root = write_catalog(
        tmp_path,
        **{
            "grants/residents_for_office.yaml": change(method="verify", resources__0__masks=...),
            "masking/sensitivities.yaml": change(**{"1__share": ...}),
        },
    )
    assert check(root)[1] == ()


def test_reflow_and_manual_upload_need_no_filing(tmp_path: Path) -> None:
    """Reflow and manual upload are channels of their own (四(三)); only batches are filed."""
    for mode in ("reflow", "manual"):
        root = write_catalog(tmp_path / mode, **{PERSON: change(aggregation={"mode": mode})})
        assert check(root)[1] == ()


def test_an_authorised_set_may_hold_pseudonyms(tmp_path: Path) -> None:
    """A pseudonym is de-identification: enough for bound receivers, not for everybody."""
    root = write_catalog(
        tmp_path,
        **{
            PERSON: change(open__type="authorised"),
            "open_data/resident_profile.yaml": change(
                type="authorised", items__3="resident_id", masks__resident_id={"mask": "pseudonym"}
            ),
        },
    )
    assert check(root)[1] == ()


def test_an_elements_own_bad_mask_is_reported_once(tmp_path: Path) -> None:
    """A mask that an element declares wrongly is reported there, not again at every use."""
    edit = change(**{"4__masks": {"share": {"mask": "generalise_number", "width": 5}}})
    problems = check(write_catalog(tmp_path, **{PERSONS: edit}))[1]
    assert [(p.code, p.file) for p in problems] == [("CAT-023", PERSONS)]


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?=a)",
        r"(?<!a)b",
        r"(a)\1",
        r"(?P<x>a)(?P=x)",
        r"[\u4e00-\u9fa5]+",
        r"(?>a)",
        r"a++",
        r"a\Z",
        r"a{1001}",
        r"((a{1,1000}){1,1000}){1,1000}",
        r"(",
    ],
)
def test_patterns_beyond_re2_are_refused(pattern: str) -> None:
    """What RE2 cannot do is refused, though Python could."""
    assert pattern_fault(pattern) is not None


@pytest.mark.parametrize(
    "pattern",
    [r"[0-9]{17}[0-9X]", r"(?:a|b)+?", r"(?i)abc", r"(?P<x>a)", r"[一-龥·]{2,}", r"\d+\.\d{1,2}"],
)
def test_plain_patterns_pass(pattern: str) -> None:
    """What every engine understands passes."""
    assert pattern_fault(pattern) is None
