"""Asking: decided on the day, held to the grant, and on record either way."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.log import AuditLog
from catalog_specs.errors import AnswerError
from catalog_specs.rules.answers import AnswerRefusal
from catalog_specs.vocabulary import Method
from outlets.answers.asking import Request, admitted
from outlets.answers.ledger import ANSWERS, Service
from outlets.answers.matching import match
from tests.city import PERSON
from tests.city.records import person_id
from tests.unit.outlets.answers.asked import answering, lake, listed, request_of


def refused(request: Request) -> AnswerRefusal:
    """Return why a request is not admitted, having seen that it is on record once."""
    before = len(list(AuditLog(request.layout).read()))
    with pytest.raises(AnswerError) as error, admitted(request) as asked:
        assert asked.match
    said = list(AuditLog(request.layout).read())
    assert len(said) == before + 1
    assert said[-1].act.facts["refused"] == error.value.reason
    return AnswerRefusal(error.value.reason)


def test_what_was_not_granted_is_refused_and_on_record(tmp_path: Path) -> None:
    """Term, method, resource and key are asked anew each time; each refusal makes one entry."""
    layout = lake(tmp_path)
    right = request_of(layout, Service.MATCH)
    with admitted(right) as asked:
        assert (asked.ref, asked.match) == (PERSON, "resident_id")
    late = replace(right, now=datetime(2044, 1, 1, tzinfo=UTC))
    assert refused(late) is AnswerRefusal.NOT_IN_FORCE
    assert refused(replace(right, service=Service.VERIFY)) is AnswerRefusal.METHOD
    assert refused(replace(right, resource="data_office/visit")) is AnswerRefusal.RESOURCE
    keyless = answering(Service.MATCH, resources__0__match=None)
    assert refused(request_of(layout, Service.MATCH, keyless)) is AnswerRefusal.NO_KEY
    revoked = answering(Service.MATCH, status="revoked")
    assert refused(request_of(layout, Service.MATCH, revoked)) is AnswerRefusal.NOT_IN_FORCE
    assert ANSWERS.read(layout) == ()


@pytest.mark.parametrize("service", Service)
def test_a_service_answers_by_its_own_methods(tmp_path: Path, service: Service) -> None:
    """Rows are matched by query and batch alone, verified and counted by those methods alone."""
    layout, allowed = lake(tmp_path), set()
    for method in Method:
        more = {"batch_reason": "须全量"} if method is Method.BATCH else {}
        catalog = answering(
            service,
            {"resources/civil_affairs/person.yaml": _offering_all},
            method=method.value,
            **more,
        )
        with suppress(AnswerError), admitted(request_of(layout, service, catalog)):
            allowed.add(method)
    rows = {Method.QUERY, Method.BATCH}
    assert allowed == (rows if service is Service.MATCH else {Method(service.value)})


def _offering_all(document: dict[str, dict[str, object]]) -> None:
    document["share"]["methods"] = [one.value for one in Method]


def test_a_day_has_a_budget_of_ids(tmp_path: Path) -> None:
    """What was asked before counts on its day, and the next day begins anew."""
    profile = {"profiles/test_rules.yaml": _three_a_day}
    request = request_of(lake(tmp_path), Service.MATCH, answering(Service.MATCH, profile))
    two = listed(tmp_path, "id", person_id(1), person_id(2))
    match(request, two, tmp_path / "1.csv")
    with pytest.raises(AnswerError) as error:
        match(request, two, tmp_path / "2.csv")
    assert error.value.reason is AnswerRefusal.DAILY
    match(replace(request, now=datetime(2026, 3, 3, 1, tzinfo=UTC)), two, tmp_path / "3.csv")


def _three_a_day(document: dict[str, object]) -> None:
    document["answering"] = {"daily": {"value": 3, "unit": "个", "clause": "五(三)"}}
