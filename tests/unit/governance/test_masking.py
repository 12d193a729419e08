"""Which mask applies: the order of precedence, and that nothing leaves without one."""

from __future__ import annotations

from typing import Any

import pytest

from catalog_specs.errors import AccessError
from catalog_specs.models.masking import Constant, Drop, GeneraliseDate, Keep, Partial, Pseudonym
from governance.masks.choice import Way, compile_masks, effective_mask
from tests.cities.sharing import PERSON, VISIT, town
from tests.factories import change

PERSONS = "elements/persons.yaml"
CONSTANT = Constant(mask="constant", value="不公开")


def mask_of(item: str, way: Way, override: Any = None, **changes: Any) -> Any:
    """Return the mask of one item of the person resource."""
    catalog = town(**changes)
    resource = catalog.resource(PERSON)
    return effective_mask(catalog, resource, resource.item(item), override, way)


def test_precedence() -> None:
    """The grant's or set's mask wins over the element's, which wins over the sensitivity's."""
    assert mask_of("name", "open", CONSTANT) == CONSTANT
    assert mask_of("name", "open") == Drop(mask="drop")
    assert mask_of("name", "share") == Partial(mask="partial", keep_first=1)
    assert mask_of("resident_id", "share") == Pseudonym(mask="pseudonym")
    assert mask_of("sex", "open") == Keep(mask="keep")


def test_nothing_leaves_without_a_mask() -> None:
    """An item for which nobody names a mask is an error, never passed through."""
    with pytest.raises(AccessError, match="no mask") as refused:
        mask_of("birth_date", "open")
    assert refused.value.where == f"{PERSON}.birth_date"


def test_unknown_sensitivity_is_an_error() -> None:
    """An element of a class that nobody declared cannot leave."""
    with pytest.raises(AccessError, match="unknown"):
        mask_of("sex", "share", **{PERSONS: change(**{"2__sensitivity": "nothing"})})


def test_a_protected_item_is_never_opened_as_it_is() -> None:
    """`keep` on a protected item is refused by opening, whoever names it; a share may keep it."""
    keep = Keep(mask="keep")
    with pytest.raises(AccessError, match="protected"):
        mask_of("birth_date", "open", keep)
    assert mask_of("birth_date", "share", keep) == keep


def test_a_mask_must_fit_the_type() -> None:
    """A mask for dates on a text is refused before anything is read."""
    with pytest.raises(AccessError, match="fit"):
        mask_of("name", "share", GeneraliseDate(mask="generalise_date", to="year"))


def test_compiled_columns() -> None:
    """Columns come in the order asked for, typed and commented; dropped items are left out."""
    catalog = town()
    resource = catalog.resource(PERSON)
    columns = compile_masks(
        catalog, resource, ("income", "name", "resident_id"), {"name": Drop(mask="drop")}, "share"
    )
    assert [column.code for column in columns] == ["income", "resident_id"]
    assert [column.column().type for column in columns] == ["DECIMAL(18,2)", "VARCHAR"]
    assert columns[1].column().comment.startswith("公民身份号码（假名化")
    assert columns[1].needs_key


def test_an_item_that_is_not_stored_is_refused() -> None:
    """Neither an unknown item nor a referred one can be compiled."""
    catalog = town()
    for ref, item in ((PERSON, "nothing"), (VISIT, "name")):
        with pytest.raises(AccessError, match="not stored"):
            compile_masks(catalog, catalog.resource(ref), (item,), {}, "share")
