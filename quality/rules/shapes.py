"""Shapes of texts: the kinds of rules that ask an element's values for a published form.

Belongs here: what those kinds have in common. Keep out: any one form (`kinds`), forms that a
catalogue writes itself (the kind `pattern`), check digits (`check_digits`).
Every form is one RE2 expression, so that DuckDB judges a column by it without asking for rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from catalog_specs.models.domains.shapes import Shape
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied
from quality.rules.rule import Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["kind_of_shapes"]


def kind_of_shapes(name: RuleKind, forms: Mapping[Shape, str], expectation: str) -> KindOfItem:
    """Return the kind by which values have the shape that their element declares.

    `forms` are regular expressions of the whole text. Stored verdicts quote the name of the shape;
    the form is in the rule's arguments, so that a corrected one makes it another rule.
    """

    def asks(about: ItemFacts) -> Said | None:
        shape = about.element.shape
        if shape is None or shape not in forms:
            return None
        words = Words(f"应符合{shape.label}格式", f"must be {shape.english}")
        return words, {"shape": shape.value, "form": forms[shape]}

    def meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
        import sqlalchemy as sa

        del table
        form = next(form for shape, form in forms.items() if shape == arguments["shape"])
        found: Clause = sa.func.regexp_full_match(column, sa.literal(form))
        return found

    first = next(iter(forms))
    return KindOfItem(
        name=name,
        dimension=Dimension.ACCURACY,
        asks=asks,
        expected=implied(expectation, lambda rule, _today: {"shape": rule.arguments["shape"]}),
        condition=Condition(expectation, meets, first.label, {"shape": first.value}),
    )
