"""Two releases beside each other: no difference between them singles anybody out."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import DeltaTable

from catalog_specs.catalog import Catalog
from catalog_specs.rules.disclosure import RefusalCode
from governance.keys import KeyRing
from outlets.open_data.release import Refusal, Release, release
from storage.delta.commits import marked
from storage.layout import Layout
from tests.city import MASTER_KEY, NOW, OPEN_FILE, OPEN_SET, PERSON
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.city.tables import fill, someone
from tests.unit.outlets.open_data.test_release import group

PROFILE = "profiles/test_rules.yaml"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a lake with two groups of persons and one who stands alone."""
    made = Layout(tmp_path)
    fill(made, compiled(), PERSON, [*group(8), *group(7, first=100, sex="2")])
    fill(made, compiled(), PERSON, [someone(900, residence="119999")])
    return made


def done(
    layout: Layout, catalog: Catalog | None = None, days: int = 0, keys: KeyRing = KEYS
) -> Any:
    """Release the open set some days later."""
    chosen = catalog or compiled()
    now = NOW + timedelta(days=days)
    return release(layout, chosen, chosen.open_sets[OPEN_SET], keys, now)


def sizes(layout: Layout, found: Any) -> dict[Any, int]:
    """Return the number of rows of each cell of a release."""
    assert isinstance(found, Release), found
    frame = pl.read_parquet(layout.release(OPEN_SET, found.release) / "data.parquet")
    counted = frame.group_by(pl.all()).len()
    return {row[:-1]: row[-1] for row in counted.rows()}


def counts(layout: Layout, found: Any) -> dict[Any, int]:
    """Return the number of rows of each sex."""
    return {cell[0]: count for cell, count in sizes(layout, found).items()}


def leave(layout: Layout, numbers: Iterable[int]) -> None:
    """Take persons out of the source."""
    ids = ", ".join(f"'{someone(number)['resident_id']}'" for number in numbers)
    table = DeltaTable(layout.authoritative(PERSON))
    table.delete(f"resident_id IN ({ids})", commit_properties=marked({}))


def test_a_change_waits_for_the_cadence(layout: Layout) -> None:
    """Between two releases the last one stands, however much the source changed."""
    first = done(layout)
    fill(layout, compiled(), PERSON, group(9, first=300))
    held = done(layout, days=27)
    assert (held.release, held.created, held.held) == (first.release, False, True)
    later = done(layout, days=28)
    assert (later.created, later.held) == (True, False)


def test_one_more_person_does_not_show(layout: Layout) -> None:
    """A cell that changed by one keeps its size; it moves when enough have come together."""
    first = sizes(layout, done(layout))
    fill(layout, compiled(), PERSON, [*group(1, first=300), *group(5, first=400, sex="2")])
    second = sizes(layout, done(layout, days=30))
    assert {cell[0]: count for cell, count in second.items()} == {"1": 8, "2": 12}
    fill(layout, compiled(), PERSON, group(2, first=500))
    third = sizes(layout, done(layout, days=60))
    assert {cell[0]: count for cell, count in third.items()} == {"1": 11, "2": 12}
    assert set(first) == set(second) == set(third)


def test_it_does_not_come_near_to_an_older_release_either(layout: Layout) -> None:
    """Eight, twelve, nine: the nine would tell the one who is there beyond the eight."""
    first = done(layout)
    fill(layout, compiled(), PERSON, group(4, first=300))
    second = done(layout, days=30)
    leave(layout, [300, 301, 302])
    third = done(layout, days=60)
    shown = [counts(layout, one)["1"] for one in (first, second, third)]
    assert shown == [8, 12, 12]


def pseudonyms(layout: Layout, found: Any) -> set[str]:
    """Return the pseudonyms in a release."""
    assert isinstance(found, Release), found
    frame = pl.read_parquet(layout.release(OPEN_SET, found.release) / "data.parquet")
    return set(frame["sex"])


@pytest.mark.parametrize(("said", "lost"), [(True, False), (False, False), (False, True)])
def test_no_release_holds_pseudonyms_of_two_keys(layout: Layout, said: bool, lost: bool) -> None:
    """Releases of one set are under one key, so that cells may stay; after a rotation none does."""
    masks = {"sex": {"mask": "pseudonym"}, "birth_date": {"mask": "generalise_date", "to": "year"}}
    masked = change(items=["sex", "birth_date"], masks=masks)
    catalog = compiled(**{OPEN_FILE: masked})
    first = done(layout, catalog)
    fill(layout, catalog, PERSON, group(1, first=300))
    second = done(layout, catalog, days=30)
    assert counts(layout, second) == counts(layout, first)  # its cell stays
    assert pseudonyms(layout, second) == pseudonyms(layout, first)
    for one in () if said else (first, second):  # an earlier version of this software said nothing
        file = layout.release(OPEN_SET, one.release) / "metadata.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        assert document["lineage"].pop("key")["version"] == 1
        file.chmod(0o600)
        file.write_text(json.dumps(document), encoding="utf-8")
    first_one = "" if lost else MASTER_KEY
    rotated = KeyRing.load(f"{first_one} 2:{'3c5a' * 4}{MASTER_KEY[2:50]}", where="test")
    third = done(layout, catalog, days=60, keys=rotated)
    assert third.created
    assert not pseudonyms(layout, third) & pseudonyms(layout, first)
    assert len(pseudonyms(layout, third)) == len(pseudonyms(layout, first))
    assert done(layout, catalog, days=90, keys=rotated).created is False


def test_a_cell_that_comes_back_is_compared_with_what_it_was(layout: Layout) -> None:
    """A cell that the last release does not have is compared with the one that had it."""
    first = counts(layout, done(layout))
    leave(layout, range(6))
    second = counts(layout, done(layout, days=30))
    fill(layout, compiled(), PERSON, group(7, first=500))
    third = counts(layout, done(layout, days=60))
    assert [one.get("1") for one in (first, second, third)] == [8, None, 8]


def test_no_two_releases_differ_by_a_few(tmp_path: Path) -> None:
    """Over many months of comings and goings no cell is near to what any release showed of it."""
    layout, dice = Layout(tmp_path), random.Random(7)
    published: dict[Any, set[int]] = {}
    number = released = 0
    for month in range(10):
        rows = []
        for sex in ("1", "2"):
            for decade in range(1950, 2000, 10):
                for _ in range(dice.choice([0, 0, 1, 2, 3, 4])):
                    born = date(decade + number % 10, 1 + number % 12, 1 + number % 28)
                    rows += group(1, first=number, sex=sex, birth_date=born)
                    number += 1
        fill(layout, compiled(), PERSON, rows or group(1, first=number))
        if month > 3:
            leave(layout, dice.sample(range(number), dice.choice([2, 9, 15])))
        found = done(layout, days=30 * month)
        if isinstance(found, Refusal):
            assert found.code is RefusalCode.NOTHING_LEFT
            continue
        released += found.created
        now = sizes(layout, found)
        assert min(now.values()) >= 3
        for cell, size in now.items():
            assert {abs(size - was) for was in published.get(cell, ())}.isdisjoint({1, 2})
            published.setdefault(cell, set()).add(size)
    assert released > 5


def test_other_columns_are_compared_by_what_they_share(layout: Layout) -> None:
    """A set with another column waits while its shared cells differ by a few; not for ever."""
    done(layout)
    fill(layout, compiled(), PERSON, group(1, first=300))
    fewer = compiled(**{OPEN_FILE: change(items=["sex", "residence"], masks__birth_date=...)})
    found = done(layout, fewer, days=1)
    assert isinstance(found, Refusal)
    assert found.code is RefusalCode.TOO_CLOSE
    assert found.combination == ("sex", "residence")
    assert isinstance(done(layout, fewer, days=30), Release)


def test_another_k_releases_only_what_it_changes(layout: Layout) -> None:
    """Raised, k takes small cells out at once; where none is smaller, the release stands."""
    first = done(layout)
    stands = done(layout, compiled(**{PROFILE: change(k_anonymity__value=7)}), days=1)
    assert (stands.release, stands.created) == (first.release, False)
    raised = done(layout, compiled(**{PROFILE: change(k_anonymity__value=8)}), days=1)
    assert raised.created
    assert list(sizes(layout, raised).values()) == [8]


def test_suppression_tells_no_size(layout: Layout) -> None:
    """How many rows were left out is said so roughly that no missing cell's size follows."""
    folder = layout.release(OPEN_SET, done(layout).release)
    said = (folder / "metadata.json").read_text(encoding="utf-8")
    assert '"抑制行数上限": 30' in said
    assert '"抑制行数"' not in said
