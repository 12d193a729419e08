"""The whole way over the demo city: what must hold at the end and after a second run."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
import polars as pl
import pytest

from demo_city.answer_key import compare
from flow.run import run
from outlets.shares.project import Withdrawal
from quality.quarantine.table import quarantined_rows
from register.comparisons import COMPARISONS
from register.outcomes import OUTCOMES
from tests.city.homes import copied
from tests.city.lake import contents, releases, tables, versions
from tests.flow.conftest import CityHome
from tests.harness.placing import opened, remove
from tests.tiers import then_thorough

EVERY_KIND = (
    "administrative_approval/certificate",
    "civil_affairs/marriage",
    "ecology/monitoring_station",
    "education/student",
    "health/infectious_case",
    "social_security/payment",
)
"""Resources that make up every kind of feed and every format of the city."""


def test_quarantine_equals_the_answer_key(city_home: CityHome) -> None:
    """Every planted record is quarantined by its planted rules, and no other record is."""
    found = quarantined_rows(city_home.city.layout, city_home.city.catalog)

    assert compare(city_home.answers, found) == []
    assert len(found) > 500


def test_rows_are_conserved(city_home: CityHome) -> None:
    """For every delivery, what was delivered was either accepted or quarantined."""
    rows = [row.outcome for row in OUTCOMES.read(city_home.city.layout)]

    assert len(rows) >= 80
    assert all(row.delivered == row.accepted + row.quarantined for row in rows)


def test_every_delivery_did_what_the_answer_key_says(city_home: CityHome) -> None:
    """Verdicts and inserted, updated and deleted rows are those of the answer key."""
    done = {
        (row.department, row.resource, row.files): row
        for result in city_home.results
        for row in result.outcomes
    }

    for wanted in city_home.answers.deliveries:
        row = done[wanted.department, wanted.resource, (wanted.file,)]
        assert row.verdict.value == wanted.expect
        if wanted.expect == "passed":
            changes = (row.inserted, row.updated, row.deleted)
            assert changes == (wanted.inserted, wanted.updated, wanted.deleted), wanted.file


def test_mismatches_with_the_source_are_found(city_home: CityHome) -> None:
    """Reconciliation counts exactly the deliberate mistakes in items owned elsewhere."""
    wanted = {
        (one.ref, item): count
        for one in city_home.answers.deliveries
        for item, count in one.reconciliation.items()
        if count
    }
    found = {
        (one.resource, one.item)
        for one in COMPARISONS.read(city_home.city.layout)
        if one.mismatched
    }

    assert wanted
    assert set(wanted) == found


def test_a_second_run_changes_nothing(city_home: CityHome) -> None:
    """With nothing waiting, no table gets a version, no release appears, no file is rewritten."""
    before = versions(city_home.home), releases(city_home.home), _file_states(city_home.home)

    result = run(city_home.city)

    assert result.outcomes == ()
    assert not result.views_rebuilt
    after = versions(city_home.home), releases(city_home.home), _file_states(city_home.home)
    assert after == before


def _file_states(home: Path) -> dict[str, int]:
    return {
        str(path): path.stat().st_mtime_ns
        for path in home.rglob("*")
        if path.is_file() and "work" not in path.relative_to(home).parts
    }


@pytest.mark.parametrize("lost", then_thorough([EVERY_KIND], [("",)]), ids=["some", "all"])
def test_authoritative_is_rebuilt_from_landing(
    city_home: CityHome, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    """Without its authoritative tables a lake makes them anew from landing, row for row."""
    city = copied(city_home.city, tmp_path)
    before = contents(city.layout.home, "authoritative")
    for ref in lost:
        remove(city.layout.tables / "authoritative" / ref)

    run(city)

    after = contents(city.layout.home, "authoritative")
    assert before.keys() == after.keys()
    assert all(before[name].equals(after[name]) for name in before)


def test_an_expired_grant_loses_its_extract(city_home: CityHome, tmp_path: Path) -> None:
    """On the first run after its last day nothing of a grant is left on disk."""
    city = copied(city_home.city, tmp_path)
    latest = max(grant.valid_to for grant in city.catalog.grants.values())
    days = (latest - city.clock().date()).days + 1
    later = replace(city, clock=lambda: city_home.city.clock() + timedelta(days=days))
    assert tables(city.layout.home / "lake" / "shares")

    result = run(later)

    assert all(isinstance(share, Withdrawal) for share in result.shares)
    assert not tables(city.layout.home / "lake" / "shares")
    assert not list((city.layout.home / "shares").glob("*.duckdb"))


def test_extracts_hold_granted_columns_only(city_home: CityHome) -> None:
    """Every extract has exactly the granted columns that its masks do not drop."""
    catalog = city_home.city.catalog
    seen = 0
    for name, path in tables(city_home.home / "lake" / "shares").items():
        code, _, ref = name.split("/", 2)
        granted = next(g for g in catalog.grants[code].resources if g.resource == ref)
        columns = set(pl.read_delta(str(path)).columns)
        assert columns <= set(granted.items)
        seen += 1
    assert seen >= 7


def test_duckdb_files_open_in_a_plain_duckdb(city_home: CityHome) -> None:
    """City and share files open read-only; every view answers.

    A share needs no extension, nor does the city's file, unless its tables lie on a store.
    """
    plain = partial(duckdb.connect, read_only=True)
    files = [(plain, file) for file in (city_home.home / "shares").glob("*.duckdb")]
    for way, file in [(opened, city_home.city.layout.city_views), *files]:
        with way(file) as con:
            views = con.sql(
                "SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal"
            ).fetchall()
            assert views
            for schema, view, comment in views:
                assert comment
                con.sql(f'SELECT count(*) FROM "{schema}"."{view}"').fetchone()


@pytest.mark.parametrize("view", ["人口", "法人", "自然资源和空间地理", "电子证照", "信用"])
def test_subject_views_join_by_their_key(city_home: CityHome, view: str) -> None:
    """Each base class has a subject view with one row a subject."""
    with opened(city_home.city.layout.city_views) as con:
        columns = con.sql(f'SELECT * FROM subjects."{view}"').columns
        counted = con.sql(
            f'SELECT count(*), count(DISTINCT "{columns[0]}") FROM subjects."{view}"'
        ).fetchone()
    assert counted
    assert counted[0] == counted[1] > 0


def test_releases_carry_true_checksums(city_home: CityHome) -> None:
    """Every file of every release is listed in SHA256SUMS and has that sum."""
    made = releases(city_home.home)
    assert len({release.partition("/")[0] for release in made}) >= 5
    for release in made:
        folder = city_home.home / "open_data" / release
        listed: dict[str, str] = {
            line.split("  ", 1)[1]: line.split("  ", 1)[0]
            for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        }
        assert set(listed) == {p.name for p in folder.iterdir()} - {"SHA256SUMS"}
        for name, digest in listed.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_every_package_passes_validation_as_a_whole(city_home: CityHome) -> None:
    """Frictionless finds nothing wrong with any release of any set, file by file, cell by cell."""
    from frictionless import Package, system

    for release in releases(city_home.home):
        place = city_home.home / "open_data" / release / "datapackage.json"
        with system.use_context(trusted=True), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own dependencies warn of each other
            report = Package(str(place)).validate()
        assert report.valid, (release, report.flatten(["fieldName", "type"])[:3])
