"""docs/governance.md stays true: its commands run, in an order in which officials act."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.city import GRANT_FILE
from tests.city.declared import change, write_catalog
from tests.contract.command import KEY, quanshu

PAGE = (Path(__file__).parents[2] / "docs" / "governance.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)


def test_every_command_of_the_page_runs(tmp_path: Path) -> None:
    """Stewards first; then the plan and the application; then the producer, the authority, ends."""
    write_catalog(tmp_path, **{GRANT_FILE: change(resources__0__items__5="income")})
    places = ("--catalog", str(tmp_path / "catalogue"), "--home", str(tmp_path / "home"))
    stewards, decided, ended, producer, applied = BLOCKS[:5]
    for block in (stewards, applied, producer, decided, ended):
        for line in block.splitlines():
            words = shlex.split(line)
            actor = words.pop(0).partition("=")[2] if "=" in words[0] else "运维岗"
            said = quanshu(tmp_path, *words[1:], *places, **KEY, QUANSHU_ACTOR=actor)
            assert said.code == 0, (line, said.err)
