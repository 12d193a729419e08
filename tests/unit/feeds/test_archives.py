"""Sources: a plain file is one, an archive is as many as it holds, each recognised by itself."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import Feed
from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.vocabulary import FeedFormat
from feeds.archives import parts
from feeds.readers import Source
from tests.unit.feeds.feeds import make_feed
from tests.unit.feeds.untrusted.test_archives import CSV, tarred, zipped
from tests.unit.feeds.workbooks import written, xlsx


def taken(
    folder: Path, data: bytes, feed: Feed | None = None, name: str = "f"
) -> tuple[Source, ...]:
    """Return the parts of a file of those bytes."""
    scratch = folder / "scratch"
    scratch.mkdir()
    return parts(Source(written(folder / name, data), feed or make_feed()), scratch)


def test_a_plain_file_is_its_own_part(tmp_path: Path) -> None:
    """It stays where it is and keeps its name."""
    (part,) = taken(tmp_path, CSV, name="f.csv")
    assert (part.path, part.member, part.format) == (tmp_path / "f.csv", None, FeedFormat.CSV)


def test_members_are_recognised_each_by_itself(tmp_path: Path) -> None:
    """A workbook among texts is a workbook; the feed's pattern says which files are taken."""
    data = zipped({"b.xlsx": xlsx({"甲": [["A"]]}), "a.csv": CSV, "c.txt": CSV})
    found = taken(tmp_path, data, make_feed(members="[ab].*"))
    assert [(part.member, part.format) for part in found] == [
        ("a.csv", FeedFormat.CSV),
        ("b.xlsx", FeedFormat.XLSX),
    ]


def test_a_gzip_is_called_like_its_file(tmp_path: Path) -> None:
    """Without `.gz`."""
    (part,) = taken(tmp_path, gzip.compress(CSV), name="f.csv.gz")
    assert (part.member, part.path.read_bytes()) == ("f.csv", CSV)


def test_text_that_was_not_declared_has_the_encoding_it_has(tmp_path: Path) -> None:
    """The declared encoding is that of the declared format."""
    feed = make_feed(format="xlsx")
    (part,) = taken(tmp_path, CSV, feed)
    assert part.feed.encoding == "detect"


@pytest.mark.parametrize(
    "inner",
    [zipped({"a.csv": CSV}), tarred({"a.csv": CSV}), gzip.compress(CSV)],
    ids=["zip", "tar", "gzip"],
)
def test_archives_in_archives_are_refused(tmp_path: Path, inner: bytes) -> None:
    """As 42.zip has them."""
    with pytest.raises(IntakeError) as caught:
        taken(tmp_path, zipped({f"lib {n}.zip": inner for n in range(16)}))
    assert caught.value.code is DeliveryRefusal.UNSEEN
    assert caught.value.what == "an archive inside an archive"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"a.csv": os.urandom(3000)})[:2000], DeliveryRefusal.UNSEEN),
        (zipped({"../a.csv": CSV}), DeliveryRefusal.UNSEEN),
        (zipped({}), DeliveryRefusal.EMPTY),
        (zipped({"机密★.csv": CSV}), DeliveryRefusal.MARKED),
    ],
    ids=["damaged", "hostile", "empty", "marked"],
)
def test_what_was_not_seen_to_its_end_is_unseen(
    tmp_path: Path, data: bytes, reason: DeliveryRefusal
) -> None:
    """A damaged or hostile archive may hold a marking that nobody reached."""
    with pytest.raises(IntakeError) as caught:
        taken(tmp_path, data)
    assert caught.value.code is reason
    assert not list((tmp_path / "scratch").iterdir())
