"""Numbers and amounts: written as plain digits, exactly, or left as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.models.normalisation import Number
from storage.sql import literal
from tests.unit.values.normalise.steps import bench, check, done
from values.normalise.currencies import CODES
from values.normalise.numbers import currency

CAPITAL = Number(units=True, currency=True)
MANY = settings(deadline=None, max_examples=30)


def test_capital_in_the_ways_it_is_written() -> None:
    """Separators, units and the currency come off; what is ambiguous or foreign stays."""
    check(
        CAPITAL,
        {
            "5002": "5002",
            "5,002": "5002",
            "5，002": "5002",
            "1,234,567.89": "1234567.89",
            "5,002(万元人民币)": "50020000",
            "5002（万元）": "50020000",
            "5002(万)": "50020000",
            "53万人民币": "530000",
            "53 万元": "530000",
            "500万元(人民币)": "5000000",
            "500万元整": "5000000",
            "￥1,234.50元": "1234.50",
            "¥1234.5": "1234.5",
            "人民币5000万元整": "50000000",
            "人民币：5,000元": "5000",
            "CNY 5,000": "5000",
            "rmb5万": "50000",
            "-3.2亿元": "-320000000",
            "¥-5": "-5",
            "-¥5": "-5",
            "+7万": "+70000",
            "1.5百万": "1500000",
            "2千": "2000",
            "3十万": "300000",
            "1.2万亿": "1200000000000",
            ".5万": "5000",
            "0.00001万": "0.1",
            "007万": "70000",
            "0万": "0",
            "007": "007",
            "12圆": "12",
            "５，００２（万元）": "50020000",
            "50(万元(人民币))": "500000",
            "50(万元（人民币）)": "500000",
            "50(万人民币 )": "500000",
            "1,050( 万人民币元)": "10500000",
            "50( 万元人民币)": "500000",
            "50(万元人民币元)": "500000",
            "50万人民币元": "500000",
            "(100万元)": "1000000",
            "（100万元人民币）": "1000000",
            "(人民币)50万元": "500000",
            "50【万元】": "500000",
            "50〔万元（RMB）〕整": "500000",
            "RMB￥50万": "500000",
            "50 人民币(万元)": "500000",
            "５": "5",
        },
        [
            "1,23",
            "0,123",
            "1,234,56",
            "1.234,5",
            "1 234",
            "伍佰万",
            "1亿2000万",
            "5002万(万元)",
            "500万美元",
            "万",
            "￥",
            "1e5",
            "5.",
            "--5",
            "(5)",
            "",
            "约5万",
            "5万左右",
            "1,0500000(万元人民币)",
            "50(万美元)",
            "50万港元",
            "US$50万",
            "(￥5)",
            "(5)50",
            "50(7)万元",
            "5 002万",
            "50(万元",
            "50)万元(",
            "50(十)(万)",
            "1亿(美元)",
            "50万元元元元",
        ],
    )


def test_units_and_currency_are_understood_only_where_declared() -> None:
    """Each option is its own: without it the sign is no part of a number."""
    check(Number(thousands=False), {}, ["5,002", "5万", "￥5", "5元"])
    check(Number(), {"5,002": "5002"}, ["5万", "￥5"])
    check(Number(units=True), {"5万": "50000", "5(万)": "50000"}, ["5万元", "￥5"])
    check(Number(currency=True), {"￥5": "5", "5元(人民币)": "5"}, ["5万", "5万元"])


def test_what_is_counted_and_what_is_stored() -> None:
    """`per` is what is stored, `bare` what a number counts that names nothing."""
    stored = Number(units=True, currency=True, per="10000")
    check(stored, {"5,002(万元)": "5002", "20000元": "2", "1": "0.0001", "100亿": "1000000"}, ["x"])
    headed = Number(units=True, currency=True, bare="10000")
    check(headed, {"5,002": "50020000", "5002元": "5002", "0.53亿": "53000000"}, ["￥5002"])
    both = Number(units=True, currency=True, bare="10000", per="10000")
    check(both, {"5,002": "5002", "0.5": "0.5", "5002元": "0.5002"}, ["5(人民币)"])


NUMBERS = st.decimals(min_value=0, max_value=10**30, places=12, allow_nan=False)
UNITS = {"": 0, "百": 2, "万": 4, "千万": 7, "亿": 8, "万亿": 12}


@MANY
@given(
    told=st.lists(st.tuples(NUMBERS, st.sampled_from(sorted(UNITS))), min_size=1),
    per=st.sampled_from(["1", "10000", "100000000"]),
)
def test_units_are_multiplied_exactly(told: list[tuple[Decimal, str]], per: Any) -> None:
    """However many digits there are, the number written is the product, to the last one."""
    texts = done(Number(units=True, per=per), [f"{number:f}{unit}" for number, unit in told])
    for (number, unit), text in zip(told, texts, strict=True):
        sign, digits, exponent = Decimal(f"{number:f}").as_tuple()
        assert isinstance(exponent, int)
        exact = Decimal((sign, digits, exponent + UNITS[unit] - (len(per) - 1)))
        assert Decimal(text or "") == exact


APART = Number(units=True, currency=True, currency_item="money")
WORDS = [
    (code, word.replace("\\", "")) for code, words in CODES.items() for word in words.split("|")
]


def currencies(*texts: str) -> list[str | None]:
    """Return the currency that each text names."""
    rows = ", ".join(f"({place}, {literal(text)})" for place, text in enumerate(texts))
    sql = f"SELECT {currency('t')} FROM (VALUES {rows}) AS v(n, t) ORDER BY n"
    return [code for (code,) in bench().sql(sql).fetchall()]


def test_every_currency_is_known_by_each_of_its_words() -> None:
    """Before the digits or behind them, whatever the case of its letters."""
    told = [
        (code, f"{before}5{behind}") for code, w in WORDS for before, behind in ((w, ""), ("", w))
    ]
    told += [(code, f"5{word.lower()}") for code, word in WORDS]
    assert currencies(*(text for _, text in told)) == [code for code, _ in told]
    assert done(APART, [text for _, text in told]) == ["5"] * len(told)


def test_our_own_currency_has_many_writings() -> None:
    """Words, codes, signs of both widths; a bare number and a shared sign name none."""
    own = ["5元", "5圆", "￥5", "¥5", "人民币5", "RMB5", "5cny", "5万元(人民币)"]
    assert currencies(*own) == ["CNY"] * len(own)
    assert currencies("5", "5万", "$5", "5块") == [None] * 4


def test_amounts_in_other_currencies_are_kept_apart_or_not_understood() -> None:
    """Where an item says which it is, they are numbers; two currencies are none."""
    other = {"500万美元": "5000000", "US$5,000": "5000", "5万(港币)": "50000", "€5.50": "5.50"}
    check(APART, {**other, "5万元": "50000", "5": "5"}, ["5美元港币", "$5", "美元", "5元美元"])
    check(CAPITAL, {}, [*other])


def test_what_a_bare_number_counts_is_moot_where_only_the_currency_is_told() -> None:
    """Under a heading in 万, `5 USD` may be 万 dollars or dollars."""
    step = Number(units=True, currency=True, currency_item="money", bare="10000")
    check(step, {"5": "50000", "5美元": "5", "5万美元": "50000"}, ["5USD", "US$5", "￥5", "RMB5"])
