"""The ledger of verdicts: each once, and of two on one delivery the one that stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from catalog_specs.rules.refusals import DeliveryRefusal
from register.records import Verdict, VerdictKind
from register.verdicts import STANDING_SQL, VERDICTS, standing, verdicts
from storage.layout import Layout
from tests.city import FIRM, NOW, PERSON
from tests.city.registers import delivery

REF = PERSON
REFUSED = DeliveryRefusal.MANY_DELETIONS


def verdict(sequence: int, ref: str = REF) -> Verdict:
    """Return a verdict with every field filled."""
    return Verdict(
        ref,
        delivery(ref, sequence).delivery,
        sequence,
        VerdictKind.REJECTED if sequence == 2 else VerdictKind.PASSED,
        5,
        3,
        2,
        ("name:required",),
        "d" * 64,
        NOW.isoformat(),
        '{"success": false}',
    )


def refused(one: Verdict) -> Verdict:
    """Return the verdict by which a held delivery is refused."""
    return replace(one, kind=VerdictKind.REJECTED, reasons=(REFUSED, *one.reasons))


def test_verdicts_are_recorded_once_and_come_back_in_order(tmp_path: Path) -> None:
    """Recording again is no news; a late delivery's verdict is not lost."""
    layout = Layout(tmp_path)
    assert verdicts(layout) == ()
    for sequence in (3, 1, 2):
        assert VERDICTS.record(layout, [verdict(sequence)])
        assert not VERDICTS.record(layout, [verdict(sequence)])
    assert VERDICTS.record(layout, [verdict(1, FIRM)])
    assert verdicts(layout, REF, engine_results=True) == tuple(verdict(n) for n in (1, 2, 3))
    assert [one.resource for one in verdicts(layout)] == [REF] * 3 + [FIRM]
    assert {one.gx_result for one in verdicts(layout)} == {"{}"}
    assert verdicts(layout, "x' OR 1=1 --") == ()


def test_the_long_column_is_read_on_demand(tmp_path: Path) -> None:
    """The engine's results are left out unless they are asked for."""
    layout = Layout(tmp_path)
    VERDICTS.record(layout, [verdict(1)])

    assert verdicts(layout, REF) == (replace(verdict(1), gx_result="{}"),)
    assert verdicts(layout, REF, engine_results=True) == (verdict(1),)


@pytest.mark.parametrize("first", [True, False])
def test_a_refusal_outlasts_the_verdict_it_turns(tmp_path: Path, first: bool) -> None:
    """Both are facts on record, whichever was written first; one of them stands."""
    layout, said = Layout(tmp_path), [verdict(1), refused(verdict(1))]
    for one in said if first else said[::-1]:
        assert VERDICTS.record(layout, [one])
        assert not VERDICTS.record(layout, [one])
    VERDICTS.record(layout, [verdict(3)])

    assert [one.kind for one in verdicts(layout)] == [VerdictKind.REJECTED, VerdictKind.PASSED]
    assert verdicts(layout)[0].reasons[0] == REFUSED


def test_the_sql_for_readers_says_the_same() -> None:
    """Of any mixture one row a delivery stands, and the same one by either way."""
    plain = [verdict(n) for n in (1, 2, 3)] + [verdict(1, FIRM), verdict(2, FIRM)]
    later = replace(verdict(3), judged_at="2027-01-01T00:00:00+00:00", accepted=1)
    mixed = [refused(plain[3]), *plain, refused(plain[0]), later]
    rows = VERDICTS.rows(mixed)

    kept = standing(rows)

    with duckdb.connect() as con:
        con.register("said", rows)
        query = f"FROM (SELECT * EXCLUDE (gx_result) FROM said QUALIFY {STANDING_SQL})"
        names = "resource, sequence, kind, accepted"
        found = con.sql(f"SELECT {names} {query} ORDER BY ALL").fetchall()
        con.register("kept", kept)
        assert con.sql(f"SELECT {names} FROM kept ORDER BY ALL").fetchall() == found
    assert kept.num_rows == 5
    assert sorted(row[2] for row in found) == ["passed"] + ["rejected"] * 4
    assert standing(VERDICTS.rows(plain)).num_rows == len(plain)


def test_the_verdicts_of_a_bundle_are_one_fact(tmp_path: Path) -> None:
    """Recorded together they are recorded once; the single ones after them are others."""
    layout = Layout(tmp_path)
    together = [verdict(n) for n in (1, 2)]
    assert VERDICTS.record(layout, together)
    assert not VERDICTS.record(layout, together)
    assert VERDICTS.read(layout, REF) == tuple(together)
