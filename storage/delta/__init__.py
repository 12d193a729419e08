"""Delta tables: their shapes, snapshots and commits, and who made each commit.

Belongs here: everything that names `deltalake`. Keep out: which rows are written (`authoritative`).
"""
