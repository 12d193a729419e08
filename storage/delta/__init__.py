"""Delta tables: their shapes, their snapshots, what is committed to them, and by whom.

Belongs here: everything that names `deltalake`. Keep out: which rows are written (`authoritative`).
"""
