"""Text files: encodings, lines, blocks, dialects, and the limits of records.

Belongs here: what the readers of text share. Keep out: one format's meaning (`feeds.readers`).
"""
