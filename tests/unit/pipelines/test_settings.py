"""Settings: which homes there may be, and that the whole way works in the oddest of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from catalog_specs.errors import SettingsError
from catalog_specs.loader import load
from flow.run import run
from pipelines.settings import Settings
from tests.city import REFS
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver
from tests.city.homes import city_of

ODD = """a b'c"d#e%f*g{h,i}泉州=1~$HOME;&:é"""


@pytest.mark.parametrize(
    "bad", ["a?b", "a[b", "a]b", "a|b", "a\\b", "a\nb", "a%41b", "a\x7fb", "a^b"]
)
def test_a_home_that_the_engines_cannot_carry_is_refused(tmp_path: Path, bad: str) -> None:
    """Before anything is written, and without repeating the path; also below such a folder."""
    for home in (tmp_path / bad, tmp_path / bad / "home"):
        with pytest.raises(SettingsError, match="home"):
            Settings.from_environment({}, home=home)
    (tmp_path / bad).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / bad)
    with pytest.raises(SettingsError):
        Settings.from_environment({"QUANSHU_HOME": str(tmp_path / "link")})


def test_opening_a_city_imports_nothing_that_only_going_out_needs(tmp_path: Path) -> None:
    """Most commands hand nothing out: they wait neither for Polars nor for shares and releases."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom pipelines.settings import Settings, open_city\n"
        f"open_city(Settings.from_environment({{}}, home=Path({str(tmp_path)!r})))\n"
        "late = {'polars', 'flow.derived', 'flow.backup.drilling', 'great_expectations'}\n"
        "assert not late & {*sys.modules}, late & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_number_of_named_mismatches_is_a_whole_number(tmp_path: Path) -> None:
    """None may be asked for; words and negative numbers are refused."""
    given = {"QUANSHU_MISMATCHES": "0"}
    assert Settings.from_environment(given, home=tmp_path).bounds.kept == 0
    for bad in ("-1", "many", ""):
        with pytest.raises(SettingsError, match="QUANSHU_MISMATCHES"):
            Settings.from_environment({"QUANSHU_MISMATCHES": bad}, home=tmp_path)


def test_a_second_engine_is_known_by_its_address(tmp_path: Path) -> None:
    """None is there unless it is named; what is no address, or no size, is refused."""
    assert Settings.from_environment({}, home=tmp_path).spark is None
    given = {"QUANSHU_SPARK": "sc://localhost:1/;token=secret", "QUANSHU_SPARK_ROWS": "7"}
    found = Settings.from_environment(given, home=tmp_path)
    assert found.spark is not None
    assert (found.spark.place, found.spark.rows) == ("localhost:1", 7)
    assert "secret" not in repr(found)
    for wrong in ({"QUANSHU_SPARK": "http://x"}, {**given, "QUANSHU_SPARK_SECONDS": "0"}):
        with pytest.raises(SettingsError, match="QUANSHU_SPARK"):
            Settings.from_environment(wrong, home=tmp_path)


def test_a_second_engine_reads_an_object_store_only_where_that_is_said(tmp_path: Path) -> None:
    """Else it is brought the files: its workers may have no keys. Other words are refused."""
    given = {"QUANSHU_SPARK": "sc://localhost:1", "QUANSHU_OBJECT_STORE": "s3://lake/city"}
    told = {"QUANSHU_SPARK_READS_STORE": "true"}
    for more, reads in (({}, False), (told, True)):
        spark = Settings.from_environment(given | more, home=tmp_path).spark
        assert spark is not None
        assert spark.reads_store is reads
    with pytest.raises(SettingsError, match="neither true nor false"):
        Settings.from_environment(given | dict.fromkeys(told, "yes"), home=tmp_path)


def test_the_whole_way_works_in_an_odd_home(tmp_path: Path) -> None:
    """Landing, gate, tables, shares and views work below folders of nearly any name."""
    home = Settings.from_environment({}, home=tmp_path / ODD / "home").home
    city = city_of(load(write_catalog(tmp_path)), home)
    deliver(home)
    result = run(city)
    assert result.failures == ()
    assert {one.resource for one in result.outcomes} == {ref.split("/")[1] for ref in REFS}
    share = next((home / "shares").glob("*.duckdb"))
    for file, view in ((share, "人口基本信息"), (city.layout.city_views, "civil_affairs.person")):
        with duckdb.connect(file, read_only=True) as con:
            [(rows,)] = con.execute(f"SELECT count(*) FROM {view}").fetchall()
        assert rows > 0
    assert run(city).outcomes == ()


def test_a_city_is_opened_without_what_only_judging_needs(tmp_path: Path) -> None:
    """Neither a pattern of the catalogue nor a ledger without facts brings pandas along."""
    catalog = write_catalog(tmp_path)
    code = (
        "import sys, flow.stops\nfrom pathlib import Path\n"
        "from pipelines.settings import Settings, open_city\n"
        f"here = {{'home': Path({str(tmp_path / 'home')!r}), 'catalog': Path({str(catalog)!r})}}\n"
        "settings = Settings.from_environment({}, **here)\n"
        "assert any(one.pattern for one in open_city(settings).catalog.elements.values())\n"
        "assert not {'pandas', 'great_expectations', 'sqlalchemy'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
