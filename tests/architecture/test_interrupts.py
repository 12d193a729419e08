"""Interrupts: nobody who goes on after an error takes an interrupted query for a fault."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_house import PACKAGES, ROOT

BROAD = {"Exception", "BaseException", "EngineError"}
"""What a query that was interrupted may be caught as."""
ASKS = {"end_if_interrupted", "is_fault"}
ALLOWED = {
    "feeds/untrusted/reading.py": "a process of its own, which tells what ended it",
    "flow/turns.py": "the connection is one that the interrupt is passed on to",
    "quality/gate/typing_bench.py": "the error is raised when the files were looked at",
    "quality/loading.py": "an import in a thread that no interrupt reaches",
    "storage/engines/spark/session.py": "answers of threads, and a session that is left",
}


def test_whoever_goes_on_after_any_error_asks_whether_it_is_an_interrupt() -> None:
    """Else Ctrl-C would have to be given again."""
    found: dict[str, list[int]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            lines = [*_silent(ast.parse(path.read_text(encoding="utf-8")))]
            if lines:
                found[str(path.relative_to(ROOT))] = lines
    assert {path: lines for path, lines in found.items() if path not in ALLOWED} == {}
    assert ALLOWED.keys() <= found.keys(), "an exception that nothing needs"


@pytest.mark.parametrize(
    ("handler", "is_silent"),
    [
        ("except Exception: pass", True),
        ("except (KeyError, EngineError) as error: note(error)", True),
        ("except: pass", True),
        ("except KeyError: pass", False),
        ("except ERRORS: pass\nERRORS = (KeyError, EngineError)", True),
        ("except Exception as error: end_if_interrupted(error)", False),
        ("except EngineError: raise Other from None", False),
    ],
)
def test_a_handler_that_asks_nothing_is_found(handler: str, *, is_silent: bool) -> None:
    """One of a narrow error, one that asks, and one that raises are none."""
    assert bool([*_silent(ast.parse(f"try: work()\n{handler}"))]) is is_silent


def test_an_error_that_is_suppressed_is_found() -> None:
    """However it is named."""
    assert [*_silent(ast.parse("with suppress(OSError), suppress(EngineError): work()"))] == [1]


def _silent(tree: ast.Module) -> Iterator[int]:
    """Yield the lines where any error ends, and nobody asks what it comes of."""
    named = {
        target.id: _names(one.value)
        for one in tree.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = {"BaseException"} if node.type is None else _names(node.type)
            caught = caught.union(*(named.get(one, set()) for one in caught))
            body = ast.Module(body=node.body, type_ignores=[])
            raises = any(isinstance(one, ast.Raise) for one in ast.walk(body))
            if caught & BROAD and not raises and not _names(body) & ASKS:
                yield node.lineno
        elif isinstance(node, ast.Call) and _names(node.func) == {"suppress"}:
            yield from {node.lineno} if _names(node) & BROAD else ()


def _names(tree: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
