"""The result of a run: what machines read of it, and what counts as clean."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from catalog_specs.rules.disclosure import RefusalCode
from catalog_specs.rules.error_codes import ErrorCode
from flow.failures import Failure
from flow.pulling import PullFailure
from flow.results import Pull, RunResult, document
from flow.upkeep.evolution import Orphan
from landing.landing import Skipped
from outlets.open_data.release import Refusal, Release
from outlets.shares.project import Withdrawal
from register.records import Outcome, VerdictKind
from register.undeclared import Outside
from tests.city import PERSON, VISIT
from tests.city.registers import delivery

EMPTY = RunResult((), (), (), views_rebuilt=False)
OUTCOME = Outcome("civil_affairs", "person", "000001-a", ("甲.csv",), 3, 2, 1, 2)
FAILED = PullFailure("civil_affairs", "person", ErrorCode.DISK_FULL, "no answer", "try again", True)
FAULT = Failure("shares", "office", ErrorCode.DISK_FULL, "it failed", "office", "mend it")
GONE = Withdrawal("office", "expired", "到期", existed=True)


def of(verdict: VerdictKind) -> Outcome:
    """Return an outcome with a verdict."""
    return replace(OUTCOME, verdict=verdict)


@pytest.mark.parametrize(
    ("verdict", "clean"),
    [(one, one in {VerdictKind.PASSED, VerdictKind.RECOGNISED}) for one in VerdictKind],
)
def test_a_run_is_clean_when_nothing_was_stopped(verdict: VerdictKind, clean: bool) -> None:
    """A file that was known already is nothing to look after; a release that was refused is."""
    assert replace(EMPTY, outcomes=(of(VerdictKind.PASSED), of(verdict))).clean is clean
    assert not replace(EMPTY, releases=(_refusal(),)).clean


def _refusal() -> Refusal:
    return Refusal("profile", next(iter(RefusalCode)), "太少")


def test_pulls_that_failed_are_failures_like_all_others() -> None:
    """They come first, as they happened first, each with the resource as its place."""
    landed = Pull(VISIT, delivery(VISIT, 1))
    result = replace(
        EMPTY, pulls=(Pull(PERSON, FAILED), landed, Pull("x/y", None)), faults=(FAULT,)
    )

    assert [(one.stop, one.subject) for one in result.failures] == [
        ("pull", PERSON),
        ("shares", "office"),
    ]
    assert result.failures[0].transient
    assert result.pull_failures == (FAILED,)
    assert [one.as_dict() for one in result.pulls] == [
        {"resource": PERSON, "delivery": None, "failed": True},
        {"resource": VISIT, "delivery": landed.as_dict()["delivery"], "failed": False},
        {"resource": "x/y", "delivery": None, "failed": False},
    ]


def test_several_runs_are_one_document() -> None:
    """What happened is of all of them; what stands at the end is of the last."""
    first = replace(
        EMPTY,
        outcomes=(OUTCOME,),
        shares=(GONE,),
        views_rebuilt=True,
        left=((PERSON, Skipped("link.csv", "link")),),
        faults=(FAULT,),
        undeclared=(Outside(PERSON, "000001-a", "备注", 3, False, None),),
        pulls=(Pull("x/y", None),),
        orphans=(Orphan("gone/gone", ("inbox/gone/gone",), retired=False),),
    )
    last = replace(EMPTY, outcomes=(replace(OUTCOME, delivery="000002-b"),), pulls=first.pulls)

    told: dict[str, Any] = document([first, last])

    assert [one["delivery"] for one in told["deliveries"]] == ["000001-a", "000002-b"]
    assert (len(told["failures"]), len(told["pulls"]), len(told["undeclared"])) == (1, 2, 1)
    assert told["views"] == {"rebuilt": True}
    assert [told[name] for name in ("shares", "left", "orphans")] == [[], [], []]
    alone = document([first])
    assert alone["shares"] == [GONE.as_dict()]
    assert alone["left"] == [{"resource": PERSON, "name": "link.csv", "reason": "link"}]
    assert [one["resource"] for one in alone["orphans"]] == ["gone/gone"]


def test_releases_refusals_and_retractions_are_told_apart() -> None:
    """Each under a name of its own, and the whole is JSON."""
    released = Release("profile", "20260302-01", 8, 0, created=True)
    told = document([replace(EMPTY, releases=(_refusal(), released))])

    assert [one["dataset"] for one in told["releases"]] == ["profile"]
    assert [one["dataset"] for one in told["refusals"]] == ["profile"]
    assert told["retractions"] == []
    [refused] = json.loads(json.dumps(told))["refusals"]
    assert refused["code"] == str(next(iter(RefusalCode)))


def test_an_empty_run_says_every_key() -> None:
    """Whoever reads the document need not ask whether a key is there."""
    assert {*document([EMPTY])} == {
        "deliveries", "failures", "shares", "releases", "refusals", "retractions", "views", "left",
        "orphans", "pulls", "undeclared", "cases", "violations", "report",
    }  # fmt: skip
