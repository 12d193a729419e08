"""The one small city that tests are told with.

civil_affairs is the source of divisions (`region`) and of persons (`person`, whose `residence` is a
division); data_office, the authority, is the source of `visit`s, keyed by a person's id and a
number of its own, and of `permit`s for divisions. Region and person are snapshots, visit is an
upsert, permit a change feed. A grant hands out persons, an open set their profile.

| module | what a test gets from it |
|---|---|
| `catalogue/` | the city's own files |
| `declared` | this catalogue, changed in places: written, or compiled in memory |
| `resources` | resources that a test declares in a line, and the catalogue that holds them |
| `one_feed` | the city with one resource fed as a test declares, and what becomes of its files |
| `records` | records as departments write them |
| `deliveries` | deliveries that take every way through landing, gate and authoritative |
| `regions` | regions delivered one file after another, and what a run tells of them |
| `tables` | typed records, and authoritative tables made of them |
| `by_hand` | deliveries, verdicts and quarantined rows written by hand |
| `grants` | grants decided as their files say |
| `homes` | the city at work over a home |
| `lake`, `registers` | what a home holds, seen from outside |

Here: the names of what is in it, and its moment. Keep out of this folder: assertions.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

__all__ = [
    "FIRM",
    "GRANT",
    "GRANT_FILE",
    "MASTER_KEY",
    "NIGHT",
    "NOW",
    "OPEN_FILE",
    "OPEN_SET",
    "PERMIT",
    "PERSON",
    "REFS",
    "REGION",
    "STAFF",
    "TODAY",
    "VISIT",
]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
NIGHT = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
"""Already 3 March in the city."""
MASTER_KEY = hashlib.sha256(b"tests").hexdigest()
"""A key as good as any made by chance, the same in every test."""
REGION, PERSON = "civil_affairs/region", "civil_affairs/person"
VISIT, PERMIT = "data_office/visit", "data_office/permit"
FIRM, STAFF = "data_office/firm", "data_office/staff"
"""Resources that no file of the catalogue declares: see `resources`."""
REFS = (REGION, PERSON, VISIT, PERMIT)
GRANT, OPEN_SET = "residents_for_office", "resident_profile"
GRANT_FILE, OPEN_FILE = f"grants/{GRANT}.yaml", f"open_data/{OPEN_SET}.yaml"
