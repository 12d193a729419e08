"""FROM TEXT to typed values: declared steps, casts, and damage that is seen in the value.

Belongs here: SQL that is generated from the catalogue. Keep out: judging records (`quality`).
"""
