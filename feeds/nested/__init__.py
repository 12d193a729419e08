"""Records that nest: JSON lists cut into elements, elements into columns of text.

Belongs here: what both JSON readers share. Keep out: the files around it (`feeds.readers`).
"""
