"""`quanshu audit`: acts are shown, proved, witnessed, and held to the tables of the lake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from rich.cells import cell_len

from audit.acts import Operation
from audit.verifier import main as verifier
from flow.acts import about_city, about_resource, at_work
from storage.delta.appending import append
from storage.delta.commits import Commit
from tests.city import NOW, REGION
from tests.city.homes import city_of
from tests.city.resources import catalog_of
from tests.unit.audit.special.test_bodies import SPECIAL
from tests.unit.cli.homes import Home

CITY = REGION.partition("/")[0]
DAY = "2026-03-02"


@pytest.fixture(scope="module")
def logged(shared: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home whose log has an act that commits to a table, and one that does not."""
    made = shared.copied(tmp_path_factory.mktemp("logged"))
    city = city_of(catalog_of(), made.layout.home)
    with at_work(city, about_resource(city, Operation.MAINTAIN, REGION)):
        append(made.layout.holding(REGION), pa.table({"a": [1]}), Commit("x", 1))
    with at_work(city, about_city(city, Operation.ANALYSE, "用途", "内容")) as act:
        act.enter()
    return made


@pytest.fixture
def home(logged: Home, tmp_path: Path) -> Home:
    """Return a copy of it, to be changed."""
    return logged.copied(tmp_path / "copy")


def size(home: Home) -> int:
    """Return how many entries the log has."""
    found = home.city.audit.checkpoint
    assert found is not None
    return found.size


def test_a_whole_log_is_verified_with_the_lake(logged: Home) -> None:
    """Its size and root are said; an empty home has no log."""
    said = logged.said("audit", "verify")
    assert said.code == 0
    assert f"{size(logged)} 条" in said.out
    assert logged.said("audit", "verify", "--json").document["entries"] == size(logged)


def _flip(home: Home) -> None:
    bundles = (home.layout.audit / "tile" / "entries").glob("000.p/*")
    bundle = max(bundles, key=lambda one: int(one.name))
    bundle.write_bytes(bundle.read_bytes().replace(b"ana", b"anb", 1))


def _commit(home: Home) -> None:
    append(home.layout.holding(REGION), pa.table({"a": [1]}), Commit("x", 2))
    log = home.layout.holding(REGION) / "_delta_log"
    newest = max(log.glob("*.json"))
    newest.write_text(newest.read_text().replace('"quanshu":"1"', '"other":"1"'))


@pytest.mark.parametrize(
    ("break_it", "told"),
    [(_flip, "the log is wrong"), (_commit, f"holding/{REGION} version 2, WRITE: no run of ours")],
)
def test_what_is_wrong_is_named_and_exits_1(
    home: Home, break_it: Callable[[Home], None], told: str
) -> None:
    """A changed entry; a commit that no entry explains, by table, version and operation."""
    break_it(home)
    said = home.said("audit", "verify")
    assert said.code == 1
    assert told in said.err


def test_acts_are_shown_at_80_columns_and_by_department(logged: Home) -> None:
    """The day, the department and the grant narrow them."""
    said = logged.said("audit", "show", COLUMNS="80")
    assert said.code == 0
    assert max(map(cell_len, said.out.splitlines())) <= 80
    shown = logged.said("audit", "show", "--json").document
    assert [one["operation"] for one in shown][-2:] == ["maintain", "analyse"]
    narrowed = logged.said("audit", "show", "--department", CITY, "--json").document
    assert narrowed
    for one in narrowed:
        named = (ref.partition("/")[0] for ref in one.get("facts", {}).get("resources", ()))
        assert CITY in {one.get("department"), *named}
    assert "no entry" in logged.said("audit", "show", "--day", "2001-01-01").out


def test_a_producer_has_a_digest_of_the_day(logged: Home) -> None:
    """By operation, with the checkpoint that it lies under; another department is named."""
    day = NOW.astimezone().date().isoformat()
    document = logged.said("audit", "digest", CITY, "--json", "--day", day).document
    assert document["department"] == CITY
    assert document["checkpoint"].splitlines()[1] == str(size(logged))
    assert logged.said("audit", "digest", "nobody").code == 2


def test_an_entry_is_proved_without_the_log(logged: Home, tmp_path: Path) -> None:
    """The files are enough for the one-file verifier; none is written over another."""
    file = tmp_path / "one.tlog-proof"
    assert logged.said("audit", "proof", "1", "--out", str(file)).code == 0
    key = logged.layout.audit_verifier
    assert verifier(["--proof", str(file), f"{file}.entry", str(key)]) == 0
    assert logged.said("audit", "proof", "1", "--out", str(file)).code == 2


def test_all_entries_are_exported_with_their_checkpoint(logged: Home, tmp_path: Path) -> None:
    """One JSON document a line."""
    file = tmp_path / "log.jsonl"
    assert logged.said("audit", "export", "--out", str(file)).code == 0
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert len(lines) == size(logged)
    assert (
        Path(f"{file}.checkpoint").read_bytes() == (logged.layout.audit / "checkpoint").read_bytes()
    )


def test_special_acts_are_verified_and_shown_with_their_key(home: Home) -> None:
    """Without the option the log tells that something is sealed; a body that is gone is named."""
    home.city.audit.append([SPECIAL])
    place = size(home) - 1
    assert SPECIAL.purpose not in home.said("audit", "show", "--json").out
    shown = home.said("audit", "show", "--sealed", "--grant", SPECIAL.grant, "--json")
    (entry,) = shown.document
    assert (entry["entry"], entry["purpose"], entry["procedure"]) == (
        place, SPECIAL.purpose, SPECIAL.procedure,
    )  # fmt: skip
    assert size(home) == place + 2  # the look is an act
    safe = home.layout.home.parent / "safe.key"
    home.layout.special_key.rename(safe)
    said = home.said("audit", "verify", "--sealed")
    assert (said.code, "key of special acts" in said.err) == (3, True)
    whole = home.said("audit", "verify", "--sealed", "--key", str(safe))
    assert (whole.code, "of the special procedure: 1" in whole.out) == (0, True)
    for body in home.layout.special_acts.glob("*.age"):
        body.unlink()
    bad = home.said("audit", "verify", "--sealed", "--key", str(safe))
    assert (bad.code, f"{place}: the body" in bad.err) == (1, True)
    assert home.said("audit", "verify").code == 0
