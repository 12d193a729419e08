"""Answers: what a consumer is told of its own ids, and statistics, by a grant (五(四) 可用不可见).

Belongs here: matching extracts, verification, statistics. Keep out: whether a grant holds
(`governance`), shares as a whole (`outlets.shares`).
"""
