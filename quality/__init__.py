"""IS IT GOOD ENOUGH: rules from the catalogue, judged by Great Expectations inside DuckDB.

Belongs here: rules, the suite they become, the gate, the quarantine. The only door to Great
Expectations, which is imported inside functions only. Keep out: reading feeds and writing tables
(`landing`, `authoritative`), rights (`governance`), orchestration.
"""
