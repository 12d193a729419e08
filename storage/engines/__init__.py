"""Engines: DuckDB connections in bounded memory, and database files for other readers.

Belongs here: opening, limiting, closing. Keep out: SQL of any stage; it stands where it is asked.
"""
