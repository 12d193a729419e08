"""Every command as a shell starts it: what its process says is what the entry says when called."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.core import TyperGroup

from cli.main import command
from tests.city.declared import write_catalog
from tests.contract.command import KEY, in_own_process, quanshu
from tests.tiers import then_thorough

PLACES = ("--catalog", "../catalogue", "--home", "home")
COMMANDS: dict[str, tuple[str, ...]] = {
    "answer": ("answer", "match", "--nonsense"),
    "approve": ("approve", "--list", "--json", *PLACES),
    "audit": ("audit", "verify", *PLACES),
    "backup": ("backup", "list", "nowhere", "--json"),
    "case": ("case", "list", "--json", *PLACES),
    "certificate": ("certificate", "nobody", *PLACES),
    "check": ("check", "--catalog", "../catalogue", "--json"),
    "copies": ("copies", "list", "--json", *PLACES),
    "correction": ("correction", "report", "--nonsense"),
    "delegation": ("delegation", "list", "--json", *PLACES),
    "demo": ("demo", "--people", "many"),
    "doctor": ("doctor", *PLACES),
    "due": ("due", "--json", "--as-of", "2026-03-02", *PLACES),
    "evolve": ("evolve", "--json", *PLACES),
    "explain": ("explain", "residents_for_office", *PLACES),
    "grant": ("grant", "list", "--json", *PLACES),
    "handover": ("handover", "--nonsense"),
    "interface": ("interface", "list", "--json", *PLACES),
    "key": ("key", "create", "--home", "home"),
    "lineage": ("lineage", "person", "350500199001010012", *PLACES),
    "list": ("list", "resources", *PLACES),
    "opening": ("opening", "list", "--json", *PLACES),
    "quarantine": ("quarantine", "list", "--json", *PLACES),
    "recheck": ("recheck", "--json", *PLACES),
    "reconcile": ("reconcile", "list", "--json", *PLACES),
    "release": ("release", "withdraw", "nothing/0", "--reason", "误", *PLACES),
    "report": ("report", "--nonsense"),
    "restore": ("restore", "nowhere", *PLACES),
    "run": ("run", "--json", *PLACES),
    "scaffold": ("scaffold", "none.csv", "--department", "data_office", "--resource", "sample"),
    "score": ("score", "--json", "--as-of", "2026-03-02", *PLACES),
    "steward": ("steward", "list", "--json", *PLACES),
    "store": ("store", "move", "--dry-run", *PLACES),
    "tables": ("tables", "list", "--json", *PLACES),
    "trace": ("trace", "none.csv", *PLACES),
    "try": ("try", "none.csv", "--resource", "person", *PLACES),
    "ui": ("ui", "--nonsense"),
    "upkeep": ("upkeep", "--dry-run", "--json", *PLACES),
    "vacuum": ("vacuum", "--dry-run", "--json", *PLACES),
    "violation": ("violation", "list", "--json", *PLACES),
    "where": ("where", "person_name", "--catalog", "../catalogue"),
}


ALWAYS = ("backup", "check", "doctor", "due", "grant", "run", "score")
"""Commands that are started in every run of the tests: one at least of each folder of commands.
`make thorough` starts the others."""


def test_no_command_is_left_out() -> None:
    """Every command and group that there is, is started below."""
    assert isinstance(group := command(), TyperGroup)
    assert sorted(group.commands) == [*COMMANDS]
    assert {*ALWAYS} <= {*COMMANDS}


@pytest.mark.parametrize("command", then_thorough(ALWAYS, sorted({*COMMANDS} - {*ALWAYS})))
def test_a_process_says_what_its_entry_says(tmp_path: Path, command: str) -> None:
    """Exit code, standard output and standard error are the same both ways, over new homes."""
    write_catalog(tmp_path)
    folder = tmp_path / "folder"

    folder.mkdir()
    own = in_own_process(folder, *COMMANDS[command], **KEY)
    shutil.rmtree(folder)
    folder.mkdir()
    called = quanshu(folder, *COMMANDS[command], **KEY)

    assert own == called
    assert own.out or own.err
