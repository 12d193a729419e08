"""WHAT LEAVES: shares, open data, and views for the authority's own analysts.

Belongs here: making what others open, and taking it away. Keep out: deciding who may
(`governance`).
"""
