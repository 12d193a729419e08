"""A mask masks: what remains of the values that leave does not tell all of them apart."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from catalog_specs.rules.disclosure import RefusalCode
from outlets.open_data.release import Refusal, release
from storage.layout import Layout
from tests.cities.sharing import KEYS, NOW, OPEN_FILE, OPEN_SET, PERSON, fill, person, town
from tests.factories import change


def test_masked_values_that_tell_every_original_apart_are_refused(tmp_path: Path) -> None:
    """Months of days that are all the first of a month hide nothing: nothing is released."""
    layout = Layout(tmp_path)
    months = {"mask": "generalise_date", "to": "month"}
    catalog = town(**{OPEN_FILE: change(items=["sex", "birth_date"], masks={"birth_date": months})})
    rows = [
        person(5 * month + n, sex="1", birth_date=date(1990, month, 1))
        for month in range(1, 7)
        for n in range(5)
    ]
    fill(layout, catalog, PERSON, rows)
    done = release(layout, catalog, catalog.open_sets[OPEN_SET], KEYS, NOW)
    assert isinstance(done, Refusal)
    assert (done.code, done.combination) == (RefusalCode.MASK_UNDONE, ("birth_date",))
    born = [date(1990, 3, 1) + timedelta(days=n) for n in range(1, 6)]
    fill(layout, catalog, PERSON, [person(900 + n, birth_date=b) for n, b in enumerate(born)])
    assert not isinstance(release(layout, catalog, catalog.open_sets[OPEN_SET], KEYS, NOW), Refusal)
