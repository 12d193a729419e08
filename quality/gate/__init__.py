"""The gate: one run of a suite over a delivery, its evidence, its verdict.

Belongs here: judging. Keep out: what a rule says (`quality.rules`), what is done with rows that
fail (`quality.quarantine`).
"""
