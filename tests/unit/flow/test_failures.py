"""Failures of a run: each stops one thing, is told by its place, and quotes no vendor."""

from __future__ import annotations

import errno
import os
import signal
import stat
from pathlib import Path
from threading import Timer

import pytest

from catalog_specs.errors import CheckError, PullError, TransientError
from flow.failures import Faults, failure_of
from storage.engines.connection import in_memory
from storage.layout import Layout

SECRET = "350500199001010012"  # noqa: S105 - stands for a value that a vendor quotes


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    """Return an empty collection over a home."""
    return Faults(Layout(tmp_path))


def test_what_fails_stops_one_thing(faults: Faults) -> None:
    """The work after it goes on, and what went wrong is remembered in order."""
    done = []
    for ref in ("a/a", "a/b", "a/c"):
        with faults.apart("gate", ref):
            if ref != "a/b":
                raise PullError("it failed", where=ref, remedy="mend it")
            done.append(ref)

    assert done == ["a/b"]
    assert [(one.subject, one.what) for one in faults.found] == [
        ("a/a", "it failed"),
        ("a/c", "it failed"),
    ]


@pytest.mark.parametrize("ends", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_the_process_is_no_fault(faults: Faults, ends: type[BaseException]) -> None:
    """An interrupt goes through, and nothing is remembered of it."""
    with pytest.raises(ends), faults.apart("gate"):
        raise ends

    assert faults.found == []


def test_an_error_of_our_own_says_itself_what_happened(tmp_path: Path) -> None:
    """Its words are told, and whether trying again may help."""
    error = TransientError("somebody else was faster", where="visit", remedy="run again")

    told = failure_of(Layout(tmp_path), "gate", "office/visit", error)

    assert (told.what, told.where, told.transient, told.passing) == (
        "somebody else was faster", "visit", True, True,
    )  # fmt: skip
    assert str(told).count("run again") == 1
    assert not (tmp_path / "logs").exists()


def test_of_any_other_only_class_and_place_are_told(tmp_path: Path) -> None:
    """A vendor's words may quote a value: they stand in a private file, and there alone."""
    layout = Layout(tmp_path)
    told = []
    for _ in range(2):
        try:
            raise LookupError(SECRET)  # noqa: TRY301 - of a vendor
        except LookupError as error:
            told.append(failure_of(layout, "gate", "office/visit", error))

    (log,) = layout.logs.iterdir()
    assert SECRET not in str(told)
    assert "LookupError" in told[0].what
    assert log.name in told[0].remedy
    assert SECRET in log.read_text(encoding="utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert told[0] == told[1]
    assert not told[0].passing


def test_the_machines_own_faults_pass(tmp_path: Path) -> None:
    """A full disk and a lack of memory are no fault of the data."""
    layout = Layout(tmp_path)
    full = failure_of(layout, "gate", "", OSError(errno.ENOSPC, SECRET))
    memory = failure_of(layout, "gate", "", MemoryError(SECRET))

    assert (full.code.value, full.passing, memory.passing) == ("DISK-001", True, True)
    assert SECRET not in f"{full}{memory}"


def test_an_interrupt_that_the_engine_met_is_no_fault_either(faults: Faults) -> None:
    """Ctrl-C in the middle of a query ends the run; it is not remembered as a failure."""
    con = in_memory()
    press = Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    press.start()

    def ask() -> None:
        try:
            con.execute("SELECT max(hash(range)) FROM range(600_000_000)").fetchall()
        except RuntimeError as error:  # whoever asked tells it in words of ours
            raise CheckError("it could not be asked", where="gate", remedy="mend it") from error

    with pytest.raises(KeyboardInterrupt), faults.apart("gate"):
        ask()

    assert faults.found == []
