"""Check digits of the national identity systems: the numbers that every check of them uses.

Belongs here: weights and alphabets of GB 11643 (公民身份号码) and GB 32100 (统一社会信用代码).
Keep out: checking, which each engine does in its own way (`quality.rules.check_digits`,
`governance.free_text`).
"""

from __future__ import annotations

__all__ = ["CREDIT_ALPHABET", "CREDIT_WEIGHTS", "RESIDENT_WEIGHTS", "SOLE_TRADER"]

RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Of the first 17 digits; the sum modulo 11 decides the last (ISO 7064 MOD 11-2)."""
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""Of the first 17 characters, by their place in the alphabet; the sum modulo 31 decides."""
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and letters without I, O, S, V and Z, which could be misread."""
SOLE_TRADER = "92"
"""How the credit code of a sole trader begins: 9 registered by market supervision, 2 个体工商户."""
