"""Replay deliveries: which quarantined records go, each once, and what stays where it is."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from catalog_specs.errors import RepairError
from catalog_specs.models.feed import AsOf
from catalog_specs.rules.refusals import DeliveryRefusal
from quality.quarantine.repair import choose_for_repair, write_for_repair
from quality.quarantine.replaying import (
    BARRED,
    Landed,
    Replaying,
    replay_as_delivered,
    replay_repaired,
)
from quality.quarantine.states import Chosen, State, records
from register.records import REPLAYED, Delivery, VerdictKind
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import NOW, VISIT
from tests.city.by_hand import OF, ByHand, Texts
from tests.city.resources import catalog_of, visit

BAD = ("visit_no:required",)
REJECTED = VerdictKind.REJECTED


@pytest.fixture
def home(tmp_path: Path) -> ByHand:
    """Return an empty home of visits."""
    return ByHand(Layout(tmp_path / "home"), catalog_of(), VISIT)


def task(home: ByHand, delivery: str | None = None) -> Replaying:
    """Return what both ways of replaying need."""
    return Replaying(home.layout, home.catalog, home.resource, NOW, delivery)


def visits(count: int) -> list[dict[str, Any]]:
    """Return so many records, each of a key of its own."""
    return [{"resident_id": str(n), "visit_no": "1", "outcome": f"甲{n}"} for n in range(count)]


def quarantined(home: ByHand, *taken: Texts, **said: Any) -> Delivery:
    """Land records that are all quarantined."""
    return home.judge(home.land(*taken, **said), dict.fromkeys(range(1, len(taken) + 1), BAD))


def landed(home: ByHand, done: Landed) -> list[dict[str, Any]]:
    """Return the records of everything that a replay landed, in order."""
    files = [home.layout.rows(home.ref, one.delivery) for one in done.deliveries]
    rows = [row for file in files for row in pq.read_table(file).to_pylist()]
    for one in done.deliveries:
        home.records[one.delivery] = rows
    return rows


def exported(home: ByHand, path: Path) -> Path:
    """Write the open records for repair."""
    with open_workbench(home.layout.work) as con:
        choose_for_repair(con, home.layout, home.resource, Chosen())
        write_for_repair(con, home.layout, home.catalog, home.resource, path)
    return path


def edited(path: Path, *changes: tuple[str, str]) -> Path:
    """Replace texts in a file, each of which it must hold."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def states(home: ByHand) -> list[tuple[str, int, str]]:
    """Return place and state of everything quarantined."""
    with open_workbench(home.layout.work) as con:
        found = records(con, home.layout, home.resource, Chosen(), 1_000)
    return [(one.delivery[:6], one.row, one.state.value) for one in found]


# ── as delivered ────────────────────────────────────────────────────────────────────────────────


def test_open_records_are_landed_once_more(home: ByHand) -> None:
    """One delivery like any other, the next in order, in which each says where it first came."""
    home.judge(home.land(*visits(4)), {2: BAD, 4: BAD})
    quarantined(home, *visits(1))

    done = replay_as_delivered(task(home))

    [one] = done.deliveries
    assert isinstance(one, Delivery)
    assert (one.origin, one.sequence, one.rows, one.read_as) == (REPLAYED, 3, 3, "jsonl")
    assert (done.records, done.settled, done.unsplit, done.refused) == (3, 0, 0, {})
    rows = landed(home, done)
    assert [row["outcome"] for row in rows] == ["甲1", "甲3", "甲0"]
    assert [(row["_origin_delivery"][:6], row["_origin_row"]) for row in rows] == [
        ("000001", "2"), ("000001", "4"), ("000002", "1"),
    ]  # fmt: skip


def test_what_is_on_its_way_is_not_landed_again(home: ByHand) -> None:
    """Replaying a second time lands nothing, whether the first was judged by then or not."""
    quarantined(home, *visits(2))
    first = replay_as_delivered(task(home))
    landed(home, first)
    assert {state for _, _, state in states(home)} == {State.WAITING}

    assert replay_as_delivered(task(home)).deliveries == ()
    [one] = first.deliveries
    assert isinstance(one, Delivery)
    home.judge(one)
    assert replay_as_delivered(task(home)).deliveries == ()
    assert {state for _, _, state in states(home)} == {State.SETTLED}


def test_a_replay_may_be_narrowed_to_one_delivery(home: ByHand) -> None:
    """The open records of all others stay."""
    quarantined(home, *visits(2))
    second = quarantined(home, *visits(3))

    assert replay_as_delivered(task(home, second.delivery)).records == 3
    assert [state for _, _, state in states(home)] == [State.OPEN] * 2 + [State.WAITING] * 3


def test_nothing_open_lands_nothing(home: ByHand) -> None:
    """An empty home, and one of which everything was accepted."""
    assert replay_as_delivered(task(home)) == Landed((), refused={})
    home.judge(home.land(*visits(2)))
    assert replay_as_delivered(task(home)) == Landed((), refused={})


def test_records_that_came_with_types_are_a_delivery_of_their_own(home: ByHand) -> None:
    """A workbook's cells are understood a little wider than texts, and stay so."""
    quarantined(home, *visits(2), read_as="xlsx")
    quarantined(home, *visits(1))

    done = replay_as_delivered(task(home))

    assert done.records == 3
    assert [(one.read_as, one.rows) for one in done.deliveries if isinstance(one, Delivery)] == [
        ("jsonl", 1),
        ("parquet", 2),
    ]


@pytest.mark.parametrize("reason", sorted(BARRED))
def test_hostile_late_secret_and_refused_deliveries_stay(
    home: ByHand, reason: DeliveryRefusal
) -> None:
    """They are delivered again, never replayed, and the reason is told."""
    one = home.land(*visits(2), refusal=reason)
    home.judge(one, {1: (reason,), 2: (reason,)}, REJECTED, reason)

    assert replay_as_delivered(task(home)) == Landed((), refused={one.delivery: reason})


@pytest.mark.parametrize(("late", "count"), [("reject", 0), ("apply", 2)])
def test_a_late_delivery_goes_once_lateness_is_no_matter(
    home: ByHand, late: Any, count: int
) -> None:
    """What the catalogue says today counts, not what it said when it was rejected."""
    one = home.land(*visits(2))
    home.judge(one, {1: (DeliveryRefusal.LATE,), 2: (DeliveryRefusal.LATE,)}, REJECTED,
               DeliveryRefusal.LATE)  # fmt: skip
    as_of = AsOf(file_name=r"(\d{8})", late=late)
    feed = visit().feed.model_copy(update={"as_of": as_of})
    today = home.declared(visit().model_copy(update={"feed": feed}))

    assert replay_as_delivered(task(today)).records == count


def test_what_still_cannot_be_read_is_told_and_stays(home: ByHand) -> None:
    """A record that no declaration splits is counted, a file that would be refused is named."""
    head = "resident_id,visit_no,visit_day,outcome\n"
    broken = home.deliver(f"{head}1,1,,甲\n2,1\n", "broken.csv")
    home.judge(broken, {1: BAD, 2: ("GATE-201",)})
    one = home.deliver("x,y\n1,2\n", "refused.csv")
    assert one.refusal
    home.judge(one, {1: (one.refusal,)}, REJECTED, one.refusal)

    done = replay_as_delivered(task(home))

    assert (done.records, done.unsplit) == (1, 1)
    assert [*done.refused] == [one.delivery]
    assert done.refused[one.delivery].startswith("GATE-102 ")


def test_a_file_of_which_no_record_was_read_is_tried_once(home: ByHand) -> None:
    """It has no row in quarantine; once a replay stands for it, it is not read again."""
    empty = home.deliver("")
    assert (empty.rows, bool(empty.refusal)) == (0, True)
    home.judge(empty, {}, REJECTED, empty.refusal or "")

    assert [*replay_as_delivered(task(home)).refused] == [empty.delivery]
    home.replay({**visits(1)[0], OF: (empty.delivery, 0)})
    assert replay_as_delivered(task(home)) == Landed((), refused={})


# ── as an edited file says ──────────────────────────────────────────────────────────────────────


def test_an_edited_cell_goes_and_all_others_stay_as_they_were(home: ByHand, tmp_path: Path) -> None:
    """An empty cell of the file is null where there was null, and empty where there was a text."""
    one = {"resident_id": "1", "visit_no": None, "visit_day": "", "outcome": " 甲 "}
    quarantined(home, one, {**one, "resident_id": "77"})
    path = edited(exported(home, tmp_path / "r.csv"), ("'77", "'78"))

    done = replay_repaired(task(home), path)

    parts = ("resident_id", "visit_no", "visit_day", "outcome")
    assert [tuple(row[part] for part in parts) for row in landed(home, done)] == [
        ("1", None, "", " 甲 "),
        ("78", None, "", " 甲 "),
    ]


def test_the_same_file_again_changes_nothing(home: ByHand, tmp_path: Path) -> None:
    """Its records are counted as settled: another delivery has carried them."""
    quarantined(home, *visits(3))
    path = exported(home, tmp_path / "r.jsonl")
    first = replay_repaired(task(home), path)
    landed(home, first)

    again = replay_repaired(task(home), path)

    assert (first.records, again) == (3, Landed((), 0, settled=3, refused={}))


def test_the_first_export_repairs_what_failed_again(home: ByHand, tmp_path: Path) -> None:
    """A record is also found by where it first came, as long as one open record stands for it."""
    first = quarantined(home, *visits(2))
    path = exported(home, tmp_path / "r.jsonl")
    home.judge(home.replay(*({**visits(2)[n], OF: (first.delivery, n + 1)} for n in (0, 1))),
               {1: BAD})  # fmt: skip

    done = replay_repaired(task(home), edited(path, ("甲0", "乙"), ("甲1", "丙")))

    assert (done.records, done.settled) == (1, 1)
    [row] = landed(home, done)
    assert (row["outcome"], row["_previous_delivery"][:6], row["_previous_row"]) == (
        "乙", "000002", "1",
    )  # fmt: skip
    assert (row["_origin_delivery"], row["_origin_row"]) == (first.delivery, "1")


def test_of_two_records_that_were_one_neither_is_guessed(home: ByHand, tmp_path: Path) -> None:
    """Where a line of the first export is two open records by now, it repairs none of them."""
    first = quarantined(home, *visits(1))
    path = exported(home, tmp_path / "r.jsonl")
    halves = [{"resident_id": str(n), OF: (first.delivery, 1)} for n in (1, 2)]
    home.judge(home.replay(*halves), {1: BAD, 2: BAD})

    assert replay_repaired(task(home), path) == Landed((), 0, settled=1, refused={})


def test_a_line_that_was_emptied_is_left_out(home: ByHand, tmp_path: Path) -> None:
    """Its record stays open: nobody deletes a record by emptying its cells."""
    quarantined(home, {"resident_id": "1"}, {"resident_id": "77"})
    path = edited(exported(home, tmp_path / "r.csv"), ("'77", ""))
    done = replay_repaired(task(home), path)

    assert (done.records, done.settled, done.unsplit) == (1, 0, 1)
    assert [state for _, _, state in states(home)] == [State.WAITING, State.OPEN]


STRANGERS: dict[str, Callable[[str], str]] = {
    "another delivery": lambda text: text.replace("000001", "000007"),
    "another row": lambda text: text.replace(",'1,", ",'9,", 1),
    "no number": lambda text: text.replace(",'1,", ",first,", 1),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_file_that_names_what_is_not_there_is_refused_whole(
    home: ByHand, tmp_path: Path, stranger: str
) -> None:
    """Not even its good lines are taken, so that it can be put right and tried again."""
    quarantined(home, *visits(2))
    path = exported(home, tmp_path / "r.csv")
    path.write_text(STRANGERS[stranger](path.read_text(encoding="utf-8")), encoding="utf-8")

    with pytest.raises(RepairError, match="not in quarantine"):
        replay_repaired(task(home), path)

    assert [*home.register().landed.names] == [*home.records]


def test_a_barred_delivery_is_not_repaired_either(home: ByHand, tmp_path: Path) -> None:
    """Whatever the file says of its records."""
    reason = DeliveryRefusal.MANY_DELETIONS
    one = home.land(*visits(2))
    home.judge(one, {1: (reason,), 2: (reason,)}, REJECTED, reason)

    done = replay_repaired(task(home), exported(home, tmp_path / "r.csv"))

    assert done == Landed((), refused={one.delivery: reason})


def test_every_line_of_a_file_is_accounted_for(home: ByHand, tmp_path: Path) -> None:
    """Landed, carried before, or left where it is: the counts sum up to the lines of the file.

    Over several rounds, in each of which some records fail again, and some lines are emptied.
    """
    source = random.Random(9)
    count = 60
    first = quarantined(home, *visits(count))
    path = exported(home, tmp_path / "r.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines()
    for _ in range(3):
        sent = [
            line.replace("甲", "", 1) if source.random() < 0.8 else _emptied(line) for line in lines
        ]
        path.write_text("\n".join([*sent, ""]), encoding="utf-8")
        open_before = sum(state == State.OPEN for _, _, state in states(home))

        done = replay_repaired(task(home), path)

        assert done.records + done.settled + done.unsplit == count
        assert done.records + done.unsplit == open_before
        rows = landed(home, done)
        assert len({row["_origin_row"] for row in rows}) == len(rows) == done.records
        assert {row["_origin_delivery"] for row in rows} <= {first.delivery}
        for one in done.deliveries:
            assert isinstance(one, Delivery)
            failing = {n: BAD for n in range(1, one.rows + 1) if source.random() < 0.5}
            home.judge(replace(one), failing)
    assert len(states(home)) > count


def _emptied(line: str) -> str:

    cells = json.loads(line)
    places = ("_delivery", "_row")
    return json.dumps({name: cells[name] if name in places else None for name in cells})
