"""The claim: a home and a prefix are bound once, and no other pair works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.places import claim
from storage.places.claim import (
    CLAIM,
    bind,
    forget_left,
    left_on_disk,
    lies_at,
    reserve,
    switch,
)
from storage.places.object_path import ObjectPath


def _refused(note: Path, store: ObjectPath | None, *, begun: bool = False) -> StoreFault:
    with pytest.raises(ObjectStoreError) as raised:
        bind(note, store, begun=begun)
    return raised.value.fault


def test_a_home_on_a_disk_keeps_no_note(tmp_path: Path) -> None:
    """Nothing is written where nothing is set."""
    bind(tmp_path / "note", None, begun=True)
    assert [*tmp_path.iterdir()] == []


def test_a_home_keeps_to_its_store(store: ObjectPath, tmp_path: Path) -> None:
    """Without the setting, with another, or with tables on the disk already it is refused."""
    note = tmp_path / "note"
    assert _refused(note, store, begun=True) is StoreFault.ELSEWHERE
    bind(note, store, begun=False)
    bind(note, store, begun=True)  # a ledger of an act that came before, say
    assert _refused(note, None) is StoreFault.ELSEWHERE
    assert _refused(note, store / "other") is StoreFault.ELSEWHERE
    assert [one.name for one, _ in store.below()] == [CLAIM]


def test_a_prefix_belongs_to_one_home(store: ObjectPath, tmp_path: Path) -> None:
    """Another home is refused before it has written anything, and when the claim changed hands."""
    bind(tmp_path / "one", store, begun=False)
    assert _refused(tmp_path / "two", store) is StoreFault.OTHER_HOME
    assert not (tmp_path / "two").exists()
    (store / CLAIM).write_bytes(json.dumps({"home": "another"}).encode())
    assert _refused(tmp_path / "one", store) is StoreFault.OTHER_HOME


def test_an_emptied_prefix_is_not_begun_anew(store: ObjectPath, tmp_path: Path) -> None:
    """That all tables are gone must not look like a first day."""
    bind(tmp_path / "note", store, begun=False)
    (store / CLAIM).unlink()
    assert _refused(tmp_path / "note", store) is StoreFault.ELSEWHERE


@pytest.mark.parametrize("at", ["_require_conditions", "_take"])
def test_who_was_killed_on_the_way_goes_on(
    store: ObjectPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """A note without its claim, and a claim without the last word of the note, are completed."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(claim, at, killed)
        with pytest.raises(KeyboardInterrupt):
            bind(tmp_path / "note", store, begun=False)
    bind(tmp_path / "note", store, begun=False)
    bind(tmp_path / "note", store, begun=False)


def test_a_store_that_ignores_conditions_is_refused(
    store: ObjectPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runners on it would overwrite each other's commits."""
    monkeypatch.setattr(ObjectPath, "create", ObjectPath.write_bytes)
    assert _refused(tmp_path / "note", store) is StoreFault.UNSAFE
    assert [*store.below()] == []


def test_a_prefix_is_reserved_while_the_home_works_on_its_disk(
    store: ObjectPath, tmp_path: Path
) -> None:
    """It is nobody else's from then on, and the home's when it switches."""
    note = tmp_path / "note"
    reserve(note, store)
    reserve(note, store)
    bind(note, None, begun=True)
    assert lies_at(note) == ""
    assert _refused(note, store, begun=True) is StoreFault.ELSEWHERE
    assert _refused(tmp_path / "other", store) is StoreFault.OTHER_HOME

    switch(note, store)

    assert (lies_at(note), left_on_disk(note)) == (str(store), True)
    bind(note, store, begun=True)
    assert _refused(note, None) is StoreFault.ELSEWHERE
    forget_left(note)
    assert (lies_at(note), left_on_disk(note)) == (str(store), False)
    with pytest.raises(ObjectStoreError) as raised:
        reserve(note, store / "further")
    assert raised.value.fault is StoreFault.ANOTHER_STORE


def test_a_prefix_with_tables_of_nobody_is_not_reserved(store: ObjectPath, tmp_path: Path) -> None:
    """They may be all that is left of a home: whoever moved there would remove them."""
    (store / "lake" / "ledgers" / "part").write_bytes(b"x")
    with pytest.raises(ObjectStoreError) as raised:
        reserve(tmp_path / "note", store)
    assert raised.value.fault is StoreFault.OTHER_HOME
    assert not (tmp_path / "note").exists()
