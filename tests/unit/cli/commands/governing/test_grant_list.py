"""`quanshu grant list`: how each stands, which end soon, and what was never taken."""

from __future__ import annotations

from audit.acts import Act, Operation
from audit.log import AuditLog
from tests.city import GRANT, NOW
from tests.unit.cli.homes import Home


def test_grants_are_listed_by_what_is_asked(home: Home) -> None:
    """All of them, those that end soon, those of which nothing, or not all, was taken."""
    (row,) = home.said("grant", "list", "--json").document
    assert (row["grant"], row["state"], row["holds"], row["unused"]) == (GRANT, "granted", True, [])
    assert GRANT in home.said("grant", "list").out
    assert home.said("grant", "list", "--expiring", "1", "--json").document == []
    unused = ("grant", "list", "--unused", "0")
    assert [one["unused"] for one in home.said(*unused, "--json").document] == [[]]
    said = dict.fromkeys(("purpose", "user", "approver", "content", "way", "medium"), "某")
    act = Act(Operation.QUERY, at=NOW.isoformat(), grant=GRANT, resource="other/one", **said)
    AuditLog(home.city.layout).append([act])
    assert "从未使用 / never used: civil_affairs/person" in home.said(*unused).out
