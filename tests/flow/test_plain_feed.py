"""A file that is read as it lies ends as one whose records were written first."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from authoritative.lineage import key_of, row_lineage
from flow.replays import replay
from flow.run import run
from flow.stops import land_waiting
from quality.gate.typing_bench import TypingBench
from register.bundles import Bundle
from storage.engines.workbench import open_workbench
from tests.city import PERSON
from tests.city.homes import Town
from tests.city.lake import contents
from tests.city.records import people, person_id
from tests.city.registers import deliveries
from tests.flow.test_replay import BAD_SEX, edited, exported

FIRST = people(range(30), p2=BAD_SEX, p7=BAD_SEX)
SECOND = people(range(28), p1=("新名", 1, "1990-01-01", 350500, "1.00"), p9=BAD_SEX)


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town in which every plain file is read as it lies, a few records at a time."""
    monkeypatch.setattr("landing.landing.IN_PLACE", 0)
    monkeypatch.setattr("quality.quarantine.table.STRETCH_BYTES", 200)
    return Town(tmp_path / "plain")


@pytest.fixture
def written(tmp_path: Path) -> Town:
    """A town in which the records of every file are written."""
    return Town(tmp_path / "written")


def taken(town: Town) -> Town:
    """Take a register, its next state, and the repair of a record."""
    town.take(PERSON, "p.csv", FIRST)
    town.take(PERSON, "q.csv", SECOND)
    replay(town.city, PERSON, edited(exported(town, PERSON), "'9", "1"))
    return town


def test_nothing_differs_but_what_was_written(
    plain: Town, written: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables, quarantine, lineage and replays are the same, line by line."""
    one = taken(plain)
    monkeypatch.setattr("landing.landing.IN_PLACE", 1 << 20)
    two = taken(written)

    first = deliveries(one.layout, PERSON)[0]
    assert first.plain is not None
    assert deliveries(two.layout, PERSON)[0].plain is None
    tables, others = (contents(town.home, "authoritative") for town in (one, two))
    assert tables.keys() == others.keys()
    assert all(table.equals(others[name]) for name, table in tables.items())
    assert one.kept(PERSON) == two.kept(PERSON)
    wanted = key_of(one.city.catalog.resource(PERSON), [person_id(20)])
    here, there = (
        row_lineage(town.layout, town.city.catalog, PERSON, wanted, record=True)
        for town in (one, two)
    )
    assert here
    assert there
    assert (here.record, here.place.record, here.place.line) == (
        there.record,
        there.place.record,
        there.place.line,
    )
    assert here.place.line == 22


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_BE, "\ufeff".encode("gb18030")])
def test_an_encoding_changes_nothing_but_the_bytes(plain: Town, written: Town, mark: bytes) -> None:
    """A register in another encoding: the same table, and the same records as they were sent."""
    codec = "utf-16-be" if mark == codecs.BOM_UTF16_BE else "gb18030"
    plain.take(PERSON, "p.csv", FIRST)
    inbox = written.layout.inbox(PERSON)
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "p.csv").write_bytes(mark + FIRST.encode(codec))
    land_waiting(written.city, PERSON)
    run(written.city)

    (landed,) = deliveries(written.layout, PERSON)
    assert landed.plain is not None
    assert (landed.plain.codec, landed.encoding) == (codec, codec)
    sent = [(one.row, one.raw) for one in written.kept(PERSON)]
    assert sent
    assert sent == [(one.row, one.raw) for one in plain.kept(PERSON)]
    wanted = ("resident_id", "name", "birth_date", "residence", "_row")
    assert written.rows(PERSON, *wanted) == plain.rows(PERSON, *wanted)


def test_its_texts_are_written_when_they_are_asked_for(plain: Town) -> None:
    """Nothing but the file and its receipt lies in landing, until records are to be repaired."""
    plain.take(PERSON, "p.csv", FIRST)
    (landed,) = deliveries(plain.layout, PERSON)
    rows = plain.layout.rows(PERSON, landed.delivery)
    assert sorted(one.name for one in rows.parent.iterdir()) == ["raw", "receipt.json"]

    exported(plain, PERSON)

    assert sorted(one.name for one in rows.parent.iterdir()) == [
        "raw", "receipt.json", "rows.parquet",
    ]  # fmt: skip


def test_a_later_one_is_typed_in_parts_as_the_first(plain: Town, tmp_path: Path) -> None:
    """Several queries write its files side by side, which are no files of the table's."""
    plain.take(PERSON, "p.csv", FIRST)
    inbox = plain.layout.inbox(PERSON)
    (inbox / "q.csv").write_text(SECOND, encoding="utf-8")
    (landed,), _ = land_waiting(plain.city, PERSON)

    with open_workbench(tmp_path / "work") as con:
        bench = TypingBench(con, tmp_path, plain.layout, plain.city.catalog)
        typed = bench.typed(Bundle((landed,)), {})
        rows = con.execute(f"SELECT _row FROM {typed.feed.sql} ORDER BY _row").fetchall()

    assert rows == [(n,) for n in range(1, landed.rows + 1)]
    assert typed.files == ()
    assert len(list(tmp_path.rglob("typed/part-*.parquet"))) == 2


@pytest.mark.parametrize(
    "spoilt", ["a record more", "a field less", "a quote", "another value", "gone"]
)
def test_a_file_that_is_no_longer_what_was_sealed_is_told(plain: Town, spoilt: str) -> None:
    """Whoever changes a landed file before it was judged changes no table: it is named."""
    inbox = plain.layout.inbox(PERSON)
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "p.csv").write_text(FIRST, encoding="utf-8")
    land_waiting(plain.city, PERSON)
    (landed,) = deliveries(plain.layout, PERSON)
    (raw,) = (plain.layout.delivery(PERSON, landed.delivery) / "raw").iterdir()
    match spoilt:
        case "a record more":
            raw.write_text(FIRST + FIRST.splitlines()[1] + "\n", encoding="utf-8")
        case "a field less":
            raw.write_text(FIRST.replace("人5,", ""), encoding="utf-8")
        case "a quote":
            raw.write_text(FIRST.replace("人5", '"x'), encoding="utf-8")
        case "another value":
            raw.write_text(FIRST.replace("1990-01-01", "1991-01-01"), encoding="utf-8")
        case _:
            raw.unlink()

    done = run(plain.city)

    if spoilt == "gone" and plain.layout.store is not None:
        assert done.failures == (), "it is had from the store again"
        return
    assert [(one.code, one.where.rpartition("/")[2]) for one in done.failures] == [
        ("HOME-001", landed.delivery)
    ]
    assert not (plain.layout.authoritative(PERSON) / "_delta_log").exists()


def test_bytes_that_no_longer_decode_are_told(plain: Town) -> None:
    """A landed file in another encoding is decoded when it is judged: it is named as well."""
    inbox = plain.layout.inbox(PERSON)
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "p.csv").write_bytes(("\ufeff" + FIRST).encode("gb18030"))
    land_waiting(plain.city, PERSON)
    (landed,) = deliveries(plain.layout, PERSON)
    (raw,) = (plain.layout.delivery(PERSON, landed.delivery) / "raw").iterdir()
    name = "人5".encode("gb18030")
    raw.write_bytes(raw.read_bytes().replace(name, b"\xff" * len(name)))

    done = run(plain.city)

    assert [(one.code, one.where.rpartition("/")[2]) for one in done.failures] == [
        ("HOME-001", landed.delivery)
    ]
    assert not (plain.layout.authoritative(PERSON) / "_delta_log").exists()
