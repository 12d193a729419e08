"""The kind `code_list`: a value is a code of its element's code list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Lookup, Said, implied
from quality.rules.rule import Rule, Words
from storage.sql import identifier

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND", "LISTED"]


def _asks(about: ItemFacts) -> Said | None:
    if about.element.code_list is None:
        return None
    codes = about.catalog.code_lists[about.element.code_list]
    words = Words(f"应为《{codes.name}》中的代码", f"must be a code of the list `{codes.code}`")
    return words, {"code_list": codes.code}


def _relation(rule: Rule) -> str:
    """Return the name of the relation with a code list's codes (`code`)."""
    return f"code_list__{rule.arguments['code_list']}"


def _bring(lookup: Lookup, rule: Rule) -> None:
    values = lookup.catalog.code_lists[rule.arguments["code_list"]].values
    # a table, for a temporary one is not there for queries that run beside each other
    made = f"CREATE OR REPLACE TABLE {identifier(_relation(rule))}"
    lookup.con.execute(f"{made} AS SELECT unnest(?::VARCHAR[]) AS code", [list(values)])


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del table
    value: Column = sa.column(arguments["relation_column"])
    relation = sa.table(sa.quoted_name(arguments["relation"], quote=True))
    return column.in_(sa.select(value).select_from(relation).where(value.is_not(None)))


LISTED = Condition(
    "expect_column_values_to_be_listed",
    _meets,
    "code list or key of another resource",
    {"relation": "", "relation_column": ""},
)

KIND = KindOfItem(
    name=RuleKind.CODE_LIST,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(
        LISTED.type,
        lambda rule, _today: {"relation": _relation(rule), "relation_column": "code"},
    ),
    condition=LISTED,
    bring=_bring,
)
