"""Connections to DuckDB, in bounded memory, and the database files that others open.

Belongs here: opening, limiting, closing. Keep out: SQL of any stage; it stands where it is asked.
"""
