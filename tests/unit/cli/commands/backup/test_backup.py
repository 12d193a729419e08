"""`quanshu backup`: made, listed, checked, tried, and the keys apart."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from flow.backup.heads import read_head
from storage.backup.repository import Repository
from tests.contract.command import quanshu
from tests.unit.cli.homes import Home


@pytest.fixture
def keys(home: Home) -> tuple[str, str]:
    """Write a pair of keys beside the home; return the two options that name them."""
    key = pyrage.x25519.Identity.generate()
    for name, text in (("public", key.to_public()), ("secret", key)):
        (home.folder / name).write_text(f"{text}\n", encoding="utf-8")
    return f"--recipient={home.folder / 'public'}", f"--identity={home.folder / 'secret'}"


def test_a_home_is_backed_up_checked_and_tried(home: Home, keys: tuple[str, str]) -> None:
    """Each command says what it did, for people and for machines."""
    to, (recipient, identity) = str(home.folder / "to"), keys
    made = home.said("backup", "create", to, recipient)
    assert (made.code, "generation 1 is made" in made.out) == (0, True)
    assert home.said("backup", "create", to, recipient, "--json").document["generation"] == 2
    listed = quanshu(home.folder, "backup", "list", to, "--json").document
    assert [one["generation"] for one in listed] == [1, 2]
    assert "age1" in quanshu(home.folder, "backup", "list", to).out
    assert home.said("backup", "verify", to, identity, "--json").document["flaws"] == []
    tried = home.said("backup", "drill", to, identity)
    assert (tried.code, "RPO" in tried.out, "RTO" in tried.out) == (0, True, True)
    assert home.said("backup", "drill", to, identity, "--json").document["rto_seconds"] > 0
    assert "removed: 1 " in home.said("backup", "prune", to, "--keep", "1").out


def test_what_is_wrong_is_named(home: Home, keys: tuple[str, str]) -> None:
    """Exit 1 with the file and what to do; a missing key is a failure of another kind."""
    to, (recipient, _) = home.folder / "to", keys
    home.said("backup", "create", str(to), recipient)
    assert "the backup is whole" in home.said("backup", "verify", str(to)).out
    repository = Repository.open(to)
    manifest = read_head(repository, 1).manifest
    other = next(name for name in repository.objects.names() if name != manifest)
    for gone in map(repository.objects.place, (manifest, other)):
        content = gone.read_bytes()
        gone.unlink()
        found = home.said("backup", "verify", str(to))
        assert (found.code, "BAK-203" in found.err, gone.name in found.err) == (1, True, True)
        drilled = home.said("backup", "drill", str(to))
        assert (drilled.code, "BAK-108" in drilled.err) == (3, True)
        gone.write_bytes(content)


def test_nothing_is_copied_unencrypted_by_mistake(home: Home) -> None:
    """It has to be said."""
    to = str(home.folder / "to")
    refused = home.said("backup", "create", to)
    assert (refused.code, "BAK-107" in refused.err, Path(to).exists()) == (3, True, False)
    assert "not encrypted" in home.said("backup", "create", to, "--plain").out
    assert home.said("backup", "drill", to).code == 0


def test_keys_are_copied_apart(home: Home, keys: tuple[str, str]) -> None:
    """One file, encrypted; it says when the master key is not among them."""
    home.said("backup", "create", str(home.folder / "to"), keys[0])
    said = home.said("backup", "keys", str(home.folder / "keys.age"), keys[0])
    assert (said.code, "audit.key" in said.out, "environment" in said.out) == (0, True, True)
