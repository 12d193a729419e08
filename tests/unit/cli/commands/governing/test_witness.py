"""`quanshu audit witness`: a producer signs by files that are carried, and is held to it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from audit.acts import Operation
from flow.acts import about_city, at_work
from tests.contract.command import quanshu
from tests.unit.cli.homes import Home


@pytest.fixture
def home(shared: Home, tmp_path: Path) -> Home:
    """Return a home whose log has an entry at least."""
    made = shared.copied(tmp_path / "copy")
    with at_work(made.city, about_city(made.city, Operation.ANALYSE, "用途", "内容")) as act:
        act.enter()
    return made


def size(home: Home) -> int:
    """Return how many entries the log has."""
    found = home.city.audit.checkpoint
    assert found is not None
    return found.size


def test_a_producer_witnesses_the_log_by_files(home: Home, tmp_path: Path) -> None:
    """Begin, request, sign, keep; from then on the log is held to what was signed."""
    folder, asked, line = tmp_path / "w", tmp_path / "request", tmp_path / "line"
    key = str(home.layout.audit_verifier)
    steps = [
        ("begin", str(folder), "--name", "quanshu.local/w"),
        ("request", "--out", str(asked)),
        ("sign", str(folder), str(asked), "--log-key", key, "--out", str(line)),
        ("keep", str(line), "--key", str(folder / "witness.vkey")),
    ]
    for step in steps:
        ours = step[0] in {"request", "keep"}
        said = home.said if ours else partial(quanshu, tmp_path)
        assert said("audit", "witness", *step).code == 0
    (told,) = home.said("audit", "verify", "--json").document["witnesses"]
    assert told == {"name": "quanshu.local/w", "entries": size(home)}


def test_a_file_is_not_written_over_another(home: Home, tmp_path: Path) -> None:
    """The request of before stays as it is."""
    asked = tmp_path / "request"
    asked.write_text("x")
    said = home.said("audit", "witness", "request", "--out", str(asked))
    assert (said.code, asked.read_text()) == (2, "x")


@pytest.mark.parametrize("what", ["folder", "request", "key"])
def test_what_is_missing_or_no_such_thing_is_told(home: Home, tmp_path: Path, what: str) -> None:
    """A witness that was never begun, a file that is not there, a file that holds no key."""
    folder, asked, key = tmp_path / "w", tmp_path / "request", home.layout.audit_verifier
    if what != "folder":
        assert quanshu(tmp_path, "audit", "witness", "begin", str(folder), "--name", "w").code == 0
    if what != "request":
        assert home.said("audit", "witness", "request", "--out", str(asked)).code == 0
    if what == "key":
        key = asked
    words = (
        "sign",
        str(folder),
        str(asked),
        "--log-key",
        str(key),
        "--out",
        str(tmp_path / "line"),
    )
    said = quanshu(tmp_path, "audit", "witness", *words)
    assert said.code in {2, 3}
    assert "RUN-001" not in said.err
    assert {"folder": "witness.key", "request": "cannot be read", "key": "no public key"}[what] in (
        said.err
    )
