"""Rules: from the catalogue's words to expectations that Great Expectations judges.

Belongs here: what a rule is, and each kind of it. Keep out: running them (`quality.gate`).
"""
