"""Who does what with a grant that stands how: each yes and each no is exactly one entry."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from catalog_specs.errors import GrantError
from flow.city import City
from flow.governing.granting import (
    apply_for,
    decide_grant,
    end_grant,
    register_stewards,
    renew_grant,
)
from governance.applications.stewards import Steward
from governance.grants.life import GrantEventKind, GrantState
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW
from tests.city.declared import change, compiled
from tests.city.homes import KEYS
from tests.tiers import then_thorough

SINCE, OVER = date(2026, 1, 5), date(2026, 2, 1)
SAID = ("泉数享〔2026〕1号", "必要")
METHODS = ["verify", "query", "statistics", "batch"]
PERSON = "resources/civil_affairs/person.yaml"
SHARES = then_thorough(["conditional"], ["unconditional", "not_yet"])
ACCOUNTS = {
    "nobody on record": "路人",
    "the consumer's steward, who applied": "办件员",
    "the authority's steward": "共享科",
    "the producer's steward": "民政科",
    "a steward whose term is over": "前任",
}
Step = Callable[[City], object]
STEPS: dict[str, Step] = {
    "apply": lambda city: apply_for(city, city.catalog.grants[GRANT]),
    "renew": lambda city: renew_grant(city, city.catalog.grants[GRANT]),
    "approve": lambda city: decide_grant(city, GRANT, SAID, yes=True),
    "refuse": lambda city: decide_grant(city, GRANT, SAID, yes=False),
    "suspend": lambda city: end_grant(city, GRANT, GrantEventKind.SUSPENDED, SAID),
    "resume": lambda city: end_grant(city, GRANT, GrantEventKind.RESUMED, SAID),
    "revoke": lambda city: end_grant(city, GRANT, GrantEventKind.REVOKED, SAID),
}
WAYS: dict[GrantState | None, tuple[tuple[str, str], ...]] = {
    None: (),
    GrantState.APPLIED: (("办件员", "apply"),),
    GrantState.REFUSED: (("办件员", "apply"), ("共享科", "refuse")),
    GrantState.GRANTED: (("办件员", "apply"), ("民政科", "approve"), ("共享科", "approve")),
}
WAYS[GrantState.SUSPENDED] = (*WAYS[GrantState.GRANTED], ("共享科", "suspend"))
WAYS[GrantState.REVOKED] = (*WAYS[GrantState.GRANTED], ("共享科", "revoke"))
"""How a grant comes to stand so: by whom which steps are taken."""


@dataclass
class Desk:
    """The homes in which grants of one sharing type stand as asked; a step changes a copy."""

    city: City
    folder: Path

    @classmethod
    def made(cls, folder: Path, share: str) -> Desk:
        """Make the first home: stewards on record, and nothing applied for."""
        method = "verify" if share == "not_yet" else "query"
        resource = {"resource": "civil_affairs/person", "items": ["residence"]}
        catalog = compiled(
            **{
                PERSON: change(share__type=share, share__methods=METHODS, items__4__share=share),
                GRANT_FILE: change(method=method, approvals=[], resources__0=resource),
            }
        )
        city = City(catalog, Layout(folder / "none"), KEYS, lambda: NOW, actor="运维岗")
        found = [
            (Steward("data_office", "办件员", "办件岗", SINCE, "报1"), "甲某某"),
            (Steward("data_office", "共享科", "共享岗", SINCE, "报1"), "乙某某"),
            (Steward("civil_affairs", "民政科", "民政岗", SINCE, "报1"), "丙某某"),
            (Steward("data_office", "前任", "共享岗", SINCE, "报1", OVER), "丁某某"),
        ]
        register_stewards(city, found)
        return cls(city, folder)

    def at(self, state: GrantState | None) -> City | None:
        """Return the city in which the grant stands so; None where it cannot."""
        home = self.folder / (state.value if state else "none")
        city = replace(self.city, layout=Layout(home))
        if not home.exists():
            shutil.copytree(self.city.layout.home, home)
            for account, step in WAYS[state]:
                try:
                    STEPS[step](replace(city, actor=account))
                except GrantError:
                    continue  # nobody is asked where it is granted on request
        found = city.rights.standings.get(GRANT)
        return city if (found and found.state) == state else None


def entries(city: City) -> int:
    """Return how many entries the log has."""
    found = city.audit.checkpoint
    assert found is not None
    return found.size


@pytest.mark.parametrize("share", SHARES)
def test_every_yes_and_every_no_is_exactly_one_entry(tmp_path: Path, share: str) -> None:
    """Whoever does it: a no is entered too, and what was so already is done without one."""
    desk, copy = Desk.made(tmp_path, share), tmp_path / "copy"
    seen = {"yes": 0, "no": 0, "nothing": 0}
    for state in WAYS:
        if (city := desk.at(state)) is None:
            continue
        for account, (name, step) in product(ACCOUNTS.values(), STEPS.items()):
            if not copy.exists():
                shutil.copytree(city.layout.home, copy)
            at = replace(city, layout=Layout(copy), actor=account)
            before, stood = entries(at), at.rights.standings.get(GRANT)
            try:
                step(at)
                (said,) = list(at.audit.read(before)) or [None]
                became = "yes" if said else "nothing"
                assert said is None or "denied" not in said.act.facts
                assert said or at.rights.standings.get(GRANT) == stood, (state, account, name)
            except GrantError:
                (said,) = at.audit.read(before)
                became = "no"
                assert said.act.facts["denied"], (state, account, name)
                assert at.rights.standings.get(GRANT) == stood
            assert said is None or (said.act.user, said.act.grant) == (account, GRANT)
            seen[became] += 1
            if became != "no":
                shutil.rmtree(copy)
        shutil.rmtree(copy, ignore_errors=True)
    assert sum(seen.values()) >= 4 * len(ACCOUNTS) * len(STEPS)
    assert min(seen["yes"], seen["no"]) > 0
