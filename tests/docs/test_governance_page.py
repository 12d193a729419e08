"""docs/governance.md stays true: its commands run, in an order in which officials act."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from audit.acts import Operation
from catalog_specs.loader import load
from flow.acts import about_resource, at_work
from register.copies import COPIES
from tests.city import GRANT_FILE, PERSON
from tests.city.declared import change, write_catalog
from tests.city.homes import city_of
from tests.city.records import person_id
from tests.city.tables import fill, persons
from tests.contract.command import KEY, quanshu
from tests.unit.audit.special.test_bodies import SPECIAL
from tests.unit.cli.commands.governing.matters_home import Home

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


def test_the_audit_log_is_asked_as_the_page_says(tmp_path: Path) -> None:
    """Each command runs over a home in which something was done."""
    write_catalog(tmp_path)
    places = ("--catalog", str(tmp_path / "catalogue"), "--home", str(tmp_path / "home"))
    city = city_of(load(tmp_path / "catalogue"), tmp_path / "home")
    with at_work(city, about_resource(city, Operation.MAINTAIN, PERSON)) as act:
        act.enter()
    for line in BLOCKS[6].splitlines():
        words = [str(tmp_path / one) if "." in one else one for one in shlex.split(line)[1:]]
        said = quanshu(tmp_path, *words, *places, **KEY)
        assert said.code == 0, (line, said.err)


def test_the_audit_log_is_held_and_purged_as_the_page_says(tmp_path: Path) -> None:
    """Nothing of a young home is old enough to go, and no file is written."""
    write_catalog(tmp_path)
    places = ("--catalog", str(tmp_path / "catalogue"), "--home", str(tmp_path / "home"))
    (block,) = (one for one in BLOCKS if "audit purge" in one)
    for line in block.splitlines():
        words = [str(tmp_path / one) if "." in one else one for one in shlex.split(line)[1:]]
        said = quanshu(tmp_path, *words, *places, **KEY)
        assert said.code == 0, (line, said.err)
    assert not (tmp_path / "purged.jsonl").exists()


def test_special_acts_are_checked_and_shown_as_the_page_says(tmp_path: Path) -> None:
    """To whoever has the key; showing them is one act more."""
    city = city_of(load(write_catalog(tmp_path)), tmp_path / "home")
    city.audit.append([SPECIAL])
    places = ("--catalog", str(tmp_path / "catalogue"), "--home", str(tmp_path / "home"))
    (block,) = (one for one in BLOCKS if "--sealed" in one)
    for line in block.splitlines():
        said = quanshu(tmp_path, *shlex.split(line)[1:], *places, **KEY)
        assert said.code == 0, (line, said.err)
    assert len(list(city.audit.read())) == 2


def test_every_answer_of_the_page_is_given(tmp_path: Path) -> None:
    """Each service answers a grant of its method, by the list that the page names."""
    file = tmp_path / "名单.csv"
    file.write_text(f"公民身份号码\n{person_id(1)}\n{person_id(2)}\n", encoding="utf-8")
    methods = {"match": "query", "verify": "verify", "statistics": "statistics"}
    for line in BLOCKS[5].splitlines():
        words = [str(tmp_path / one) if "." in one else one for one in shlex.split(line)[1:]]
        folder = tmp_path / words[1]
        asked = change(method=methods[words[1]], resources__0__match="resident_id")
        city = city_of(load(write_catalog(folder, **{GRANT_FILE: asked})), folder / "home")
        fill(city.layout, city.catalog, PERSON, persons(60))
        places = ("--catalog", str(folder / "catalogue"), "--home", str(folder / "home"))
        said = quanshu(tmp_path, *words, *places, **KEY)
        assert said.code == 0, (line, said.err)
    assert (tmp_path / "匹配结果.xlsx").is_file()


def test_a_file_is_handed_over_and_traced_as_the_page_says(tmp_path: Path) -> None:
    """The copy that the ledger names is the one that the file is known by."""
    city = city_of(load(write_catalog(tmp_path)), tmp_path / "home")
    fill(city.layout, city.catalog, PERSON, persons(60))
    places = ("--catalog", str(tmp_path / "catalogue"), "--home", str(tmp_path / "home"))
    (block,) = re.findall(r"```console\n(quanshu handover give.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines():
        copy = next((one.copy for one in COPIES.read(city.layout)), "")
        words = shlex.split(line.replace("COPY", copy).replace("交付", str(tmp_path / "交付")))
        said = quanshu(tmp_path, *words[1:], *places, **KEY)
        assert said.code == 0, (line, said.err)
    assert said.out.startswith(copy)


def test_matters_are_handled_as_the_page_says(tmp_path: Path) -> None:
    """A delegation, an opening by the page's own application, and an interface request."""
    home = Home(tmp_path)
    (applied,) = re.findall(r"```yaml\n(applicant.*?)```", PAGE, re.DOTALL)
    (tmp_path / "申请.yaml").write_text(applied, encoding="utf-8")
    kinds = ("quanshu delegation give", "quanshu opening apply", "quanshu interface ask")
    for block in (one for kind in kinds for one in BLOCKS if kind in one):
        for line in block.splitlines():
            words = shlex.split(line)
            actor = words.pop(0).partition("=")[2] if "=" in words[0] else "路人"
            words = [str(tmp_path / one) if one.endswith(".yaml") else one for one in words[1:]]
            said = home.said(actor, *words)
            assert said.code == 0, (line, said.err)
