"""A mask masks: what remains of a value neither rebuilds it nor tells all values apart."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import ric

from catalog_specs.models.element import Element
from catalog_specs.models.masking import GeneraliseDate, Partial
from catalog_specs.models.sharing import Condition
from catalog_specs.rules.disclosure import RefusalCode
from catalog_specs.telling import filter_tells_more, leaves_too_much
from outlets.open_data.release import Refusal, release
from storage.layout import Layout
from tests.cities.sharing import KEYS, NOW, OPEN_FILE, OPEN_SET, PERSON, fill, person, town
from tests.factories import change

RESIDENT = Element.model_validate(
    {
        "code": "resident_id",
        "name": "公民身份号码",
        "subject": "natural_person",
        "type": "string",
        "sensitivity": "identity",
        "check": "resident_id",
    }
)


@pytest.mark.parametrize("first", range(19))
def test_no_partial_mask_that_is_allowed_can_be_undone(first: int) -> None:
    """Beside birth date and region what an allowed mask leaves of an id fits many persons."""
    head = "35050219491231"
    numbers = [f"{head}{n:03}" for n in range(1000)]
    everybody = [number + ric.calc_check_digit(number + "0") for number in numbers]
    for last in range(19 - first):
        mask = Partial(mask="partial", keep_first=first, keep_last=last)
        if leaves_too_much(mask, RESIDENT) is None:
            tail = everybody[17][18 - last :]
            alike = [one for one in everybody if one[:first] == head[:first] and one.endswith(tail)]
            assert len(alike) > 50, (first, last)
            assert first + last < 18


@pytest.mark.parametrize(
    ("op", "value", "tells"),
    [
        ("ge", date(1990, 1, 1), False),
        ("lt", "1990-01-01", False),
        ("ge", date(1990, 1, 2), True),
        ("gt", date(1990, 1, 1), True),
        ("eq", date(1990, 1, 1), True),
        ("not_null", None, False),
    ],
)
def test_a_filter_asks_no_more_than_a_mask_shows(op: Any, value: Any, tells: bool) -> None:
    """Rows may be chosen at the borders of a generalisation, never inside it."""
    condition = Condition(item="birth_date", op=op, value=value)
    mask = GeneraliseDate(mask="generalise_date", to="year")
    assert filter_tells_more(condition, mask) is tells
    assert filter_tells_more(condition, None)


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
