"""The kinds of rules that docs/quality.md teaches find in deliveries what it says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.reading.yaml_text import read_yaml
from tests.city.declared import write_catalog
from tests.city.one_feed import deliver, facts, fed_city, take
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "quality.md"
BLOCKS = re.compile(
    r"^### ([^\n]*)$|^```yaml\n(elements.*?|areas.*?)^```\n\n```text\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SUBJECT = {"code": "example", "name": "示例", "key": ["example_no"]}
COMMON = {"subject": "example", "sensitivity": "public"}
NUMBER = {"code": "example_no", "name": "序号", "type": "string"} | COMMON


def _read(text: str) -> dict[str, Any]:
    """Read YAML as a catalogue is read, in which `on` is a word."""
    document, problems = read_yaml("example", text.encode())
    assert document, problems
    value: dict[str, Any] = document.data
    return value


def _examples() -> Iterator[tuple[str, dict[str, Any], list[dict[str, str]]]]:
    """Yield (heading, what is declared, records that are shown below it)."""
    title = ""
    for heading, declared, records in BLOCKS.findall(PAGE.read_text(encoding="utf-8")):
        if heading:
            title = heading
        else:
            yield title, _read(declared), [*csv.DictReader(io.StringIO(records))]


EXAMPLES = [*_examples()]


def _catalogue(folder: Path, declared: dict[str, Any]) -> Path:
    codes = ["no", *(item["code"] for item in declared["items"])]
    feed = {"kind": "snapshot", "format": "csv", "columns": {code: code for code in codes}}
    items = [{"code": "no", "element": "example_no", "required": True}, *declared["items"]]

    def fed(document: dict[str, Any]) -> None:
        document |= {"feed": feed, "items": items, "key": ["no"], "subject": "example"}

    return write_catalog(
        folder,
        **{
            "resources/data_office/visit.yaml": fed,
            "subjects.yaml": lambda document: document.append(SUBJECT),
            "elements/examples.yaml": [NUMBER, *(COMMON | one for one in declared["elements"])],
            "catalog.yaml": lambda document: document.update(areas=declared.get("areas", {})),
        },
    )


@pytest.mark.parametrize(("title", "declared", "records"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_what_is_declared_finds_what_is_said(
    title: str, declared: dict[str, Any], records: list[dict[str, str]], tmp_path: Path
) -> None:
    """The records are delivered: each is quarantined by the rules behind it, or accepted."""
    codes = [code for code in records[0] if code != "fails"]
    lines = [",".join(("no", *codes))]
    lines += [",".join((f"{n}", *(one[c] for c in codes))) for n, one in enumerate(records, 1)]
    with fed_city(_catalogue(tmp_path, declared), tmp_path / "home") as (city, gate):
        deliver(city, {"a.csv": "\n".join([*lines, ""]).encode()})
        take(city, gate)
        told = facts(city)
    kept = {one["row"]: sorted(one["rules"]) for one in told.quarantined}
    wanted = {n: sorted(one["fails"].split()) for n, one in enumerate(records, 1) if one["fails"]}
    assert kept == wanted, title
    assert len(told.accepted) == len(records) - len(wanted)


def test_every_word_for_such_a_rule_is_taught() -> None:
    """No shape and nothing that an item can be held to is without its example."""
    shown = PAGE.read_text(encoding="utf-8")
    words = ("phone", "postal_code", "licence_plate", "person_name", "organisation_name")
    assert all(f"shape: {word}" in shown for word in words)
    held = {word for _, declared, _ in EXAMPLES for item in declared["items"] for word in item}
    assert held == {"code", "element", "within", "age", "by_number", "division"}
