"""Laws about what leaves: sharing types, grants, masks, open sets, disclosure.

Belongs here: laws that keep something from leaving against the regulation.
"""
