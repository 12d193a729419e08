"""docs/object_storage.md stays true: its commands run, one after another, on a real store."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.main import get_command

from catalog_specs.rules.homes.store_faults import StoreFault
from cli.main import app
from storage.engines.object_reading import require_reader
from storage.places.claim import CLAIM, lies_at
from storage.places.object_path import ObjectPath
from tests.city import PERSON, REGION
from tests.city.declared import write_catalog
from tests.city.homes import Town
from tests.city.records import people
from tests.contract.command import KEY, Said, quanshu
from tests.docs.pages import ROOT, rows
from tests.harness.fixtures import store
from tests.harness.object_store import prefix, server

__all__ = ["store"]

PAGE = ROOT / "docs" / "object_storage.md"
TEXT = PAGE.read_text(encoding="utf-8")
SWITCHED, MOVED, RESTORED, ONWARD = re.findall(r"```bash\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = f"{SWITCHED}{MOVED}{RESTORED}{ONWARD}".splitlines()
(OPENED,) = re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL)
INSTALL = ".venv/bin/python -m pip install"


class Shell:
    """Somebody who types what the page says, with folders, keys and a store of his own."""

    def __init__(self, folder: Path, store: ObjectPath) -> None:
        self.folder = folder
        self.store = store
        self.environment: dict[str, str] = {}

    def types(self, block: str) -> list[Said]:
        """Follow the lines of a block; each command goes well."""
        return [said for line in block.splitlines() for said in self._one(line)]

    def _one(self, line: str) -> Iterator[Said]:
        words = shlex.split(line, comments=True)
        match words[0]:
            case "export":
                for name, _, value in (word.partition("=") for word in words[1:]):
                    self.environment[name] = self._own(name, value)
            case "unset":
                for name in words[1:]:
                    del self.environment[name]
            case ".venv/bin/quanshu":
                named = [word.replace("/srv", str(self.folder)) for word in words[1:]]
                if "backup" not in named[0]:
                    named += ["--catalog", str(self.folder / "catalogue")]
                said = quanshu(self.folder, *named, **KEY, **self.environment)
                # a run says 1 where a release is refused: few persons are alike here
                assert said.code in ({0, 1} if named[0] == "run" else {0}), (line, said.err)
                yield said
            case _:
                assert line.startswith(INSTALL), line

    def _own(self, name: str, value: str) -> str:
        if name == "QUANSHU_OBJECT_STORE":
            return str(self.store)
        assert value, name
        return server().environment[name]


@pytest.fixture
def shell(store: ObjectPath, tmp_path: Path) -> Shell:
    """Return the shell, in a folder with a catalogue."""
    write_catalog(tmp_path)
    return Shell(tmp_path, store)


@pytest.mark.parametrize("line", [one for one in COMMANDS if one.startswith(".venv/bin/quanshu")])
def test_every_command_of_the_page_parses(line: str) -> None:
    """It names an existing command and options that it takes."""
    command, words = get_command(app), shlex.split(line)[1:]
    while (children := getattr(command, "commands", None)) is not None:
        command = children[words.pop(0)]
    command.make_context("quanshu", words)


@pytest.mark.thorough
def test_a_new_home_begins_on_its_store(shell: Shell) -> None:
    """The extra exists, the page's variables are those that a store needs, and a run claims it."""
    (extra,) = re.findall(rf"{INSTALL} 'quanshu\[(\w+)\]'", SWITCHED)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert extra in declared["project"]["optional-dependencies"]
    shell.types(SWITCHED)
    assert (shell.store / CLAIM).is_file()


@pytest.mark.thorough
def test_a_home_moves_there_and_comes_back(shell: Shell) -> None:
    """Moved, opened by an analyst, restored to a disk, and moved to another store, as is said."""
    town = Town(shell.folder / "town")
    town.take(PERSON, "p.csv", people(range(12)))
    town.home.rename(shell.folder / "quanshu")
    shell.types("\n".join(line for line in SWITCHED.splitlines() if line.startswith("export")))

    would, moved, _ = shell.types(MOVED)

    assert str(shell.store) in would.out
    assert str(shell.store) in moved.out
    assert _counted(shell.folder / "quanshu" / "views" / "city.duckdb") == (12, 2)
    shell.types(RESTORED)
    restored = shell.folder / "restored"
    assert not (restored / "object_store.json").exists()
    with duckdb.connect(restored / "views" / "city.duckdb", read_only=True) as con:
        assert con.sql(f"SELECT count(*) FROM {PERSON.replace('/', '.')}").fetchall() == [(12,)]
    shell.store = prefix()
    shell.types(ONWARD)
    assert lies_at(restored / "object_store.json") == str(shell.store)
    assert _counted(restored / "views" / "city.duckdb") == (12, 2)


def _counted(views: Path) -> tuple[int, ...]:
    """Open the analysts' file by the page's statements, with keys of one's own."""
    keys = server().environment
    said = OPENED.replace("httpfs", f"'{require_reader()}'", 1)
    said = said.replace("KEY_ID '…'", f"KEY_ID '{keys['AWS_ACCESS_KEY_ID']}'")
    said = said.replace("SECRET '…'", f"SECRET '{keys['AWS_SECRET_ACCESS_KEY']}'")
    address = keys["AWS_ENDPOINT_URL"].removeprefix("http://")
    # the page's store speaks https
    said = said.replace("'s3.intranet:8333'", f"'{address}', USE_SSL false")
    with duckdb.connect() as con:
        con.execute(said)
        con.execute(f"ATTACH '{views}' AS city (READ_ONLY)")
        names = [f"city.{ref.replace('/', '.')}" for ref in (PERSON, REGION)]
        return tuple(len(con.sql(f"FROM {name}").fetchall()) for name in names)


def test_every_code_of_the_store_is_on_the_page() -> None:
    """In order, and no other."""
    told = [row[0].strip("`") for row in rows(PAGE, "When it is refused")]
    assert told == [fault.value for fault in StoreFault]
