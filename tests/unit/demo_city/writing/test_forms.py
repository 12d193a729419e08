"""The answer key's own reading of forms agrees with what the gate asks of this city."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Item
from demo_city.writing.forms import broken_beside, has_shape, neighbours
from demo_city.writing.text import Value
from quality.rules.derivation import rules_for

ID = "350502199503030019"
RESIDENT, STOP = "public_security/resident", "transport/bus_stop"


@pytest.mark.parametrize(
    ("ref", "item", "good", "bad"),
    [
        ("public_security/vehicle", "plate", "闽CAB123", ("闽CAB1234Z", "闽CAB123Z", "闽CI1234")),
        ("market_supervision/enterprise", "phone", "15962144114", ("1596214411", "0595-2234567")),
        ("market_supervision/enterprise", "phone", "0595-22345678", ("22345678", "+8615962144114")),
        ("market_supervision/enterprise", "representative", "欧阳国", ("国", "周国3", "周 国")),
        (
            "market_supervision/enterprise",
            "name",
            "安溪益品（福建）公司",
            ("益品公司（筹", "益品）公司"),
        ),
        ("education/school", "phone", "0595-22345678", ("15962144114", "0595-2234567")),
    ],
)
def test_a_text_has_the_form_that_its_element_names(
    quanzhou: Catalog, ref: str, item: str, good: str, bad: tuple[str, ...]
) -> None:
    """The rule's own expression says the same of each of them."""
    resource = quanzhou.resource(ref)
    element = quanzhou.element_of(resource.item(item))
    (form,) = (
        rule.arguments["form"]
        for rule in rules_for(quanzhou, resource)
        if rule.code.startswith(f"{item}:") and "form" in rule.arguments
    )
    texts = pl.Series([good, *bad])
    expected = [True] + [False] * len(bad)
    assert [has_shape(element, text) for text in texts] == expected
    assert texts.str.contains(f"^(?:{form})$").to_list() == expected


def _item(catalog: Catalog, ref: str, code: str) -> Item:
    return catalog.resource(ref).item(code)


@pytest.mark.parametrize(
    ("ref", "item", "kind", "value", "beside", "broken"),
    [
        (RESIDENT, "birth_date", "by_number", date(1995, 3, 3), ID, False),
        (RESIDENT, "birth_date", "by_number", date(1995, 3, 2), ID, True),
        (RESIDENT, "sex", "by_number", "1", ID, False),
        (RESIDENT, "sex", "by_number", "2", ID, True),
        (RESIDENT, "sex", "by_number", "2", None, False),
        (RESIDENT, "resident_id", "division", ID, date(1995, 3, 3), False),
        (RESIDENT, "resident_id", "division", "350599" + ID[6:], date(1995, 3, 3), True),
        (STOP, "longitude", "within", Decimal("118.6"), Decimal("24.9"), False),
        (STOP, "longitude", "within", Decimal("119.11"), Decimal("24.9"), True),
        (STOP, "longitude", "within", Decimal("118.6"), Decimal("26.1"), True),
    ],
)
def test_a_value_agrees_with_the_one_beside_it(  # noqa: PLR0917 - a row of the table
    quanzhou: Catalog,
    ref: str,
    item: str,
    kind: str,
    value: Value,
    beside: Value | None,
    broken: bool,
) -> None:
    """Birth and sex with the number, a number with a day, a longitude with a latitude."""
    declared = _item(quanzhou, ref, item)
    assert kind in dict(neighbours(declared))
    assert broken_beside(quanzhou, declared, kind, value, beside) is broken
