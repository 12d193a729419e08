"""Failures in Dagster: code, place and remedy of an error, without any text of a library.

Belongs here: turning whatever an asset's body raises into a failure of that asset's run. Keep out:
what is said of a fault (`failures`). Dagster keeps an exception's message, its cause and its
context in its event log, which is shown to everyone who may look; so what is raised has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dagster import Failure

from audit.acts import Operation
from flow.acts import about_city, at_work
from flow.city import City
from flow.failures import Faults

__all__ = ["coded", "raise_first"]


@contextmanager
def coded(city: City, stop: str, subject: str) -> Iterator[None]:
    """Replace whatever the block raises by a failure under a stable code; it is part of an act."""
    faults = Faults(city.layout)
    act = about_city(
        city, Operation.MAINTAIN, "数据汇聚与更新的运行登记", f"lake/ledgers：{subject}"
    )
    with faults.apart(stop, subject), at_work(city, act):
        yield
    raise_first(faults)


def raise_first(faults: Faults) -> None:
    """Fail the asset for the first fault, if there is one; raised apart, it has no context."""
    for told in faults.found:
        raise Failure(description=str(told), allow_retries=False)
