"""The torture corpus: every defect a department's file may have, alone and combined.

Each case names its outcome: the rule that must keep the record back, on its very line, or that the
record is accepted. Files of one format go the whole way in one run.
"""

from __future__ import annotations

import io
import itertools
import random
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from register.records import VerdictKind
from storage.engines.spark.address import Address
from tests.city.one_feed import Facts, deliver, facts, fed_catalogue, fed_city, take
from tests.harness.cluster import cluster
from tests.harness.sail import sail
from tests.tiers import then_thorough

COLUMNS = {"统一社会信用代码": "uscc", "名称": "name", "成立日期": "day", "注册资本": "capital"}
TYPES = {
    "uscc": {"type": "string", "check": "credit_code"},
    "day": "date",
    "capital": {"type": "decimal", "scale": 2},
}
STEPS = {
    "*": ["trim"],
    "name": ["halfwidth", "collapse_spaces"],
    "capital": [
        "halfwidth",
        {"nulls": {"texts": ["N/A"]}},
        {"number": {"units": True, "currency": True}},
    ],
    "day": [{"dates": {"formats": ["%Y-%m-%d", "%Y%m%d", "%Y年%m月%d日"]}}],
}
FEED = {
    "kind": "upsert",
    "columns": COLUMNS,
    "normalise": STEPS,
    "comment": "#",
    "footer": "^合计",
    "header": {"at": "find"},
}
HEADER = ",".join(COLUMNS)
MANY = 40
"""Larger sets of defects, of all that there are."""


def credit_code(number: int) -> str:
    """Return the number-th valid credit code (GB 32100)."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    stem = f"91350500MA{number:07}"
    total = sum(letters.index(c) * 3**place % 31 for place, c in enumerate(stem))
    return stem + letters[-total % 31]


@dataclass(frozen=True)
class Defect:
    """Lines put into a file, and what must come of each record among them.

    `outcomes` holds one entry a record: the rules that quarantine it, or () for an accepted one;
    `at` the line, from 0, on which each of these records begins. `{}` stands for a valid code.
    """

    name: str
    lines: tuple[bytes, ...]
    outcomes: tuple[tuple[str, ...], ...]
    at: tuple[int, ...] = (0,)


def _one(name: str, line: str | bytes, *rules: str) -> Defect:
    data = line if isinstance(line, bytes) else line.encode()
    return Defect(name, (data,), (rules,))


STRAY_QUOTE, INCH_MARK = "stray quote", "quote inside a field"
DEFECTS = (
    _one("surplus field by a thousands comma", "{},甲,2024-01-05,5,000", "record:field_count"),
    _one("missing field", "{},甲,2024-01-05", "record:field_count"),
    _one("one lone field", "甲", "record:field_count"),
    _one("shifted by a column", ",{},甲,2024-01-05,5", "record:field_count"),
    _one("columns in another order", "甲,{},5,2024-01-05", "capital:castable", "day:castable",
         "uscc:credit_code"),
    _one(STRAY_QUOTE, '{},"甲,2024-01-05,5', "record:quoting"),
    _one("text after a closing quote", '{},"甲"乙,2024-01-05,5', "record:quoting"),
    _one(INCH_MARK, '{},甲"乙,2024-01-05,5'),
    _one("bytes that do not decode", b"{},\xff\xfe\xc4\xe3,2024-01-05,5", "record:encoding"),
    _one("a NUL byte", b"{},a\x00b,2024-01-05,5", "record:encoding"),
    _one("wrong check digit", "91350500MA0000001!,甲,2024-01-05,5", "uscc:credit_code"),
    _one("code of thirteen characters", "9135050000001,甲,2024-01-05,5", "uscc:credit_code"),
    _one("no key", ",甲,2024-01-05,5", "uscc:required"),
    _one("impossible date", "{},甲,2024-02-30,5", "day:castable"),
    _one("date in another writing", "{},甲,2024年1月5日,5"),
    _one("eight-digit date", "{},甲,20240105,5"),
    _one("capital in words", '{},甲,2024-01-05,"5,002(万元人民币)"'),
    _one("capital with a unit", "{},甲,2024-01-05,53万人民币"),
    _one("capital not known", "{},甲,2024-01-05,N/A"),
    _one("capital that is none", "{},甲,2024-01-05,若干", "capital:castable"),
    _one("full-width digits", "{},Ａ公司,2024-01-05,５００"),
    _one("strange spaces", "\u3000{}\u00a0,\u200b甲 \u3000乙,\t2024-01-05,5"),
    Defect("embedded newline", (b'{},"a', b'b",2024-01-05,5'), ((),)),
    Defect("records that contradict each other",
           (b"91350500MA9999999?,a,2024-01-05,5", b"91350500MA9999999?,b,2024-01-05,5"),
           (("key:unique",), ("key:unique",)), (0, 1)),
    _one("footer among the records", "合计,,,5", "record:footer"),
    Defect("comment", ("# 注释".encode(),), (), ()),
    Defect("blank line", (b"",), (), ()),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A file made of good records with defects among them, and what must come of it."""

    data: bytes
    accepted: int
    kept: tuple[tuple[int, tuple[str, ...]], ...]
    """(line, rules) of every quarantined record, in order."""


def case(defects: Sequence[Defect], seed: int) -> Case:
    """Return a file with these defects, in an order of its own, good records between and last.

    The first quote below a stray one may be its other end: a record that has it is quarantined.
    """
    unclosed = False
    chosen = list(defects)
    random.Random(seed).shuffle(chosen)
    lines = ["企业登记表,,,".encode(), HEADER.encode()]
    accepted, kept, number = 0, list[tuple[int, tuple[str, ...]]](), seed * 1000
    for defect in (*chosen, None):
        number += 1
        lines.append(f"{credit_code(number)},好,2024-01-05,5".encode())
        accepted += 1
        if defect is None:
            break
        for place, own in zip(defect.at, defect.outcomes, strict=True):
            rules = ("record:quoting",) if unclosed and defect.name == INCH_MARK else own
            if rules:
                kept.append((len(lines) + place + 1, rules))
            accepted += not rules
        quoted = any(b'"' in line for line in defect.lines)
        unclosed = defect.name == STRAY_QUOTE or (unclosed and not quoted)
        number += 1
        code = credit_code(number).encode()
        doubled = credit_code(9_999_999).encode()
        for line in defect.lines:
            whole = line.replace(b"{}", code).replace(b"91350500MA9999999?", doubled)
            lines.append(whole.replace(b"91350500MA0000001!", _wrong().encode()))
    return Case(b"\r\n".join([*lines, "合计,,,5".encode(), b""]), accepted, tuple(kept))


def _wrong() -> str:
    good = credit_code(1)
    return good[:-1] + ("1" if good[-1] != "1" else "2")


def _combined(few: int) -> Iterator[Sequence[Defect]]:
    yield from ([defect] for defect in DEFECTS)
    pairs = list(itertools.combinations(DEFECTS, 2))
    yield from random.Random(1).sample(pairs, 3 * few)
    some = random.Random(2)
    yield from (some.sample(DEFECTS, some.randint(3, 12)) for _ in range(few))
    yield DEFECTS


@pytest.mark.parametrize("few", then_thorough([10], [MANY]))
def test_every_defect_alone_and_combined_has_its_outcome(tmp_path: Path, few: int) -> None:
    """Whatever surrounds it, a record is accepted or quarantined by its own rules on its line."""
    outcomes_of_all(tmp_path, None, few)


@pytest.mark.thorough
def test_every_defect_has_its_outcome_on_a_second_engine(tmp_path: Path) -> None:
    """The same outcomes, on the same lines, where Sail types and judges."""
    outcomes_of_all(tmp_path, sail())


@pytest.mark.cluster
@pytest.mark.timeout(900)
def test_every_defect_has_its_outcome_on_a_cluster(tmp_path: Path) -> None:
    """The same of a real Spark."""
    with cluster() as spark:
        outcomes_of_all(tmp_path, spark.address)


def outcomes_of_all(tmp_path: Path, spark: Address | None, few: int = MANY) -> None:
    """Deliver every case, take them all, and compare what became of each record.

    A case is a defect alone, one of thrice `few` pairs, or of `few` larger sets.
    """
    engine = {"engine": "duckdb" if spark is None else "spark"}
    catalogue = fed_catalogue(tmp_path, {"feed": FEED, "types": TYPES, "resource": engine})
    cases = [case(defects, seed) for seed, defects in enumerate(_combined(few), start=1)]
    with fed_city(catalogue, tmp_path / "home", spark) as (city, gate):
        deliver(city, {f"{place:04}.csv": one.data for place, one in enumerate(cases)})
        outcomes = take(city, gate)
        found = facts(city)
    assert len(outcomes) == len(cases) == len(found.receipts)
    for one, outcome, receipt in zip(cases, outcomes, found.receipts, strict=True):
        rows = [row for row in found.quarantined if row["delivery"] == receipt.delivery]
        kept = tuple((row["line"], tuple(row["rules"])) for row in rows)
        assert kept == one.kept, one.data.decode("utf-8", "replace")
        assert outcome.accepted == one.accepted
        assert receipt.skipped["preamble"] == receipt.skipped["footer"] == 1


# ── whole files ─────────────────────────────────────────────────────────────────────────────────

GOOD = f"{HEADER}\n{credit_code(1)},甲,2024-01-05,5\n".encode()


def _zip(*members: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def _tar(**told: Any) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        info = tarfile.TarInfo("a.csv")
        for name, value in told.items():
            setattr(info, name, value)
        archive.addfile(info)
    return made.getvalue()


def _twins() -> bytes:
    return _zip(("caf\u00e9.csv", GOOD), ("cafe\u0301.csv", GOOD))


WHOLE: dict[str, tuple[str, bytes, str | None]] = {
    "good": ("a.csv", GOOD, None),
    "good in a zip": ("a.zip", _zip(("数据.csv", GOOD)), None),
    "empty": ("a.csv", b"", "GATE-104"),
    "a PDF": ("a.csv", b"%PDF-1.7\n" + bytes(range(256)) * 4, "GATE-110"),
    "a missing column": ("a.csv", GOOD.replace("名称".encode(), "单位名称".encode()), "GATE-102"),
    "a column twice": ("a.csv", GOOD.replace("名称".encode(), "成立日期".encode()), "GATE-102"),
    "a path that leaves": ("a.zip", _zip(("../../a.csv", GOOD)), "GATE-110"),
    "an absolute path": ("a.zip", _zip(("/etc/a.csv", GOOD)), "GATE-110"),
    "full-width dots": ("a.zip", _zip(("．．／a.csv", GOOD)), "GATE-110"),
    "twins": ("a.zip", _twins(), "GATE-110"),
    "an archive in an archive": ("a.zip", _zip(("b.zip", _zip(("a.csv", GOOD)))), "GATE-110"),
    "a zip bomb": ("a.zip", _zip(("a.csv", bytes(64 << 20))), "GATE-110"),
    "a link in a tar": ("a.tar", _tar(type=tarfile.SYMTYPE, linkname="/etc/passwd"), "GATE-110"),
    "a device in a tar": ("a.tar", _tar(type=tarfile.CHRTYPE), "GATE-110"),
    "absurdly wide": ("a.csv", b",".join([b"x"] * 100_000) + b"\n", "GATE-103"),
    "a broken workbook": ("a.xlsx", _zip(("xl/workbook.xml", b"<x"), ("[Content_Types].xml", b"")),
                          "GATE-110"),
    "billion laughs": ("a.xlsx", _zip(
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'),
    ), "GATE-110"),
    "broken Parquet": ("a.parquet", b"PAR1" + bytes(100) + b"PAR1", "GATE-110"),
    "marked in a cell": ("a.csv", GOOD.replace("甲".encode(), "机密★10年".encode()), "GATE-106"),
    "marked with spaces": ("a.csv", GOOD.replace("甲".encode(), "绝 密　★".encode()), "GATE-106"),
    "marked in GB 18030": ("a.csv", GOOD.decode().replace("甲", "秘密★").encode("gb18030"),
                           "GATE-106"),
    "marked in the preamble": ("a.csv", "绝密★长期\n".encode() + GOOD, "GATE-106"),
    "marked in its name": ("机密★20年.csv", GOOD + b"\n", "GATE-106"),
    "marked in a member": ("a.zip", _zip(("a.csv", GOOD.replace("甲".encode(), "秘密★".encode()))),
                           "GATE-106"),
    "a word that is no marking": ("a.csv", GOOD.replace("甲".encode(), "商业秘密".encode()), None),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, dict[str, Any], Path]:
    """Return what came of every whole file, each delivered under a name of its own."""
    folder = tmp_path_factory.mktemp("whole")
    catalogue = fed_catalogue(folder, {"feed": FEED, "types": TYPES})
    with fed_city(catalogue, folder / "home") as (city, gate):
        named = {f"{n:03}{name}": data for n, (name, data, _) in enumerate(WHOLE.values())}
        deliver(city, named)
        outcomes = {one.delivery: one for one in take(city, gate)}
        found = facts(city)
    names = [receipt.delivery for receipt in found.receipts]
    by_case = {case: outcomes[name] for case, name in zip(WHOLE, names, strict=True)}
    return found, by_case, city.layout.home


@pytest.mark.parametrize("name", list(WHOLE))
def test_a_whole_file_is_taken_or_refused_with_a_receipt(
    whole: tuple[Facts, dict[str, Any], Path], name: str
) -> None:
    """The refusal has its code and a detail; what is refused delivers nothing."""
    found, outcomes, _ = whole
    outcome = outcomes[name]
    (receipt,) = [one for one in found.receipts if one.delivery == outcome.delivery]
    code = WHOLE[name][2]
    assert receipt.refusal == code
    assert outcome.verdict is (VerdictKind.REJECTED if code else VerdictKind.PASSED)
    assert outcome.delivered == outcome.accepted + outcome.quarantined == receipt.rows
    assert outcome.accepted == (0 if code else 1)
    assert code is None or receipt.refusal_detail


def test_nothing_of_a_marked_delivery_is_kept(
    whole: tuple[Facts, dict[str, Any], Path],
) -> None:
    """No file below the home holds the marking, not even in a name."""
    _, _, home = whole
    marks = ["密★".encode(enc) for enc in ("utf-8", "gb18030", "utf-16-le")]
    for path in home.rglob("*"):
        assert "★" not in path.name
        assert not path.is_file() or not any(mark in path.read_bytes() for mark in marks), path
