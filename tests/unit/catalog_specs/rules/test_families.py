"""Behaviour of the codes: each has its words, and none has two meanings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import pytest

from catalog_specs.laws.registry import LAWS
from catalog_specs.reading.form import FORMS
from catalog_specs.rules.families import FAMILIES
from catalog_specs.rules.refusals import NOT_KEPT, DeliveryRefusal
from catalog_specs.rules.wording import Worded

EVERY = [(family, code) for family in FAMILIES for code in family.codes]


@pytest.mark.parametrize(("family", "code"), EVERY, ids=[c.stored for family, c in EVERY])
def test_a_code_has_words_in_both_languages(family: object, code: Worded) -> None:
    """A code says what it means and what to do, in Chinese and in English."""
    del family
    for chinese in (code.label, code.remedy_zh):
        assert any("\u4e00" <= one <= "\u9fff" for one in chinese)
    for english in (code.english, code.remedy):
        assert english
        assert not english.endswith((".", "。"))


def test_no_code_has_two_meanings() -> None:
    """A stored code belongs to one family, means one thing, and is no law's code."""
    stored = [code.stored for family, code in EVERY]
    stored += [law.code for law in LAWS] + [form.code for form in FORMS]
    assert sorted(stored) == sorted(set(stored))
    for family in FAMILIES:
        meanings = [code.label for code in family.codes]
        assert sorted(meanings) == sorted(set(meanings))


def test_every_closed_set_is_a_family() -> None:
    """No set of codes is left out of the list, and so of the page and the views."""
    listed = {family.codes for family in FAMILIES}
    assert set(Worded.__subclasses__()) == listed


def test_a_clause_is_written_as_the_regulation_writes_it() -> None:
    """A clause is its chapter, its number and perhaps a point; a code without one has none."""
    numbers = set("一二三四五六七八九十")
    for _, code in EVERY:
        chapter, _, clause = code.clause.rstrip("①②③④⑤⑥⑦⑧⑨⑩").partition("(")
        assert not code.clause or (set(chapter) <= numbers and clause[:-1] and clause[-1] == ")")


def test_a_code_is_stored_as_its_plain_text() -> None:
    """JSON, text and comparison know a code by its value alone; its words stay at home."""

    @dataclass(frozen=True)
    class Told:
        code: DeliveryRefusal

    assert json.dumps(asdict(Told(DeliveryRefusal.LATE))) == '{"code": "GATE-105"}'
    assert f"{DeliveryRefusal.LATE} late" == "GATE-105 late"
    assert DeliveryRefusal.LATE == "GATE-105"
    assert DeliveryRefusal("GATE-105") is DeliveryRefusal.LATE


def test_what_may_not_be_kept_is_told_by_its_refusal() -> None:
    """Of what is marked and of what nobody can look into, nothing is kept."""
    assert {"GATE-106", "GATE-110"} == NOT_KEPT
