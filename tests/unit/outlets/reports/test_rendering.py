"""Behaviour of rendering: a page stays readable and small, and nothing given becomes markup."""

from __future__ import annotations

from dataclasses import replace

from outlets.reports.charts import spark
from outlets.reports.facts.city import Facts
from outlets.reports.marks import Cell, bar, code, lamp, link, number, stacked
from outlets.reports.parts import Column, Command, Page, Section, Table
from outlets.reports.rendering import Tab, renderer
from outlets.reports.words import Words


def page(*parts: Table | Command) -> Page:
    """Return a page of one section."""
    words = Words("<名称>", "<name>")
    return Page("a/b.html", words, words, (Section("one", words, parts),))


def test_two_hundred_rules_stay_within_150_kilobytes(facts: Facts) -> None:
    """A page of 200 rules with long words in both languages is no heavier than that."""
    words = Words(
        "统一社会信用代码相同的记录在一次交付内内容应一致",
        "records of one unified social credit code say the same within one delivery",
    )
    rows = [
        [
            stacked(
                link(f"rules/a_long_item_name_{n}~castable.html", words), code(f"item_{n}:rule")
            ),
            lamp("kept", Words("行隔离", "quarantine"), 1),
            Cell("准确性"),
            number(1_234_567),
            bar(12, 100),
            spark([n / 99 for n in range(99)]),
        ]
        for n in range(200)
    ]
    heads = [Column(Words(f"列{n}", f"column {n}")) for n in range(6)]
    words = Words("规则", "rules")
    made = renderer(facts, ())(page(Table("rules", words, heads, rows, words)))
    assert len(made) <= 150_000


def test_what_a_page_is_given_is_escaped(facts: Facts) -> None:
    """Titles, headings and commands hold no markup but the templates' own."""
    made = renderer(facts, ())(page(Command("<script>alert(1)</script>"))).decode()
    assert "<script>alert" not in made
    assert "&lt;名称&gt;" in made
    assert "<名称>" not in made


def test_an_empty_list_says_so_in_words(facts: Facts) -> None:
    """A table without rows is a sentence, not an empty grid."""
    none = Words("什么也没有。", "There is nothing.")
    made = renderer(facts, ())(page(Table("t", none, (), (), none))).decode()
    assert "什么也没有。" in made
    assert "<table" not in made


def test_what_pages_have_in_common_is_drawn_once_and_for_each_as_it_is(facts: Facts) -> None:
    """Heads, styles and the navigation of one page are not those of another."""
    words = Words("规则", "rules")
    tabs = (Tab("one", "one.html", words), Tab("two", "two.html", words))
    render = renderer(facts, tabs)
    left, right = [Column(words)], [Column(words, figure=True), Column(Words("<次>", "<n>"))]
    made = [
        render(replace(page(Table("t", words, heads, [[number(1)]], words)), tab=tab)).decode()
        for heads, tab in ((left, "one"), (right, "two"), (left, "one"))
    ]
    assert made[0] == made[2]
    assert "text-align:right" not in made[0]
    assert "text-align:right" in made[1]
    assert '"../two.html" aria-current="page"' in made[1]
    assert '"../one.html" aria-current="page"' in made[0]
    assert '<th scope="col"><span lang=zh>&lt;次&gt;</span>' in made[1]
    assert "<次>" not in made[1].partition("<body>")[2]
