"""The breaches: for every law, changes to the minimal city that break this law and no other.

Belongs here: the one list that `test_laws` goes through. Keep out: assertions.
"""

from __future__ import annotations

from tests.unit.catalog_specs.breaches_of_checks import CHECKS
from tests.unit.catalog_specs.breaches_of_disclosure import DISCLOSURE, HARD_TO_MASK
from tests.unit.catalog_specs.breaches_of_exceptions import EXCEPTIONS
from tests.unit.catalog_specs.breaches_of_feeds import WRITINGS
from tests.unit.catalog_specs.breaches_of_grants import GRANTS, UNKNOWN
from tests.unit.catalog_specs.breaches_of_resources import FEEDS, OWNERSHIP
from tests.unit.catalog_specs.breaches_of_sharing import LEAVING, SHARING

__all__ = ["BREACHES"]

BREACHES = (
    *OWNERSHIP,
    *FEEDS,
    *WRITINGS,
    *SHARING,
    *LEAVING,
    *DISCLOSURE,
    *HARD_TO_MASK,
    *GRANTS,
    *UNKNOWN,
    *EXCEPTIONS,
    *CHECKS,
)
