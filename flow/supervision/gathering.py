"""Gathering: everything that detectors are told of a home on one day.

Belongs here: asking each part of the house for its facts. Keep out: judging them
(`governance.violations`), storing what is suspected (`suspecting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from catalog_specs.local_time import local_day
from flow.backup.ages import ages_of
from flow.city import City
from flow.supervision.leaving import bare, exposed, extracts
from flow.supervision.overdue import overdue, owed_too_long
from flow.supervision.tables import readable
from flow.supervision.using import asked_beyond, other_purposes, outstanding, stewards_serving
from governance.violations.columns import misfits, outside_catalogue
from governance.violations.facts import (
    Afterwards,
    Control,
    ControlState,
    Facts,
    Foreign,
    Overlap,
)
from quality.timeliness.duties import Timeliness
from storage.foreign_commits import look, looks

__all__ = ["controls_of", "facts_of"]


def facts_of(
    city: City, overlaps: tuple[Overlap, ...] = (), dues: Iterable[Timeliness] | None = None
) -> Facts:
    """Return the facts of a home as it is now.

    `overlaps` are those counted last, `dues` what is due, where somebody knows.
    """
    return Facts(
        city.catalog,
        local_day(city.catalog, city.clock()),
        outside=outside_catalogue(city.layout, city.catalog),
        misfits=misfits(city.layout, city.catalog),
        afterwards=_afterwards(city),
        overlaps=overlaps,
        overdue=overdue(city, dues),
        owed=owed_too_long(city),
        extracts=extracts(city),
        exposed=exposed(city),
        bare=bare(city),
        copies=outstanding(city),
        refused=asked_beyond(city),
        purposes=other_purposes(city),
        foreign=_foreign(city),
        controls=controls_of(city),
        standings=city.rights.standings,
    )


def controls_of(city: City) -> tuple[Control, ...]:
    """Return the controls of the installation itself, with what is known of each."""
    return _key(city), *_backups(city), *stewards_serving(city)


def _afterwards(city: City) -> tuple[Afterwards, ...]:
    """Return the retired resources to whose inbox something came since."""
    found = []
    for ref, resource in city.catalog.retired.items():
        inbox = city.layout.inbox(ref)
        times = [path.lstat().st_mtime for path in inbox.iterdir()] if inbox.is_dir() else []
        days = [local_day(city.catalog, datetime.fromtimestamp(one, UTC)) for one in times]
        since = resource.retired.on if resource.retired else None
        after = [day for day in days if since is not None and day > since]
        if after:
            found.append(Afterwards(ref, len(after), max(after).isoformat()))
    return tuple(found)


def _foreign(city: City) -> tuple[Foreign, ...]:
    """Return the commits of every table that are not ours and wait for a decision."""
    known = looks(city.layout)
    places = ((ref, city.layout.authoritative(ref)) for ref in city.catalog.resources)
    return tuple(
        Foreign(ref, one.version, one.operation)
        for ref, table in readable(places).items()
        for one in look(ref, table, known.get(ref, ()))
    )


def _key(city: City) -> Control:
    """Return what is known of the age of the master key's version in use.

    A key without a day is as old as its file. One out of the environment is of an unknown age.
    """
    said = ("master_key", "主密钥按期更换", "a master key that is not too old", "八(一)")
    who, today = city.catalog.city.authority, local_day(city.catalog, city.clock())
    age, file = city.keys.age(today), city.keys.file
    if age is None and file is not None and file.is_file():
        made = local_day(city.catalog, datetime.fromtimestamp(file.stat().st_mtime, UTC))
        age = (today - made).days
    if age is None:
        return Control(*said, who, ControlState.UNKNOWN, {})
    old = age > city.catalog.profile.supervision.key_days.value
    state = ControlState.MISSING if old else ControlState.IN_PLACE
    return Control(*said, who, state, {"since": (today - timedelta(days=age)).isoformat()})


def _backups(city: City) -> Iterator[Control]:
    """Yield what is known of backups, and of drills: a home without any may be copied otherwise."""
    who = city.catalog.city.authority
    for (code, name, name_en, clause), ages in zip(_SAID, ages_of(city), strict=True):
        state = ControlState.UNKNOWN
        if ages.begun:
            state = ControlState.MISSING if ages.overdue else ControlState.IN_PLACE
        since = {"since": ages.since.isoformat()} if ages.since else {}
        yield Control(code, name, name_en, clause, who, state, since)


_SAID = (
    ("backups", "备份与恢复", "backups that are not too old", "八(四)"),
    ("backup_drill", "备份恢复演练", "a backup that was restored for a trial lately", "八(一)"),
)
