"""An errand: what it is told, what its resource's deliveries remember, what it asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog_specs.errors import SettingsError
from landing.landing import land
from landing.pulls.errand import NOTE, TAKEN, Errand, Memory, asked, remember
from register.records import Arrival, Delivery, VerdictKind
from register.register import open_register
from register.verdicts import VERDICTS
from tests.city.registers import verdict_on
from tests.unit.landing.pulling import REF, Source, pulled_feed, sql


@pytest.fixture
def firms(tmp_path: Path) -> Source:
    """Return a resource that is pulled, without any delivery."""
    return Source(
        tmp_path / "home", pulled_feed(sql(), format="csv"), {"FIRM_DB": "x", "EMPTY": ""}
    )


def bring(
    firms: Source, mark: str, origin: str = "sql", text: str = "uscc,name,capital\n", **beside: str
) -> Delivery:
    """Land a file as a pull brings it, with what it noted beside it."""
    folder = firms.home.parent / f"pull {mark}"
    folder.mkdir()
    (folder / "firm.csv").write_text(f"{text}{mark},企,1\n")
    noted = []
    for name, content in beside.items():
        noted.append(folder / {"note": NOTE, "taken": TAKEN}[name])
        noted[-1].write_text(content)
    arrival = Arrival(origin, mark, tuple(noted))
    landed = land(
        firms.layout, firms.catalog, firms.resource, folder / "firm.csv", firms.now, arrival
    )
    assert isinstance(landed, Delivery)
    return landed


def memory(firms: Source, origin: str = "sql") -> Memory:
    """Return what is remembered."""
    return remember(open_register(firms.layout, firms.resource), origin)


def test_without_a_delivery_nothing_is_remembered(firms: Source) -> None:
    """The first pull starts from zero."""
    assert memory(firms) == Memory()


def test_the_newest_delivery_is_remembered(firms: Source) -> None:
    """How far it came, what was noted, and which rows come again."""
    bring(firms, "1", note='{"asked": "one"}', taken="x")
    bring(firms, "2", note='{"asked": "two"}')
    found = memory(firms)
    assert (found.watermark, found.note, found.newest) == ("2", {"asked": "two"}, {"asked": "two"})
    assert found.taken is None


def test_rows_that_come_again_lie_with_their_delivery(firms: Source) -> None:
    """The file stays where it was committed together with the rows."""
    landed = bring(firms, "1", taken="x")
    found = memory(firms)
    assert found.taken == firms.layout.delivery(REF, landed.delivery) / TAKEN
    assert found.taken.read_text() == "x"
    assert found.note == {}


def test_what_was_refused_or_rejected_does_not_count(firms: Source) -> None:
    """Its rows were not taken in; only what the newest one noted is known, to see it come again."""
    bring(firms, "1", note='{"asked": "one"}')
    rejected = bring(firms, "2", note='{"asked": "two"}')
    refused = bring(firms, "3", text="nothing,declared\n", note='{"asked": "three"}')
    assert refused.refusal == "GATE-102"
    VERDICTS.record(firms.layout, (verdict_on(rejected, VerdictKind.REJECTED),))
    found = memory(firms)
    assert (found.watermark, found.note) == ("1", {"asked": "one"})
    assert found.newest == {"asked": "three"}


def test_only_deliveries_of_the_same_origin_count(firms: Source) -> None:
    """A file that somebody dropped says nothing of how far a pull came."""
    bring(firms, "1", note='{"asked": "one"}')
    bring(firms, "2", origin="inbox")
    assert memory(firms).watermark == "1"
    assert memory(firms).newest == {}
    assert memory(firms, "http").watermark is None


def test_a_secret_that_is_not_set_is_named(firms: Source) -> None:
    """By its variable; an empty one is none."""
    assert firms.errand.secret("FIRM_DB") == "x"
    for variable in ("EMPTY", "ABSENT"):
        with pytest.raises(SettingsError, match=variable) as caught:
            firms.errand.secret(variable)
        assert caught.value.where == REF


def test_a_file_is_named_by_the_city_s_clock(firms: Source) -> None:
    """So that nothing of an address is in a name, and two pulls of a day differ."""
    late = Errand(
        firms.catalog, firms.resource, Path("f"), {}, datetime(2026, 3, 1, 18, 5, 9, tzinfo=UTC)
    )
    assert late.target(".parquet") == Path("f/firm-20260302T020509.parquet")


def test_another_question_has_another_digest() -> None:
    """However its words are divided, and whatever type they have."""
    questions = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", None), ("abc", ""), (1,), ("1",)]
    assert len({asked(*words) for words in questions}) == len(questions)
    assert asked("a", None) == asked("a", None)
    assert json.loads(json.dumps(asked("a"))) == asked("a")
