"""Open data: what a release holds, when there is none, and that nothing else gets out."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import stat
import subprocess
import warnings
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import SettingsError
from catalog_specs.masks.kinds.keep import Keep
from catalog_specs.rules.disclosure import RefusalCode
from governance.keys import KeyRing
from governance.masks.columns import MaskedColumn
from outlets.open_data import workbooks
from outlets.open_data.packaging.csv_flavour import guard_text, guarded
from outlets.open_data.release import Refusal, Release, release
from storage.layout import Layout
from tests.city import NOW, OPEN_FILE, OPEN_SET, PERSON, REGION, VISIT
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.city.lake import bytes_under, files
from tests.city.tables import fill, someone

ALONE = {"residence": "119999", "birth_date": date(1903, 4, 5), "name": "百岁金丝雀"}
PERSON_FILE = "resources/civil_affairs/person.yaml"
SENSITIVITIES = "masking/sensitivities.yaml"
PERSONS_FILE = "elements/persons.yaml"
REGION_FILE = "resources/civil_affairs/region.yaml"
NAMED = {"item": "name", "op": "starts_with", "value": "欧阳"}
HEADED = change(open={"type": "universal"}, items__2={"code": "head", "element": "division_head"})
HEADS = change(resource=REGION, items=["code", "head"], masks={})


def HEAD(elements: Any) -> None:  # noqa: N802 - it stands among the other edits
    """Add an element about divisions that tells of a person."""
    plain = {"code": "division_head", "name": "负责人", "subject": "division", "type": "string"}
    elements.append(plain | {"sensitivity": "public", "person": "attribute"})


def group(count: int, first: int = 0, **same: Any) -> list[dict[str, Any]]:
    """Return persons alike in sex, decade and city, and in what is named."""
    alike = {"sex": "1", "birth_date": date(1985, 6, 7), "residence": "350502"} | same
    return [someone(first + number, **alike) for number in range(count)]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a lake with two large groups of persons and one who stands alone."""
    made = Layout(tmp_path)
    rows = [*group(8), *group(7, first=100, sex="2"), someone(900, **ALONE)]
    fill(made, compiled(), PERSON, rows)
    return made


def released(
    layout: Layout, catalog: Catalog | None = None, keys: KeyRing = KEYS, now: datetime = NOW
) -> Release | Refusal:
    """Release the small city's open set."""
    chosen = catalog or compiled()
    return release(layout, chosen, chosen.open_sets[OPEN_SET], keys, now)


def made(
    layout: Layout, catalog: Catalog | None = None, keys: KeyRing = KEYS, now: datetime = NOW
) -> Path:
    """Release and return the package's folder."""
    done = released(layout, catalog, keys, now)
    assert isinstance(done, Release), done
    return layout.release(OPEN_SET, done.release)


def refused(layout: Layout, catalog: Catalog | None = None) -> Refusal:
    """Try to release, and return the refusal."""
    done = released(layout, catalog)
    assert isinstance(done, Refusal), done
    return done


def cells(folder: Path) -> list[list[str]]:
    """Return data.csv as rows of texts, the header first."""
    text = (folder / "data.csv").read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def complaints(folder: Path) -> list[object]:
    """Return what frictionless finds wrong with a package, validated as a whole."""
    from frictionless import Package, system

    with system.use_context(trusted=True), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own dependencies warn of each other
        report = Package(str(folder / "datapackage.json")).validate()
    return report.flatten(["rowNumber", "fieldNumber", "type"])


def said(folder: Path) -> dict[str, Any]:
    """Return metadata.json."""
    found: dict[str, Any] = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    return found


def test_release_is_masked_and_small_classes_are_suppressed(layout: Layout) -> None:
    """Only masked columns leave, and the person who stands alone is left out and counted."""
    done = released(layout)
    assert done == Release(OPEN_SET, "20260302-01", rows=15, suppressed=30, created=True)
    frame = pl.read_parquet(layout.release(OPEN_SET, "20260302-01") / "data.parquet")
    assert frame.columns == ["sex", "birth_date", "residence"]
    assert frame.unique().sort("sex").rows() == [("1", "1980s", "3505"), ("2", "1980s", "3505")]


def test_no_byte_of_what_is_not_opened(layout: Layout) -> None:
    """Neither suppressed rows nor masked originals occur in any byte of the package."""
    folder = made(layout)
    secrets = ["1900s", "1903", "119999", "1199", "百岁金丝雀", "350502", "resident_id", "income"]
    for path, content in bytes_under(layout.open_data(OPEN_SET)):
        # a digest has any four digits now and then
        words = re.sub(rb"[0-9a-f]{16,}", b"", content) if path.suffix == ".json" else content
        for secret in secrets:
            assert secret.encode() not in words, (path, secret)
    values = pl.read_parquet(folder / "data.parquet").unpivot().get_column("value").to_list()
    assert not set(values) & set(secrets)


def test_parquet_carries_no_metadata_of_its_own(layout: Layout) -> None:
    """The Parquet file's metadata is its schema and nothing else."""
    metadata = pq.read_metadata(made(layout) / "data.parquet").metadata or {}
    assert set(metadata) <= {b"ARROW:schema"}


def test_order_of_rows_tells_nothing(layout: Layout, tmp_path: Path) -> None:
    """The same people in another order give the same file, byte for byte."""
    other = Layout(tmp_path / "other")
    rows = [someone(900, **ALONE), *group(7, first=100, sex="2"), *group(8)]
    fill(other, compiled(), PERSON, rows)
    first, second = made(layout), made(other)
    for name in ("data.parquet", "data.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_package_is_complete_and_checks(layout: Layout) -> None:
    """A package holds every file, cannot be written to, and `sha256sum -c` accepts it."""
    folder = made(layout)
    assert {path.name for path in folder.iterdir()} == {
        "ATTRIBUTION.md",
        "SHA256SUMS",
        "data.csv",
        "data.parquet",
        "data.xlsx",
        "datapackage.json",
        "dcat.jsonld",
        "dictionary.csv",
        "metadata.json",
    }
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o444 for path in folder.iterdir())
    tool = shutil.which("sha256sum")
    assert tool is not None
    checked = subprocess.run(
        [tool, "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_metadata_has_the_national_core_fields(layout: Layout) -> None:
    """metadata.json holds the guide's thirteen fields in Chinese, and as many in English."""
    found = said(made(layout))
    core = found["目录核心元数据"]
    assert list(core) == [
        "信息资源分类",
        "信息资源名称",
        "信息资源代码",
        "信息资源提供方",
        "信息资源提供方代码",
        "信息资源摘要",
        "信息资源格式",
        "信息项信息",
        "共享属性",
        "开放属性",
        "更新周期",
        "发布日期",
        "关联资源代码",
    ]
    assert len(found["core_metadata"]) == 13
    assert core["信息资源提供方代码"] == "306"
    assert core["更新周期"] == "每日"
    assert found["脱敏与风险"]["k"] == 3
    assert found["脱敏与风险"]["最小等价类"] == 7
    assert found["脱敏与风险"]["抑制行数上限"] == 30


def test_attribution_names_source_and_day(layout: Layout) -> None:
    """The attribution says whose data they are and when they were acquired (六(七))."""
    text = (made(layout) / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert "数据来源：测试市 民政局" in text
    assert "获取日期：" in text
    assert "泉州市公共数据开放许可" in text


def test_dictionary_explains_every_column(layout: Layout) -> None:
    """The dictionary has one row for every published column, with its mask in Chinese."""
    text = (made(layout) / "dictionary.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["信息项代码"] for row in rows] == ["sex", "birth_date", "residence"]
    assert rows[0]["说明"] == "代码表《性别代码》：1=男性，2=女性"
    assert rows[1]["脱敏方式"] == "概化到年代"


def test_data_package_is_valid_and_describes_the_files(layout: Layout) -> None:
    """Frictionless accepts the package as a whole: descriptor, sizes, hashes, every cell."""
    folder = made(layout)
    assert complaints(folder) == []
    with_other_bytes = folder.parent / "copied"
    shutil.copytree(folder, with_other_bytes)
    (with_other_bytes / "data.csv").chmod(0o600)
    with (with_other_bytes / "data.csv").open("ab") as file:
        file.write(b"1,1980s\r\n")
    assert complaints(with_other_bytes)


def test_awkward_values_pass_the_same_validation(layout: Layout) -> None:
    """Quotes, line breaks, guarded and empty texts are cells of the declared type all the same."""
    assert complaints(made(layout, places(layout))) == []


FORMULAS = [
    *("=1+1", "+1", "-1", "@a", "\tb", "\rc", "\nd", "＝e", "＋f", "－g", "＠h", " =i", "\u3000=j"),
    *(
        "\u200b=k",
        "\ufeff+l",
        "\u00a0－m",
        "\u202e=n",
        " \u2060 ＠o",
        "﹦p",
        "﹢q",
        "﹣r",
        "﹫s",
        "−t",
    ),
]
HARMLESS = ["a=1", "1-2", "", " x", "'q", 'q"q', "多行\n文字", "　甲", "1\u200b=2"]


def places(layout: Layout) -> Catalog:
    """Fill divisions with awkward names, and return a city that opens them."""
    document = {
        "code": OPEN_SET,
        "name": "区划",
        "summary": "区划名称",
        "resource": REGION,
        "type": "universal",
        "theme": "公共服务",
        "licence": "CC-BY-4.0",
        "items": ["code", "name"],
    }
    catalog = compiled(**{OPEN_FILE: document})
    names = [*FORMULAS, *HARMLESS, None]
    rows = [{"code": f"{number:06}", "name": name} for number, name in enumerate(names)]
    fill(layout, catalog, REGION, rows)
    return catalog


def test_formulas_are_guarded_in_the_csv_alone(layout: Layout) -> None:
    """Text that a spreadsheet would run gets a quote before it in the CSV; Parquet stays true."""
    folder = made(layout, places(layout))
    header, *rows = cells(folder)
    assert header == ["code", "name"]
    assert [row[1] for row in rows] == [*(f"'{text}" for text in FORMULAS), *HARMLESS, ""]
    assert pl.read_parquet(folder / "data.parquet")["name"].to_list() == [
        *FORMULAS,
        *HARMLESS,
        None,
    ]
    assert (folder / "data.csv").read_bytes().startswith(b"\xef\xbb\xbfcode,name\r\n")
    assert said(folder)["csv_flavour"]["formula_guard"]["prefix"] == "'"


SIGNS = "=+-@＝＋－＠﹢﹣﹦﹫−"
UNSEEN = (
    " \t\r\n\x00\x1f\x85\u00a0\u00ad\u1680\u2003\u200b\u200d\u200f\u2028\u202e\u2066\u3000\ufeff"
)


def test_guard_sees_through_whatever_stands_before_a_sign() -> None:
    """Of thousands of invented beginnings, each that folds to a formula is guarded, no other."""
    dice = random.Random(7)
    texts = [
        "".join(dice.choices(UNSEEN, k=dice.randrange(4)))
        + dice.choice(SIGNS + "a1中'\"(*/")
        + "".join(dice.choices(SIGNS + UNSEEN + "a1中", k=3))
        for _ in range(5_000)
    ]
    stripped = [text.lstrip(UNSEEN) for text in texts]
    risky = [
        text[0] in "\t\r\n" or bare.startswith(tuple(SIGNS))
        for text, bare in zip(texts, stripped, strict=True)
    ]
    assert 1_000 < sum(risky) < 4_900
    assert [guard_text(text) != text for text in texts] == risky
    column = MaskedColumn(
        "t", "文本", compiled().elements["division_name"], Keep(mask="keep"), False
    )
    cells = pl.DataFrame({"t": texts}).select(guarded([column]))["t"].to_list()
    assert cells == [guard_text(text) for text in texts]


def test_a_table_too_long_for_a_sheet_has_no_workbook(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a spreadsheet would cut rows off, the package says so and has CSV and Parquet alone."""
    monkeypatch.setattr(workbooks, "MOST_ROWS", 14)
    folder = made(layout)
    assert not (folder / "data.xlsx").exists()
    assert said(folder)["xlsx"]["included"] is False
    assert "超过工作表" in said(folder)["xlsx"]["说明"]
    assert said(folder)["core_metadata"]["format"] == ["csv", "parquet"]
    assert complaints(folder) == []


def test_names_are_text_in_every_page(layout: Layout) -> None:
    """Markup in a name of the catalogue is shown, not rendered, in the attribution."""
    evil = compiled(**{OPEN_FILE: change(name="[x](javascript:alert(1)) <b>*粗*</b>")})
    text = (made(layout, evil) / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert r"\[x\](javascript:alert(1)) \<b\>\*粗\*\</b\>" in text


def test_numbers_dates_and_moments_are_untouched(layout: Layout) -> None:
    """A kept number, negative ones too, and a kept moment stand in the CSV as they are."""
    document = {
        **compiled().open_sets[OPEN_SET].model_dump(mode="json"),
        "resource": VISIT,
        "items": ["visited_at", "trips"],
        "masks": {},
    }
    catalog = compiled(
        **{
            OPEN_FILE: document,
            "resources/data_office/visit.yaml": change(open={"type": "universal"}),
        }
    )
    moment = datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001 - the delivered clock
    rows = [
        {"resident_id": f"{n}", "visit_no": "1", "visited_at": moment, "trips": -3}
        for n in range(3)
    ]
    fill(layout, catalog, VISIT, rows)
    folder = made(layout, catalog)
    assert cells(folder)[1] == ["2024-01-02T03:04:05", "-3"]
    fields = json.loads((folder / "datapackage.json").read_text())["resources"][0]["schema"]
    assert [field["type"] for field in fields["fields"]] == ["datetime", "integer"]


def test_refusal_names_the_smallest_combination(layout: Layout) -> None:
    """Where suppression is not declared, the release is refused and the columns at fault named."""
    strict = compiled(**{OPEN_FILE: change(small_classes="refuse")})
    found = refused(layout, strict)
    assert found.code is RefusalCode.SMALL_CLASSES
    assert (found.combination, found.classes, found.rows) in {
        (("birth_date",), 1, 1),
        (("residence",), 1, 1),
    }
    assert "出生日期" in found.explanation or "户籍区划" in found.explanation
    assert "1199" not in json.dumps(found.as_dict(), ensure_ascii=False)
    assert not layout.open_data(OPEN_SET).exists()


def test_classes_are_measured_as_masked(layout: Layout) -> None:
    """Birth days all differ, but as decades they are alike: the masked values decide."""
    days = [{"birth_date": date(1985, 1, 1) + timedelta(days=n)} for n in range(9)]
    rows = [row | day for row, day in zip(group(9, first=500), days, strict=True)]
    fill(layout, compiled(), PERSON, rows)
    done = released(layout)
    assert isinstance(done, Release)
    assert (done.rows, done.suppressed) == (24, 30)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({OPEN_FILE: change(masks__birth_date=...)}, RefusalCode.NOT_MASKED),
        ({OPEN_FILE: change(masks__birth_date={"mask": "keep"})}, RefusalCode.NOT_MASKED),
        ({OPEN_FILE: change(items=["name"])}, RefusalCode.NOT_MASKED),
        ({OPEN_FILE: change(items=["nothing"])}, RefusalCode.NOT_MASKED),
        ({SENSITIVITIES: change(**{"0__open": ...})}, RefusalCode.NOT_MASKED),
        ({PERSON_FILE: change(open__type="closed")}, RefusalCode.NOT_MASKED),
        ({PERSON_FILE: change(open__type="authorised")}, RefusalCode.NOT_MASKED),
        ({OPEN_FILE: change(where=[NAMED])}, RefusalCode.NOT_MASKED),
        ({OPEN_FILE: change(items__3="income")}, RefusalCode.NOT_MASKED),
        ({PERSON_FILE: change(items__2__share="conditional")}, RefusalCode.NOT_MASKED),
        ({PERSONS_FILE: HEAD, REGION_FILE: HEADED, OPEN_FILE: HEADS}, RefusalCode.UNMEASURED),
        ({OPEN_FILE: change(resource=REGION, items=["name"])}, RefusalCode.NOT_AGGREGATED),
        (
            {OPEN_FILE: change(where=[{"item": "sex", "op": "eq", "value": "9"}])},
            RefusalCode.NOT_MASKED,
        ),
        (
            {OPEN_FILE: change(where=[{"item": "sex", "op": "in", "value": []}])},
            RefusalCode.NOTHING_LEFT,
        ),
        ({"profiles/test_rules.yaml": change(k_anonymity__value=100)}, RefusalCode.NOTHING_LEFT),
    ],
)
def test_what_cannot_be_released(
    layout: Layout, changes: dict[str, Any], code: RefusalCode
) -> None:
    """A missing or unfit mask, a closed resource or an unmeasured risk is refused with its code."""
    found = refused(layout, compiled(**changes))
    assert found.code is code
    assert found.explanation.startswith(code.label)
    assert not layout.open_data(OPEN_SET).exists()


def test_nothing_changed_makes_no_new_release(layout: Layout) -> None:
    """Without a change of source or terms the last release stays the last."""
    made(layout)
    again = released(layout, now=NOW + timedelta(days=3))
    assert again == Release(OPEN_SET, "20260302-01", rows=15, suppressed=30, created=False)


def test_each_change_makes_one_release_and_none_is_touched(layout: Layout) -> None:
    """New rows make a release when it is due, new terms at once; earlier ones keep every byte."""
    first = made(layout)
    before = files(first)
    fill(layout, compiled(), PERSON, group(3, first=300))
    second = made(layout)
    third = made(layout, now=NOW + timedelta(days=28))
    terms = compiled(**{OPEN_FILE: change(summary="改过的摘要")})
    fourth = made(layout, terms, now=NOW + timedelta(days=29))
    names = [folder.name for folder in (first, second, third, fourth)]
    assert names == ["20260302-01", "20260302-01", "20260330-01", "20260331-01"]
    assert files(first) == before


def test_clock_that_goes_back_makes_no_earlier_release(layout: Layout) -> None:
    """A release made after the clock was put back is still the newest, by name and by `latest`."""
    made(layout)
    other = compiled(**{OPEN_FILE: change(summary="改过的摘要")})
    second = made(layout, other, now=NOW - timedelta(days=40))
    assert second.name == "20260302-02"
    assert (layout.open_data(OPEN_SET) / "latest").resolve() == second.resolve()
    again = released(layout, other)
    assert isinstance(again, Release)
    assert (again.release, again.created) == (second.name, False)


def test_release_day_is_the_city_day(layout: Layout) -> None:
    """A release shortly after midnight in the city carries the new day, whatever UTC says."""
    late = datetime.fromisoformat("2026-03-02T16:30:00+00:00")
    assert made(layout, now=late).name == "20260303-01"


def test_pseudonyms_of_two_sets_do_not_join(layout: Layout) -> None:
    """A pseudonym in one open set never equals that of the same value in another."""
    masks = {"sex": {"mask": "pseudonym"}, "birth_date": {"mask": "generalise_date", "to": "year"}}
    edits = change(items=["sex", "birth_date"], masks=masks)
    first = compiled(**{OPEN_FILE: edits})
    document = first.open_sets[OPEN_SET].model_dump(mode="json") | {"code": "second"}
    catalog = compiled(**{OPEN_FILE: edits, "open_data/second.yaml": document})
    done = [release(layout, catalog, one, KEYS, NOW) for one in catalog.open_sets.values()]
    assert all(isinstance(one, Release) for one in done)
    tables = [
        pl.read_parquet(layout.release(code, "20260302-01") / "data.parquet")
        for code in (OPEN_SET, "second")
    ]
    assert not set(tables[0]["sex"]) & set(tables[1]["sex"])
    keyless = KeyRing.from_sources({}, layout.home)
    with pytest.raises(SettingsError):
        released(layout, catalog, keys=keyless)


def test_interrupted_release_leaves_nothing_behind(layout: Layout) -> None:
    """What a broken run left aside is cleared away, and is never taken for a release."""
    beside = layout.release(OPEN_SET, ".20260302-01.next")
    beside.mkdir(parents=True)
    (beside / "data.csv").write_text("half")
    folder = made(layout)
    there = {path.name for path in layout.open_data(OPEN_SET).iterdir()}
    assert there == {folder.name, "latest"}
    assert list(layout.work.iterdir()) == []


def test_decimals_stay_exact(layout: Layout) -> None:
    """An interval of a decimal is exact at its borders."""
    masks = {"income": {"mask": "generalise_number", "width": 10}}
    edits = change(items=["income"], masks=masks, where=[{"item": "sex", "op": "eq", "value": "1"}])
    catalog = compiled(**{OPEN_FILE: edits, PERSON_FILE: change(items__5__share="unconditional")})
    fill(
        layout, catalog, PERSON, [someone(2 * n, income=Decimal("29.99")) for n in range(400, 403)]
    )
    frame = pl.read_parquet(made(layout, catalog) / "data.parquet")
    assert frame["income"].value_counts().sort("income").rows() == [("[0,10)", 8), ("[20,30)", 3)]
