"""Looks: counts of what the texts of each sample column could be, in one query.

Belongs here: the looks and how they are counted. Keep out: elements (`matching`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog_specs.catalog import Catalog
from catalog_specs.time_formats import whole_text
from quality.rules.check_digits import MACROS
from scaffold.sampling import SAMPLE, column_name
from storage.engines.connection import Connection
from storage.sql import literal

__all__ = ["DATES", "MOMENTS", "Look", "looks_of"]

NULLS = ("N/A", "NULL", "null", "None", "NA", "无", "-", "—", "/", "\\N", "未知", "空")
"""Texts that often mean "no value"."""
DATES = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
NEARLY = 0.95
_MONEY = r"[¥￥]?\s*[0-9][0-9,，]*(\.[0-9]+)?\s*[(（]?[十百千万亿]*(元|圆|人民币|CNY|RMB)*[)）]?"
_TESTS: Mapping[str, str] = {
    "resident_id": "quanshu_resident_id_ok(t)",
    "credit_code": "quanshu_credit_code_ok(t)",
    "mobile": r"regexp_full_match(t, '(\+?86)?1[3-9][0-9]{9}')",
    "landline": r"regexp_full_match(t, '0[0-9]{2,3}-?[0-9]{7,8}')",
    "email": r"regexp_full_match(t, '[^@\s]+@[^@\s]+\.[^@\s]+')",
    "integer": r"regexp_full_match(t, '[+-]?[0-9]{1,18}')",
    "decimal": r"regexp_full_match(t, '[+-]?[0-9]{1,15}\.[0-9]{1,12}')",
    "boolean": "t IN ('是', '否', 'Y', 'N', 'y', 'n', '0', '1', 'true', 'false', '有', '无')",
    "money": f"regexp_full_match(t, {literal(_MONEY)}) AND regexp_matches(t, '[,，¥￥元圆万亿]')",
    "damaged": r"regexp_full_match(t, '[0-9](\.[0-9]+)?[eE]\+?[0-9]{2}')",
    "fullwidth": "regexp_matches(t, '[！-～]')",
    "spaces": r"raw <> trim(raw) OR regexp_matches(raw, '[\x{00a0}\x{3000}\x{200b}\x{feff}]')",
    "mojibake": r"regexp_matches(t, '\x{fffd}|锟斤拷|Ã|鈥')",
}


@dataclass(frozen=True)
class Look:
    """What the texts of one column could be: counts over the sample, never a value.

    `given` counts the texts that are no null marker; `tests` those that pass each test; `dates` and
    `moments` those that a format fits (a moment at midnight is a date as well); `lists` those that
    are codes, or names, of a code list.
    """

    header: str
    rows: int
    given: int
    distinct: int
    longest: int
    scale: int
    nulls: tuple[str, ...] = ()
    tests: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, int] = field(default_factory=dict)
    moments: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def share(self, test: str) -> float:
        """Return the share of given texts that pass a test."""
        return self.tests.get(test, 0) / self.given if self.given else 0.0

    @property
    def unique(self) -> bool:
        """Say whether nearly every record has a different value: some may be faulty."""
        return self.rows > 1 and self.distinct >= NEARLY * self.rows


def looks_of(con: Connection, catalog: Catalog, headers: tuple[str, ...]) -> tuple[Look, ...]:
    """Return the look of every column of the sample, in the file's order."""
    con.execute(MACROS)
    _register_lists(con, catalog)
    return tuple(_look(con, place, header) for place, header in enumerate(headers))


def _register_lists(con: Connection, catalog: Catalog) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE listed (list VARCHAR, side VARCHAR, text VARCHAR)")
    for code, found in catalog.code_lists.items():
        rows = [[code, "code", text] for text in found.values]
        rows += [[code, "name", name] for name in found.values.values()]
        con.executemany("INSERT INTO listed VALUES (?, ?, ?)", rows)


def _look(con: Connection, place: int, header: str) -> Look:
    column = column_name(place)
    markers = ", ".join(map(literal, NULLS))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE looked AS SELECT {column} AS raw, "
        f"CASE WHEN trim({column}) NOT IN ('', {markers}) THEN trim({column}) END AS t "
        f"FROM {SAMPLE} WHERE _defect IS NULL"
    )
    formats = {f"d{n}": form for n, form in enumerate((*DATES, *MOMENTS))}
    formats |= {f"m{n}": form for n, form in enumerate(MOMENTS)}
    tests = dict(_TESTS) | {name: _fits(name, form) for name, form in formats.items()}
    counted = ", ".join(f"count(*) FILTER ({sql}) AS {name}" for name, sql in tests.items())
    query = con.execute(
        "SELECT count(*) AS rows, count(t) AS given, count(DISTINCT t) AS distinct_, "
        "coalesce(max(length(t)), 0) AS longest, "
        r"coalesce(max(length(regexp_extract(t, '\.([0-9]+)$', 1))), 0) AS scale, "
        f"{counted} FROM looked"
    )
    names = [one[0] for one in query.description]
    found = dict(zip(names, query.fetchall()[0], strict=True))
    return Look(
        header=header,
        rows=found["rows"],
        given=found["given"],
        distinct=found["distinct_"],
        longest=found["longest"],
        scale=found["scale"],
        nulls=_nulls(con),
        tests={name: found[name] for name in _TESTS},
        dates={form: found[name] for name, form in formats.items() if name.startswith("d")},
        moments={form: found[name] for name, form in formats.items() if name.startswith("m")},
        lists=_lists(con),
    )


def _fits(name: str, form: str) -> str:
    """Return the SQL that says whether a text is written in a format; as a date, at midnight."""
    read = f"try_strptime(t, {literal(form)})"
    valid = f"{read} = date_trunc('day', {read})" if name.startswith("d") else f"{read} IS NOT NULL"
    return f"coalesce(regexp_full_match(t, {literal(whole_text(form))}) AND {valid}, false)"


def _nulls(con: Connection) -> tuple[str, ...]:
    markers = ", ".join(map(literal, NULLS))
    rows = con.execute(
        f"SELECT DISTINCT trim(raw) FROM looked WHERE trim(raw) IN ({markers}) ORDER BY 1"
    ).fetchall()
    return tuple(text for (text,) in rows)


def _lists(con: Connection) -> dict[tuple[str, str], int]:
    rows = con.execute(
        "SELECT list, side, count(*) FROM looked JOIN (SELECT DISTINCT * FROM listed) ON text = t "
        "GROUP BY list, side"
    ).fetchall()
    return {(code, side): count for code, side, count in rows}
