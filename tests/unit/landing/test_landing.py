"""Landing: a file becomes exactly one delivery, whatever it holds and whenever a run stops."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from catalog_specs.errors import TransientError
from catalog_specs.models.resource import Resource
from feeds.columns import feed_columns
from landing import landing
from landing.header_refusals import declared_headers_told
from landing.landing import Recognised, broken_off, land, look, resume, waiting
from register.records import Delivery
from storage.layout import Layout
from tests.city import records
from tests.city.registers import deliveries
from tests.city.resources import catalog_of, firm, person, visit

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HEADER, LINE = f"{records.HEADER}\n", records.LINE.format(1) + "\n"
PERSON = person()


def drop(layout: Layout, text: str, name: str = "a.csv", resource: Resource = PERSON) -> Path:
    """Put a file into the inbox."""
    path = layout.inbox(resource.ref) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def landed(layout: Layout, path: Path, resource: Resource = PERSON) -> Delivery:
    """Land a file that was not delivered before."""
    result = land(layout, catalog_of(resource), resource, path, NOW)
    assert isinstance(result, Delivery)
    return result


def rows(layout: Layout, delivery: Delivery) -> list[dict[str, Any]]:
    """Return a delivery's rows."""
    path = layout.delivery(delivery.resource, delivery.delivery) / "rows.parquet"
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return an empty home."""
    return Layout(tmp_path)


def test_a_file_becomes_a_delivery(layout: Layout) -> None:
    """Raw bytes, rows and receipt stand in one folder, and the inbox is empty."""
    text = HEADER + LINE + "broken\n"
    path = drop(layout, text)
    delivery = landed(layout, path)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    folder = layout.delivery(PERSON.ref, f"000001-{sha256[:12]}")
    assert (delivery.sequence, delivery.rows, delivery.malformed) == (1, 2, 1)
    assert (delivery.files, delivery.sha256, delivery.refusal) == (("a.csv",), sha256, None)
    assert delivery.headers == tuple(HEADER.strip().split(","))
    assert (folder / "raw" / "a.csv").read_text(encoding="utf-8") == text
    assert sorted(p.name for p in folder.iterdir()) == ["raw", "receipt.json", "rows.parquet"]
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]
    assert deliveries(layout, PERSON.ref) == (delivery,)
    assert waiting(layout, PERSON.ref, NOW) == ()
    assert [row["_defect"] for row in rows(layout, delivery)] == [None, "field_count"]


def test_same_bytes_are_recognised(layout: Layout) -> None:
    """The same bytes under another name are taken away and change nothing."""
    first = landed(layout, drop(layout, HEADER + LINE))
    again = drop(layout, HEADER + LINE, "b.csv")
    result = land(layout, catalog_of(PERSON), PERSON, again, NOW)
    assert result == Recognised(PERSON.ref, first.delivery, "b.csv", first.sha256)
    assert not again.exists()
    assert deliveries(layout, PERSON.ref) == (first,)


def test_deliveries_are_numbered_in_the_order_they_land(layout: Layout) -> None:
    """Sequence numbers rise by one; the oldest file waits first, ties go by name."""
    for name, second in (("z.csv", 1), ("b.csv", 2), ("a.csv", 2)):
        os.utime(drop(layout, HEADER + LINE * ord(name[0]), name), (second, second))
    names = [path.name for path in waiting(layout, PERSON.ref, NOW)]
    assert names == ["z.csv", "a.csv", "b.csv"]
    made = [landed(layout, path) for path in waiting(layout, PERSON.ref, NOW)]
    assert [one.sequence for one in made] == [1, 2, 3]
    assert deliveries(layout, PERSON.ref) == tuple(made)


def test_only_settled_regular_files_wait(layout: Layout) -> None:
    """Unfinished uploads are passed over; links and pipes are reported, never followed."""
    for name in (".hidden", "a.part", "b.TMP", "c.crdownload", "d.csv"):
        drop(layout, "x", name)
    inbox = layout.inbox(PERSON.ref)
    (inbox / "link.csv").symlink_to(inbox / "d.csv")
    os.mkfifo(inbox / "pipe")
    now = datetime.fromtimestamp((inbox / "d.csv").stat().st_mtime, UTC)
    seen = look(layout, PERSON.ref, now)
    assert [path.name for path in seen.waiting] == ["d.csv"]
    assert {(s.name, s.reason) for s in seen.skipped} == {
        ("link.csv", "symlink"),
        ("pipe", "not_a_file"),
    }
    assert waiting(layout, PERSON.ref, now, timedelta(seconds=5)) == ()
    later = now + timedelta(seconds=6)
    assert len(waiting(layout, PERSON.ref, later, timedelta(seconds=5))) == 1
    with pytest.raises(TransientError):
        land(layout, catalog_of(PERSON), PERSON, inbox / "link.csv", NOW)


def test_no_inbox_is_an_empty_inbox(layout: Layout) -> None:
    """Nothing was ever delivered: nothing waits, nothing is landed."""
    assert waiting(layout, PERSON.ref, NOW) == ()
    assert deliveries(layout, PERSON.ref) == ()


def test_missing_columns_refuse_but_keep_every_row(layout: Layout) -> None:
    """The refusal names missing headers and the nearest delivered; rows keep all their text."""
    header = HEADER.replace("income", "incomes").replace(",children", "")
    delivery = landed(layout, drop(layout, header + LINE.replace(",3\n", "\n") + "broken\n"))
    assert delivery.refusal == "GATE-102"
    assert "income (nearest delivered: incomes)" in (delivery.refusal_detail or "")
    assert "children" in (delivery.refusal_detail or "")
    assert "张三" not in (delivery.refusal_detail or "")
    told = declared_headers_told(delivery.refusal_detail or "", feed_columns(PERSON.feed))
    assert set(told) == {"income", "children"}
    first, second = rows(layout, delivery)
    assert first["_raw"].startswith('{"name":"张三","resident_id":"1"')
    assert (first["name"], first["income"], first["children"]) == ("张三", None, None)
    assert (second["_row"], second["_defect"], second["_raw"]) == (2, "field_count", "broken")


def test_a_record_where_the_header_row_should_be_is_not_named(layout: Layout) -> None:
    """However near a value comes to a declared header, the refusal does not show it."""
    delivery = landed(layout, drop(layout, LINE.replace("张三", "name张三") + LINE))
    assert delivery.refusal == "GATE-102"
    assert "no declared header is there" in (delivery.refusal_detail or "")
    assert "张三" not in (delivery.refusal_detail or "")


def test_a_declared_column_delivered_twice_is_refused(layout: Layout) -> None:
    """Which of two equal headers is meant cannot be known."""
    delivery = landed(layout, drop(layout, HEADER.strip() + ",income\n" + LINE))
    assert delivery.refusal == "GATE-102"


def test_undecodable_records_are_defects_and_kept(layout: Layout) -> None:
    """A record whose bytes do not decode is told from sound ones; the raw bytes are there."""
    path = drop(layout, HEADER)
    content = (HEADER + LINE).encode("gb18030") + LINE.encode()
    path.write_bytes(content)
    delivery = landed(layout, path)
    assert (delivery.refusal, delivery.rows, delivery.malformed) == (None, 2, 1)
    assert [row["_defect"] for row in rows(layout, delivery)] == ["encoding", None]
    folder = layout.delivery(PERSON.ref, delivery.delivery)
    assert (folder / "raw" / "a.csv").read_bytes() == content


@pytest.mark.parametrize(
    ("resource", "text", "refusal"),
    [
        (PERSON, "", "GATE-104"),
        (PERSON, HEADER, "GATE-104"),
        (visit(), "", "GATE-104"),
        (visit(), "outcome,resident_id,visit_no,visit_day\n", None),
        (firm(), "uscc,firm_name,capital,操作,序号\n", None),
        (firm(), "uscc,firm_name,capital,操作\n", "GATE-102"),
    ],
)
def test_empty_deliveries(
    layout: Layout, resource: Resource, text: str, refusal: str | None
) -> None:
    """A snapshot must hold a record; additions and changes may be none; a header is needed."""
    assert landed(layout, drop(layout, text, "a.csv", resource), resource).refusal == refusal


def test_change_columns_are_landed(layout: Layout) -> None:
    """Operation and sequence of a change feed stand in columns of their own."""
    path = drop(layout, "操作,uscc,firm_name,capital,序号\nU,9,甲,1,7\n", "a.csv", firm())
    (row,) = rows(layout, landed(layout, path, firm()))
    assert (row["_op"], row["_seq"], row["uscc"]) == ("U", "7", "9")


def test_a_stop_before_the_commit_leaves_the_file(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is landed, the file still waits, and the next run lands it as the first."""
    path = drop(layout, HEADER + LINE)
    left = layout.landing(PERSON.ref) / ".landing-old"
    (left / "raw").mkdir(parents=True)
    os.link(path, left / "raw" / "a.csv")
    with monkeypatch.context() as stopped:
        stopped.setattr(os, "fsync", _stop)
        with pytest.raises(KeyboardInterrupt):
            landed(layout, path)
    assert list(layout.landing(PERSON.ref).iterdir()) == []
    assert deliveries(layout, PERSON.ref) == ()
    assert landed(layout, path).sequence == 1


def test_a_stop_after_the_file_was_taken_is_made_good(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has left the inbox, nothing is landed yet; `resume` lands it."""
    path = drop(layout, HEADER + LINE)
    with monkeypatch.context() as stopped:
        stopped.setattr(landing, "finish", _stop)
        with pytest.raises(KeyboardInterrupt):
            landed(layout, path)
    assert not path.exists()
    assert deliveries(layout, PERSON.ref) == ()
    resume(layout, PERSON.ref)
    (delivery,) = deliveries(layout, PERSON.ref)
    folder = layout.delivery(PERSON.ref, delivery.delivery)
    assert (folder / "raw" / "a.csv").stat().st_size == delivery.bytes
    assert broken_off(layout, PERSON.ref) == ()


def _stop(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_file_that_grows_meanwhile_is_not_taken(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file written to while it is read stays in the inbox, and nothing is landed."""
    path = drop(layout, HEADER + LINE)
    sync = os.fsync

    def write_more(descriptor: int) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(LINE)
        sync(descriptor)

    with monkeypatch.context() as busy:
        busy.setattr(os, "fsync", write_more)
        with pytest.raises(TransientError):
            landed(layout, path)
    assert path.exists()
    assert deliveries(layout, PERSON.ref) == ()


def test_runs_at_once_land_a_file_once(layout: Layout) -> None:
    """Of several runs one lands a file, the others find it gone."""
    path = drop(layout, HEADER + LINE)

    def attempt(_: int) -> str:
        try:
            return type(land(layout, catalog_of(PERSON), PERSON, path, NOW)).__name__
        except TransientError:
            return "gone"

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(attempt, range(4)))
    assert sorted(results) == ["Delivery", "gone", "gone", "gone"]
    assert len(deliveries(layout, PERSON.ref)) == 1


def test_only_what_reads_by_polars_loads_it() -> None:
    """Importing all readers, and what types records, costs nothing of it."""
    code = "import sys, landing.landing, values.typed; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
