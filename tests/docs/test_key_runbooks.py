"""The runbooks of docs/governance.md about keys, followed command by command."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from audit.acts import Operation
from audit.lake import unexplained
from audit.log import AuditLog
from audit.verifier import Checkpoint, VerifierKey, check_log, opened
from audit.witness import witnessed
from catalog_specs.loader import load
from flow.acts import about_resource, at_work
from register.copies import COPIES
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, OPEN_FILE, OPEN_SET, PERSON
from tests.city.declared import change, write_catalog
from tests.city.grants import decide_as_typed
from tests.city.homes import city_of
from tests.city.tables import fill, persons, someone
from tests.contract.command import Said, quanshu
from tests.docs.test_governance_page import BLOCKS, PAGE

OPENED = change(
    items=["sex", "birth_date"],
    masks={"sex": {"mask": "pseudonym"}, "birth_date": {"mask": "generalise_date", "to": "year"}},
)
BATCH = change(method="batch", batch_reason="须一次性比对")


@dataclass
class Office:
    """A home whose key is its own file, with a share, a release and a copy that is out."""

    folder: Path

    @property
    def layout(self) -> Layout:
        """Return where things lie."""
        return Layout(self.folder / "home")

    def said(self, line: str) -> Said:
        """Follow one line of the page; it goes well."""
        words = shlex.split(line)
        actor = words.pop(0).partition("=")[2] if "=" in words[0] else "运维岗"
        places = ["--home", str(self.layout.home)]
        if words[1:3] != ["key", "create"]:
            places += ["--catalog", str(self.folder / "catalogue")]
        said = quanshu(self.folder, *words[1:], *places, QUANSHU_ACTOR=actor)
        assert said.code == 0, (line, said.err)
        return said

    def alone(self, line: str) -> None:
        """Follow a line on a producer's machine, which has no home."""
        said = quanshu(self.folder, *shlex.split(line)[1:])
        assert said.code == 0, (line, said.err)

    def versions(self) -> dict[int, list[str]]:
        """Return the shares on each version."""
        found = self.said("quanshu key list --json").document
        return {one["version"]: one["shares"] for one in found}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the home after a first run, and its catalogue."""
    folder = tmp_path_factory.mktemp("begun")
    write_catalog(
        folder,
        **{
            GRANT_FILE: BATCH,
            OPEN_FILE: OPENED,
            f"resources/{PERSON}.yaml": change(share__methods=["query", "batch"]),
        },
    )
    made = Office(folder)
    catalog = load(folder / "catalogue")
    decide_as_typed(made.layout, catalog)
    alike = [someone(n, sex=str(1 + n % 2), birth_date=date(1985, 6, 7)) for n in range(100, 120)]
    fill(made.layout, catalog, PERSON, [*persons(60), *alike])
    for line in ("quanshu key create", *BLOCKS[0].splitlines()):
        made.said(line)
    made.said("quanshu run")
    return folder


@pytest.fixture
def office(begun: Path, tmp_path: Path) -> Office:
    """Return a copy of that home, to be changed."""
    shutil.copytree(begun, tmp_path / "copy", symlinks=True)
    return Office(tmp_path / "copy")


def runbook(heading: str) -> list[str]:
    """Return the lines of a runbook of the page."""
    _, _, rest = PAGE.partition(f"#### {heading}\n")
    found = re.search(r"```sh\n(.*?)```", rest, re.DOTALL)
    assert found
    return found[1].splitlines()


def test_the_key_is_rotated_as_the_page_says(office: Office) -> None:
    """Everything stands on the new version before the former one is retired."""
    (release,) = (one.name for one in office.layout.open_data(OPEN_SET).glob("2*"))
    for line in runbook("Rotation"):
        if " retire " in line:  # the page says that it is refused while a release stands on it
            office.said(f"quanshu release withdraw {OPEN_SET}/{release} --reason 更换")
        office.said(line)
    assert office.versions() == {2: [GRANT]}


def test_a_lost_key_is_replaced_as_the_page_says(office: Office) -> None:
    """Everything is made anew under a number that nothing was made with."""
    office.layout.master_key.unlink()
    for line in runbook("The master key is lost"):
        office.said(line)
    assert office.versions() == {2: [GRANT]}


def test_a_key_that_others_have_is_put_out_of_use_as_the_page_says(office: Office) -> None:
    """Copies are called back, releases withdrawn, and nothing is left that it can undo.

    The key that signed the copy is renewed as well.
    """
    office.said(f"quanshu handover {GRANT} --to {office.folder / 'out'}")
    for line in runbook("Packages get another key"):
        office.said(line)
    (copy,) = COPIES.read(office.layout)
    (release,) = (one.name for one in office.layout.open_data(OPEN_SET).glob("2*"))
    for line in runbook("Others have the master key"):
        office.said(line.replace("COPY", copy.copy).replace("SET/RELEASE", f"{OPEN_SET}/{release}"))
    assert office.versions() == {2: [GRANT]}


@pytest.fixture
def logged(tmp_path: Path) -> Office:
    """Return a home whose log has entries, and explains the commits of a table."""
    write_catalog(tmp_path)
    made = Office(tmp_path)
    catalog = load(tmp_path / "catalogue")
    decide_as_typed(made.layout, catalog)
    made.said("quanshu key create")
    city = city_of(catalog, made.layout.home, decide=False)
    with at_work(city, about_resource(city, Operation.MAINTAIN, PERSON)):
        fill(made.layout, catalog, PERSON, [*persons(50), someone(97)])
    return made


def test_the_log_gets_another_key_as_the_page_says(logged: Office) -> None:
    """A copy of the folder is checked by the key that somebody got before."""
    former = VerifierKey.parse(logged.layout.audit_verifier.read_text("utf-8"))
    for line in runbook("The log gets another key"):
        logged.said(line)
    assert AuditLog(logged.layout).verifiers != (former,)
    list(check_log(logged.layout.audit, [former])[1])


def test_a_lost_key_of_the_log_holds_no_table(logged: Office) -> None:
    """Every commit of before stays explained, and the next run goes as ever."""
    former = VerifierKey.parse(logged.layout.audit_verifier.read_text("utf-8"))
    last = Checkpoint.parse(opened(AuditLog(logged.layout).note, [former]).text)
    logged.layout.audit_key.unlink()
    for line in runbook("The log's key is lost"):
        logged.said(line)
    log = AuditLog(logged.layout)
    list(check_log(log.folder, log.verifiers, last)[1])
    assert list(unexplained(log)) == []
    assert logged.versions() == {1: [GRANT]}


def test_a_key_of_the_log_that_others_have_is_put_out_of_use(logged: Office) -> None:
    """The producer signs under the new key, by the public key that it got once."""
    folder, key = logged.folder / "w", logged.folder / "got.vkey"
    key.write_bytes(logged.layout.audit_verifier.read_bytes())
    logged.alone(f"quanshu audit witness begin {folder} --name quanshu.local/w")
    names = {"SEEN": "0", "WITNESS": "w", "LOG.VKEY": "got.vkey", "AUDIT": "home/audit"}
    for line in runbook("Others have the log's key"):
        asked = line
        for word, name in names.items():
            asked = asked.replace(word, name)
        alone = " sign " in asked
        (logged.alone if alone else logged.said)(asked)
    assert [key.name for key, _ in witnessed(AuditLog(logged.layout))] == ["quanshu.local/w"]
