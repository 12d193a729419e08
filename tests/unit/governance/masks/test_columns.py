"""The columns that leave: in order, typed and commented, and none whose mask has a fault."""

from __future__ import annotations

from typing import Any

import pytest

from catalog_specs.errors import AccessError, SettingsError
from catalog_specs.masks.kinds.pseudonym import Pseudonym
from catalog_specs.models.sharing import GrantedResource, OpenSet
from governance.masks.columns import masked_columns
from tests.city import OPEN_SET, PERSON, VISIT
from tests.city.declared import change, compiled
from tests.unit.catalog_specs.masks.laying import KEY

PERSONS = "elements/persons.yaml"
CLASSES = "masking/sensitivities.yaml"


def granted(*items: str, ref: str = PERSON, **masks: Any) -> GrantedResource:
    """Return what a grant says of one resource."""
    return GrantedResource.model_validate({"resource": ref, "items": items, "masks": masks})


def opened(*items: str, **masks: Any) -> OpenSet:
    """Return the open set of the small city with other items and masks."""
    whole = compiled().open_sets[OPEN_SET].model_dump()
    return OpenSet.model_validate({**whole, "items": items, "masks": masks, "where": []})


def test_columns_come_as_asked_for() -> None:
    """Columns come in the order asked for, typed and commented; dropped items are left out."""
    columns = masked_columns(
        compiled(), granted("income", "name", "resident_id", name={"mask": "drop"})
    )
    assert [column.code for column in columns] == ["income", "resident_id"]
    assert [column.column().type for column in columns] == ["DECIMAL(18,2)", "VARCHAR"]
    assert columns[1].column().comment.startswith("公民身份号码（假名化")
    assert [column.needs_key for column in columns] == [False, True]


def test_an_item_that_is_not_stored_is_refused() -> None:
    """Neither an unknown item nor a referred one leaves."""
    for ref, item in ((PERSON, "nothing"), (VISIT, "name")):
        with pytest.raises(AccessError, match="not stored") as refused:
            masked_columns(compiled(), granted(item, ref=ref))
        assert refused.value.where == f"{ref}.{item}"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (opened("birth_date"), "leaves without a mask"),
        (opened("birth_date", birth_date={"mask": "keep"}), "opened as it is"),
        (opened("name", name={"mask": "redact"}), "opened as it is"),
        (opened("resident_id", resident_id={"mask": "pseudonym"}), "opened to everybody"),
        (granted("name", name={"mask": "generalise_date", "to": "year"}), "needs date or datetime"),
        (granted("income", income={"mask": "partial", "keep_first": 1}), "needs string"),
        (
            granted("resident_id", resident_id={"mask": "partial", "keep_last": 4}),
            "rebuild the number",
        ),
        (
            granted("residence", residence={"mask": "generalise_region", "to": "town"}),
            "masks nothing",
        ),
    ],
)
def test_a_mask_with_a_fault_is_refused(source: GrantedResource | OpenSet, says: str) -> None:
    """What a law would refuse is refused again when rows are about to leave."""
    catalog = compiled(**{PERSONS: change(**{"4__length": {"max": 6}})})
    with pytest.raises(AccessError, match=says):
        masked_columns(catalog, source)


def test_a_class_that_never_leaves_in_the_clear_does_not() -> None:
    """An item of level 5 is kept by no share either."""
    catalog = compiled(**{CLASSES: change(**{f"{n}__level": 5 for n in range(4)})})
    with pytest.raises(AccessError, match="in the clear"):
        masked_columns(catalog, granted("birth_date", birth_date={"mask": "keep"}))


def test_an_unknown_class_is_an_error() -> None:
    """An element of a class that nobody declared cannot leave."""
    catalog = compiled(**{PERSONS: change(**{"2__sensitivity": "nothing"})})
    with pytest.raises(AccessError, match="unknown"):
        masked_columns(catalog, granted("sex"))


def test_the_hash_of_pseudonyms_is_the_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its note names it; a machine without it is told what to do, before any row is read."""
    catalog = compiled(**{"profiles/test_rules.yaml": change(pseudonym_hash="sm3")})
    source = GrantedResource(
        resource=PERSON, items=("resident_id",), masks={"resident_id": Pseudonym(mask="pseudonym")}
    )
    (column,) = masked_columns(catalog, source)
    assert "HMAC-SM3" in column.column().comment
    assert column.expression(KEY) is not None
    monkeypatch.setattr("catalog_specs.masks.hashes.has_sm3", lambda: False)
    with pytest.raises(SettingsError, match="OpenSSL on this machine does not have it"):
        column.expression(KEY)
