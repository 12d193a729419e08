"""The upgrade of docs/operating.md, followed command by command over the oldest home there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from audit.lake import unexplained
from flow.upkeep.earlier_version import lacking
from register.verdicts import verdicts
from tests.city import PERSON
from tests.contract.command import KEY, Said, quanshu
from tests.docs.pages import ROOT
from tests.flow.old_town import OldTown

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def steps() -> list[list[str]]:
    """Return the commands of the section, in order."""
    section = re.search(r"^## Upgrading$(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    assert section
    lines = (line.strip() for line in section[1].splitlines())
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("quanshu ")]


def test_the_oldest_home_is_brought_along_step_by_step(tmp_path: Path) -> None:
    """Nothing is left to do at the end, and no fact of before has changed."""
    town = OldTown(tmp_path)
    rows, judged = town.rows(PERSON, "resident_id", "name"), verdicts(town.layout)
    assert lacking(town.city)
    places = ("--home", str(town.home), "--catalog", str(tmp_path / "catalogue"))

    said: list[Said] = [quanshu(tmp_path, *words, *places, **KEY) for words in steps()]

    names = [" ".join(words) for words in steps()]
    assert names == [
        "doctor", "evolve --dry-run", "evolve", "doctor --fix", "run", "doctor",
    ]  # fmt: skip
    before, would, done, _, ran, after = said
    assert "DOC-703" in before.out
    assert "DOC-901" not in before.out + after.out
    assert "待转入 / waits for `quanshu evolve`  新列 / new columns" in would.out
    assert would.code == done.code == 0
    assert lacking(town.city) == {}
    assert ran.code in {0, 1}  # a delivery waits in that home for somebody's approval
    assert (town.rows(PERSON, "resident_id", "name"), verdicts(town.layout)) == (rows, judged)
    assert [*unexplained(town.city.audit)] == []
    assert [line for line in after.out.splitlines() if line.startswith("DOC-")] == []
