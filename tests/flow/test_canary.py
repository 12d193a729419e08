"""A thousand person values, planted upstream, are nowhere that they must not be.

They may lie in landing, authoritative and quarantine. No byte of a share, a release, a view, a
package, an answer, a report, a ledger, a log, the audit log, the store, a run's storage or any
command's output holds one, in whatever form.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pyrage
import pytest
from dagster import DagsterInstance

from assets.shares import GRANTS
from catalog_specs.loader import bundled, load
from cli.commands.demo import DAY, SEED
from demo_city.rounds import rounds
from flow.city import City
from flow.derived import shared_grants
from outlets.handover.encryption import ENCRYPTED
from pipelines.definitions import build_definitions
from storage.layout import Layout
from tests.city.lake import bytes_under
from tests.contract.command import KEY, in_own_process, quanshu
from tests.flow.canaries import plant, plant_refused
from tests.flow.conftest import emptied_but, made_city, narrowed
from tests.flow.garden import Garden
from tests.flow.needles import Finder
from tests.harness.placing import address_of, on_disk

PEOPLE = 300
MAY_HOLD = (
    "inbox",
    "lake/landing",
    "lake/authoritative",
    "lake/sequences",
    "lake/quarantine",
    "answer_key.json",
)
RESOURCES = (
    "civil_affairs/division",
    "civil_affairs/marriage",
    "public_security/resident",
    "public_security/vehicle",
    "market_supervision/annual_report",
    "market_supervision/enterprise",
    "market_supervision/food_licence",
    "health/medical_institution",
    "health/infectious_case",
    "medical_security/enrolment",
    "social_security/insured_person",
    "social_security/payment",
)
"""What is delivered: everything planted in, and what that refers to."""
GRANTS_USED = ("assistance_check", "licheng_enterprises", "school_admission")
SETS_USED = ("enterprise_register", "medical_institutions", "population_sample")


EVENTS_IN_MEMORY = {
    "module": "dagster._core.storage.event_log.in_memory",
    "class": "InMemoryEventLogStorage",
    "config": {},
}
"""The event log, as SQLite's database in memory: on disk each of its thousands of events opens the
database twice, which takes three times as long as all the work that they tell of."""
RECEIVER = pyrage.x25519.Identity.generate()
MADE = (
    "lake/shares",
    "shares",
    "open_data",
    "views",
    "reports",
    "lake/ledgers",
    "audit/tile/entries",
    "governance.db",
    "handed/decrypted",
    "answer.xlsx",
)
"""What leaves or tells of it: each is there to be searched."""


@dataclass(frozen=True)
class Planted:
    """What was planted, the homes it went through, where else something was written, by whom."""

    garden: Garden
    homes: tuple[Path, ...]
    storage: Path
    said: str


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """Take planted deliveries through the command in one home and through Dagster in another."""
    folder = tmp_path_factory.mktemp("canary")
    homes = (folder / "command", folder / "dagster")
    gardens = [Garden(home / "inbox") for home in homes]
    said = _by_command(gardens[0], homes[0]) + _by_dagster(gardens[1], homes[1], folder / "runs")
    assert gardens[0].values == gardens[1].values
    seen = tuple(on_disk(home) for home in homes)
    return Planted(gardens[0], seen, folder / "runs", said)


def _delivered(garden: Garden, home: Path) -> City:
    """Return the city with the demo's first deliveries of the chosen resources waiting."""
    city = made_city(home)
    next(rounds(city.catalog, home, PEOPLE, SEED, DAY.date()))
    emptied_but(garden.inbox, RESOURCES)
    plant(garden)
    return city


def _by_command(garden: Garden, home: Path) -> str:
    """Run the command as an operator does; return all it says.

    The run that takes most in is a process of its own: libraries may write where only it can.
    """
    city = _delivered(garden, home)
    settings = KEY | {"QUANSHU_HOME": str(home), "QUANSHU_OBJECT_STORE": address_of(city.layout)}
    said = [in_own_process(home.parent, "run", "--json", **settings)]
    plant_refused(garden)
    others = (
        ["run"],
        ["check", "--json"],
        ["where", "姓名"],
        ["explain", "school_admission"],
        ["report"],
        ["audit", "show", "--json", "--all"],
        ["answer", "statistics", "population_statistics", "--by", "sex"],
        *_handed_out(garden, home),
    )
    said += [quanshu(home.parent, *words, **settings) for words in others]
    _decrypted(home)
    assert [one.err for one in said if one.code not in (0, 1)] == []
    return "".join(one.out + one.err for one in said)


def _handed_out(garden: Garden, home: Path) -> Iterator[list[str]]:
    """Yield how copies are handed out: a package on a medium, and an answer about one stranger."""
    receiver, asked = home / "receiver.txt", home.parent / "list.csv"
    receiver.write_text(f"{RECEIVER.to_public()}\n", encoding="utf-8")
    asked.write_text("身份号码\n110101199901019990\n", encoding="utf-8")
    to = str(home / "handed")
    yield ["handover", "licheng_enterprises", "--to", to, "--receiver", str(receiver)]
    of = ["--resource", "public_security/resident", "--column", "身份号码"]
    out = ["--out", str(home / "answer.xlsx")]
    yield ["answer", "match", "school_admission", "--list", str(asked), *of, *out]
    yield ["handover", "school_admission", "--form", "duckdb", "--to", to]
    assert garden.people


def _decrypted(home: Path) -> None:
    """Lay what the receiver of the package reads beside it."""
    (packed,) = (home / "handed").glob(f"licheng_enterprises-*/{ENCRYPTED}")
    plain = pyrage.decrypt(packed.read_bytes(), [RECEIVER])
    with ZipFile(BytesIO(plain)) as package:
        package.extractall(home / "handed" / "decrypted")


def _by_dagster(garden: Garden, home: Path, storage: Path) -> str:
    """Run the jobs in this process with an instance on disk; return every log record."""
    city = narrowed(_delivered(garden, home), RESOURCES, GRANTS_USED, SETS_USED)
    storage.mkdir()
    log = storage / "python.log"
    kept = {"event_log_storage": EVENTS_IN_MEMORY}
    with _listening(log), DagsterInstance.local_temp(str(storage), kept) as instance:
        _everything(city, instance, passes=True)
        plant_refused(garden)
        _everything(city, instance, passes=False)
        _write_events(instance, storage / "events.sql")
    return log.read_text(encoding="utf-8")


def _write_events(instance: DagsterInstance, file: Path) -> None:
    """Write down every row of the event log's database."""
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        rows = connection.connection.driver_connection.iterdump()
        file.write_text("\n".join(rows), encoding="utf-8")


@contextmanager
def _listening(log: Path) -> Iterator[None]:
    """Write everything that is logged or printed in this process to a file."""
    with log.open("w", encoding="utf-8") as file, redirect_stdout(file), redirect_stderr(file):
        records = logging.StreamHandler(file)
        logging.getLogger().addHandler(records)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(records)


def _everything(city: City, instance: DagsterInstance, *, passes: bool) -> None:
    definitions = build_definitions(city)
    job = definitions.resolve_job_def("everything")
    assert job.execute_in_process(instance=instance, raise_on_error=False).success is passes
    grants = shared_grants(city)
    instance.add_dynamic_partitions(str(GRANTS.name), list(grants))
    shares = definitions.resolve_job_def("shares")
    for grant in grants:
        assert shares.execute_in_process(instance=instance, partition_key=grant).success


def _forbidden(planted: Planted) -> Iterator[tuple[str, bytes]]:
    """Yield everything written or said that must hold none of the values."""
    yield "output", planted.said.encode()
    for path, data in bytes_under(planted.storage):
        yield str(path), data
    for home in planted.homes:
        for path, data in bytes_under(home):
            inside = path.relative_to(home).as_posix()
            if not inside.startswith(MAY_HOLD):
                yield str(path), inside.encode() + data


def test_no_value_is_where_it_must_not_be(planted: Planted) -> None:
    """Shares, releases, views, ledgers, work, logs, run storage and output hold none of them."""
    finder = Finder(planted.garden.values)
    assert len(set(planted.garden.values)) >= 1_000

    places = list(_forbidden(planted))

    assert finder.found(places) == {}
    home = planted.homes[0]
    for made in MADE:
        assert any(place.startswith(str(home / made)) for place, _ in places), made
    looked = {Path(place).suffix for place, _ in places}
    kinds = {".parquet", ".json", ".duckdb", ".csv", ".jsonld", ".md", ".db", ".err", ".log"}
    kinds |= {".xlsx", ".html", ".sql"}
    assert kinds <= looked, kinds - looked


def _seen(finder: Finder, place: Path) -> set[str]:
    found = finder.found((str(path), data) for path, data in bytes_under(place))
    return set().union(*found.values())


def test_every_value_is_found_where_it_was_put(planted: Planted) -> None:
    """The same search finds each value in landing, and many in authoritative and quarantine.

    Of a file that nobody can look into nothing is kept, wherever one looks.
    """
    finder = Finder(planted.garden.values)
    for home in planted.homes:
        stops = ("landing", "authoritative", "quarantine")
        seen = {stop: _seen(finder, home / "lake" / stop) for stop in stops}
        assert seen["landing"] == set(planted.garden.values) - set(planted.garden.lost)
        assert _seen(finder, home).isdisjoint(planted.garden.lost)
        assert len(seen["authoritative"]) > 80
        assert len(seen["quarantine"]) > 80


def test_every_protected_class_is_planted(planted: Planted) -> None:
    """Of each class of sensitive items some value lies in the authoritative tables."""
    catalog, layout = load(bundled("quanzhou")), Layout(planted.homes[1])
    values, seen = set(planted.garden.values), set()
    for resource in map(catalog.resource, RESOURCES):
        rows = pl.read_delta(str(layout.authoritative(resource.ref)))
        for item in resource.items:
            if item.code in rows.columns and values & set(rows[item.code].cast(str).to_list()):
                seen.add(catalog.element_of(item).sensitivity)
    protected = {one.code for one in catalog.sensitivities.values() if one.protected}
    assert protected <= seen, protected - seen


def test_what_is_granted_is_found(planted: Planted) -> None:
    """Names granted and opened as they are stand in that share and that release, nowhere else."""
    finder = Finder(planted.garden.granted)
    home = planted.homes[1]
    layout = Layout(home)
    for code in GRANTS_USED:
        granted = set(planted.garden.granted) if code == "licheng_enterprises" else set()
        assert _seen(finder, layout.share(code)) == granted
        assert _seen(finder, layout.share_file(code)) == granted
    for code in SETS_USED:
        found = _seen(finder, home / "open_data" / code)
        assert found == (set(planted.garden.granted) if code == "enterprise_register" else set())


def test_planted_people_are_masked_and_not_left_out(planted: Planted) -> None:
    """The extract does hold the planted persons, under pseudonyms and initials."""
    path = Layout(planted.homes[1]).share_table("school_admission", "public_security/resident")
    people = pl.read_delta(str(path)).filter(pl.col("name").str.starts_with("鸑"))

    assert people.height >= 8
    assert set(people["birth_date"]) == {"1903-04"}
    assert people["resident_id"].str.contains("^[0-9a-f]+$").all()


def test_a_class_of_one_is_suppressed(planted: Planted) -> None:
    """The only person born in a decade is in no release of the population."""
    for home in planted.homes:
        for path in (Layout(home).open_data("population_sample")).rglob("data.parquet"):
            decades = set(pl.read_parquet(path)["birth_date"])
            assert "1910s" not in decades
            assert len(decades) > 3
