"""Laws about time: the operator's calendar, and what is due when.

Belongs here: laws about days and terms that are written down. Keep out: terms that hold today only
(`wording.terms`).
"""
