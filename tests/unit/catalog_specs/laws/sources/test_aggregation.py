"""Aggregation modes: exemptions, and reasons for not being real time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.city.declared import change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    REGION,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

BREACHES = (
    at(
        "CAT-010",
        "exempt without evidence",
        (VISIT, "aggregation.evidence"),
        "without evidence",
        change(aggregation={"mode": "exempt", "interface_spec": "接口规范1.0"}),
    ),
    at(
        "CAT-010",
        "exempt without interface",
        (VISIT, "aggregation.interface_spec"),
        "without an interface",
        change(aggregation={"mode": "exempt", "evidence": ["某法第二条"]}),
    ),
    at(
        "CAT-011",
        "a batch that is not filed",
        (REGION, "aggregation.filing_no"),
        "filing number",
        change(aggregation__filing_no=...),
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_mode_without_its_reasons_is_reported(breach: Breach, tmp_path: Path) -> None:
    """An exemption without evidence or interface, and a batch that is not filed, are reported."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("mode", ["reflow", "manual"])
def test_reflow_and_manual_upload_need_no_filing(mode: str, tmp_path: Path) -> None:
    """Reflow and manual upload are channels of their own (四(三)); only batches are filed."""
    assert_lawful({PERSON: change(aggregation={"mode": mode})}, tmp_path)


def test_an_exemption_with_evidence_and_interface_is_lawful(tmp_path: Path) -> None:
    """What stays at its source names the law and the interface in its place."""
    exempt = {"mode": "exempt", "evidence": ["某法第二条"], "interface_spec": "接口规范1.0"}
    assert_lawful({VISIT: change(aggregation=exempt)}, tmp_path)
