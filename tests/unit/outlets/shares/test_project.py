"""Shares: what lies on disk for a grant, and what does not."""

from __future__ import annotations

import json
import shutil
import stat
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError, SettingsError
from governance.keys import KeyRing
from outlets.shares.project import (
    Projection,
    Withdrawal,
    due,
    project,
    refresh,
    shared,
)
from storage.delta.tables import live_files
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW, PERSON, VISIT
from tests.city.declared import change, compiled
from tests.city.grants import rights_of
from tests.city.homes import KEYS
from tests.city.lake import bytes_under, files
from tests.city.tables import fill, persons, someone

SENSITIVITIES = "masking/sensitivities.yaml"
PERSON_FILE = "resources/civil_affairs/person.yaml"
RESTRICTED = change(items__4__share="conditional")
CANARY = {
    "resident_id": "350599199001019999",
    "name": "欧阳金丝雀",
    "residence": "350599",
}
HIDDEN = {"resident_id": "110101197707078888", "name": "上官不可见", "residence": "110199"}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a lake with fifty persons, a canary inside the grant's rows and one outside."""
    made = Layout(tmp_path)
    fill(made, compiled(), PERSON, [*persons(50), someone(97, **CANARY), someone(98, **HIDDEN)])
    return made


def projected(layout: Layout, catalog: Catalog | None = None, **more: Any) -> Projection:
    """Project the small city's grant."""
    chosen = catalog or compiled()
    keys, now = more.get("keys", KEYS), more.get("now", NOW)
    return project(layout, rights_of(chosen), chosen.grants[GRANT], keys, now)


def extract(layout: Layout, ref: str = PERSON, grant: str = GRANT) -> pl.DataFrame:
    """Return the rows of an extract."""
    return pl.read_parquet(list(live_files(layout.share_table(grant, ref))))


def opened(layout: Layout, query: str) -> list[tuple[Any, ...]]:
    """Run a query on a grant's file as a consumer would: plain DuckDB, read-only."""
    with duckdb.connect(layout.share_file(GRANT), read_only=True) as con:
        return con.execute(query).fetchall()


def state(layout: Layout) -> dict[str, Any]:
    """Return what is on record of the projection."""
    found: dict[str, Any] = json.loads((layout.share(GRANT) / "projection.json").read_text())
    return found


def files_of(layout: Layout) -> dict[Path, bytes]:
    """Return every file of every grant, hidden ones included."""
    return files(layout.share("x").parent, layout.share_file("x").parent)


def test_extract_holds_granted_columns_and_rows_masked(layout: Layout) -> None:
    """The extract has exactly the granted columns and rows, each column under its mask."""
    done = projected(layout)
    frame = extract(layout)
    assert done == Projection(GRANT, (PERSON,), (), rows=51, refreshed=True)
    assert frame.columns == ["resident_id", "name", "sex", "birth_date", "residence"]
    assert frame.height == 51
    assert frame["resident_id"].str.len_chars().unique().to_list() == [32]
    assert "欧****" in frame["name"].to_list()
    assert set(frame["residence"]) == {"350502", "350503", "350599"}
    assert frame["birth_date"].str.contains("^[0-9]{4}$").all()


def test_no_byte_of_what_is_not_granted(layout: Layout) -> None:
    """Neither masked originals, nor other columns, nor other rows occur in any byte on disk."""
    projected(layout)
    secrets = [CANARY["resident_id"], CANARY["name"], *HIDDEN.values(), "income", "350500000000"]
    for path, content in bytes_under(layout.share(GRANT), layout.share_file(GRANT)):
        for secret in secrets:
            assert secret.encode() not in content, (path, secret)
    cells = {str(cell) for column in extract(layout).iter_columns() for cell in column}
    assert not cells & set(secrets)


def test_order_of_rows_tells_nothing_of_the_keys(layout: Layout) -> None:
    """Rows lie in the order of what is published: the rank of a pseudonym is not that of its id."""
    projected(layout)
    stored = pl.read_parquet(list(live_files(layout.authoritative(PERSON))))
    frame = extract(layout)

    assert stored["resident_id"].head(50).is_sorted()
    assert frame.equals(frame.sort(frame.columns, nulls_last=True))
    assert frame["resident_id"].is_sorted()
    assert frame["birth_date"].to_list() != stored["birth_date"].dt.to_string("%Y").to_list()[:51]


def test_file_opens_in_plain_duckdb_and_explains_itself(layout: Layout) -> None:
    """The consumer's file opens read-only, its views carry Chinese names and comments."""
    projected(layout)
    assert opened(layout, 'SELECT count(*) FROM "人口基本信息"') == [(51,)]
    comments = dict(
        opened(
            layout,
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = '人口基本信息'",
        )
    )
    assert comments["name"] == "姓名（部分遮盖，保留前1位、后0位）"
    assert comments["birth_date"] == "出生日期（概化到年）"
    [(view,)] = opened(
        layout, "SELECT comment FROM duckdb_views() WHERE view_name = '人口基本信息'"
    )
    assert "民政局" in view


def test_a_receipt_says_on_whose_approval_it_was_handed_out(layout: Layout) -> None:
    """`_receipt` names documents, version and rows; codes of the rows have their names."""
    projected(layout)
    with duckdb.connect(layout.share_file(GRANT), read_only=True) as con:
        found = con.sql("FROM _receipt")
        [row] = [dict(zip(found.columns, values, strict=True)) for values in found.fetchall()]
        named = con.sql("SELECT DISTINCT item FROM _codes").fetchall()
    assert "数共享2024-01" in row["审批"]
    assert "民数据2024-01" in row["审批"]
    assert (row["记录数"], row["数据版本"]) == ("51", "1")
    assert len(row["内容摘要"]) == 64
    assert named == [("sex",)]


def test_meta_names_grant_source_and_terms(layout: Layout) -> None:
    """`_meta` says who may use what for what until when, from whom and as of when, in Chinese."""
    projected(layout)
    with duckdb.connect(layout.share_file(GRANT), read_only=True) as con:
        found = con.sql("FROM _meta")
        [row] = [dict(zip(found.columns, values, strict=True)) for values in found.fetchall()]
    assert row["授权代码"] == GRANT
    assert row["数据应用单位"] == "数字办"
    assert row["数据来源单位"] == "民政局"
    assert row["有效期至"] == "2034-02-28"
    assert row["用途"] == "办件时核对申请人身份"
    assert row["共享方式"] == "检索查询"
    assert row["状态"] == "已汇聚"
    assert "姓名（name）：部分遮盖" in row["脱敏说明"]
    assert row["数据版本"] == "1"
    assert datetime.fromisoformat(row["数据时点"]).utcoffset() == timedelta(hours=8)
    assert "3505" not in str(row).replace("306-350500-0002", "")


def test_views_hold_their_comments_when_a_type_is_kept(layout: Layout) -> None:
    """A kept column keeps its type in extract and view."""
    kept = change(resources__0__items=["income", "birth_date"], resources__0__masks={})
    projected(layout, compiled(**{GRANT_FILE: kept}))
    types = opened(layout, 'SELECT typeof(income), typeof(birth_date) FROM "人口基本信息" LIMIT 1')
    assert types == [("DECIMAL(18,2)", "DATE")]


def test_rows_are_chosen_before_masks_are_laid(layout: Layout) -> None:
    """A row filter sees the stored values, although the column leaves generalised."""
    condition = {"item": "birth_date", "op": "lt", "value": "1951-01-01"}
    narrow = compiled(**{GRANT_FILE: change(resources__0__where=[condition])})
    years = projected(layout, narrow).rows
    assert years
    assert extract(layout)["birth_date"].to_list() == ["1950"] * years


def test_columns_that_say_nothing_keep_their_rows(layout: Layout) -> None:
    """An extract of constants alone still has one row for every granted row."""
    masks = {"sex": {"mask": "constant", "value": "不公开"}}
    silent = change(resources__0__items=["sex"], resources__0__masks=masks)
    assert projected(layout, compiled(**{GRANT_FILE: silent})).rows == 51


def test_others_may_not_read(layout: Layout) -> None:
    """Files and folders of a grant give no right to anybody but their owner."""
    projected(layout)
    places = [layout.share(GRANT), *layout.share(GRANT).rglob("*"), layout.share_file(GRANT)]
    assert all(stat.S_IMODE(place.stat().st_mode) & 0o077 == 0 for place in places)


def test_nothing_changed_writes_nothing(layout: Layout) -> None:
    """Projecting again without a change touches no byte, and says that it did not."""
    projected(layout)
    before = {path: path.stat().st_mtime_ns for path in files_of(layout)}
    again = projected(layout, now=NOW + timedelta(days=1))
    assert again == Projection(GRANT, (PERSON,), (), rows=51, refreshed=False)
    assert {path: path.stat().st_mtime_ns for path in files_of(layout)} == before


def test_new_rows_are_projected(layout: Layout) -> None:
    """A new version of the source is projected, and nothing of the former extract is left."""
    projected(layout)
    former = set(live_files(layout.share_table(GRANT, PERSON)))
    fill(layout, compiled(), PERSON, [someone(60)])
    done = projected(layout)
    assert (done.rows, done.refreshed) == (52, True)
    assert not any(Path(path).exists() for path in former)
    assert opened(layout, 'SELECT count(*) FROM "人口基本信息"') == [(52,)]


def test_narrowed_grant_leaves_no_old_column(layout: Layout) -> None:
    """After a column is taken out of a grant, its values are nowhere on disk."""
    projected(layout)
    assert any(b"350599" in content for content in files_of(layout).values())
    narrowed = compiled(**{GRANT_FILE: change(resources__0__items=["resident_id", "sex"])})
    assert projected(layout, narrowed).refreshed
    assert extract(layout).columns == ["resident_id", "sex"]
    for path, content in files_of(layout).items():
        assert b"350599" not in content, path
        assert b"residence" not in content.replace(b"residents", b""), path


@pytest.mark.parametrize(
    "edits",
    [
        {"resources__0__masks__name": {"mask": "partial", "keep_last": 1}},
        {"resources__0__where": []},
        {"terms": "只供办件使用。"},
        {"valid_to": "2033-01-01"},
    ],
)
def test_changed_terms_are_projected(layout: Layout, edits: dict[str, Any]) -> None:
    """A changed mask, row filter, term or validity of the grant makes the extract anew."""
    projected(layout)
    assert projected(layout, compiled(**{GRANT_FILE: change(**edits)})).refreshed


def test_rotated_key_makes_new_pseudonyms(layout: Layout) -> None:
    """After the master key was rotated every pseudonym is another one."""
    projected(layout)
    before = set(extract(layout)["resident_id"])
    rotated = KeyRing({1: bytes(range(32)), 2: b"n" * 32})
    assert projected(layout, keys=rotated).refreshed
    assert not before & set(extract(layout)["resident_id"])
    assert state(layout)["key_version"] == 2


def two_grants(**second: Any) -> Catalog:
    """Return a city whose second grant covers persons and visits for somebody else."""
    both = [
        {"resource": PERSON, "items": ["resident_id", "sex"]},
        {"resource": VISIT, "items": ["resident_id", "visit_no"]},
    ]
    document = compiled().grants[GRANT].model_dump(mode="json") | {
        "code": "second",
        "resources": both,
    }
    return compiled(**{"grants/second.yaml": document | second})


def refresh_all(
    layout: Layout, catalog: Catalog, keys: KeyRing, now: datetime
) -> tuple[Projection | Withdrawal, ...]:
    """Refresh every grant that has an extract or should have one."""
    codes = shared(layout, rights_of(catalog), now)
    return tuple(refresh(layout, rights_of(catalog), code, keys, now) for code in codes)


def test_pseudonyms_join_within_a_grant_and_never_across(layout: Layout) -> None:
    """One person has one pseudonym in all tables of a grant, and another in another grant."""
    catalog = two_grants()
    visits = [{"resident_id": p["resident_id"], "visit_no": "1"} for p in persons(50)]
    fill(layout, catalog, VISIT, visits)
    refresh_all(layout, catalog, KEYS, NOW)
    pseudonyms = set(extract(layout, PERSON, "second")["resident_id"])
    assert set(extract(layout, VISIT, "second")["resident_id"]) < pseudonyms
    assert not set(extract(layout, PERSON)["resident_id"]) & pseudonyms


def test_unchanged_resource_of_a_changed_grant_is_not_written_again(layout: Layout) -> None:
    """When one of a grant's sources changed, the extract of the other stays the same file."""
    catalog = two_grants()
    fill(layout, catalog, VISIT, [{"resident_id": "1", "visit_no": "1"}])
    refresh_all(layout, catalog, KEYS, NOW)
    before = [Path(file).stat().st_ino for file in live_files(layout.share_table("second", PERSON))]
    fill(layout, catalog, VISIT, [{"resident_id": "2", "visit_no": "2"}])
    refresh_all(layout, catalog, KEYS, NOW)
    after = [Path(file).stat().st_ino for file in live_files(layout.share_table("second", PERSON))]
    assert after == before
    assert extract(layout, VISIT, "second").height == 2
    with duckdb.connect(layout.share_file("second"), read_only=True) as con:
        assert con.execute('SELECT count(*) FROM "人口基本信息"').fetchall() == [(52,)]


def test_source_that_is_not_aggregated_yet(tmp_path: Path) -> None:
    """A granted resource without data has no view, and `_meta` names it as not aggregated yet."""
    layout = Layout(tmp_path)
    done = projected(layout)
    assert (done.resources, done.missing, done.rows) == ((), (PERSON,), 0)
    assert opened(layout, 'SELECT "信息资源", "状态" FROM _meta') == [("人口基本信息", "尚未汇聚")]
    fill(layout, compiled(), PERSON, persons(3))
    assert projected(layout).resources == (PERSON,)


def test_grant_without_pseudonym_needs_no_key(layout: Layout) -> None:
    """The master key is asked for only when a granted column is a pseudonym."""
    keyless = KeyRing.from_sources({}, layout.home)
    plain = compiled(**{GRANT_FILE: change(resources__0__items=["sex"])})
    assert projected(layout, plain, keys=keyless).rows == 51
    with pytest.raises(SettingsError, match="pseudonym"):
        projected(layout, keys=keyless)


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({"status": "suspended"}, "suspended"),
        ({"method": "verify"}, "no rows"),
        (
            {
                "resources__0__masks__name": {"mask": "generalise_region", "to": "city"},
                "resources__0__masks__birth_date": {"mask": "generalise_region", "to": "city"},
            },
            "fit",
        ),
        (
            {"resources__0__items": ["name"], "resources__0__masks": {"name": {"mask": "drop"}}},
            "dropped",
        ),
    ],
)
def test_projection_is_refused(layout: Layout, edits: dict[str, Any], message: str) -> None:
    """A grant that does not hold, hands out no rows or cannot be masked is not projected."""
    with pytest.raises(AccessError, match=message):
        projected(layout, compiled(**{GRANT_FILE: change(**edits)}))
    assert files_of(layout) == {}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({GRANT_FILE: change(status="revoked")}, "revoked"),
        ({GRANT_FILE: change(status="suspended")}, "suspended"),
        ({GRANT_FILE: change(valid_to="2026-03-01")}, "expired"),
        ({GRANT_FILE: change(approvals=[]), PERSON_FILE: RESTRICTED}, "authority_approval"),
        ({GRANT_FILE: change(method="verify")}, "no_rows"),
        ({GRANT_FILE: None}, "not_in_catalogue"),
        ({SENSITIVITIES: change(**{"2__share": ...})}, "unmasked"),
    ],
)
def test_what_no_longer_holds_is_withdrawn(
    layout: Layout, changes: dict[str, Any], reason: str
) -> None:
    """When a grant lapses, changes its method, or loses a mask, nothing of it stays on disk."""
    projected(layout)
    [done] = refresh_all(layout, compiled(**changes), KEYS, NOW)
    assert isinstance(done, Withdrawal)
    assert (done.grant, done.reason, done.existed) == (GRANT, reason, True)
    assert files_of(layout) == {}
    again = refresh_all(layout, compiled(**changes), KEYS, NOW)
    assert not any(isinstance(one, Projection) or one.existed for one in again)


def test_what_is_due_is_known_without_reading_rows(layout: Layout) -> None:
    """A grant is due until it is projected, again when its source changed, and when it lapsed."""
    catalog, lapsed = compiled(), compiled(**{GRANT_FILE: change(status="revoked")})
    assert shared(layout, rights_of(catalog), NOW) == (GRANT,)
    assert shared(layout, rights_of(lapsed), NOW) == ()
    before = due(layout, rights_of(catalog), GRANT, KEYS, NOW)
    projected(layout)
    assert before is not None
    assert due(layout, rights_of(catalog), GRANT, KEYS, NOW) is None
    assert due(layout, rights_of(lapsed), GRANT, KEYS, NOW) == "withdraw"
    assert shared(layout, rights_of(lapsed), NOW) == (GRANT,)
    fill(layout, catalog, PERSON, [someone(60)])
    assert due(layout, rights_of(catalog), GRANT, KEYS, NOW) not in {None, before}
    refresh(layout, rights_of(lapsed), GRANT, KEYS, NOW)
    assert due(layout, rights_of(lapsed), GRANT, KEYS, NOW) is None


def test_term_ends_with_the_city_day(layout: Layout) -> None:
    """On its last day, counted in the city's time zone, a grant still holds; a minute later not."""
    catalog = compiled(**{GRANT_FILE: change(valid_to="2026-03-02")})
    last = datetime.fromisoformat("2026-03-02T23:59:00+08:00")
    assert isinstance(refresh(layout, rights_of(catalog), GRANT, KEYS, last), Projection)
    after = refresh(layout, rights_of(catalog), GRANT, KEYS, last + timedelta(minutes=1))
    assert isinstance(after, Withdrawal)
    assert after.existed


def test_withdrawals_come_before_a_failing_projection(layout: Layout) -> None:
    """A grant that cannot be projected for want of a key does not delay the end of another."""
    catalog = two_grants()
    refresh_all(layout, catalog, KEYS, NOW)
    keyless = KeyRing.from_sources({}, layout.home)
    with pytest.raises(SettingsError):
        refresh_all(layout, two_grants(status="revoked"), keyless, NOW)
    assert not layout.share("second").exists()
    assert not layout.share_file("second").exists()


def _empty(file: Path) -> None:
    """Leave a valid database under the file's name that holds nothing."""
    file.unlink()
    duckdb.connect(file).close()


def _damage(file: Path) -> None:
    """Change one byte in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


DAMAGES: dict[str, Callable[[Layout], object]] = {
    "no state": lambda lake: (lake.share(GRANT) / "projection.json").unlink(),
    "no file": lambda lake: lake.share_file(GRANT).unlink(),
    "file of no bytes": lambda lake: lake.share_file(GRANT).write_bytes(b""),
    "file of no tables": lambda lake: _empty(lake.share_file(GRANT)),
    "one byte of the file": lambda lake: _damage(lake.share_file(GRANT)),
    "no table": lambda lake: lake.share_table(GRANT, PERSON).rename(lake.home / "moved"),
    "no link": lambda lake: lake.share_current(GRANT).unlink(),
    "one byte of the table": lambda lake: _damage(
        next(lake.share_table(GRANT, PERSON).glob("*.parquet"))
    ),
    "half a version": lambda lake: shutil.copytree(
        lake.share_table(GRANT, PERSON), lake.share(GRANT) / "v-0" / PERSON
    ),
    "half a file": lambda lake: (lake.share_file(GRANT).parent / f".{GRANT}.duckdb.x").mkdir(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_whole_is_made_again(layout: Layout, damage: str) -> None:
    """Whatever broke off, was lost, emptied or damaged, the next run makes whole."""
    projected(layout)
    DAMAGES[damage](layout)
    assert projected(layout).refreshed is (not damage.startswith("half"))
    assert opened(layout, 'SELECT count(*) FROM "人口基本信息"') == [(51,)]
    assert extract(layout).height == 51
    assert due(layout, rights_of(compiled()), GRANT, KEYS, NOW) is None
    names = {path.name.partition("-")[0] for path in layout.share(GRANT).iterdir()}
    assert names == {"v", "current", "projection.json"}
    assert len(list(layout.share(GRANT).glob("v-*"))) == 1


def test_damage_is_noticed_without_reading_everything(layout: Layout) -> None:
    """Whoever asks every few seconds learns of a file that was written to, and of no other."""
    projected(layout)
    assert due(layout, rights_of(compiled()), GRANT, KEYS, NOW) is None
    layout.share_file(GRANT).touch()
    assert due(layout, rights_of(compiled()), GRANT, KEYS, NOW) is None
    _damage(layout.share_file(GRANT))
    assert due(layout, rights_of(compiled()), GRANT, KEYS, NOW) is not None


def test_file_opens_on_another_machine_with_nothing_beside_it(
    layout: Layout, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The file alone, carried elsewhere, holds every row; it names no path of where it was made."""
    projected(layout)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "received.duckdb"
    shutil.copyfile(layout.share_file(GRANT), elsewhere)
    shutil.rmtree(layout.home)
    config = {"enable_external_access": "false"}
    with duckdb.connect(elsewhere, read_only=True, config=config) as con:
        assert con.execute('SELECT count(*), count("name") FROM "人口基本信息"').fetchall() == [
            (51, 51)
        ]
        over = con.execute("SELECT sql FROM duckdb_views() WHERE NOT internal").fetchall()
        assert len(over) == 5
        assert not any("read_" in sql or "/" in sql for (sql,) in over)
    assert str(layout.home).encode() not in elsewhere.read_bytes()


def test_a_reader_is_never_left_without_a_share(layout: Layout) -> None:
    """While a share is made anew, every step leaves a whole one behind: the old or the new."""
    projected(layout)
    fill(layout, compiled(), PERSON, [someone(60)])
    seen: set[int] = set()

    def look(event: str, _: tuple[Any, ...]) -> None:
        if watching and event in {"os.rename", "os.remove", "os.rmdir", "os.symlink"}:
            watching.clear()
            [(rows,)] = opened(layout, 'SELECT count(*) FROM "人口基本信息"')
            seen.update((rows, extract(layout).height))
            watching.append(True)

    watching = [True]
    sys.addaudithook(look)
    projected(layout)
    watching.clear()
    assert seen == {51, 52}


def test_a_share_of_an_earlier_layout_is_made_anew(layout: Layout) -> None:
    """An extract without a version folder, under views, is replaced by the first run."""
    projected(layout)
    share, current = layout.share(GRANT), layout.share_current(GRANT)
    (current / PERSON).parent.rename(share / "civil_affairs")
    version = current.resolve()
    current.unlink()
    version.rmdir()
    old = {**state(layout)}
    old.pop("file")
    (share / "projection.json").write_text(json.dumps(old))
    assert projected(layout).refreshed
    assert opened(layout, 'SELECT count(*) FROM "人口基本信息"') == [(51,)]
    assert not (share / "civil_affairs").exists()


def test_leftovers_of_a_vanished_grant_are_found(layout: Layout) -> None:
    """Even an unfinished folder of a grant that is no longer in the catalogue is removed."""
    beside = layout.share("gone").with_name(".gone.next")
    beside.mkdir(parents=True)
    (beside / "left.parquet").write_bytes(b"rows")
    refresh_all(layout, compiled(), KEYS, NOW)
    assert not beside.exists()
