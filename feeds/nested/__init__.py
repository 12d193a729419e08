"""Nested records: JSON lists become elements, elements become columns of text.

Belongs here: what both JSON readers share. Keep out: the files around it (`feeds.readers`).
"""
