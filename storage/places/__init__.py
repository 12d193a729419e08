"""Places: where bytes lie, on the disk or on an object store, and what can be asked of both alike.

Belongs here: everything that names `obstore`. Keep out: which bytes lie where (`storage.layout`),
what a table is (`storage.delta`), reading objects by DuckDB (`storage.engines.object_reading`).
"""
