"""A home with everybody on record, for the commands of matters.

Belongs here: setting the scene. Keep out: assertions.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from governance.store.database import open_store
from storage.layout import Layout
from tests.city import OPEN_FILE, PERSON
from tests.city.declared import change, write_catalog
from tests.contract.command import KEY, Said, quanshu
from tests.unit.governance.applications.matters.scene import POST as KEPT
from tests.unit.governance.applications.matters.scene import on_record

__all__ = ["DOCUMENT", "TODAY", "Home"]

DOCUMENT = ("--document", "文1", "--reason", "必要")
TODAY = datetime.now(tz=UTC).date()


class Home:
    """A home with everybody on record, and the command called over it by an account."""

    def __init__(self, folder: Path) -> None:
        """Write the catalogue, and register everybody."""
        self.folder = folder
        keeper = {
            "code": "keeper", "name": "运维单位", "unit_code": "901", "roles": ["operator"],
            "responsible": KEPT, "steward": KEPT,
        }  # fmt: skip
        edits = {
            "departments/keeper.yaml": keeper,
            OPEN_FILE: change(type="authorised"),
            f"resources/{PERSON}.yaml": change(open__type="authorised", open__condition="研究"),
        }
        write_catalog(folder, **edits)
        with open_store(Layout(folder / "home")) as store:
            on_record(store)

    def said(self, account: str, *words: str) -> Said:
        """Call the command."""
        places = ("--catalog", str(self.folder / "catalogue"), "--home", str(self.folder / "home"))
        return quanshu(self.folder, *words, *places, **KEY, QUANSHU_ACTOR=account)

    def done(self, account: str, *words: str) -> str:
        """Call a command that is allowed; return what it printed."""
        said = self.said(account, *words)
        assert said.code == 0, said.err
        return said.out
