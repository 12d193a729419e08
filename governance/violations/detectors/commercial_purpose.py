"""⑧ Commercial purpose: a grant whose scenario or purpose speaks of business.

What is done with the data outside cannot be seen here: confidence is low, and the rest is entered
by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["DETECTOR"]

_WORDS = re.compile(
    r"(?P<not>(不得|不|非|禁止|严禁)[^，。；、]{0,6})?"
    r"(?P<word>商业(?:化|开发|利用|经营|推广)|营利|盈利|转售|出售|营销|广告投放|付费)"
)
"""Words of business; behind a negation they say the contrary."""


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for grant in facts.catalog.grants.values():
        for field, label in (("scenario", "应用场景"), ("purpose", "用途")):
            found = [one for one in _WORDS.finditer(getattr(grant, field)) if not one["not"]]
            if found:
                yield Suspicion(
                    ViolationKind.COMMERCIAL,
                    grant.consumer,
                    grant.code,
                    field,
                    f"授权的{label}涉及“{found[0]['word']}”",
                    f"the grant's {field} speaks of business",
                    Confidence.LOW,
                    evidence={"field": field, "word": found[0]["word"]},
                )


DETECTOR = Detector(
    kind=ViolationKind.COMMERCIAL,
    title="共享用途涉及商业",
    title_en="a shared purpose that speaks of business",
    detect=_detect,
)
