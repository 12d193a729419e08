"""`quanshu restore`: a home in a new place, and what cannot be had without its keys."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.contract.command import KEY, Said, quanshu
from tests.unit.cli.homes import Home


@pytest.fixture
def backed(home: Home) -> Home:
    """Return the home with a backup of it in `to`, without encryption."""
    assert home.said("backup", "create", str(home.folder / "to"), "--plain").code == 0
    return home


def _restored(home: Home, *words: str, place: str = "new") -> Said:
    where = ("--catalog", str(home.folder / "catalogue"), "--home", str(home.folder / place))
    return quanshu(home.folder, "restore", str(home.folder / "to"), *words, *where, **KEY)


def test_a_home_is_restored_with_its_keys(backed: Home) -> None:
    """It verifies; the signature is compared with what was kept elsewhere."""
    verifier = f"--verifier={backed.layout.audit_verifier}"
    done = _restored(backed, f"--keys={backed.layout.keys}", verifier)
    assert (done.code, "RTO" in done.out, "nobody compared" in done.out) == (0, True, False)
    places = ("--catalog", str(backed.folder / "catalogue"), "--home", str(backed.folder / "new"))
    assert quanshu(backed.folder, "audit", "verify", *places, **KEY).code == 0


def test_what_cannot_be_had_without_keys_is_said(backed: Home) -> None:
    """And that nobody compared the key of the signature."""
    done = _restored(backed)
    assert (done.code, "nobody compared" in done.out) == (0, True)
    assert "without the keys of the home" in done.err
    assert _restored(backed, "--json", place="other").document["keys"] is False


def test_a_wrong_wish_is_told(backed: Home) -> None:
    """Two wishes are wrong usage; a place that is taken and a moment too early are refused."""
    assert _restored(backed, "--at=2026-03-02", "--generation=1").code == 2
    early = _restored(backed, "--at=2001-01-01")
    assert (early.code, "BAK-302" in early.err) == (3, True)
    assert _restored(backed, "--at=2999-01-01T10:00").code == 0
    taken = _restored(backed)
    assert (taken.code, "BAK-301" in taken.err) == (3, True)
    shutil.rmtree(backed.folder / "to")
    gone = _restored(backed, place="third")
    assert (gone.code, "BAK-104" in gone.err) == (3, True)
    assert not Path(backed.folder / "third").exists()


def test_a_home_is_not_restored_onto_an_object_store(home: Home) -> None:
    """It would have its tables in its folder, and claim a prefix for nothing."""
    where = ("--catalog", str(home.folder / "catalogue"), "--home", str(home.folder / "new"))
    store = {"QUANSHU_OBJECT_STORE": "s3://lake/city"}
    done = quanshu(home.folder, "restore", str(home.folder / "to"), *where, **KEY, **store)
    assert (done.code, "OBJ-203" in done.err) == (3, True)
    assert not (home.folder / "new").exists()
