"""⑤ Other method: copies that the grant's method does not hand out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_specs.vocabulary import Method
from governance.violations.facts import Facts
from register.copies import Form, Traced
from tests.city import GRANT, TODAY
from tests.city.declared import compiled
from tests.city.grants import standing_of
from tests.unit.governance.violations.suspecting import facts_of, suspected
from tests.unit.register.test_copies import COPY

NAME = "other_method"


def facts(method: Method, *copies: Traced) -> Facts:
    """Return facts of a grant that is in force by a method, and of its copies."""
    catalog = compiled()
    grant = catalog.grant(GRANT).model_copy(update={"method": method, "batch_reason": "全量核对"})
    changed = replace(catalog, grants={GRANT: grant})
    known = {GRANT: standing_of(changed, grant)}
    return Facts(changed, TODAY, standings=known, copies=copies)


@pytest.mark.parametrize(
    ("form", "scope", "fitting"),
    [
        (Form.PACKAGE, "", {Method.BATCH}),
        (Form.DUCKDB, "", {Method.BATCH, Method.QUERY}),
        (Form.ANSWER, "[]", {Method.BATCH, Method.QUERY}),
        (Form.ANSWER, "", {Method.BATCH, Method.QUERY, Method.VERIFY}),
    ],
)
def test_a_form_fits_some_methods_alone(form: Form, scope: str, fitting: set[Method]) -> None:
    """An answer with items has rows, one without says match or mismatch."""
    out = Traced(replace(COPY, form=form, scope=scope))
    offered = compiled().resource(COPY.resources[0]).share.methods
    for method in offered:
        found = suspected(NAME, facts(method, out))
        assert (found == []) is (method in fitting), method
        assert all(one.evidence["copies"] == 1 for one in found)


def test_a_grant_that_is_over_is_another_matter() -> None:
    """Its copies are called back, whatever they are."""
    over = replace(facts(Method.QUERY, Traced(COPY)), standings={})
    assert suspected(NAME, over) == []
    assert suspected(NAME, facts_of()) == []
