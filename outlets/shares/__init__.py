"""Shares: one masked extract and one DuckDB file for each grant that hands out rows (五(四)).

Belongs here: planning, making, withdrawing them. Keep out: whether a grant holds (`governance`).
"""
