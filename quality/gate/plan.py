"""The plan of a resource's rules: each rule's expectation, and which flags and queries answer it.

Belongs here: putting it together of the forms of its expectations, once for a day. Keep out: what
Great Expectations makes of an expectation (`forms`), running it (`runner`). Imported in functions
only.
Every condition is Great Expectations' own, with the filters of its domain. One about nothing but
the record itself becomes a flag; any other is a query of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from catalog_specs.models.resource import Resource
from catalog_specs.rules.quality.core_expectations import CORE, Scope, plain_name
from quality.gate.conditions import looks_beyond, names_in, rendered
from quality.gate.evidence import Document, configuration_json
from quality.gate.forms import ABOUT, FILTERED, NULLS, ROWS, Form, forms_of
from quality.rules.definition import as_asked
from quality.rules.expectations import looking_at_nulls, register
from quality.rules.figures import Bounds
from quality.rules.kinds.of_feed.unique import UNIQUE, repeated
from quality.rules.relations import looks_at_itself
from quality.rules.rule import Rule
from quality.rules.suite import Asked, asked_by, expectation_of
from register.rule_results import RuleAsked
from values.narrow import Across
from values.shapes import feed_shape

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.validator.metric_configuration import MetricConfiguration
    from great_expectations.validator.validation_graph import MetricEdge

__all__ = ["Judge", "Plan", "across", "compile_plan"]


@dataclass(frozen=True)
class Judge:
    """A rule with its expectation, and the form of that.

    `shown` is the expectation as results have it. `counted` are the needs that are counts of a
    condition or of some records, by their SQL; `counting` is a rule that asks nothing but how many
    records there are. `whole` is the need that counts the records it is
    about, `nulls` the one that counts those of them that it does not look at.
    """

    rule: Rule
    said: RuleAsked
    expectation: Expectation
    shown: Document
    form: Form
    counted: Mapping[str, str]
    counting: bool
    whole: str | None
    nulls: str | None
    bounds: Bounds | None = None
    """Between what its figure must lie, of a rule about one."""

    @property
    def asks(self) -> str | None:
        """Return the SQL of a row that the rule does not let pass; None where it counts no rows."""
        return self.counted.get(self.form.own)

    @property
    def late(self) -> MetricConfiguration | None:
        """Return the metric of that SQL where it takes others, worked out from the records."""
        return self.form.late

    @property
    def per_row(self) -> bool:
        """Say whether the rule counts rows."""
        return self.asks is not None or self.late is not None


@dataclass(frozen=True)
class Plan:
    """A resource's suite, compiled once and run for every delivery of the day.

    `flags` are the conditions about one record, by place. Others ask the typed feed by its name.
    `edges` is all that Great Expectations has to work out itself.
    """

    ref: str
    judges: tuple[Judge, ...]
    flags: tuple[str, ...]
    edges: tuple[MetricEdge, ...]


def across(plan: Plan, resource: Resource, today: date, types: Mapping[str, str]) -> Across | None:
    """Return what is asked of all records at once; None where that may be anything they say.

    It is little where no rule looks beyond a record but for other ones of its key.
    """
    keys, beyond = [], []
    for judge in plan.judges:
        if judge.late is not None or (judge.asks is not None and judge.asks not in plan.flags):
            asked = asked_by(judge.rule, resource, today)
            if asked.type != UNIQUE.type or looks_at_itself(judge.rule, resource):
                return None
            keys.append(asked.arguments["key_columns"])
            # without the content, which nobody looks at but in records of one key
            bare = replace(asked, arguments={**asked.arguments, "content_columns": ()})
            beyond.append((judge.rule, bare))
    if plan.edges or any(looks_at_itself(judge.rule, resource) for judge in plan.judges):
        return None
    named: set[str] = set()
    whole: dict[str, None] = {}
    for key, (_, asked), form in zip(keys, beyond, forms_of(resource, types, beyond), strict=True):
        named |= names_in(form.clause(form.own, asked.arguments["column"]))
        whole.setdefault(rendered(repeated(key, sa.table(form.feed))))
    return Across(frozenset(named & feed_shape(resource, types).keys()), tuple(whole))


_KNOWN: dict[str, tuple[tuple[object, ...], Plan]] = {}
"""The plan that was compiled last of each resource, with all that it depends on."""


def compile_plan(
    resource: Resource, rules: Sequence[Rule], today: date, types: Mapping[str, str]
) -> Plan:
    """Compile rules over the typed feed of items with these types, once in a process.

    Of another day only the rules that ask for the day are compiled by Great Expectations anew.

    Raises:
        CheckError: the catalogue asks for what cannot be judged.
    """
    asked = (today, repr(rules), tuple(feed_shape(resource, types).items()))
    known = _KNOWN.get(resource.ref)
    if known is None or known[0] != asked:
        register()
        known = _KNOWN[resource.ref] = asked, _compiled(resource, rules, today, types)
    return known[1]


def _compiled(
    resource: Resource, rules: Sequence[Rule], today: date, types: Mapping[str, str]
) -> Plan:
    asked = [(rule, asked_by(rule, resource, today)) for rule in rules]
    forms = forms_of(resource, types, asked)
    flags: dict[str, None] = {}
    judges = tuple(
        _judge(rule, resource, one, form, flags)
        for (rule, one), form in zip(asked, forms, strict=True)
    )
    edges = {edge.id: edge for form in forms for edge in form.edges}
    return Plan(resource.ref, judges, tuple(flags), tuple(edges.values()))


def _judge(
    rule: Rule, resource: Resource, asked: Asked, form: Form, flags: dict[str, None]
) -> Judge:
    """Make a rule's judge, and enter the conditions that are flags."""
    expectation = expectation_of(rule, resource, asked)
    beyond = looks_at_itself(rule, resource)
    counted: dict[str, str] = {}
    for need in form.clauses:
        clause = form.clause(need, asked.arguments.get("column", ""))
        sql = counted[need] = rendered(clause)
        if not (beyond and need == form.own) and not looks_beyond(clause, form.feed):
            flags.setdefault(sql)
    return Judge(
        rule=rule,
        said=as_asked(rule, resource),
        expectation=expectation,
        shown=configuration_json(expectation),
        form=form,
        counted=counted,
        counting=_counts_alone(asked, form),
        whole=_need(form, FILTERED) or _need(form, ROWS) or (ABOUT if ABOUT in counted else None),
        nulls=None if asked.type in looking_at_nulls() else _need(form, NULLS),
    )


def _need(form: Form, ending: str) -> str | None:
    return next((name for name in form.needs if name.endswith(ending) and name != form.own), None)


def _counts_alone(asked: Asked, form: Form) -> bool:
    """Say whether an expectation asks how many records there are, and nothing else."""
    known = CORE.get(plain_name(asked.type))
    return known is not None and known.scope is Scope.COUNT and len(form.needs) == 1
