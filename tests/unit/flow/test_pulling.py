"""Stop 0: a source that cannot be asked is a value, and no word of its address or token leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flow.city import City
from flow.pulling import PullFailure, pull_waiting
from register.records import Delivery
from tests.city.homes import KEYS
from tests.city.resources import catalog_of
from tests.unit.landing.pulling import NOW, REF, SECRET, Source, change, pulled_feed, sql

TABLE = "CREATE TABLE firm (uscc, name, capital, changed)"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """Return a database with one firm, and the resource that is pulled from it."""
    path = tmp_path / f"{SECRET}.db"
    change(path, TABLE)
    change(path, "INSERT INTO firm VALUES ('a', '甲', 1.5, 1)")
    return Source(tmp_path / "home", pulled_feed(sql()), {"FIRM_DB": f"sqlite:///{path}"})


def at_work(source: Source) -> City:
    """Return the city of a source."""
    return City(source.catalog, source.layout, KEYS, lambda: NOW)


def test_what_is_new_is_landed(source: Source) -> None:
    """Like a file from an inbox; when nothing is new there is no delivery."""
    done = pull_waiting(at_work(source), REF, source.environment)

    assert isinstance(done, Delivery)
    assert (done.origin, done.rows) == ("sql", 1)
    assert pull_waiting(at_work(source), REF, source.environment) is None
    assert len(source.deliveries) == 1


def test_a_resource_that_is_delivered_is_never_pulled(source: Source) -> None:
    """Whatever the environment says."""
    plain = City(catalog_of(), source.layout, KEYS, lambda: NOW)

    assert pull_waiting(plain, REF, source.environment) is None
    assert not source.layout.work.exists()


def test_addresses_come_from_this_process_unless_told(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a run has them."""
    assert isinstance(pull_waiting(at_work(source), REF), PullFailure)
    monkeypatch.setenv("FIRM_DB", source.environment["FIRM_DB"])
    assert isinstance(pull_waiting(at_work(source), REF), Delivery)


@pytest.mark.parametrize(
    "broken",
    [
        {"environment": {}},
        {"environment": {"FIRM_DB": f"sqlite:////no/{SECRET}/such.db"}},
        {"environment": {"FIRM_DB": f"oracle://user:{SECRET}@host/db"}},
        {"feed": pulled_feed(sql(query=f"SELECT nothing FROM {SECRET.replace('-', '_')}"))},
    ],
)
def test_a_failed_pull_is_told_without_address_or_token(
    source: Source, broken: dict[str, Any]
) -> None:
    """With a code, a remedy and the resource; nothing is landed, and the next run tries again."""
    for name, value in broken.items():
        setattr(source, name, value)

    failed = pull_waiting(at_work(source), REF, source.environment)

    assert isinstance(failed, PullFailure)
    assert (failed.department, failed.resource) == ("data_office", "firm")
    assert failed.what
    assert failed.remedy
    assert str(failed).startswith(f"{failed.code} ")
    assert REF in str(failed)
    told = json.dumps(failed.as_dict(), ensure_ascii=False)
    assert SECRET not in f"{failed}{told}"
    assert SECRET.replace("-", "_") not in f"{failed}{told}"
    assert source.deliveries == ()


def test_what_may_pass_by_itself_is_marked(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else at the same file is no fault of the settings."""
    from catalog_specs.errors import PullError, TransientError

    for error, transient in ((TransientError, True), (PullError, False)):

        def failing(*_: object, kind: Any = error) -> object:
            raise kind("no answer", where="firm", remedy="try again")

        monkeypatch.setattr("flow.pulling.pulled", failing)
        failed = pull_waiting(at_work(source), REF, source.environment)
        assert isinstance(failed, PullFailure)
        assert failed.transient is transient
