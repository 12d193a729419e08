"""One fault stops one thing: whatever breaks, everything else is done, and one screen says so."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dagster import DagsterInstance, materialize
from deltalake import DeltaTable

from assets.shares import shares_asset
from catalog_specs.loader import check, load
from cli.run_summary import show
from flow.city import City
from flow.derived import withdraw_uncompiled
from flow.results import RunResult, document
from flow.run import run
from governance.keys import KeyRing
from outlets.open_data.release import Release
from outlets.shares.project import Projection, Withdrawal
from register.records import VerdictKind
from tests.city import NOW, PERMIT, PERSON, VISIT
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver, deliver_first, deliver_further
from tests.city.homes import city_of
from tests.city.lake import versions
from tests.harness.placing import copy, copy_home, layout_of, remove
from tests.tiers import then_thorough

LAPSING, STAYING = "residents_for_office", "residents_elsewhere"
CANARY = "鸑鷟0001"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a town with two grants, taken all the way once; tests work on copies."""
    root = tmp_path_factory.mktemp("town")
    catalogue = write_catalog(root)
    grant = (catalogue / f"grants/{LAPSING}.yaml").read_text(encoding="utf-8")
    other = grant.replace(LAPSING, STAYING)
    (catalogue / f"grants/{STAYING}.yaml").write_text(other, encoding="utf-8")
    deliver_first(root / "home")
    result = run(city_of(load(catalogue), root / "home"))
    assert result.failures == ()
    return root


@pytest.fixture
def town(standing: Path, tmp_path: Path) -> City:
    """Return the town over a copy of its home, with deliveries waiting everywhere."""
    shutil.copytree(standing / "catalogue", tmp_path / "catalogue")
    copy_home(standing / "home", tmp_path / "home")
    deliver(tmp_path / "home")
    deliver_further(tmp_path / "home")
    return city_of(load(tmp_path / "catalogue"), tmp_path / "home")


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """Yield an instance that forgets everything."""
    with DagsterInstance.ephemeral() as made:
        yield made


def _edit(city: City, file: str, old: str, new: str) -> City:
    """Edit one file of the catalogue and compile it anew."""
    path = city.catalog.root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return replace(city, catalog=load(city.catalog.root))


def _revoked(city: City, grant: str = LAPSING) -> City:
    return _edit(city, f"grants/{grant}.yaml", "terms:", "status: revoked\nterms:")


def _break(city: City, ref: str) -> None:
    """Write into a table's log what no engine can read, as a stray tool might."""
    log = city.layout.authoritative(ref) / "_delta_log"
    last = max(log.glob("*.json"))
    last.write_text(f'{{"add": "{CANARY}"', encoding="utf-8")


def _ruin(city: City, part: str) -> None:
    """Put what nothing can be made of in the place of a folder, or of each of its objects."""
    if city.layout.store is not None and part.startswith("lake/"):
        for one in (city.layout.store / part).rglob("*"):
            one.write_text("no table")
        return
    place = city.layout.home / part
    remove(place)
    place.write_text("not a folder", encoding="utf-8")


def _taken(result: RunResult) -> set[str]:
    passed = (one for one in result.outcomes if one.verdict is VerdictKind.PASSED)
    return {f"{one.department}/{one.resource}" for one in passed}


def test_a_broken_resource_a_revoked_grant_and_an_edited_catalogue(
    town: City, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything else is done, the grant's files are gone, and one screen says so."""
    _break(town, PERMIT)
    town = _edit(_revoked(town), f"grants/{STAYING}.yaml", "resident_id, name,", "resident_id,")

    result = run(town)
    show(town, result)
    printed = capsys.readouterr()

    assert {one.subject for one in result.failures} == {PERMIT}
    assert [one.stop for one in result.failures] == ["resource", "views"]
    assert {PERSON, VISIT} <= _taken(result)
    assert not town.layout.share_file(LAPSING).exists()
    assert not town.layout.share(LAPSING).exists()
    shares = {one.grant: one for one in result.shares}
    assert isinstance(shares[LAPSING], Withdrawal)
    assert isinstance(shares[STAYING], Projection)
    assert shares[STAYING].refreshed
    assert [one.dataset for one in result.releases] == list(town.catalog.open_sets)
    assert result.views_rebuilt
    screen = [*printed.out.splitlines(), *printed.err.splitlines()]
    assert len(screen) <= 40, printed.out + printed.err
    assert any(PERMIT in line and "HOME-001" in line for line in screen)
    assert any(line.startswith(f"收回 / withdrawn  {LAPSING}") for line in screen)
    assert CANARY not in printed.out + printed.err + str(document([result]))


def test_a_foreign_commit_beside_all_of_them_stops_publishing_from_that_table_alone(
    town: City, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing leaves from it, the revoked grant goes, the rest is done, the screen says so."""
    _break(town, PERMIT)
    town = _revoked(town)
    stands = town.layout.share_file(STAYING).read_bytes()
    person = DeltaTable(str(town.layout.authoritative(PERSON)))
    person.delete("name = '人1'")

    result = run(town)
    show(town, result)
    printed = capsys.readouterr()

    held = {one.code for one in result.failures if PERSON in (one.subject, one.where)}
    assert held, result.failures
    assert "RUN-001" not in held
    assert town.layout.share_file(STAYING).read_bytes() == stands
    assert not town.layout.share_file(LAPSING).exists()
    assert VISIT in _taken(result)
    assert not any(isinstance(one, Release) and one.created for one in result.releases)
    assert PERSON in printed.err
    assert "DELETE" in printed.err


def test_the_whole_of_a_fault_is_kept_privately(
    town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vendor's words, which may quote a value, stand in one file that its owner alone reads."""

    def quoting(*_: object) -> object:
        raise ValueError(CANARY)

    monkeypatch.setattr("flow.turns.taking", quoting)
    for _ in range(2):
        failure = run(town).failures[0]
        assert CANARY not in str(failure)

        log = next(one for one in town.layout.logs.iterdir() if one.name in failure.remedy)
        assert len([*town.layout.logs.iterdir()]) <= 2
        assert "Traceback" in log.read_text(encoding="utf-8")
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        assert stat.S_IMODE(town.layout.logs.stat().st_mode) == 0o700


def test_repaired_it_is_taken_up(town: City, standing: Path) -> None:
    """With the table put right the next run applies what waited, and nothing else is done again."""
    _break(town, PERMIT)
    run(town)
    place = town.layout.authoritative(PERMIT)
    remove(place)
    copy(layout_of(standing / "home").authoritative(PERMIT), place)

    again = run(town)

    assert again.failures == ()
    assert _taken(again) == {PERMIT}


@pytest.mark.parametrize(
    "broken",
    then_thorough(
        ["lake/ledgers", "open_data"], ["lake/authoritative", "lake/quarantine", "views"]
    ),
)
def test_withdrawals_come_first_whatever_fails(town: City, broken: str) -> None:
    """A part of the home that cannot be used at all keeps no revoked grant's file alive."""
    town = _revoked(town)
    _ruin(town, broken)

    result = run(town)

    assert result.failures
    assert not town.layout.share_file(LAPSING).exists()
    assert not town.layout.share(LAPSING).exists()
    assert town.layout.share_file(STAYING).exists()


def test_without_a_key_everything_that_needs_none_is_made(town: City) -> None:
    """The withdrawal happens, deliveries are taken, views and releases follow; the rest is told."""
    town = _revoked(town)
    before = versions(town.layout.home)
    town = replace(town, keys=KeyRing.from_sources({}, town.layout.home))

    result = run(town)

    assert {one.code for one in result.failures} <= {"SET-001"}
    assert not town.layout.share_file(LAPSING).exists()
    assert {PERSON, VISIT, PERMIT} <= _taken(result)
    assert result.views_rebuilt
    assert versions(town.layout.home) != before


def test_a_narrowed_grant_that_cannot_be_made_anew_loses_its_extract(town: City) -> None:
    """A column that is granted no longer does not stay because its key or its table is missing."""
    town = _edit(town, f"grants/{STAYING}.yaml", "resident_id, name,", "resident_id,")
    _break(town, PERSON)

    result = run(town)

    assert ("shares", STAYING) in {(one.stop, one.subject) for one in result.failures}
    gone = [one for one in result.shares if isinstance(one, Withdrawal)]
    assert [(one.grant, one.reason) for one in gone] == [(STAYING, "outdated")]
    assert not town.layout.share_file(STAYING).exists()
    assert town.layout.share_file(LAPSING).exists()


def test_the_graph_too_takes_away_what_a_narrowed_grant_showed(
    town: City, instance: DagsterInstance
) -> None:
    """The step fails under its code, the old extract is gone, and its partition says so."""
    town = _edit(town, f"grants/{STAYING}.yaml", "resident_id, name,", "resident_id,")
    _break(town, PERSON)
    extract = shares_asset(town.catalog)
    instance.add_dynamic_partitions("grants", [STAYING])

    made = materialize(
        [extract],
        instance=instance,
        resources={"city": town},
        partition_key=STAYING,
        raise_on_error=False,
    )

    assert not made.success
    assert not town.layout.share_file(STAYING).exists()
    event = instance.get_latest_materialization_event(extract.key)
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.partition == STAYING
    assert event.asset_materialization.metadata["withdrawn"].value == "outdated"


def test_a_share_that_fails_stops_only_itself(town: City) -> None:
    """Another share, the releases and the views follow."""
    place = town.layout.share_file(STAYING)
    place.unlink()
    (place / "in the way").mkdir(parents=True)

    result = run(town)

    assert {(one.stop, one.subject) for one in result.failures} == {("shares", STAYING)}
    assert LAPSING in {one.grant for one in result.shares}
    assert result.views_rebuilt


def test_it_goes_on_below_what_the_machine_broke_off(
    town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who refers to a resource that ran out of memory waits, is told, goes next time."""
    import flow.turns

    taking = flow.turns.taking

    def short(city: City, gate: object, ref: str, *rest: object) -> object:
        if ref == PERSON:
            raise MemoryError
        return taking(city, gate, ref, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(flow.turns, "taking", short)
    result = run(town)
    monkeypatch.undo()

    assert [(one.subject, one.code) for one in result.failures] == [
        (PERSON, "RUN-002"), (VISIT, "RUN-003"),
    ]  # fmt: skip
    assert PERMIT in _taken(result)
    assert {PERSON, VISIT} <= _taken(run(town))


@pytest.mark.parametrize("edit", ["revoked", "removed", "misspelt"])
def test_a_catalogue_that_does_not_compile_still_withdraws(town: City, edit: str) -> None:
    """A revoked grant, one whose file is gone and one that cannot be read lose their files."""
    file = town.catalog.root / f"grants/{LAPSING}.yaml"
    text = file.read_text(encoding="utf-8")
    if edit == "removed":
        file.unlink()
    else:
        status = "revoked" if edit == "revoked" else "revokd"
        file.write_text(f"{text}status: {status}\n", encoding="utf-8")
    (town.catalog.root / "catalog.yaml").with_name("stray.txt.yaml").write_text("a: 1\n")
    assert check(town.catalog.root)[0] is None

    gone, failures = withdraw_uncompiled(town.layout, town.catalog.root, NOW.date())

    assert ([one.grant for one in gone], failures) == ([LAPSING], ())
    assert not town.layout.share_file(LAPSING).exists()
    assert town.layout.share_file(STAYING).exists()


def test_a_folder_that_is_no_catalogue_withdraws_nothing(town: City, tmp_path: Path) -> None:
    """A wrong path is no revocation."""
    gone, failures = withdraw_uncompiled(town.layout, tmp_path / "elsewhere", NOW.date())

    assert (gone, failures) == ((), ())
    assert town.layout.share_file(LAPSING).exists()
