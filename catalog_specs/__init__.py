"""WHAT exists and who may see it: vocabulary, models, loader, laws, errors, and the cities.

Belongs here: everything that can be said from YAML alone. Keep out: data, files of departments,
DuckDB, Delta, Dagster, Great Expectations.
"""
