"""Expected tables: what must be stored of a register after each delivery."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import pytest

from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedKind
from demo_city.writing.standing import Standing, Told, nothing_standing, settle
from tests.city import REGION
from tests.city.declared import compiled

KINDS = list(FeedKind)
Row = tuple[int, str] | tuple[int, str, str] | tuple[int, str, str, bool]


def _resource(kind: FeedKind) -> Resource:
    region = compiled().resource(REGION)
    return region.model_copy(update={"feed": region.feed.model_copy(update={"kind": kind})})


def _told(rows: Iterable[Row], quarantined: Iterable[int] = ()) -> Told:
    """Return a delivery of (id, name, kind, last word) with the positions that must not pass."""
    whole = [(*row, *("I", True)[len(row) - 2 :]) for row in rows]
    facts = pl.DataFrame(
        [(number, kind, final) for number, _, kind, final in whole],
        schema={"_id": pl.UInt32, "_kind": pl.String, "_final": pl.Boolean},
        orient="row",
    )
    texts = pl.DataFrame(
        {
            "code": [f"{number:06}" for number, *_ in whole],
            "name": [name for _, name, *_ in whole],
        },
        schema={"code": pl.String, "name": pl.String},
    )
    return Told(texts, facts, frozenset(quarantined))


def _after(kind: FeedKind, *deliveries: Told) -> Standing:
    standing = nothing_standing()
    for told in deliveries:
        standing = settle(_resource(kind), standing, told)
    return standing


def _counts(standing: Standing) -> tuple[int, int, int]:
    return standing.inserted, standing.updated, standing.deleted


def _ids(standing: Standing) -> set[int]:
    assert standing.rows["_id"].is_unique().all()
    return set(standing.rows["_id"])


FIRST = _told([(1, "甲"), (2, "乙"), (3, "丙")])


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_new_at_first(kind: FeedKind) -> None:
    """Whatever the kind, a first delivery inserts what passes."""
    standing = _after(kind, FIRST)
    assert (_counts(standing), _ids(standing)) == ((3, 0, 0), {1, 2, 3})


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_again_changes_nothing(kind: FeedKind) -> None:
    """A row whose texts are the same is neither new nor changed."""
    standing = _after(kind, FIRST, FIRST)
    assert (_counts(standing), _ids(standing)) == ((0, 0, 0), {1, 2, 3})


@pytest.mark.parametrize(
    ("kind", "counts", "ids"),
    [
        (FeedKind.SNAPSHOT, (1, 1, 2), {2, 4}),
        (FeedKind.UPSERT, (1, 1, 0), {1, 2, 3, 4}),
        (FeedKind.CHANGES, (1, 1, 0), {1, 2, 3, 4}),
    ],
)
def test_what_a_later_delivery_lacks_leaves_a_snapshot_alone(
    kind: FeedKind, counts: tuple[int, int, int], ids: set[int]
) -> None:
    """One changed, one new, two not told of."""
    standing = _after(kind, FIRST, _told([(2, "改"), (4, "丁")]))
    assert (_counts(standing), _ids(standing)) == (counts, ids)


def test_an_operation_deletes_what_stands() -> None:
    """A deletion of a row that does not stand counts for nothing."""
    standing = _after(FeedKind.CHANGES, FIRST, _told([(1, "甲", "D"), (9, "无", "D")]))
    assert (_counts(standing), _ids(standing)) == ((0, 0, 1), {2, 3})


def test_only_the_last_word_on_a_row_counts() -> None:
    """An earlier operation of the same delivery is overtaken."""
    standing = _after(FeedKind.CHANGES, FIRST, _told([(1, "后", "U", True), (1, "先", "U", False)]))
    assert _counts(standing) == (0, 1, 0)
    assert (
        _after(FeedKind.CHANGES, FIRST, _told([(1, "后")]))
        .rows.sort("_id")
        .equals(standing.rows.sort("_id"))
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_quarantined_row_stays_as_it_was_and_is_owed(kind: FeedKind) -> None:
    """What must not pass neither changes a row nor takes it away, and is to be corrected."""
    told = _told([(1, "改"), (2, "乙"), (3, "丙"), (4, "丁")], quarantined=[0, 3])
    standing = _after(kind, FIRST, told)
    assert (_counts(standing), _ids(standing)) == ((0, 0, 0), {1, 2, 3})
    assert set(standing.owed) == {1, 4}
    assert standing.rows.sort("_id").equals(_after(kind, FIRST).rows.sort("_id"))


def test_what_is_corrected_is_owed_no_more() -> None:
    """The next delivery that passes settles it."""
    standing = _after(FeedKind.UPSERT, _told([(1, "甲")], quarantined=[0]), _told([(1, "甲")]))
    assert (_counts(standing), set(standing.owed)) == ((1, 0, 0), set())
