"""FROM TEXT to typed values: declared steps, casts, and damage that shows in the value.

Belongs here: SQL that is generated from the catalogue. Keep out: judging records (`quality`).
"""
