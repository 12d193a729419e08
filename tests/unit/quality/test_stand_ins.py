"""Stand-ins: modules that come when they are asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from quality.stand_ins import left_out, stood_in

NAME = "quanshu_invented"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a module that nobody imported yet."""
    (tmp_path / f"{NAME}.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    return NAME


def test_a_module_is_imported_when_it_is_first_asked_for(module: str) -> None:
    """By whoever imported its stand-in, long after it was withdrawn."""
    with stood_in(module):
        held = import_module(module)
    assert module not in sys.modules
    assert held.answer == 42
    assert import_module(module) is not held


def test_what_is_asked_for_at_once_is_imported_at_once(module: str) -> None:
    """The module itself takes the place of its stand-in, and stays."""
    with stood_in(module):
        held = import_module(module)
        assert held.answer == 42
        assert import_module(module) is not held
    assert import_module(module).answer == 42


def test_a_module_that_is_left_out_gives_names_and_never_comes(module: str) -> None:
    """Its classes can be named and built upon; whoever makes one is told that it is not there."""
    with left_out(module):
        held = import_module(module)
        kind: type = held.Answer
        further = type("Further", (kind,), {})
    assert kind.__name__ == "Answer"
    with pytest.raises(NotImplementedError, match=rf"{NAME}\.Answer"):
        further(42)
    with pytest.raises(AttributeError):
        _ = held.__path__
    assert import_module(module).answer == 42


def test_what_is_there_already_stays(module: str) -> None:
    """Nobody who has a module sees another of its name."""
    real = import_module(module)
    with stood_in(module):
        assert import_module(module) is real
    assert sys.modules[module] is real
