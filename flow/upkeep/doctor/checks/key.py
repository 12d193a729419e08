"""Check of the master key: there where it is needed, sound, and not too old (八(一))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from catalog_specs.errors import AccessError
from catalog_specs.local_time import local_day
from catalog_specs.masks.hashes import PseudonymHash, has_sm3
from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.city import City
from flow.upkeep.doctor.check import Check, Finding, Patient, found
from governance.masks.columns import masked_columns, no_sm3

__all__ = ["CHECK"]


def _look(patient: Patient) -> Iterator[Finding]:
    city = patient.city
    problem = city.keys.problem
    if problem is not None and ("there is no master key" not in problem.what or _needs_key(city)):
        yield found(HomeFinding.KEY, problem.where, problem.what, remedy=problem.remedy)
    if city.catalog.profile.pseudonym_hash is PseudonymHash.SM3 and not has_sm3():
        lacking = no_sm3()
        yield found(HomeFinding.KEY, lacking.where, lacking.what, remedy=lacking.remedy)
    days, most = _age(city), int(city.catalog.profile.supervision.key_days.value)
    if days is not None and days > most:
        zh = f"已用 {days:,} 天，规定不超过 {most:,} 天"
        what = f"it has been in use for {days:,} days, {most:,} are allowed"
        yield found(HomeFinding.KEY_OLD, "keys/master.key", zh, what)


def _age(city: City) -> int | None:
    """Return the days since the key in use was made; without a day of its own, since its file."""
    today = local_day(city.catalog, city.clock())
    age, file = city.keys.age(today), city.keys.file
    if age is None and file is not None and file.is_file():
        made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return (today - local_day(city.catalog, made)).days
    return age


def _needs_key(city: City) -> bool:
    for grant in city.catalog.grants.values():
        for granted in grant.resources if grant.method.materialised else ():
            try:
                columns = masked_columns(city.catalog, granted)
            except AccessError:
                continue  # refused by the run, with its reason
            if any(column.needs_key for column in columns):
                return True
    return False


CHECK = Check((HomeFinding.KEY, HomeFinding.KEY_OLD), _look)
