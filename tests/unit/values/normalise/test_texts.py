"""Text steps: spaces, widths, truth words and the names of codes."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.models.normalisation import (
    Booleans,
    CollapseSpaces,
    Halfwidth,
    Translate,
    Trim,
)
from tests.unit.values.normalise.steps import check, done
from values.normalise import Context

TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1
)
MANY = settings(deadline=None, max_examples=30)


def test_spaces_and_widths() -> None:
    """What nobody sees comes off the ends, runs inside become one blank, wide letters narrow."""
    check(
        Trim(),
        {
            "\ufeff 张三\u3000": "张三",
            "\u200b\t1\x00\r\n": "1",
            "\u00a0a b\u202e": "a b",
            "\n": "",
        },
        ["葛\U000e0100", "a\nb", "", "\ue000"],
    )
    check(
        CollapseSpaces(),
        {"a\u3000\u00a0\t b": "a b", " \n": " ", "a\u2003b": "a b"},
        ["a b", "ab", "a\u200bb"],
    )
    check(Halfwidth(), {"Ａ１（，）～\u3000": "A1(,)~ "}, ["￥", "。", "「", "ｱ", "甲"])


@MANY
@given(TEXTS)
def test_halfwidth_is_unicodes_own_for_ascii(texts: list[str]) -> None:
    """Every full-width form of ASCII becomes what Unicode says it is, and nothing else changes."""
    wide = {*map(chr, range(0xFF01, 0xFF5F)), "\u3000"}
    expected = [
        "".join(unicodedata.normalize("NFKC", sign) if sign in wide else sign for sign in text)
        for text in texts
    ]
    assert done(Halfwidth(), texts) == expected


ENDS = st.sampled_from("a张 \t\n\u00a0\u2003\u3000\ufeff\u200b\u0085\x1f葛\U000e0100")


@MANY
@given(st.lists(st.text(ENDS), min_size=1))
def test_trim_takes_what_unicode_calls_space_control_or_format(texts: list[str]) -> None:
    """Trimming agrees with the categories of the signs at both ends."""
    unseen = {"Zs", "Zl", "Zp", "Cc", "Cf"}
    signs = "".join(sign for text in texts for sign in text if unicodedata.category(sign) in unseen)
    assert done(Trim(), texts) == [text.strip(signs) if signs else text for text in texts]


def test_truth_words() -> None:
    """As they are written, to the letter."""
    check(Booleans(), {"是": "true", "√": "true", "N": "false", "×": "false"}, ["真", "", "TRUE "])
    check(Booleans(true=("it's",), false=()), {"it's": "true"}, ["true", "false"])


def test_truth_values_of_cells_need_no_word() -> None:
    """Unless the feed declares them the other way round."""
    cells = Context(cells=True)
    words = Booleans(true=("有",), false=("无",))
    assert done(words, ["有", "无", "true", "false", "TRUE"], cells) == [
        "true", "false", "true", "false", "TRUE",
    ]  # fmt: skip
    turned = Booleans(true=("false",), false=("true",))
    assert done(turned, ["true", "false"], cells) == ["false", "true"]


def test_names_of_codes() -> None:
    """A code is as it is, also where it is the name of another; a name of two codes is neither."""
    check(Translate(code_list="sex"), {"女": "2"}, ["1", "男", "未知", "女性", ""])
    quoted = Context(code_lists={"sex": {"a'b": "it's"}})
    assert done(Translate(code_list="sex"), ["it's", "a'b", "its"], quoted) == ["a'b", "a'b", "its"]
