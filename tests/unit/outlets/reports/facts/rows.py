"""One result of a rule, as a row of the ledger. Keep out: assertions."""

from __future__ import annotations

__all__ = ["ROW"]

ROW = {
    "department": "a", "resource": "a/b", "delivery": "000001-0", "rule": "id:required",
    "fingerprint": "f",
    "wording": "不得为空", "wording_en": "is there", "dimension": "completeness", "level": "warn",
    "clause": "三(六)", "judged": 8, "failing": 2, "passed": False, "judged_at": "2026-03-02",
    "origin": "gate", "version": None,
}  # fmt: skip
