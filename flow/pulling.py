"""Stop 0, pulling: resources that Quanshu fetches itself (四(三)).

Belongs here: pulling one resource, and saying why it failed. Keep out: how it is fetched
(`landing.pulls`), landing what lies in inboxes (`stops`).
A source that cannot be reached is no reason to leave other resources waiting: a failed pull is a
value that the run reports, and the next run tries again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from audit.acts import Operation
from catalog_specs.errors import QuanshuError, TransientError
from catalog_specs.local_time import local_moment
from catalog_specs.rules.wording import Worded
from flow.acts import about_resource, at_work
from flow.city import City
from landing.landing import land
from landing.pulls import Errand, pulled
from landing.repeats import record_repeat
from register.landed import landed
from register.records import Delivery

__all__ = ["PullFailure", "pull_waiting"]


@dataclass(frozen=True)
class PullFailure:
    """Why a resource could not be pulled: no address, token or value stands in it."""

    department: str
    resource: str
    code: Worded
    what: str
    remedy: str
    transient: bool
    """Whether trying again may help: the source was not reached, or broke off."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.code} {self.what} · {self.department}/{self.resource} · {self.remedy}"


def pull_waiting(
    city: City, ref: str, environment: Mapping[str, str] | None = None
) -> Delivery | PullFailure | None:
    """Pull one resource and land what is new; None when nothing is, or it is never pulled.

    `environment` holds addresses and tokens; None takes this process's own.
    """
    resource = city.catalog.resource(ref)
    if resource.feed.pull is None:
        return None
    settings = os.environ if environment is None else environment
    errand = Errand(city.catalog, resource, Path(), settings, city.clock(), city.limits)
    try:
        act = about_resource(city, Operation.AGGREGATE, ref)
        with at_work(city, act) as entered, pulled(city.layout, errand) as found:
            now = city.clock()
            if found:
                entered.enter()
            brought = found and land(
                city.layout, city.catalog, resource, found.path, now, found.arrival
            )
            if not isinstance(brought, Delivery):
                _nothing_new(city, ref)
                return None
    except QuanshuError as error:
        transient = isinstance(error, TransientError)
        what, remedy = error.what, error.remedy
        return PullFailure(
            resource.provider, resource.resource, error.code, what, remedy, transient
        )
    return brought


def _nothing_new(city: City, ref: str) -> None:
    """Record that the source was asked today, and still says what it said last."""
    names = landed(city.layout, ref).names
    if names:
        moment = local_moment(city.catalog, city.clock())
        record_repeat(city.layout, ref, names[-1], moment)
