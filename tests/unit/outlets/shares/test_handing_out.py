"""What a share tells beyond its masks: refused where it names persons, and said of every grant."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from catalog_specs.errors import AccessError
from outlets.shares.project import Projection, Withdrawal, project, refresh
from outlets.shares.state import uniqueness
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW, PERSON, REGION
from tests.city.declared import change, compiled
from tests.city.grants import rights_of
from tests.city.homes import KEYS
from tests.city.records import person_id
from tests.city.tables import fill, persons, someone

WORDS = change(
    resources=[{"resource": REGION, "items": ["code", "name"]}], approvals__0__on="2024-02-01"
)


def test_words_with_numbers_are_not_handed_out(tmp_path: Path) -> None:
    """A share whose text names a person is refused with counts, and what lay there is withdrawn."""
    layout, catalog = Layout(tmp_path), compiled(**{GRANT_FILE: WORDS})
    fill(layout, catalog, REGION, [{"code": "350502", "name": "鲤城区"}])
    assert isinstance(refresh(layout, rights_of(catalog), GRANT, KEYS, NOW), Projection)
    fill(layout, catalog, REGION, [{"code": "350503", "name": "丰泽区（13800138000）"}])
    with pytest.raises(AccessError, match="free text") as caught:
        project(layout, rights_of(catalog), catalog.grants[GRANT], KEYS, NOW)
    assert "name（手机号码 1 行）" in caught.value.where
    assert "1380" not in str(caught.value)
    gone = refresh(layout, rights_of(catalog), GRANT, KEYS, NOW)
    assert isinstance(gone, Withdrawal)
    assert not layout.share_file(GRANT).exists()
    redacted = change(
        resources=[
            {"resource": REGION, "items": ["code", "name"], "masks": {"name": {"mask": "redact"}}}
        ]
    )
    catalog = compiled(**{GRANT_FILE: redacted})
    assert isinstance(refresh(layout, rights_of(catalog), GRANT, KEYS, NOW), Projection)


def test_a_share_whose_masks_hide_nothing_is_refused(tmp_path: Path) -> None:
    """Years of people who are each born in another year are no mask, and no share is made."""
    layout, catalog = Layout(tmp_path), compiled()
    years = [someone(n, birth_date=date(1950 + n, 1, 1), residence="350502") for n in range(12)]
    fill(layout, catalog, PERSON, years[:11])
    assert project(layout, rights_of(catalog), catalog.grants[GRANT], KEYS, NOW).rows == 11
    fill(layout, catalog, PERSON, years[11:])
    with pytest.raises(AccessError, match="nothing is masked") as caught:
        project(layout, rights_of(catalog), catalog.grants[GRANT], KEYS, NOW)
    assert caught.value.where == f"{PERSON}.birth_date"


def test_a_share_whose_few_values_are_apart_by_chance_is_made(tmp_path: Path) -> None:
    """A dozen birthdays of sixty years lie in a dozen years; of forty no chance explains it."""
    layout, catalog = Layout(tmp_path), compiled()
    born = [date(1950 + n, 1 + n % 12, 1 + n % 28) for n in range(60)]
    people = [someone(n, birth_date=day, residence="350502") for n, day in enumerate(born)]
    fill(layout, catalog, PERSON, people[::5])
    assert project(layout, rights_of(catalog), catalog.grants[GRANT], KEYS, NOW).rows == 12
    rest = [one for n, one in enumerate(people) if n % 5 and n % 3]
    fill(layout, catalog, PERSON, rest)
    with pytest.raises(AccessError, match="nothing is masked"):
        project(layout, rights_of(catalog), catalog.grants[GRANT], KEYS, NOW)


@pytest.mark.parametrize(
    "condition",
    [
        {"item": "birth_date", "op": "eq", "value": "1990-05-06"},
        {"item": "resident_id", "op": "starts_with", "value": "350502"},
    ],
)
def test_rows_are_not_chosen_by_what_is_masked(tmp_path: Path, condition: Any) -> None:
    """A filter inside what a mask hides is refused, whatever the laws of the catalogue missed."""
    layout = Layout(tmp_path)
    catalog = compiled(**{GRANT_FILE: change(resources__0__where=[condition])})
    fill(layout, catalog, PERSON, persons(20))
    with pytest.raises(AccessError, match="may not be seen"):
        project(layout, rights_of(catalog), catalog.grants[GRANT], KEYS, NOW)


def test_a_share_says_how_unique_its_rows_are(tmp_path: Path) -> None:
    """Pseudonyms aside, the share of rows that stand alone is in `_meta`, also when linked."""
    layout, catalog = Layout(tmp_path), compiled()
    alike = {"name": "张某", "sex": "1", "residence": "350502"}
    rows = [someone(n, **alike, birth_date=date(1980, 1 + n, 1)) for n in range(6)]
    alone = [someone(n, **alike, birth_date=date(1940 + n, 1, 1)) for n in range(2)]
    numbered = [row | {"resident_id": person_id(n)} for n, row in enumerate(rows + alone)]
    fill(layout, catalog, PERSON, numbered)
    project(layout, rights_of(catalog), catalog.grants[GRANT], KEYS, NOW)
    assert uniqueness(layout, GRANT)[PERSON].startswith("除假名列外，25% 的行")
    with duckdb.connect(str(layout.share_file(GRANT)), read_only=True) as con:
        said = con.execute('SELECT "可区分程度" FROM _meta').fetchall()
    assert said == [(uniqueness(layout, GRANT)[PERSON],)]
    renamed = compiled(**{GRANT_FILE: change(purpose="另一用途")})
    assert project(layout, rights_of(renamed), renamed.grants[GRANT], KEYS, NOW).refreshed
    assert uniqueness(layout, GRANT)[PERSON].startswith("除假名列外，25% 的行")
