"""Refusals of deliveries: their codes, and what a department does about them.

Belongs here: the codes that several packages name. Keep out: finding out that one applies.
Standard library only: a reading process imports it too.
"""

from __future__ import annotations

__all__ = ["LOOK_INSIDE", "UNSEEN"]

UNSEEN = "GATE-110"
"""The refusal of a file that nobody can look into: it may hold what may not be kept (一(二))."""
LOOK_INSIDE = "nothing of it was kept: deliver the data itself, in a plain file or archive"
