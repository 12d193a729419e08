"""`quanshu approve`: what waits is listed, decided once, and acted on."""

from __future__ import annotations

from pathlib import Path

from tests.city.declared import write_catalog
from tests.contract.command import KEY, Said, quanshu

REF = "civil_affairs/region"


def _drop(home: Path, numbers: range, name: str) -> None:
    lines = [f"{350500 + n},区{n}" for n in numbers]
    inbox = home / "inbox" / REF
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / name).write_text("\n".join(["区划代码,区划名称", *lines, ""]), encoding="utf-8")


def test_a_snapshot_waits_until_it_is_approved(tmp_path: Path) -> None:
    """Exit 1 while it waits; a wrong name, and a second decision, are wrong usage."""
    home, catalogue = tmp_path / "home", write_catalog(tmp_path)
    places = ("--catalog", str(catalogue), "--home", str(home))

    def said(*arguments: str) -> Said:
        return quanshu(tmp_path, *arguments, *places, **KEY)

    _drop(home, range(30), "1.csv")
    (home / "inbox" / REF / "link.csv").symlink_to("1.csv")
    _drop(home, range(10), "2.csv")
    first = said("run", "--resource", REF, "--json")
    assert first.code == 1
    assert [one["verdict"] for one in first.document["deliveries"]] == ["passed", "held"]
    assert first.document["left"] == [{"resource": REF, "name": "link.csv", "reason": "symlink"}]
    waiting = said("approve", "--list", "--json")
    assert waiting.code == 0
    [case] = waiting.document
    assert (case["resource"], case["deleted"], case["stored"]) == (REF, 20, 30)
    decide = ("approve", "region", case["delivery"], "--document", "批〔2026〕7号")
    assert said("approve", "region", "000009-x", "--document", "批〔2026〕7号").code == 2
    assert said("approve", "region", case["delivery"]).code == 2
    assert said(*decide).code == 0
    assert said(*decide).code == 2
    assert "nothing waits" in said("approve", "--list").out
    [done] = said("run", "--resource", REF, "--json").document["deliveries"]
    assert (done["verdict"], done["deleted"]) == ("passed", 20)
