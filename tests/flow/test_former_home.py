"""A home made before one package held one stop runs on: nothing judged again, nothing lost."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_specs.loader import load
from flow.city import City
from flow.run import run
from flow.stops import row_count
from outlets.open_data.release import Release
from outlets.shares.project import Projection
from register.comparisons import COMPARISONS
from register.records import VerdictKind
from tests.city import PERMIT, VISIT
from tests.city.deliveries import deliver, deliver_further
from tests.city.homes import city_of, gone_over
from tests.city.lake import contents, versions

_PACKED = Path(__file__).parents[1] / "data" / "former_home" / "town.tar.xz"


@pytest.fixture
def town(tmp_path: Path) -> City:
    """Return the town over a copy of its former home, at another place than it was made."""
    with tarfile.open(_PACKED) as packed:
        packed.extractall(tmp_path, filter="data")
    return gone_over(city_of(load(tmp_path / "catalogue"), tmp_path / "home"))


def _leaving(city: City) -> Iterator[tuple[str, str]]:
    """Yield every file that others have: shares and releases, with the digest of its bytes."""
    home = city.layout.home
    for place in (home / "shares", home / "lake" / "shares", home / "open_data"):
        for path in sorted(place.rglob("*")):
            if path.is_file():
                yield str(path.relative_to(home)), hashlib.sha256(path.read_bytes()).hexdigest()


def test_nothing_is_judged_applied_or_handed_out_again(town: City) -> None:
    """A run without deliveries commits nothing and leaves every release as it was.

    It compares what stands with its sources, which nobody had done, and makes the file of a share
    again, which gains the names of codes and a receipt; either once. The rows of the share stay.
    """
    home = town.layout.home
    compared = {COMPARISONS.name}
    tables = {name: at for name, at in versions(home).items() if not _made_again(name, compared)}
    files = dict(_leaving(town))
    rows = _shared(town)
    held = contents(home, "ledgers").items()
    ledgers = {name: frame.height for name, frame in held if name not in compared}

    result = run(town)

    assert result.failures == ()
    assert result.outcomes == ()
    assert {name: version for name, version in versions(home).items() if name in tables} == tables
    assert {n: f.height for n, f in contents(home, "ledgers").items() if n in ledgers} == ledgers
    released = {name: digest for name, digest in files.items() if name.startswith("open_data/")}
    assert {n: digest for n, digest in _leaving(town) if n.startswith("open_data/")} == released
    assert _shared(town) == rows
    assert [one.refreshed for one in result.shares if isinstance(one, Projection)] == [True]
    assert [one.created for one in result.releases if isinstance(one, Release)] == [False]
    files = dict(_leaving(town))
    again = run(town)
    assert dict(_leaving(town)) == files
    assert [one.refreshed for one in again.shares if isinstance(one, Projection)] == [False]


def _made_again(name: str, compared: set[str]) -> bool:
    """Say whether a table is one of a share, or of what was compared."""
    return name.startswith("lake/shares/") or name.endswith(tuple(compared))


def _shared(city: City) -> dict[str, list[str]]:
    """Return the digests of the rows of each share, whatever the folder of its version is."""
    found: dict[str, list[str]] = {}
    for path in sorted((city.layout.home / "lake" / "shares").glob("*/v-*/*/*/*.parquet")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found.setdefault("/".join(path.parts[-3:-1]), []).append(digest)
    return found


def test_what_it_was_given_is_recognised_and_what_is_new_goes_through(town: City) -> None:
    """Bytes that it holds are taken for what they are; a new delivery is judged and applied."""
    deliver(town.layout.home)
    known = run(town)
    assert {one.verdict for one in known.outcomes} == {VerdictKind.RECOGNISED}

    inbox = town.layout.inbox(PERMIT)
    deliver_further(town.layout.home)
    (inbox / "permits-3.csv").write_text(
        "操作,序号,区划代码,许可编号,许可名称\nD,300,350501,P000,\nI,301,350501,P200,新\n",
        encoding="utf-8",
    )
    before = row_count(town, PERMIT)
    result = run(town)

    assert result.failures == ()
    by_kind = {(f"{one.department}/{one.resource}", one.verdict) for one in result.outcomes}
    assert by_kind == {(VISIT, VerdictKind.RECOGNISED), (PERMIT, VerdictKind.PASSED)}
    assert row_count(town, PERMIT) == before  # one came, one went
