"""WHERE bytes are: the only door to deltalake and to open DuckDB connections.

Belongs here: the layout of a home, quoting, swaps, work folders, ledgers, Delta tables,
connections. Keep out: what a row means, and everything a department, an officer or a consumer would
know of.
"""
