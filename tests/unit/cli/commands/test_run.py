"""`quanshu run`: what it takes, pulls and tells, and the code it ends with."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.rules.disclosure import RefusalCode
from catalog_specs.rules.error_codes import ErrorCode
from flow import run as flow_run
from flow.failures import Failure
from flow.results import RunResult
from outlets.open_data.release import Refusal
from pipelines import reporting
from register.records import Outcome, VerdictKind
from tests.city import PERMIT, PERSON, REGION
from tests.city.declared import change, write_catalog
from tests.city.records import PERMITS, csv_text
from tests.contract.command import KEY, quanshu
from tests.unit.cli.homes import Home

GRANT = "residents_for_office"
NOTHING = RunResult((), (), (), views_rebuilt=False)
PASSED = Outcome("civil_affairs", "person", "000001-aa", ("a.csv",), 5, 5)
REFUSED = Refusal("resident_profile", RefusalCode.NOT_AGGREGATED, "尚未汇聚")
FAILED = Failure("views", "", ErrorCode.DISK_FULL, "the disk is full", "home folder", "make room")
PULLED = {
    "kind": "upsert",
    "format": "parquet",
    "columns": {"code": "code", "name": "name"},
    "pull": {"type": "sql", "url": "REGION_DB", "query": "region", "watermark": "changed"},
}
PULLS = {
    f"resources/{REGION}.yaml": change(feed=PULLED),
    "open_data/resident_profile.yaml": None,
}


def _drop(home: Home, ref: str, name: str, text: str) -> None:
    file = home.layout.inbox(ref) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_run_takes_what_waits_and_tells_what_it_leaves(home: Home) -> None:
    """The delivery with its figures; a link in an inbox, and an inbox of nobody's, are named."""
    _drop(home, PERMIT, "permits.csv", csv_text(PERMITS, ("I", 1, 350501, "P1", "许可")))
    (home.layout.inbox(PERMIT) / "link.csv").symlink_to("permits.csv")
    _drop(home, "office/visits", "a.csv", "a\n")

    said = home.said("run", "--resource", "permit", "--json")

    assert said.code == 0
    [done] = said.document["deliveries"]
    assert (done["resource"], done["verdict"], done["inserted"]) == ("permit", "passed", 1)
    assert said.document["left"] == [{"resource": PERMIT, "name": "link.csv", "reason": "symlink"}]
    assert said.document["orphans"] == [
        {"resource": "office/visits", "places": ["inbox/office/visits"], "retired": False}
    ]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let a run come to a given result; return that, and what it was asked for."""
    said: dict[str, Any] = {"result": NOTHING}

    def run(_: object, *, resources: object, **__: object) -> RunResult:
        said["resources"] = resources
        result: RunResult = said["result"]
        return result

    monkeypatch.setattr(flow_run, "run", run)
    return said


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        ((), None),
        (("--department", "civil_affairs"), {PERSON, REGION}),
        (("--resource", PERMIT), {PERMIT}),
        (("--resource", "permit"), {PERMIT}),
        (("--department", "data_office", "--resource", "permit"), {PERMIT}),
        (("--department", "civil_affairs", "--resource", PERMIT), {PERMIT}),
    ],
)
def test_a_run_is_narrowed(
    shared: Home, given: dict[str, Any], words: tuple[str, ...], taken: set[str] | None
) -> None:
    """To a department or a resource, by its full name or a short one; without words to nothing."""
    assert shared.said("run", *words).code == 0
    assert given["resources"] == taken


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (NOTHING, 0),
        (replace(NOTHING, outcomes=(PASSED,)), 0),
        (replace(NOTHING, outcomes=(PASSED, replace(PASSED, verdict=VerdictKind.RECOGNISED))), 0),
        (replace(NOTHING, outcomes=(PASSED, replace(PASSED, verdict=VerdictKind.HELD))), 1),
        (replace(NOTHING, outcomes=(replace(PASSED, verdict=VerdictKind.REJECTED),)), 1),
        (replace(NOTHING, releases=(REFUSED,)), 1),
        (replace(NOTHING, faults=(FAILED,)), 3),
        (replace(NOTHING, releases=(REFUSED,), faults=(FAILED,)), 3),
    ],
)
def test_a_run_ends_with_the_worst_of_it(
    shared: Home,
    given: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    result: RunResult,
    code: int,
) -> None:
    """1 for what was rejected, held or refused, 3 for a failure, which standard error tells."""
    monkeypatch.setattr(reporting, "report", lambda *_: ())
    given["result"] = result

    said = shared.said("run", "--json")

    assert (said.code, len(said.document["failures"])) == (code, len(result.failures))
    assert ("DISK-001 the disk is full" in said.err) == bool(result.failures)


def test_what_dagster_cannot_show_is_a_failure(
    shared: Home, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is done all the same, and says that it is not shown there."""
    del given
    monkeypatch.setattr(reporting, "report", lambda *_: (replace(FAILED, stop="events"),))

    said = shared.said("run", "--json")

    assert said.code == 3
    assert [one["stop"] for one in said.document["failures"]] == ["events"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--resource", "persn"), "did you mean `person`"),
        (("--department", "civil_afairs"), "did you mean `civil_affairs`"),
        (("--department", "data_office", "--resource", "person"), "data_office/person"),
    ],
)
def test_an_unknown_name_is_wrong_usage(shared: Home, words: tuple[str, ...], told: str) -> None:
    """What was meant is named, and nothing was done."""
    said = shared.said("run", *words)

    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_without_the_key_the_rest_is_done(home: Home) -> None:
    """A grant that needs a pseudonym fails with how to make a key; the views are there; exit 3."""
    places = ("--catalog", "catalogue", "--home", "home")
    said = quanshu(home.folder, "run", "--resource", "visit", "--json", *places)

    assert said.code == 3
    [failure] = said.document["failures"]
    assert (failure["stop"], failure["subject"], failure["code"]) == ("shares", GRANT, "SET-001")
    assert said.document["views"] == {"rebuilt": True}
    assert "quanshu key create" in said.err
    assert "Traceback" not in said.err


def test_a_catalogue_that_does_not_compile_still_withdraws(home: Home) -> None:
    """What the edited file ends is taken away and told, then every problem; exit 1."""
    file = home.layout.share_file(GRANT)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"rows")
    write_catalog(home.folder, **{f"grants/{GRANT}.yaml": change(status="revoked", colour="red")})

    said = home.said("run")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"收回 / withdrawn  {GRANT}: ")
    assert "CAT-105" in said.err
    assert not file.exists()


def test_a_run_pulls(tmp_path: Path) -> None:
    """A resource with a source needs no file: the run fetches, judges and stores, once."""
    write_catalog(tmp_path, **PULLS)
    with closing(sqlite3.connect(tmp_path / "source.db")) as con, con:
        con.execute("CREATE TABLE region (code, name, changed)")
        con.execute("INSERT INTO region VALUES ('350500', '泉州市', 1)")

    words = ("run", "--catalog", "catalogue", "--home", "home", "--json")
    said = quanshu(tmp_path, *words, REGION_DB="sqlite:///source.db", **KEY)
    again = quanshu(tmp_path, *words, REGION_DB="sqlite:///source.db", **KEY)

    assert said.code == 0, said.err
    (outcome,) = said.document["deliveries"]
    (pull,) = said.document["pulls"]
    assert (pull["delivery"], pull["failed"]) == (outcome["delivery"], False)
    assert (outcome["resource"], outcome["inserted"]) == ("region", 1)
    assert (again.code, again.document["deliveries"]) == (0, [])


def test_a_source_that_fails_ends_with_3(tmp_path: Path) -> None:
    """The variable that is missing is named with its resource, on standard error as well."""
    write_catalog(tmp_path, **PULLS)

    said = quanshu(tmp_path, "run", "--catalog", "catalogue", "--home", "home", "--json", **KEY)

    assert (said.code, said.document["deliveries"]) == (3, [])
    (failure,) = said.document["failures"]
    assert (failure["stop"], failure["code"]) == ("pull", "SET-001")
    for told in ("SET-001", "REGION_DB", REGION):
        assert told in said.err
    assert "Traceback" not in said.err
