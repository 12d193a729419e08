"""WHERE bytes live: the only door to deltalake, duckdb and polars I/O.

Belongs here: paths, readers of feeds, Delta tables, DuckDB files, SQL quoting. Keep out: judgement
of data (`quality`), rights and masks (`governance`), orchestration (`assets`, `pipelines`).
"""
