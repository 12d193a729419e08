"""Copied scope: written of what leaves, read back as it was."""

from __future__ import annotations

from governance.masks.columns import masked_columns
from governance.masks.copied import copied, copied_scope
from tests.city import GRANT, PERSON
from tests.city.declared import compiled


def test_items_and_masks_are_read_back_as_they_left() -> None:
    """Each item under the mask that it had, also where the element's own was used."""
    catalog = compiled()
    columns = masked_columns(catalog, catalog.grant(GRANT).resources[0])
    (one,) = copied(copied_scope([(PERSON, columns)]))
    assert (one.resource, one.items) == (PERSON, tuple(column.code for column in columns))
    kinds = {code: (mask.name(), mask.remains) for code, mask in one.masks.items()}
    assert kinds == {c.code: (c.mask.name(), c.mask.remains) for c in columns}
    assert one.where == ()


def test_what_nobody_wrote_or_nobody_can_read_is_nothing() -> None:
    """A copy of an earlier version has none, and one of a later version may have other masks."""
    assert copied("") == ()
    assert copied('[{"resource":"a/b","items":["c"],"masks":{"c":{"mask":"never"}}}]') == ()
