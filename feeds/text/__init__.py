"""Text files: encodings, lines, blocks, dialects, and where records begin and end.

Belongs here: what the readers of text share. Keep out: one format's meaning (`feeds.readers`).
"""
