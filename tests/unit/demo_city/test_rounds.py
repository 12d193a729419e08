"""Three rounds of files, their answers, and that both hang together."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from itertools import product
from pathlib import Path

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.vocabulary import FeedFormat, FeedKind
from demo_city.answer_key import PASSED, RECOGNISED, REJECTED, load_answers
from demo_city.rounds import ANSWERS, found_city, make_city, rounds
from tests.unit.demo_city.conftest import PEOPLE, SEED, TODAY, MadeCity

KINDS = {
    "castable",
    "code_list",
    "credit_code",
    "date_window",
    "field_count",
    "length",
    "pattern",
    "range",
    "reference",
    "required",
    "resident_id",
    "unique",
}


def all_bytes(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_same_city_same_bytes(quanzhou: Catalog, made: MadeCity, tmp_path: Path) -> None:
    """The same people, seed and day give the same files to the byte, and the same answers."""
    make_city(quanzhou, tmp_path, PEOPLE, SEED, TODAY)
    assert all_bytes(tmp_path) == all_bytes(made.folder)


def test_answers_can_be_read_back(made: MadeCity) -> None:
    """The answer key on disk says what was returned."""
    assert load_answers(made.folder / ANSWERS) == made.answers


def test_every_file_is_answered_for(made: MadeCity) -> None:
    """There is one answer for each file, with its digest."""
    files = [file for file in made.folder.rglob("*") if file.is_file() and file.name != ANSWERS]
    assert len(files) == len(made.answers.deliveries)
    for one in made.answers.deliveries:
        content = made.file(one.round, one.ref, one.file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one.sha256


def test_every_kind_of_defect_is_planted(quanzhou: Catalog, made: MadeCity) -> None:
    """Every kind of rule is broken, operations and sequences too, and several named rules."""
    codes = {
        code for one in made.answers.deliveries for kept in one.quarantined for code in kept.rules
    }
    assert {code.partition(":")[2] for code in codes} >= KINDS
    assert {"operation:code_list", "sequence:castable", "key:unique"} <= codes
    named = {rule.code for resource in quanzhou.resources.values() for rule in resource.quality}
    assert len(named & codes) >= 5
    assert any(one.warned for one in made.answers.deliveries)


def test_answers_lie_within_their_files(made: MadeCity) -> None:
    """Record numbers are different, from 1 to the number of records, each with sorted rules."""
    for one in made.answers.deliveries:
        rows = [kept.row for kept in one.quarantined]
        assert len(set(rows)) == len(rows)
        assert all(1 <= row <= one.rows for row in rows)
        assert all(kept.rules == tuple(sorted(kept.rules)) for kept in one.quarantined)
        assert all(kept.rules for kept in one.quarantined)


def test_defects_differ_by_little(made: MadeCity) -> None:
    """Most records of what passes are good, and some feeds of every later round have defects."""
    passed = [one for one in made.answers.deliveries if one.expect == PASSED]
    bad = Counter[int]()
    for one in passed:
        bad[one.round] += len(one.quarantined)
    assert sum(bad.values()) < sum(one.rows for one in passed) / 10
    assert all(bad[number] > 20 for number in (1, 2, 3))


def test_a_delivery_is_refused_and_brought_again(quanzhou: Catalog, made: MadeCity) -> None:
    """One delivery lacks a declared column; all its records are answered for; it comes again."""
    refused = [one for one in made.answers.deliveries if one.expect == REJECTED]
    assert len(refused) == 1
    one = refused[0]
    feed = quanzhou.resource(one.ref).feed
    header = made.file(one.round, one.ref, one.file).read_text(feed.encoding).splitlines()[0]
    assert len(header.split(feed.delimiter)) == len(feed.columns) - 1
    assert [kept.row for kept in one.quarantined] == list(range(1, one.rows + 1))
    assert {kept.rules for kept in one.quarantined} == {("GATE-102",)}
    later = [
        other
        for other in made.answers.deliveries
        if other.ref == one.ref and other.round == one.round + 1
    ]
    assert [other.expect for other in later] == [PASSED]
    assert later[0].inserted > 0


def test_one_file_comes_twice(made: MadeCity) -> None:
    """One delivery is dropped again under another name, later, with the same bytes."""
    again = [one for one in made.answers.deliveries if one.expect == RECOGNISED]
    assert len(again) == 1
    first = next(
        one
        for one in made.answers.deliveries
        if one.sha256 == again[0].sha256 and one.expect == PASSED
    )
    assert first.file != again[0].file
    times = [made.file(one.round, one.ref, one.file).stat().st_mtime for one in (first, again[0])]
    assert times[0] < times[1]


def test_text_files_decode_and_have_their_records(quanzhou: Catalog, made: MadeCity) -> None:
    """A CSV decodes as declared, and has the declared headers and number of records."""
    for one in made.answers.deliveries:
        feed = quanzhou.resource(one.ref).feed
        if feed.format is not FeedFormat.CSV or one.expect == REJECTED:
            continue
        content = made.file(one.round, one.ref, one.file).read_bytes()
        text = content.decode(feed.encoding)
        header = text.splitlines()[0].split(feed.delimiter)
        changes = [feed.changes.sequence, feed.changes.operation] if feed.changes else []
        assert header == [*changes, *feed.columns]
        records = csv.reader(io.StringIO(text, newline=""), delimiter=feed.delimiter)
        assert sum(1 for _ in records) == one.rows + 1


def test_records_that_cannot_be_split_are_single_lines(quanzhou: Catalog, made: MadeCity) -> None:
    """A record with a field too many or too few never goes over several lines."""
    feed = quanzhou.resource("development_reform/penalty").feed
    seen = 0
    for one in made.answers.deliveries:
        if one.ref != "development_reform/penalty":
            continue
        text = made.file(one.round, one.ref, one.file).read_bytes().decode(feed.encoding)
        records = list(csv.reader(io.StringIO(text, newline="")))[1:]
        broken = [kept.row for kept in one.quarantined if "record:field_count" in kept.rules]
        seen += len(broken)
        assert all("\n" not in cell for row in broken for cell in records[row - 1])
    assert seen


def test_parquet_has_types_and_records(quanzhou: Catalog, made: MadeCity) -> None:
    """A Parquet feed has the declared columns, typed, and the number of records."""
    for one in made.answers.deliveries:
        feed = quanzhou.resource(one.ref).feed
        if feed.format is not FeedFormat.PARQUET:
            continue
        frame = pl.read_parquet(made.file(one.round, one.ref, one.file))
        assert frame.height == one.rows
        assert frame.columns == list(feed.columns)
        assert any(kind != pl.String for kind in frame.dtypes)


def test_rounds_pause_and_keep_the_answers(quanzhou: Catalog, tmp_path: Path) -> None:
    """Each round is on disk before the next is made, with all answers so far."""
    for one in rounds(quanzhou, tmp_path, 200, 5, TODAY):
        assert all(file.is_file() for file in one.files)
        assert load_answers(tmp_path / ANSWERS) == one.answers
        assert one.answers == one.answers.of_round(one.number)
        assert {each.round for each in one.answers.deliveries} == set(range(1, one.number + 1))


def test_what_is_spoken_of_exists(quanzhou: Catalog) -> None:
    """In every round whatever a register speaks of is on the register it comes from."""
    city = found_city(quanzhou, PEOPLE, SEED, TODAY)
    for number, (ref, history) in product((1, 2, 3), city.histories.items()):
        state = history.state(number)
        for item in quanzhou.resource(ref).items:
            if item.references:
                other, _, code = item.references.rpartition(".")
                known = city.state(number, other).select(pl.col(code).alias(item.code))
                lost = state.drop_nulls(item.code).join(known, on=item.code, how="anti")
                assert lost.is_empty(), (number, ref, item.code)


def test_snapshots_change_in_every_way(quanzhou: Catalog, made: MadeCity) -> None:
    """After the first round rows are inserted, updated and deleted by snapshots and operations."""
    for kind in (FeedKind.SNAPSHOT, FeedKind.CHANGES):
        later = [
            one
            for one in made.answers.deliveries
            if one.round > 1 and quanzhou.resource(one.ref).feed.kind is kind
        ]
        assert sum(one.inserted for one in later) > 0
        assert sum(one.updated for one in later) > 0
        assert sum(one.deleted for one in later) > 0


def test_some_referred_values_are_wrong(made: MadeCity) -> None:
    """A few referred values differ from their source: findings of reconciliation, not defects."""
    wrong = [sum(one.reconciliation.values()) for one in made.answers.deliveries]
    assert 0 < sum(wrong) < 200
