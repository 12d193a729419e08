"""The check-digit macros against another implementation of the standards."""

from __future__ import annotations

import random
from collections.abc import Callable

import duckdb
import pytest
from stdnum.cn import ric, uscc

from quality.rules.check_digits import MACROS

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def verdicts(macro: str, texts: list[str]) -> list[bool]:
    """Ask a macro about texts."""
    with duckdb.connect() as con:
        con.execute(MACROS)
        rows = con.execute(f"SELECT {macro}(text) FROM (SELECT unnest(?) AS text)", [texts])
        return [row[0] for row in rows.fetchall()]


def resident(chance: random.Random) -> str:
    """Return 18 characters like an id, with a right check digit every other time."""
    stem = f"350502{chance.randint(1900, 2025)}{chance.randint(1, 13):02}{chance.randint(1, 31):02}"
    stem += f"{chance.randint(0, 999):03}"
    right = ric.calc_check_digit(stem + "0")
    return stem + (right if chance.random() < 0.5 else chance.choice("0123456789X"))


def credit(chance: random.Random) -> str:
    """Return 18 characters like a credit code, with a right check digit every other time."""
    stem = f"91{chance.randint(0, 999999):06}" + "".join(chance.choices(LETTERS, k=9))
    right = uscc.calc_check_digit(stem)
    return stem + (right if chance.random() < 0.5 else chance.choice(LETTERS))


def known_resident(text: str) -> bool:
    """Judge as python-stdnum does, without its table of places."""
    try:
        ric.get_birth_date(text)
    except ValueError:
        return False
    return text[-1] == ric.calc_check_digit(text)


@pytest.mark.parametrize(
    ("macro", "make", "judge"),
    [
        ("quanshu_resident_id_ok", resident, known_resident),
        ("quanshu_credit_code_ok", credit, uscc.is_valid),
    ],
)
def test_check_digits_agree_with_another_implementation(
    macro: str, make: Callable[[random.Random], str], judge: Callable[[str], bool]
) -> None:
    """Twenty thousand random numbers get the same answer, and about half of them are valid."""
    chance = random.Random(20)
    texts = [make(chance) for _ in range(20_000)]
    answers = verdicts(macro, texts)
    assert answers == [judge(text) for text in texts]
    assert 0.3 < sum(answers) / len(answers) < 0.7


@pytest.mark.parametrize("macro", ["quanshu_resident_id_ok", "quanshu_credit_code_ok"])
def test_no_other_form_is_valid(macro: str) -> None:
    """Lower case, spaces, full-width digits, 15-digit ids and empty texts are all invalid."""
    texts = ["", " ", "11010519491231002x", "110105194912310 02X", "110105491231002"]
    texts += [
        "１１０１０５１９４９１２３１００２Ｘ",
        "91350100m000100y43",
        "91350100M000100Y43 ",
        "字" * 18,
    ]
    assert not any(verdicts(macro, texts))
