"""Steps as SQL: every kind gives a text for a text, leaves a null alone, and looks at no other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.models.normalisation import (
    Booleans,
    CollapseSpaces,
    Dates,
    Halfwidth,
    Moments,
    Nulls,
    Number,
    Step,
    Translate,
    Trim,
)
from tests.city.resources import catalog_of, person
from tests.unit.values.normalise.steps import LISTS, bench, check, done
from values.normalise import Context
from values.normalise.render import reading_sql

CAPITAL = Number(units=True, currency=True)
TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1
)
MANY = settings(deadline=None, max_examples=30)


@MANY
@given(TEXTS)
def test_no_step_fails_on_any_text(texts: list[str]) -> None:
    """Whatever stands in a cell, a step gives a text back."""
    steps: list[Step] = [
        Trim(),
        CollapseSpaces(),
        CAPITAL,
        Dates(formats=("%Y-%m-%d", "%d-%b-%y"), excel_serial=True),
        Moments(formats=("%Y-%m-%dT%H:%M:%S%z", "%Y%m%d"), zone="Europe/Paris"),
        Translate(code_list="sex"),
        Booleans(),
    ]
    for step in steps:
        assert None not in done(step, texts)


def test_steps_are_idempotent_on_their_own_writing() -> None:
    """What a step wrote it leaves alone."""
    for step, text in (
        (CAPITAL, "5,002(万元)"),
        (Dates(formats=("%Y年%m月%d日",)), "2024年1月5日"),
        (Halfwidth(), "Ａ"),
        (Translate(code_list="sex"), "女"),
    ):
        once = done(step, [text])
        assert once != [text]
        assert done(step, once) == once


@pytest.mark.parametrize("text", ["1", "1,234.5", "5,002(万元)"])
def test_steps_say_nothing_of_the_rest_of_a_row(text: str) -> None:
    """Ten thousand cells are each their own."""
    assert set(done(CAPITAL, [text] * 10_000)) == set(done(CAPITAL, [text]))


ALL: list[Step] = [
    Trim(),
    CollapseSpaces(),
    Halfwidth(),
    Nulls(texts=("N/A", "-", "it's")),
    CAPITAL,
    Dates(formats=("%Y-%m-%d",)),
    Moments(formats=("%Y-%m-%d %H:%M",)),
    Translate(code_list="sex"),
    Booleans(),
]


@pytest.mark.parametrize("step", ALL, ids=lambda step: step.step)
def test_a_null_is_left_alone(step: Step) -> None:
    """There is no text to write another way."""
    assert done(step, [None]) == [None]


@pytest.mark.parametrize("step", ALL, ids=lambda step: step.step)
def test_a_step_that_reads_has_understood_or_not(step: Step) -> None:
    """What it does not understand it leaves as it is; the others understand every text."""
    sql = reading_sql(step, "'\u7532\u4e59'", Context(code_lists=LISTS))
    reads = step.step in {"dates", "moments", "number", "booleans", "translate"}
    assert (sql is not None) is reads
    assert sql is None or bench().sql(f"SELECT {sql}").fetchall() == [(None,)]
    assert done(step, ["甲乙"]) == ["甲乙"]


def test_null_markers_are_whole_texts() -> None:
    """Nothing that only holds one, or is written otherwise."""
    check(Nulls(texts=("N/A", "-", "it's")), {"N/A": None, "-": None, "it's": None}, ["n/a", "--"])


def test_a_code_list_that_is_not_there_has_no_names() -> None:
    """Nothing is understood, and nothing fails."""
    check(Translate(code_list="absent"), {}, ["女", "2", ""])


def test_a_city_says_what_steps_ask() -> None:
    """Its clock, its code lists, and whether cells came with types of their own."""
    made = catalog_of(person())
    plain = Context.of(made, "csv jsonl")
    assert (plain.zone, plain.cells) == (made.profile.timezone, False)
    assert plain.code_lists.keys() == made.code_lists.keys()
    assert Context.of(made, "csv xlsx").cells
