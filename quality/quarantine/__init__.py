"""The quarantine: rows that failed, their states, repair and replay.

Belongs here: the quarantined rows from their table to their return. Keep out: judging them again.
"""
