"""Views: the DuckDB file of the authority's analysts, over every authoritative table.

Belongs here: that file and its SQL. Keep out: what leaves the authority (`shares`, `open_data`).
"""
