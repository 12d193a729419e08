"""A file format is one file and one member: the recipe, followed to the letter."""

from __future__ import annotations

import json
from pathlib import Path

from tests.architecture.extended import run_extended

MEMBER = """\
    TSV = ("tsv", "TSV", FormatFamily.DELIMITED)
"""
READER = '''\
"""Text delimited by tabs, without any quotes: what terminals and databases copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from catalog_specs.vocabulary import FeedFormat
from feeds.format import Format
from feeds.reader import OpenFeed, Source
from feeds.readers.csv_reader import DelimitedReader

__all__ = ["FORMAT", "TabReader"]


class TabReader:
    """Reads text delimited by tabs."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Read it as delimited text; see `FeedReader.open`."""
        feed = source.feed.model_copy(update={"delimiter": "\\t", "quote": None})
        with DelimitedReader().open(replace(source, feed=feed)) as opened:
            yield opened


FORMAT = Format(FeedFormat.TSV, TabReader())
'''
LAND = """\
import json
from pathlib import Path
import pyarrow.parquet as pq
from catalog_specs.models.feed import Feed
from feeds.reader import Source
from landing.landed_rows import land_rows

feed = Feed(kind="snapshot", format="tsv", columns={"编号": "code", "名称": "name"})
Path("f.tsv").write_text("编号\\t名称\\n1\\t甲,\\"乙\\n2\\n", encoding="utf-8")
landed = land_rows(Source(Path("f.tsv"), feed), Path())
rows = pq.read_table("rows.parquet").select(["code", "name", "_defect"]).to_pylist()
print(json.dumps([landed.read_as, landed.rows, landed.refusal, rows]))
"""


def test_a_format_is_one_file_and_one_member(tmp_path: Path) -> None:
    """A module and a member are declared, landed and named in the receipt like any format."""
    told = run_extended(
        tmp_path,
        ("catalog_specs/vocabulary.py", '    FIXED_WIDTH = ("fixed_width"', MEMBER),
        {"feeds/readers/tsv_reader.py": READER},
        LAND,
    )
    rows = [
        {"code": "1", "name": '甲,"乙', "_defect": None},
        {"code": None, "name": None, "_defect": "field_count"},
    ]
    assert json.loads(told.splitlines()[-1]) == ["tsv", 2, None, rows]
