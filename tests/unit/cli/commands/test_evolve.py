"""`quanshu check --against` and `quanshu evolve`: an edited catalogue, and the home's tables."""

from __future__ import annotations

import shutil
from typing import Any

from tests.city import PERSON
from tests.city.declared import change, write_catalog
from tests.contract.command import quanshu
from tests.unit.cli.homes import Home

FILE = f"resources/{PERSON}.yaml"
FINER = {"elements/persons.yaml": change(**{"5__scale": 4})}


def _without_income(document: dict[str, Any], **more: Any) -> None:
    document["items"] = [one for one in document["items"] if one["code"] != "income"]
    del document["feed"]["columns"]["登记收入"]
    document |= more


def _retired(document: dict[str, Any]) -> None:
    reason = {"income": {"on": "2026-03-01", "reason": "不再采集"}}
    _without_income(document, retired_items=reason)


def _checked(home: Home) -> tuple[int, str]:
    words = ("check", "--catalog", "catalogue", "--against", "home")
    said = quanshu(home.folder, *words)
    return said.code, said.out


def test_a_home_that_fits_has_nothing_to_do(home: Home) -> None:
    """It is said, and an evolution does nothing; for machines the lists are empty."""
    assert _checked(home) == (0, "各表与目录一致。/ every table is as the catalogue asks.\n")
    said = home.said("evolve", "--json")
    nothing = {"resources": [], "orphans": [], "former_results": 0, "former_approvals": []}
    nothing |= {"ledgers": {}, "repeated": {}, "done": True}
    assert (said.code, said.document) == (0, nothing)


def test_former_approvals_are_named_when_they_are_taken_over(home: Home) -> None:
    """A home of an earlier version has neither the store nor the note that it was asked."""
    layout = home.city.layout
    for file in (layout.grants_begun, layout.governance_db):
        file.unlink(missing_ok=True)
    waits = home.said("evolve", "--dry-run").out
    assert "grants  待转入 / waits for `quanshu evolve`" in waits
    assert "residents_for_office" in waits
    assert "grants  已转入 / entered" in home.said("evolve").out
    assert home.said("evolve", "--json").document["former_approvals"] == []


def test_an_edited_catalogue_is_told_then_evolved(home: Home) -> None:
    """Check says what waits and ends with 1, a dry run too and does nothing, evolve does it."""
    write_catalog(home.folder, **FINER)

    code, told = _checked(home)
    assert code == 1
    assert f"{PERSON}  待调整 / waits for `quanshu evolve`  ({FILE})" in told
    assert "    EVO-103 `income` becomes DECIMAL(18,4), and was DECIMAL(18,2)" in told
    planned = home.said("evolve", "--dry-run", "--json").document
    assert [(one["resource"], one["urgent"]) for one in planned["resources"]] == [(PERSON, True)]
    assert (planned["done"], planned["orphans"]) == (False, [])
    assert _checked(home) == (code, told)

    done = home.said("evolve")
    assert (done.code, f"{PERSON}  已调整 / evolved  ({FILE})" in done.out) == (0, True)
    assert _checked(home)[0] == 0


def test_a_refusal_ends_with_1_and_says_what_to_do(home: Home) -> None:
    """An item that went without a word is named with its code and the words that are missing."""
    write_catalog(home.folder, **{FILE: _without_income})

    done = home.said("evolve")

    assert done.code == 1
    assert f"{PERSON}  拒绝 / refused  ({FILE})" in done.out
    assert "EVO-201" in done.out
    assert "retired_items: {income:" in done.out


def test_values_go_on_a_document_alone(home: Home) -> None:
    """Check says that one is needed and refuses nothing; without it evolve refuses, with it not."""
    write_catalog(home.folder, **{FILE: _retired})

    told = _checked(home)[1]
    assert "拒绝 / refused" not in told
    assert told.count(" · needs --document") == 1
    refused = home.said("evolve")
    assert (refused.code, "--document" in refused.out) == (1, True)
    done = home.said("evolve", "--document", "批〔2026〕7号")
    assert (done.code, "已调整 / evolved" in done.out) == (0, True)
    assert "needs --document" not in done.out


def test_what_the_catalogue_no_longer_has_is_named(home: Home) -> None:
    """A table of no resource is told, and is no reason to fail."""
    shutil.copytree(home.layout.authoritative(PERSON), home.layout.authoritative("office/old"))

    said = home.said("evolve")
    assert said.code == 0
    assert "EVO-205 office/old is not in the catalogue: lake/authoritative/office/old" in said.out
    [orphan] = home.said("evolve", "--json").document["orphans"]
    assert (orphan["resource"], orphan["retired"]) == ("office/old", False)
