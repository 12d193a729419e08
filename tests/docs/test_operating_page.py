"""docs/operating.md stays true: its variables, commands, exit codes and examples are real."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from catalog_specs.loader import load
from catalog_specs.working_days import Reckoned, working_days
from cli.console import Exit
from cli.main import command
from tests.city.declared import write_catalog
from tests.docs.pages import ROOT, packages, rows

PAGE = ROOT / "docs" / "operating.md"
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def _blocks(language: str) -> Iterator[str]:
    for kind, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == language:
            yield body


def _commands() -> list[list[str]]:
    """Return every `quanshu …` line of the page as its arguments."""
    lines = (line for body in _blocks("console") for line in body.splitlines())
    return [
        shlex.split(line, comments=True)[1:]
        for line in lines
        if line.startswith(".venv/bin/quanshu ")
    ]


def _sources() -> str:
    paths = (path for package in packages() for path in (ROOT / package).rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_the_settings_table_names_exactly_the_variables_of_the_code() -> None:
    """Every environment variable that the code knows is explained, and no other."""
    told = set(re.findall(r"QUANSHU_[A-Z_]+", " ".join(row[0] for row in rows(PAGE, "Settings"))))
    assert told == set(re.findall(r"QUANSHU_[A-Z_]+[A-Z]", _sources()))


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    """The table of exit codes lists the members of `cli.console.Exit` in order."""
    assert [int(row[0]) for row in rows(PAGE, "Exit codes")] == [int(code) for code in Exit]


def test_the_page_has_commands() -> None:
    """The tests below have something to look at."""
    assert len(_commands()) > 5


@pytest.mark.parametrize("arguments", _commands(), ids=" ".join)
def test_every_command_of_the_page_parses(arguments: list[str]) -> None:
    """A command line of the page names an existing command and options that it takes."""
    named = command()
    while (children := getattr(named, "commands", None)) is not None:
        named = children[arguments[0]]
        arguments = arguments[1:]
    named.make_context("quanshu", list(arguments))


@pytest.mark.parametrize("code", [body for body in _blocks("python") if "<" not in body])
def test_every_python_example_runs(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python example without placeholders runs, here on a home in which nothing happened yet."""
    monkeypatch.setenv("QUANSHU_HOME", str(tmp_path))
    exec(compile(re.sub(r"^ {3}", "", code, flags=re.MULTILINE), str(PAGE), "exec"), {})  # noqa: S102


def test_the_calendar_of_the_page_is_lawful(tmp_path: Path) -> None:
    """A notice entered as the page shows it breaks no law, and its days are known."""
    text = PAGE.read_text(encoding="utf-8")
    name, body = re.findall(r"^```yaml (calendar/\S+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[
        0
    ]
    days = working_days(load(write_catalog(tmp_path, **{name: body})))
    assert days.after(date(2027, 2, 4), 1) == Reckoned(date(2027, 2, 15), provisional=False)
