"""The console: standard output and error, exit codes, errors as messages, JSON for machines.

Keep out: tables for people (`tables`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import typer
from rich.console import Console

from catalog_specs.errors import QuanshuError

__all__ = ["Exit", "chosen", "err", "only_planned", "out", "print_json", "telling"]

# markup is off: a pattern or a header with brackets is text, and must be printed whole
out = Console(soft_wrap=True, markup=False, highlight=False)
err = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)


class Exit(IntEnum):
    """Exit codes of every command."""

    FINE = 0
    PROBLEMS = 1
    """The data or the catalogue has problems."""
    USAGE = 2
    FAILED = 3
    """The system failed."""
    INTERRUPTED = 130
    """Somebody pressed Ctrl-C."""


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can carry
    """Write one JSON document to standard output, Chinese as it is where that can be shown."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    json.dump(value, sys.stdout, ensure_ascii=plain, indent=2, default=str)
    sys.stdout.write("\n")


@contextmanager
def telling(kind: type[QuanshuError], code: Exit = Exit.USAGE) -> Iterator[None]:
    """Print the message of an error of this kind, and end with a code."""
    try:
        yield
    except kind as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(code) from None


def chosen(answer: bool | None, words: str) -> bool:
    """Return an answer that has to be given; without one tell the words for it, and end with 2."""
    if answer is None:
        err.print(f"say {words}")
        raise typer.Exit(Exit.USAGE)
    return answer


def only_planned() -> None:
    """Say that what was shown is a plan alone."""
    out.print("以上只是计划，未提交；加 --yes 提交 / a plan alone: --yes files it")
