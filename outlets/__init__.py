"""WHAT LEAVES: shares, open data, and the authority's own views and report.

Belongs here: making what others open, and taking it away. Keep out: deciding who may
(`governance`).
"""
