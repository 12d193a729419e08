"""Whatever bytes a department sends, they are accepted, quarantined or rejected: nothing else.

Every example delivers twenty files to one resource and takes them the whole way: landing, Great
Expectations, quarantine, authoritative. `make thorough` takes four times as many examples, and
`pytest -m large` sixty times as many.
"""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flow.city import City
from quality.gate.gate import Gate
from register.records import VerdictKind
from tests.city.one_feed import REF, deliver, facts, fed_catalogue, fed_city, take
from tests.tiers import then_thorough

COLUMNS = {"编号": "id", "名称": "name", "日期": "day", "数量": "count"}
TYPES = {"day": "date", "count": "integer"}
FEEDS: dict[str, dict[str, Any]] = {
    "csv": {},
    "csv_gb18030": {"encoding": "gb18030", "delimiter": "|", "comment": "#"},
    "csv_detect": {"encoding": "detect", "header": {"at": "find"}, "footer": "^合计"},
    "csv_utf16": {"encoding": "utf-16", "delimiter": "\t", "quote": None},
    "csv_escape": {"escape": "\\", "quote": "'", "header": {"at": "none"}},
    "csv_normalised": {
        "normalise": {"*": ["trim", "halfwidth"], "count": [{"number": {"units": True}}]},
        "split": {"first": {"part": "name", "separator": " ", "index": 1}},
    },
    "changes": {
        "kind": "changes",
        "changes": {"operation": "操作", "sequence": "序号"},
    },
    "jsonl": {"format": "jsonl"},
    "json": {"format": "json", "records": "$.rows"},
    "fixed": {
        "format": "fixed_width",
        "spans": {
            header: {"start": 1 + 6 * place, "width": 6} for place, header in enumerate(COLUMNS)
        },
    },
}
FILES = 20
"""Files of one example."""
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
"""Twenty files are long; a failure must show them, not that."""


@dataclass(frozen=True)
class Town:
    """A city with its gate, used for one example after another."""

    city: City
    gate: Gate

    def emptied(self) -> City:
        """Return the city with nothing in it."""
        for name in ("inbox", "lake"):
            shutil.rmtree(self.city.layout.home / name, ignore_errors=True)
        return self.city


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Town]]:
    """Yield a town for every feed, each compiled once."""
    with ExitStack() as stack:
        made = {}
        for name, feed in FEEDS.items():
            folder = tmp_path_factory.mktemp(name)
            said = {"feed": {"kind": "upsert", "columns": COLUMNS} | feed, "types": TYPES}
            catalogue = fed_catalogue(folder, said)
            made[name] = Town(*stack.enter_context(fed_city(catalogue, folder / "home")))
        yield made


# ── what is delivered ───────────────────────────────────────────────────────────────────────────

CELL = st.one_of(
    st.sampled_from(
        [
            "",
            "1",
            "2024-01-05",
            "５",
            "1,000",
            "3万",
            '"',
            '""',
            "a\nb",
            "\r",
            "\x00",
            "N/A",
            "\\",
            "'",
            "机构",
            "\ufeff",
            "\u3000",
            "=1+1",
            "{",
            "[1]",
            "合计",
            "# 注",
            "|",
            "\t",
            "𠮷",
            "I",
            "U",
        ]
    ),
    st.text(max_size=6),
)
ROW = st.lists(CELL, min_size=0, max_size=6)
ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "big5", "latin-1", "utf-32"]
)


@st.composite
def table(draw: st.DrawFn) -> bytes:
    """Return a delimited text, mostly with the declared header, often ragged."""
    headers = [*COLUMNS, "操作", "序号"]
    head = draw(st.sampled_from([headers, headers[:4], headers[::-1], headers[:2], ["x"], []]))
    rows = draw(st.lists(st.one_of(ROW, st.lists(CELL, min_size=len(head), max_size=len(head)))))
    glue = draw(st.sampled_from([",", "|", "\t"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoted = draw(st.booleans())
    lines = [glue.join(_quoted(cell, quoted) for cell in row) for row in [head, *rows]]
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    return text.encode(draw(ENCODINGS), errors="replace")


def _quoted(cell: str, quoted: bool) -> str:
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if quoted else cell


@st.composite
def records(draw: st.DrawFn) -> bytes:
    """Return JSON, as lines or as a document, whole or cut short."""
    import json

    value = st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), CELL),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(CELL, inner, max_size=2),
        max_leaves=4,
    )
    keys = st.sampled_from([*COLUMNS, "操作", "序号", "更多"])
    rows = draw(st.lists(st.dictionaries(keys, value, max_size=5), max_size=5))
    if draw(st.booleans()):
        return json.dumps({"rows": rows}, ensure_ascii=draw(st.booleans())).encode(
            errors="surrogatepass"
        )
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return lines.encode(errors="surrogatepass")


@st.composite
def columnar(draw: st.DrawFn) -> bytes:
    """Return Parquet or Arrow with some of the declared columns."""
    names = draw(st.lists(st.sampled_from([*COLUMNS, "多"]), unique=True, max_size=4))
    rows = draw(st.integers(0, 3))
    data = {name: draw(st.lists(CELL, min_size=rows, max_size=rows)) for name in names}
    made = io.BytesIO()
    frame = pl.DataFrame(data, schema=dict.fromkeys(names, pl.String))
    (frame.write_parquet if draw(st.booleans()) else frame.write_ipc)(made)
    return made.getvalue()


@st.composite
def packed(draw: st.DrawFn) -> bytes:
    """Return an archive of tables, some with hostile names."""
    names = st.sampled_from(
        ["a.csv", "b.csv", "../c.csv", "/d.csv", "x/y.csv", "e．．csv", "a.csv"]
    )
    members = draw(st.lists(st.tuples(names, table()), max_size=3))
    made = io.BytesIO()
    form = draw(st.sampled_from(["zip", "tar", "gzip"]))
    if form == "gzip":
        return gzip.compress(members[0][1] if members else b"", mtime=0)
    if form == "zip":
        with zipfile.ZipFile(made, "w") as archive:
            for name, data in dict(members).items():
                archive.writestr(name, data)
        return made.getvalue()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return made.getvalue()


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Return a file cut short, spliced, or with single bytes changed."""
    data = bytearray(draw(whole))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data)


MAGIC = st.sampled_from(
    [
        b"PK\x03\x04",
        b"PAR1",
        b"ARROW1\x00\x00",
        b"\x1f\x8b\x08",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"%PDF-1.7",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"{",
        b"[",
    ]
)
TEXTS = st.one_of(table(), records())
ANYTHING = st.one_of(
    TEXTS,
    TEXTS,
    TEXTS,
    damaged(TEXTS),
    damaged(TEXTS),
    st.binary(max_size=200),
    st.builds(lambda magic, rest: magic + rest, MAGIC, st.binary(max_size=60)),
)
BINARY = st.one_of(columnar(), packed(), damaged(columnar()), damaged(packed()))
"""Each of these starts a child process, so there are fewer of them."""


# ── what must hold ──────────────────────────────────────────────────────────────────────────────


def _holds(city: City, gate: Gate, files: dict[str, bytes]) -> None:
    deliver(city, files)
    outcomes = take(city, gate)
    found = facts(city)
    assert not list(city.layout.inbox(REF).iterdir())
    taken = [one for one in outcomes if one.verdict is not VerdictKind.RECOGNISED]
    assert {one.delivery for one in taken} == {one.delivery for one in found.receipts}
    assert len(outcomes) == len(files)
    for receipt in found.receipts:
        (outcome,) = [one for one in taken if one.delivery == receipt.delivery]
        kept = [row for row in found.quarantined if row["delivery"] == receipt.delivery]
        assert outcome.delivered == receipt.rows == outcome.accepted + outcome.quarantined
        assert len(kept) == outcome.quarantined
        assert len({row["row"] for row in kept}) == len(kept)
        assert all(row["rules"] and row["raw"] is not None for row in kept)
        if outcome.verdict is VerdictKind.REJECTED:
            assert outcome.reasons
            assert receipt.refusal is None or receipt.refusal_detail
        elif receipt.read_as in {"csv", "fixed_width", "jsonl"} and kept:
            assert all(row["line"] >= 1 for row in kept)
    changed = sum(one.inserted - one.deleted for one in outcomes)
    assert len(found.accepted) == changed


def _fuzzed(examples: int, contents: st.SearchStrategy[bytes], names: list[str]) -> Any:
    common = settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )

    @common
    @given(name=st.sampled_from(names), contents=st.lists(contents, min_size=FILES, max_size=FILES))
    def check(towns: dict[str, Town], name: str, contents: list[bytes]) -> None:
        town = towns[name]
        files = {f"{place}.dat": data for place, data in enumerate(contents)}
        _holds(town.emptied(), town.gate, files)

    return check


@pytest.mark.parametrize("examples", then_thorough([4], [32]))
def test_a_hundred_feeds_are_accepted_quarantined_or_rejected(
    towns: dict[str, Town], examples: int
) -> None:
    """No feed crashes a run or loses a record, and every sum holds."""
    _fuzzed(examples, ANYTHING, list(FEEDS))(towns)


@pytest.mark.parametrize("examples", then_thorough([2], [8]))
def test_binary_feeds_are_accepted_quarantined_or_rejected(
    towns: dict[str, Town], examples: int
) -> None:
    """The same for formats that a child process reads."""
    _fuzzed(examples, BINARY, ["csv", "jsonl", "changes"])(towns)


@pytest.mark.large
@pytest.mark.timeout(3600)
def test_ten_thousand_feeds_are_accepted_quarantined_or_rejected(towns: dict[str, Town]) -> None:
    """Many more of both."""
    _fuzzed(480, ANYTHING, list(FEEDS))(towns)
    _fuzzed(30, BINARY, list(FEEDS))(towns)
