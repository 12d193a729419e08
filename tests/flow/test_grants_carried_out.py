"""Every grant of the bundled city is carried out as its scenario says, by its consumer's means.

A consumer has its share's file, copied away, and lists of ids that it holds.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from catalog_specs.errors import AnswerError
from catalog_specs.rules.answers import AnswerRefusal
from catalog_specs.vocabulary import Method
from flow.city import City
from outlets.answers.asking import Request
from outlets.answers.ledger import Service
from outlets.answers.matching import Matched, match
from outlets.answers.statistics import Statistic, statistics
from outlets.answers.verifying import Verified, verify
from storage.delta.tables import live_files
from storage.sql import identifier
from tests.city.homes import copied
from tests.flow.conftest import CityHome

STRANGER = "110101199901019990"
"""An id that nobody has."""


class Office:
    """A consumer's office: the city, a folder of its own, and what it can do there."""

    def __init__(self, city: City, folder: Path) -> None:
        """Begin with an empty folder."""
        self.city, self.folder = city, folder

    def stored(self, ref: str, *columns: str, most: int = 8) -> list[tuple[Any, ...]]:
        """Return what the office knows of some of its people: taken from the source itself."""
        files = live_files(self.city.layout.authoritative(ref))
        chosen = pl.scan_parquet(list(files)).select(columns).drop_nulls().collect()
        return chosen.sort(columns).unique(maintain_order=True).head(most).rows()

    def listed(self, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
        """Return a list with these rows."""
        file = self.folder / "名单.csv"
        pl.DataFrame([list(map(str, row)) for row in rows], list(headers), orient="row").write_csv(
            file
        )
        return file

    def asked(self, service: Service, grant: str, resource: str = "") -> Request:
        """Return a request of the office."""
        city = self.city
        return Request(
            city.layout, city.rights, city.keys, city.clock(), "窗口岗", grant, service, resource
        )

    def matched(
        self, grant: str, ref: str, ids: Sequence[str], column: str = "号码"
    ) -> tuple[Matched, pl.DataFrame]:
        """Match ids, a stranger's among them; return what was said and the answer."""
        file = self.listed(["经办序号", column], list(enumerate([*ids, STRANGER], 1)))
        place = self.folder / f"{grant}-{ref.partition('/')[2]}.parquet"
        done = match(self.asked(Service.MATCH, grant, ref), file, place, column)
        rows = pl.read_parquet(place)
        assert rows.filter(pl.col("_result") == "not_found")[column].to_list()[-1] == STRANGER
        return done, rows

    def verified(self, grant: str, headers: Sequence[str], rows: Sequence[Any]) -> Verified:
        """Verify claims."""
        return verify(self.asked(Service.VERIFY, grant), self.listed(headers, rows), headers[0])

    def counted(self, grant: str, *by: str) -> Statistic:
        """Count."""
        return statistics(self.asked(Service.STATISTICS, grant), by)

    def view(self, ref: str) -> str:
        """Return the view of a resource in a share's file."""
        return identifier(self.city.catalog.resource(ref).name)

    def opened(self, grant: str, query: str) -> list[tuple[Any, ...]]:
        """Copy the grant's file into an empty folder and ask it there, by plain DuckDB."""
        away = self.folder / f"{grant}-away"
        away.mkdir()
        shutil.copy(self.city.layout.share_file(grant), away / "share.duckdb")
        with duckdb.connect(away / "share.duckdb", read_only=True) as con:
            return con.execute(query).fetchall()


@pytest.fixture(scope="module")
def city(city_home: CityHome, tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return the city over a copy of its home, which answers are recorded in."""
    return copied(city_home.city, tmp_path_factory.mktemp("carried"))


def air_health_warning(office: Office) -> None:
    """Hourly air beside the stations' places, for a model of its own."""
    air, station = office.view("ecology/air_quality"), office.view("ecology/monitoring_station")
    found = office.opened(
        "air_health_warning",
        f"SELECT count(*), count(s.longitude) FROM {air} a JOIN {station} s USING (station_code)",
    )
    assert found[0][0] > 0
    assert found[0][0] == found[0][1]


def assistance_check(office: Office) -> None:
    """An applicant's vehicles, employment and medical insurance, by the applicant's real id."""
    for ref, key, told in (
        ("public_security/vehicle", "owner_id", "vehicle_type"),
        ("social_security/insured_person", "resident_id", "status"),
        ("medical_security/enrolment", "resident_id", "scheme"),
    ):
        ids = [row[0] for row in office.stored(ref, key)]
        done, rows = office.matched("assistance_check", ref, ids)
        assert done.asked == len(ids) + 1
        assert done.found >= len(ids) / 2
        assert rows[told].drop_nulls().len() >= done.found
        assert key not in rows.columns


def credit_supervision(office: Office) -> None:
    """Firms are drawn by their grade, and known by their real credit code."""
    ref = "development_reform/credit_rating"
    query = f"SELECT credit_code, grade FROM {office.view(ref)} ORDER BY grade LIMIT 5"
    found = office.opened("credit_supervision", query)
    known = {row[0] for row in office.stored(ref, "credit_code", most=9999)}
    assert found
    assert {row[0] for row in found} <= known


def enrolment_check(office: Office) -> None:
    """Whether a pupil is insured, and as it is claimed; an invented pupil is not found."""
    rows = office.stored("medical_security/enrolment", "resident_id", "scheme", "status")
    claimed = [*rows, (STRANGER, "1", "1")]
    said = office.verified("enrolment_check", ["学生", "scheme", "status"], claimed)
    assert (said.match, said.not_found) == (len(rows), 1)


def estate_tax_check(office: Office) -> None:
    """Whether a home is the taxpayer's and within the band of floor area that is claimed."""
    rows = office.stored(
        "natural_resources/real_estate_unit", "owner_id", "unit_code", "floor_area"
    )
    once = list({row[0]: row for row in rows}.values())
    said = office.verified("estate_tax_check", ["纳税人", "unit_code", "floor_area"], once)
    assert said.match == len(once)
    wrong = [(owner, unit, "100000" if area < 144 else "1") for owner, unit, area in once]
    said = office.verified("estate_tax_check", ["纳税人", "unit_code", "floor_area"], wrong)
    assert said.mismatch == len(once)


def industry_statistics(office: Office) -> None:
    """Firms by year, and by bands of employees and of revenue."""
    for by in ("report_year", "employees", "revenue"):
        said = office.counted("industry_statistics", by)
        assert dict(said.cells)["合计",] >= said.least


def infectious_check(office: Office) -> None:
    """Whether a pupil is on record: yes or no, and nothing of the case."""
    ids = [row[0] for row in office.stored("health/infectious_case", "patient_id", most=4)]
    said = office.verified("infectious_check", ["学生"], [[one] for one in [*ids, STRANGER]])
    assert (said.match, said.not_found) == (len(ids), 1)


def licheng_certificates(office: Office) -> None:
    """A certificate that is handed in at the counter: whether it is valid, by its number."""
    ref = "administrative_approval/certificate"
    numbers = [row[0] for row in office.stored(ref, "certificate_no")]
    done, rows = office.matched("licheng_certificates", ref, numbers)
    assert done.found
    assert set(rows["state"].drop_nulls()) <= {"1", "2"}
    ref = "transport/road_licence"
    numbers = [row[0] for row in office.stored(ref, "certificate_no")]
    assert office.matched("licheng_certificates", ref, numbers)[0].found == len(numbers)


def licheng_enterprises(office: Office) -> None:
    """Each firm of the district by its real code, name and band of capital."""
    view = office.view("market_supervision/enterprise")
    found = office.opened(
        "licheng_enterprises", f"SELECT credit_code, name, capital, industry FROM {view}"
    )
    assert found
    assert all(len(row[0]) == 18 for row in found)


def population_statistics(office: Office) -> None:
    """Residents by county, sex and decade of birth, and by two of them; never of a few."""
    for by in (["household_region"], ["sex"], ["birth_date"], ["sex", "birth_date"]):
        said = office.counted("population_statistics", *by)
        assert dict(said.cells)[tuple("合计" for _ in by)]
        assert all(not n or n >= said.least for _, n in said.cells)
    # a town of three hundred has too few people for a table by county: that is refused
    with pytest.raises(AnswerError) as refused:
        office.counted("population_statistics", "household_region", "sex")
    assert refused.value.reason is AnswerRefusal.FEW


def school_admission(office: Office) -> None:
    """A child by its real id: household and month of birth; a guardian's insurance."""
    ref = "public_security/resident"
    local = [
        row[0]
        for row in office.stored(ref, "resident_id", "household_region", "status", most=9999)
        if row[1].startswith("350582") and row[2] == "10"
    ][:8]
    done, rows = office.matched("school_admission", ref, local, "报名学生身份证")
    assert done.found == len(local) > 0
    found = rows.filter(pl.col("_result") == "found")
    assert found["报名学生身份证"].to_list() == local
    assert found["household_region"].str.starts_with("350582").all()
    assert found["birth_date"].str.contains(r"^\d{4}-\d{2}$").all()
    ref = "social_security/insured_person"
    ids = [row[0] for row in office.stored(ref, "resident_id", "insured_region", most=9999)
           if row[1] == "350582"][:8]  # fmt: skip
    assert office.matched("school_admission", ref, ids)[0].found == len(ids)


def student_aid(office: Office) -> None:
    """A pupil's family on subsistence allowance, by the pupil's real id."""
    ref = "civil_affairs/minimum_living"
    ids = [row[0] for row in office.stored(ref, "resident_id")]
    done, rows = office.matched("student_aid", ref, ids)
    assert done.found == len(ids)
    assert rows["started_on"].drop_nulls().str.contains(r"^\d{4}$").all()


def rental_residence(office: Office) -> None:
    """A grant that has expired answers nothing any more."""
    _refused(office, "rental_residence", "housing/rental_contract")


def transport_vehicles(office: Office) -> None:
    """A grant that is suspended answers nothing."""
    _refused(office, "transport_vehicles", "public_security/vehicle")


def _refused(office: Office, grant: str, ref: str) -> None:
    with pytest.raises(AnswerError) as refused:
        office.matched(grant, ref, ["350502199001010000"])
    assert refused.value.reason is AnswerRefusal.NOT_IN_FORCE
    assert not office.city.layout.share_file(grant).exists()
    assert not list(office.folder.glob("*.parquet"))


CARRIED: tuple[Callable[[Office], None], ...] = (
    air_health_warning,
    assistance_check,
    credit_supervision,
    enrolment_check,
    estate_tax_check,
    industry_statistics,
    infectious_check,
    licheng_certificates,
    licheng_enterprises,
    population_statistics,
    rental_residence,
    school_admission,
    student_aid,
    transport_vehicles,
)


@pytest.mark.parametrize("carried", CARRIED, ids=lambda one: one.__name__)
def test_a_grant_is_carried_out(
    city: City, tmp_path: Path, carried: Callable[[Office], None]
) -> None:
    """The consumer gets what the scenario needs, by real ids where it holds them, and no more."""
    carried(Office(city, tmp_path))


def test_no_grant_is_left_out(city: City) -> None:
    """Each grant of the catalogue is carried out above; whoever queries or verifies may match."""
    assert {one.__name__ for one in CARRIED} == set(city.catalog.grants)
    for grant in city.catalog.grants.values():
        if grant.method in {Method.QUERY, Method.VERIFY}:
            assert all(one.match for one in grant.resources), grant.code
