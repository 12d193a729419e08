"""Stored tables and a catalogue that has changed: differences, and bringing a table along.

Belongs here: one table at a time. Keep out: the order of all of them (`flow.evolution`).
"""
