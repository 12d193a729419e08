"""Values that a case is about, for who may see them: the command records the act, then prints.

Belongs here: reading the landed record of a report, and the quarantined records of a rule. Keep
out: recording the act (`cli.access`), cases.
"""

from __future__ import annotations

from flow.city import City
from governance.cases.reading import CaseFile
from governance.cases.signals import CaseOrigin
from quality.quarantine.states import Chosen, records
from register.bundles import landed_file
from register.receipts import read_receipt
from storage.engines.workbench import open_workbench
from values.delivered import delivered_sql

__all__ = ["AT_MOST", "case_values"]

AT_MOST = 20
"""Records that are shown of one case; `quanshu quarantine export` has them all."""


def case_values(city: City, found: CaseFile) -> tuple[str, tuple[str, ...]]:
    """Return a delivery, and its records that a case is about as they were landed.

    A case of a rule is about what the rule quarantined in the delivery that failed last. A case of
    another origin, or of a resource that the catalogue no longer has, shows none.
    """
    case = found.shown.case
    resource = city.catalog.resources.get(case.resource)
    delivery = found.report.delivery if found.report else str(case.evidence.get("delivery", ""))
    if resource is None or not delivery:
        return delivery, ()
    with open_workbench(city.layout.work, city.limits) as con:
        if found.report is not None:
            receipt = read_receipt(city.layout.receipt(case.resource, delivery))
            query = delivered_sql(resource, landed_file(city.layout, receipt))
            asked = f"SELECT raw FROM ({query}) WHERE _row = ?"
            rows = con.execute(asked, [found.report.record]).fetchall()
            return delivery, tuple(raw for (raw,) in rows)
        if case.origin is CaseOrigin.RULE:
            chosen = Chosen(delivery, case.about)
            kept = records(con, city.layout, resource, chosen, AT_MOST)
            return delivery, tuple(one.raw for one in kept)
    return delivery, ()
