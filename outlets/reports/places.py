"""Places: where each page lies below the report's folder, and links between pages.

Belongs here: paths, of characters that every file share takes. Keep out: what stands at a place.
"""

from __future__ import annotations

import re

__all__ = [
    "TODAY",
    "audit",
    "case",
    "certificate",
    "county",
    "delivery",
    "department",
    "grant",
    "resource",
    "rule",
]

TODAY = "index.html"


def department(code: str) -> str:
    """Return the page of a department."""
    return f"departments/{code}.html"


def county(name: str) -> str:
    """Return the page of a county, by the short name of its catalogue."""
    return f"counties/{name}.html"


def grant(code: str) -> str:
    """Return the page of a grant."""
    return f"grants/{code}.html"


def audit(department: str) -> str:
    """Return the page of what was done with a department's data."""
    return f"audit/{department}.html"


def resource(ref: str) -> str:
    """Return the page of a resource."""
    return f"resources/{ref}/index.html"


def case(number: int) -> str:
    """Return the page of a case."""
    return f"cases/{number}.html"


def certificate(department: str, month: str) -> str:
    """Return the page of a department's certificate for a month."""
    return f"certificates/{department}-{month}.html"


def delivery(ref: str, name: str) -> str:
    """Return the page of a delivery."""
    return f"resources/{ref}/deliveries/{name}.html"


def rule(ref: str, code: str) -> str:
    """Return the page of a rule; a colon is no character of a file name everywhere."""
    return f"resources/{ref}/rules/{_plain(code)}.html"


def _plain(code: str) -> str:
    """Return a code of letters, digits and `_ . - ~`; no two codes become one."""
    return re.sub(r"[^a-z0-9_.:-]", lambda one: f"~{ord(one[0]):x}", code).replace(":", "~")
