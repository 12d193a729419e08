"""Behaviour of the kind `unique`: what counts as saying something else under one key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product

import pyarrow as pa

from quality.rules.derivation import rules_for
from quality.rules.kinds.of_feed.unique import KIND, UNIQUE, content_of
from quality.rules.rule import Rule
from tests.city.resources import catalog_of, firm, person
from tests.unit.quality.rules.kinds.judging import good_rows

TODAY = date(2026, 3, 3)


def _rule(made: object) -> Rule:
    resource = person() if made == "person" else firm()
    (rule,) = (one for one in rules_for(catalog_of(resource), resource) if one.code == "key:unique")
    return rule


def _rows(*pairs: tuple[str | None, str | None], ops: str = "") -> pa.Table:
    columns = {
        "_row": range(1, len(pairs) + 1),
        "k": pa.array([key for key, _ in pairs], pa.string()),
        "v": pa.array([value for _, value in pairs], pa.string()),
    }
    return pa.table(columns | ({"_op": list(ops)} if ops else {}))


def test_the_key_of_a_change_feed_is_with_its_sequence() -> None:
    """A snapshot's key is its own; of a change feed, a key may come again with another sequence."""
    assert _rule("person").columns == ("resident_id",)
    assert _rule("firm").columns == ("uscc", "_seq")
    assert "变更序号" in _rule("firm").wording.zh


def test_the_content_is_every_item_and_the_operation_of_a_change() -> None:
    """Records are compared in all that is delivered of them."""
    assert content_of(person()) == [item.code for item in person().items]
    assert content_of(firm()) == ["uscc", "firm_name", "capital", "_op"]
    _, arguments = KIND.expected(_rule("firm"), firm(), TODAY)
    assert arguments["key_columns"] == ["uscc", "_seq"]
    assert arguments["content_columns"] == content_of(firm())


def test_the_very_same_record_twice_is_one_record() -> None:
    """Only what says something else fails, and both of them do; a null key is nobody's double."""
    rows = _rows(("a", "1"), ("a", "1"), ("b", "1"), ("b", "2"), (None, "1"), (None, "2"))
    given = {"key_columns": ["k"], "content_columns": ["k", "v"]}
    assert good_rows(UNIQUE, "k", rows, **given) == [1, 2, 5, 6]


def test_null_and_no_null_are_not_the_same() -> None:
    """A record that lacks a value says something else than the one that has it."""
    rows = _rows(("a", None), ("a", "1"), ("b", None), ("b", None))
    given = {"key_columns": ["k"], "content_columns": ["k", "v"]}
    assert good_rows(UNIQUE, "k", rows, **given) == [3, 4]


def test_without_content_every_double_fails() -> None:
    """A named expectation that asks for unique values alone knows no same record."""
    rows = _rows(("a", "1"), ("a", "1"), ("b", "1"))
    assert good_rows(UNIQUE, "k", rows, key_columns=["k"], content_columns=[]) == [3]


def test_of_deletions_only_that_they_are_deletions_counts() -> None:
    """Insert and update say the same of a row; two deletions agree whatever else they hold."""
    rows = _rows(
        ("a", "1"), ("a", "1"), ("b", "1"), ("b", None), ("c", "1"), ("c", "1"), ops="IUDDID"
    )
    given = {"key_columns": ["k"], "content_columns": ["k", "v", "_op"]}
    assert good_rows(UNIQUE, "k", rows, **given) == [1, 2, 3, 4]


def test_a_double_of_several_columns_is_found_in_whatever_order_it_stands() -> None:
    """All records of four keys in every order: those fail whose key stands there twice."""
    keys = list(product("ab", "xy"))
    for order in product(keys, repeat=3):
        rows = pa.table({"_row": [1, 2, 3], **_columns("km", order)})
        alone = [place for place, key in enumerate(order, 1) if order.count(key) == 1]
        assert good_rows(UNIQUE, "k", rows, key_columns=["k", "m"], content_columns=[]) == alone


def _columns(names: str, rows: Sequence[Sequence[str]]) -> dict[str, Sequence[str]]:
    return dict(zip(names, zip(*rows, strict=True), strict=True))
