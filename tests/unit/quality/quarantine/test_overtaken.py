"""Overtaken records: a repaired record never undoes what was delivered since."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.vocabulary import Dimension, Level
from quality.findings import Findings
from quality.quarantine.overtaken import SUPERSEDED, with_superseded
from register.records import Delivery, VerdictKind
from register.rule_results import RuleAsked, RuleFound
from storage.engines.relation import Relation
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import FIRM, PERSON, VISIT
from tests.city.by_hand import OF, ByHand
from tests.city.records import person_id
from tests.city.resources import catalog_of
from tests.city.tables import feed
from values.typed import Typed

BAD = ("name:required",)
REJECTED = VerdictKind.REJECTED


def overtaken(home: ByHand, replay: Delivery, typed: Sequence[Mapping[str, Any]]) -> set[int]:
    """Return the rows of a replay that come too late; `typed` are its records as typed."""
    with open_workbench(home.layout.work) as con:
        relation = feed(con, home.catalog, home.ref, [dict(one) for one in typed])
        found = with_superseded(home.layout, home.catalog, replay, Typed(relation), Findings())
        assert found.failures is not None
        rows = con.execute(f"FROM {found.failures.sql}").fetchall()
    assert all(rules == [SUPERSEDED] for _, rules in rows)
    (result,) = found.results
    assert (result.passed, result.failing) == ((not rows,), (len(rows),))
    assert result.judged == (replay.rows,)
    return {row for row, _ in rows}


def person(number: int) -> dict[str, str]:
    """Return a person's record: of a snapshot whose key is a text."""
    return {"resident_id": person_id(number), "name": f"人{number}"}


Since = Callable[[ByHand], object]
SNAPSHOT: dict[str, tuple[Since, bool]] = {
    "nothing came since": (lambda _: None, False),
    "a newer snapshot holds the key": (lambda home: home.judge(home.land(person(1))), True),
    "a newer snapshot lacks the key": (lambda home: home.judge(home.land(person(2))), True),
    "a newer snapshot had it quarantined": (
        lambda home: home.judge(home.land(person(2), person(1)), {2: BAD}),
        False,
    ),
    "a newer snapshot was rejected": (
        lambda home: home.judge(home.land(person(1)), {1: BAD}, REJECTED, "GATE-101"),
        False,
    ),
    "a newer snapshot has no verdict": (lambda home: home.land(person(1)), False),
    "a replay of others says nothing of it": (
        lambda home: home.judge(home.replay({**person(2), OF: ("000001-" + "a" * 12, 2)})),
        False,
    ),
    "a replay of the same record was accepted": (
        lambda home: home.judge(home.replay({**person(1), OF: ("000001-" + "a" * 12, 1)})),
        True,
    ),
    "the key was quarantined in a snapshot before the newest": (
        lambda home: (
            home.judge(home.land(person(2), person(1)), {2: BAD}),
            home.judge(home.land(person(2))),
        ),
        True,
    ),
}


@pytest.mark.parametrize("since", SNAPSHOT)
def test_a_record_of_a_snapshot_is_late_by_what_newer_ones_say(tmp_path: Path, since: str) -> None:
    """A newer snapshot speaks of every key: by holding it, and by leaving it out."""
    happened, late = SNAPSHOT[since]
    home = ByHand(Layout(tmp_path), catalog_of(), PERSON)
    first = home.judge(home.land(person(1), person(2)), {1: BAD, 2: BAD})
    happened(home)
    replay = home.replay({**person(1), OF: (first.delivery, 1)})

    assert overtaken(home, replay, [person(1)]) == ({1} if late else set())


def test_a_record_without_its_whole_key_is_not_late(tmp_path: Path) -> None:
    """Nobody can say what was delivered of it since."""
    home = ByHand(Layout(tmp_path), catalog_of(), VISIT)
    nameless = {"resident_id": "1", "visit_no": None, "visit_day": "2024-01-01"}
    first = home.judge(home.land(nameless), {1: BAD})
    home.judge(home.land({**nameless, "visit_no": "7"}))

    assert overtaken(home, home.replay({**nameless, OF: (first.delivery, 1)}), [nameless]) == set()


def test_keys_are_compared_as_what_they_mean(tmp_path: Path) -> None:
    """A number written with a leading zero is the same key, as it is in the table."""
    home = ByHand(Layout(tmp_path), catalog_of(), VISIT)
    visit = {"resident_id": "1", "visit_no": "7", "visit_day": "2024-01-01"}
    first = home.judge(home.land(visit), {1: BAD})
    home.judge(home.land({**visit, "visit_no": "007"}))

    assert overtaken(home, home.replay({**visit, OF: (first.delivery, 1)}), [visit]) == {1}


def test_what_a_record_fails_otherwise_stays_with_it(tmp_path: Path) -> None:
    """Lateness is one more failure beside those that the gate found, at the level quarantine."""
    home = ByHand(Layout(tmp_path), catalog_of(), PERSON)
    people = [person(n) for n in (1, 2, 3)]
    first = home.judge(home.land(*people), {1: BAD, 2: BAD, 3: BAD})
    home.judge(home.land(person(3), person(2)), {1: BAD})
    replay = home.replay(*({**one, OF: (first.delivery, n)} for n, one in enumerate(people, 1)))
    asked = RuleAsked(
        "name:required",
        "f" * 16,
        "姓名必填",
        "a name",
        Dimension.COMPLETENESS,
        Level.QUARANTINE,
        "",
    )
    before = RuleFound(asked, (3,), (2,), (False,))

    with open_workbench(home.layout.work) as con:
        typed = Typed(feed(con, home.catalog, home.ref, [dict(one) for one in people]))
        con.execute(
            "CREATE TABLE failing AS SELECT unnest([1, 3]) AS _row, ['name:required'] rules"
        )
        findings = Findings((before,), "{}", Relation(con, "failing"))
        found = with_superseded(home.layout, home.catalog, replay, typed, findings)
        assert found.failures is not None
        failures = dict(con.execute(f"SELECT _row, rules FROM {found.failures.sql}").fetchall())

    assert failures == {1: [*BAD, SUPERSEDED], 2: [SUPERSEDED], 3: [*BAD]}
    assert found.results[0] == before
    assert (found.results[1].failing, found.results[1].asked.level) == ((2,), Level.QUARANTINE)


KEYS, DELIVERIES = 300, 4
"""Keys with a history each, and the deliveries that any of them may be in."""


@pytest.mark.parametrize("ref", [VISIT, FIRM])
def test_any_history_makes_late_what_an_accepted_record_followed(tmp_path: Path, ref: str) -> None:
    """Late is whose key was accepted from a later place on: of a change feed by its sequence too.

    Among the deliveries that followed may be a replay, whose records count from where they began.
    """
    source = random.Random(20)
    home = ByHand(Layout(tmp_path), catalog_of(), ref)

    def record(key: int, place: int) -> dict[str, Any]:
        if ref == VISIT:
            return {"resident_id": f"{key}", "visit_no": "1", "visit_day": "2024-01-01"}
        return {"uscc": f"{key}", "firm_name": "甲", "_op": "U", "_seq": f"{place}"}

    accepted: dict[int, list[tuple[int, int]]] = {key: [] for key in range(KEYS)}
    kept: dict[int, list[tuple[int, int, str, int]]] = {key: [] for key in range(KEYS)}
    for number in range(1, DELIVERIES + 1):
        again = number == DELIVERIES
        records, failing = [], {}
        for key in range(KEYS):
            for _ in range(0 if again else source.choice((1, 1, 2) if number == 1 else (0, 0, 1))):
                place = source.randint(0, 5) if ref == FIRM else 0
                records.append(record(key, place))
                if number == 1 or source.random() < 0.5:
                    failing[len(records)] = BAD
                    kept[key].append((number, place, f"{number:06}-{'a' * 12}", len(records)))
                else:
                    accepted[key].append((number, place))
            if again and source.random() < 0.3:
                since, place, name, row = kept[key].pop()
                records.append({**record(key, place), OF: (name, row)})
                accepted[key].append((since, place))
        home.judge(home.replay(*records) if again else home.land(*records), failing)
    repaired = [(key, *source.choice(kept[key])) for key in range(KEYS) if kept[key]]
    replay = home.replay(
        *({**record(key, place), OF: (name, row)} for key, _, place, name, row in repaired)
    )

    typed = [dict(record(key, place).items()) for key, _, place, _, _ in repaired]
    late = {
        row
        for row, (key, since, place, _, _) in enumerate(repaired, start=1)
        if any(one >= (since, place) for one in accepted[key])
    }
    assert 0.2 * len(repaired) < len(late) < 0.8 * len(repaired)
    assert overtaken(home, replay, typed) == late
