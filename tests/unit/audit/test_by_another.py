"""A home's log, checked by an implementation that is not ours, in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import venv
from importlib.metadata import distribution
from pathlib import Path
from random import Random
from typing import Any

import pytest
from packaging.requirements import Requirement

from audit.acts import Operation
from audit.log import AuditLog
from audit.proofs import proof_of, request_of
from audit.tree import Tree
from audit.verifier import Checkpoint
from audit.witness import Witness, keep_signed
from tests.city.homes import Town
from tests.unit.audit import by_another
from tests.unit.audit.acts import acts

VERIFIER = "tlog-scales"
"""The package, of other people, by the specification alone (github.com/florolf/tlog-scales)."""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment that holds that package and what it needs."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, symlinks=True)
    (site,) = place.glob("lib/python*/site-packages")
    for name in _needed(VERIFIER):
        found = distribution(name)
        tops = {one.parts[0] for one in found.files or () if ".." not in one.parts}
        for top in tops - {"__pycache__"}:
            (site / top).symlink_to(Path(str(found.locate_file(top))))
    return place / "bin" / "python"


def _needed(name: str) -> set[str]:
    """Return a package and what it needs, and what that needs."""
    found, left = set(), [name]
    while left:
        one = left.pop()
        if one in found:
            continue
        found.add(one)
        wanted = map(Requirement, distribution(one).requires or ())
        left += [r.name for r in wanted if not r.marker or r.marker.evaluate({"extra": ""})]
    return found


def ask(python: Path, *questions: dict[str, Any]) -> list[Any]:
    """Return what the other implementation answers."""
    done = subprocess.run(
        [python, "-I", by_another.__file__],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=False,
        cwd=python.parent,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> AuditLog:
    """Return the log of a home in which a run was, grown to several tiles."""
    made = Town(tmp_path_factory.mktemp("city")).city.audit
    assert {one.act.operation for one in made.read()} >= {Operation.AGGREGATE, Operation.CLEAN}
    made.append(acts(700))
    return made


def pieces(folder: Path) -> dict[str, bytes]:
    """Return the tiles and bundles of a log; parts that earlier checkpoints stood on are not."""
    found = {one: one.read_bytes() for one in (folder / "tile").rglob("*") if one.is_file()}
    newest = {
        one.parent: max(int(o.name) for o in found if o.parent == one.parent) for one in found
    }
    return {
        one.relative_to(folder).as_posix(): octets
        for one, octets in found.items()
        if one.parent.suffix != ".p" or int(one.name) == newest[one.parent]
    }


def test_the_log_is_what_the_other_would_have_written(
    python: Path, log: AuditLog, tmp_path: Path
) -> None:
    """Both signatures hold, its root is the tiles', and the same entries give the same files."""
    witness = Witness.begin(tmp_path / "witness", "civil-affairs.example")
    line = witness.sign(request_of(log, 0), log.verifiers[-1], 1_790_000_000)
    keep_signed(log, witness.key.verifier, line)
    kept = next((log.folder / "witnessed").glob("*.checkpoint"))
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "tile").symlink_to(log.folder / "tile")
    (copy / "checkpoint").write_bytes(kept.read_bytes())
    keys = [str(log.verifiers[-1]), str(witness.key.verifier)]
    said = log.checkpoint
    assert said is not None

    again = tmp_path / "again"
    (found,) = ask(python, {"ask": "log", "folder": str(copy), "keys": keys, "again": str(again)})

    assert found["signed"] == sorted([said.origin, "civil-affairs.example"])
    assert found["size"] == said.size > 700
    assert {found["root"], found["calculated"], found["written"]} == {said.root.hex()}
    assert pieces(again) == pieces(log.folder)


def test_its_proofs_hold_there_and_others_are_refused(python: Path, log: AuditLog) -> None:
    """Of inclusion: a changed entry, place, step, checkpoint or key is refused."""
    said, random = log.checkpoint, Random(4)
    assert said is not None
    keys = [str(log.verifiers[-1])]
    stranger = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    true, false = [], []
    for index in (0, 255, 256, said.size - 1, *random.sample(range(said.size), 20)):
        proof, octets = proof_of(log, index)
        one = {"ask": "inclusion", "proof": proof, "entry": octets.hex(), "keys": keys}
        lines = proof.split("\n")
        size = lines.index("") + 2
        true.append(one)
        false += [
            {**one, "entry": (octets + b" ").hex()},
            {**one, "proof": proof.replace(f"index {index}\n", f"index {index ^ 1}\n")},
            {**one, "proof": "\n".join([*lines[:2], *lines[3:]])},
            {**one, "proof": "\n".join([*lines[:size], str(said.size - 1), *lines[size + 1 :]])},
            {**one, "keys": [stranger]},
        ]

    assert ask(python, *true) == ["holds"] * len(true)
    assert "holds" not in ask(python, *false)


def test_its_past_holds_there_and_another_is_refused(python: Path, log: AuditLog) -> None:
    """Of consistency, from every kind of size to the whole."""
    said, random = log.checkpoint, Random(5)
    assert said is not None
    tree = Tree(log.folder, said.size)
    true, false = [], []
    for old in (1, 2, 255, 256, 257, said.size - 1, *random.sample(range(1, said.size), 20)):
        steps = [one.hex() for one in tree.consistency(old)]
        one = {
            "ask": "consistency",
            "old": [old, tree.root(old).hex()],
            "new": [said.size, said.root.hex()],
            "steps": steps,
        }
        true.append(one)
        false += [
            {**one, "old": [old, said.root.hex()]},
            {**one, "old": [old + 1, tree.root(old).hex()]},
            {**one, "steps": steps[:-1]},
            {**one, "steps": [*steps, steps[-1]]},
            {**one, "steps": [steps[-1], *steps[1:-1], steps[0]] if len(steps) > 1 else []},
        ]

    assert ask(python, *true) == ["holds"] * len(true)
    assert "holds" not in ask(python, *false)


def test_the_other_notices_a_change(python: Path, log: AuditLog, tmp_path: Path) -> None:
    """The root that it calculates from a changed tile is not that of the checkpoint."""
    copy = tmp_path / "copy"
    for name, octets in pieces(log.folder).items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(octets if name != "tile/0/001" else octets[::-1])
    (copy / "checkpoint").write_bytes(log.note)
    again = str(tmp_path / "again")
    (found,) = ask(python, {"ask": "log", "folder": str(copy), "keys": [], "again": again})
    assert isinstance(found, dict)
    said = Checkpoint.parse(log.note.rpartition(b"\n\n")[0] + b"\n")
    assert found["root"] == said.root.hex() == found["written"]
    assert pieces(Path(again)) != pieces(copy)
    assert pieces(Path(again)) == pieces(log.folder)
