"""Laws about sources: one owner for each element, names that exist, keys, references.

Belongs here: laws about where a fact is from (一数一源).
"""
