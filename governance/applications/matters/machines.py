"""The registry of machines: every kind of matter, by its name."""

from __future__ import annotations

from governance.applications.matters.delegations import DELEGATION
from governance.applications.matters.interfaces import INTERFACE
from governance.applications.matters.machine import Machine
from governance.applications.matters.openings import OPENING

__all__ = ["MACHINES"]

MACHINES: dict[str, Machine] = {one.kind: one for one in (OPENING, INTERFACE, DELEGATION)}
