"""The claim: which home a prefix of an object store belongs to, and which store a home has.

Belongs here: binding the two for good, and refusing any other pair before work begins; the switch
of a home from its disk to a store. Keep out: what lies there, and copying it (`transfers`).
A home without its store would begin anew beside its tables, and two homes on one prefix would hold
each other's commits for a stranger's. So each keeps a note of the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.places.object_path import ObjectPath
from storage.swaps import json_text, read_json, write_durably, write_json

__all__ = [
    "bind",
    "forget_left",
    "left_on_disk",
    "lies_at",
    "require_reservable",
    "reserve",
    "switch",
]

CLAIM = "home.json"
"""The object below a prefix that says whose it is."""
_NO_TAG = f'"{"0" * 32}"'
"""An entity tag that no object has."""


def bind(note: Path, store: ObjectPath | None, *, begun: bool) -> None:
    """Hold a home to its object store; the first time, bind them.

    Args:
        note: the file of the home that says where its tables lie; absent while that is its disk.
        store: where the setting says that they lie; None for the disk.
        begun: whether tables lie on the disk already.

    Raises:
        ObjectStoreError: the tables lie elsewhere, the prefix is another home's, or the store
            cannot be reached or used.
    """
    said = read_json(note)
    if said.get("store") != (str(store) if store else None) and (said or (store and begun)):
        raise ObjectStoreError(
            StoreFault.ELSEWHERE, where=str(said.get("store") or note.parent / "lake")
        )
    if store is None:
        return
    found = _claim(store)
    if said.get("claimed"):
        if found != said["home"]:
            # empty: what lay there is gone, and to begin anew would hide that
            raise ObjectStoreError(
                StoreFault.OTHER_HOME if found else StoreFault.ELSEWHERE, where=str(store)
            )
        return
    home = str(said.get("home") or uuid4().hex)
    if found not in {"", home}:
        raise ObjectStoreError(StoreFault.OTHER_HOME, where=str(store))
    _require_conditions(store)
    # in this order: whoever is killed on the way finds his own claim again
    write_json(note, {"store": str(store), "home": home})
    _take(store, home)
    write_json(note, {"store": str(store), "home": home, "claimed": True})


def reserve(note: Path, store: ObjectPath) -> None:
    """Claim a prefix for a home whose tables still lie on its disk, where its runs go on.

    Raises:
        ObjectStoreError: the home has a store, or the prefix belongs to another home, holds tables
            of nobody, or cannot be reached or used.
    """
    require_reservable(note, store)
    home = str(read_json(note).get("home") or uuid4().hex)
    _require_conditions(store)
    # in this order: whoever is killed on the way finds his own claim again
    write_json(note, {"store": None, "home": home})
    _take(store, home)


def require_reservable(note: Path, store: ObjectPath) -> None:
    """Refuse what `reserve` refuses, as far as reading tells; nothing is written.

    Raises:
        ObjectStoreError: as `reserve`.
    """
    said = read_json(note)
    if said.get("store"):
        raise ObjectStoreError(StoreFault.ANOTHER_STORE, where=str(said["store"]))
    found = _claim(store)
    if found and found != said.get("home"):
        raise ObjectStoreError(StoreFault.OTHER_HOME, where=str(store))
    if not found and (store / "lake").is_dir():
        detail = "tables lie there that no home claims"
        raise ObjectStoreError(StoreFault.OTHER_HOME, where=str(store), detail=detail)


def switch(note: Path, store: ObjectPath) -> None:
    """Say that the tables of a home lie on the store that it reserved, from this moment on.

    What lies on the disk as well is left there, and the note remembers that it is.
    """
    home = str(read_json(note)["home"])
    _write(note, {"store": str(store), "home": home, "claimed": True, "left": True})


def lies_at(note: Path) -> str:
    """Return the address of the store on which a home's tables lie; empty for its disk."""
    return str(read_json(note).get("store") or "")


def left_on_disk(note: Path) -> bool:
    """Say whether former tables may lie on the disk of a home that has gone over to a store."""
    return bool(read_json(note).get("left"))


def forget_left(note: Path) -> None:
    """Say that no former tables lie on the disk any more."""
    _write(note, {name: said for name, said in read_json(note).items() if name != "left"})


def _write(note: Path, said: Mapping[str, object]) -> None:
    # tables are removed from the disk because of what it says: the disk must have it before
    write_durably(note.parent, {note.name: json_text(said).encode()})


def _claim(store: ObjectPath) -> str:
    """Return the home that a prefix belongs to; empty when it is nobody's."""
    try:
        return str(json.loads((store / CLAIM).read_bytes()).get("home", "?"))
    except FileNotFoundError:
        return ""
    except (ValueError, AttributeError):
        return "?"


def _take(store: ObjectPath, home: str) -> None:
    try:
        (store / CLAIM).create(json.dumps({"home": home}).encode())
    except FileExistsError:
        if _claim(store) != home:
            raise ObjectStoreError(StoreFault.OTHER_HOME, where=str(store)) from None


def _require_conditions(store: ObjectPath) -> None:
    """Try both conditional writes that locks and commits stand on."""
    probe = store / f"probe-{uuid4().hex}"
    try:
        probe.create(b"1")
        once = _refused(lambda: probe.create(b"2"))
        seen = _refused(lambda: probe.replace(b"3", _NO_TAG))
    finally:
        probe.unlink()
    if not (once and seen):
        raise ObjectStoreError(StoreFault.UNSAFE, where=str(store))


def _refused(write: Callable[[], str]) -> bool:
    try:
        write()
    except FileExistsError:
        return True
    return False
