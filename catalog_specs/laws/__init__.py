"""The laws of the catalogue: one subject a module, each law with a stable code.

Belongs here: what needs more than one file to be judged. Keep out: shapes of single files
(`models`), reading (`reading`), anything about data.
"""

from __future__ import annotations

from catalog_specs.laws.law import Fault, Law
from catalog_specs.laws.page import laws_page
from catalog_specs.laws.registry import LAWS, judge
from catalog_specs.laws.wording.terms import laws_of as dated_laws

__all__ = ["LAWS", "Fault", "Law", "dated_laws", "judge", "laws_page"]
