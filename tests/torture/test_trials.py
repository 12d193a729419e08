"""Trials of nasty files and of the demo's: each says what then becomes of the delivery."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from catalog_specs.loader import bundled, load
from demo_city.rounds import rounds
from flow.stops import opened_gate, take_waiting
from register.records import VerdictKind
from tests.city import NOW
from tests.city.homes import city_of
from tests.city.one_feed import REF, deliver, fed_catalogue, fed_city, take
from tests.city.trials import agree, tried
from tests.tiers import then_thorough
from tests.torture.test_corpus import DEFECTS, FEED, TYPES, WHOLE, case

ALONE = {
    f"{place:04}.csv": case([defect], place).data for place, defect in enumerate(DEFECTS, start=1)
}
TOGETHER = {"all.csv": case(DEFECTS, 1_000).data}
FILES = {f"{place:03}{name}": data for place, (name, data, _) in enumerate(WHOLE.values())}


@pytest.mark.parametrize(
    "files", then_thorough([TOGETHER], [ALONE, FILES]), ids=lambda files: f"{len(files)} files"
)
def test_a_trial_of_a_nasty_file_says_what_becomes_of_it(
    tmp_path: Path, files: Mapping[str, bytes]
) -> None:
    """Every defect in every record, and whole files that are none, are told as the run tells."""
    own = tmp_path / "own"
    own.mkdir()
    kinds = set()
    with fed_city(fed_catalogue(tmp_path, {"feed": FEED, "types": TYPES}), tmp_path / "home") as (
        city,
        gate,
    ):
        for name, data in files.items():
            (own / name).write_bytes(data)
            found = tried(city, REF, own / name)
            deliver(city, {name: data})
            (one,) = take(city, gate)
            agree(found, one, city)
            kinds.add((one.verdict, bool(one.quarantined)))
    assert (VerdictKind.PASSED, True) in kinds or len(kinds) > 1


@pytest.mark.thorough
def test_a_trial_of_each_delivery_of_the_demo_says_what_becomes_of_it(tmp_path: Path) -> None:
    """Of every resource in every round, in the order in which a run takes them."""
    catalog = load(bundled("quanzhou"))
    city = city_of(catalog, tmp_path / "home")
    kinds = set()
    for one in rounds(catalog, city.layout.home, 200, 7, NOW.date()):
        aside = tmp_path / f"round-{one.number}"
        for resource in catalog.in_order():
            inbox = city.layout.inbox(resource.ref)
            waiting = [file for file in one.files if file.is_relative_to(inbox)]
            waiting.sort(key=lambda file: file.stat().st_mtime_ns)
            (aside / resource.ref).mkdir(parents=True)
            moved = [Path(shutil.move(file, aside / resource.ref)) for file in waiting]
            with opened_gate(city) as gate:
                for file in moved:
                    found = tried(city, resource.ref, file)
                    shutil.move(file, inbox)
                    (outcome,) = take_waiting(city, gate, resource.ref)
                    agree(found, outcome, city)
                    kinds.add((outcome.verdict, bool(outcome.quarantined)))
    assert {VerdictKind.RECOGNISED, VerdictKind.REJECTED, VerdictKind.PASSED} <= {
        kind for kind, _ in kinds
    }
