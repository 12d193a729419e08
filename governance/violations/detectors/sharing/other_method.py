"""⑤ Other method: copies that are out although the grant that holds is for another way of use.

A package belongs to a batch exchange; verification and statistics hand out no rows (五(三)(四)).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from catalog_specs.vocabulary import Method
from governance.violations.detector import Detector, Suspicion
from governance.violations.detectors.sharing.kept_copy import by_grant
from governance.violations.facts import Facts
from register.copies import Copy, Form

__all__ = ["DETECTOR"]

_ROWS = frozenset(one for one in Method if one.materialised)


def _fits(copy: Copy, method: Method) -> bool:
    """Say whether a copy may be handed out by a method; an answer with items holds rows."""
    match copy.form:
        case Form.PACKAGE:
            return method is Method.BATCH
        case Form.DUCKDB:
            return method in _ROWS
        case Form.ANSWER:
            return method in _ROWS or (method is Method.VERIFY and not copy.scope)


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for code, found in by_grant(facts.copies).items():
        if facts.ended(code):
            continue  # all of its copies are called back
        method = facts.catalog.grant(code).method
        wrong = [one.copy for one in found if not _fits(one.copy, method)]
        if wrong:
            forms = "、".join(dict.fromkeys(one.form.label for one in wrong))
            yield Suspicion(
                ViolationKind.SHARED,
                facts.consumer(code),
                code,
                "method",
                f"授权方式为{method.label}，却有{forms} {len(wrong)} 份在外",
                f"the grant is for {method.value}, and {len(wrong)} copies of another way are out",
                Confidence.HIGH,
                evidence={
                    "method": method.value,
                    "forms": ", ".join(dict.fromkeys(one.form.value for one in wrong)),
                    "copies": len(wrong),
                    "oldest": wrong[0].copy,
                },
            )


DETECTOR = Detector(
    kind=ViolationKind.SHARED,
    title="共享方式不符",
    title_en="another method than the granted one",
    detect=_detect,
)
