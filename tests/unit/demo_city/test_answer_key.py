"""Comparing what was quarantined with the answers."""

from __future__ import annotations

from datetime import date

from demo_city.answer_key import PASSED, AnswerKey, Expected, Quarantined, compare

REF = "public_security/resident"


def answers() -> AnswerKey:
    """Return answers for one file with two bad records."""
    kept = (Quarantined(3, ("name:required",)), Quarantined(9, ("a:length", "b:range")))
    one = Expected(1, "public_security", "resident", "f.csv", "0" * 64, 10, PASSED, kept)
    return AnswerKey(seed=1, people=10, today=date(2026, 6, 30), deliveries=(one,))


def test_agreement_leaves_nothing_to_say() -> None:
    """The order of rules and records does not matter."""
    found = [(REF, "f.csv", 9, ["b:range", "a:length"]), (REF, "f.csv", 3, ["name:required"])]
    assert compare(answers(), found) == []


def test_every_difference_is_named() -> None:
    """A missed record, a wrong one and another rule are each said, with file and number."""
    found = [(REF, "f.csv", 9, ["a:length"]), (REF, "f.csv", 4, ["x:pattern"])]
    said = compare(answers(), found)
    assert len(said) == 3
    assert "1 record(s) not quarantined: 3 (name:required)" in said[0]
    assert "1 record(s) quarantined wrongly: 4 (x:pattern)" in said[1]
    assert "record 9 breaks a:length, b:range, found a:length" in said[2]


def test_a_file_nobody_wrote_is_a_difference() -> None:
    """Quarantined records of an unknown file are reported."""
    said = compare(answers().of_round(0), [(REF, "g.csv", 1, ["key:unique"])])
    assert len(said) == 1
    assert "g.csv" in said[0]
