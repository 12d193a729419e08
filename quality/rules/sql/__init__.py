"""Declared SQL: reading a statement before it may be a rule.

Belongs here: what a statement may do, and what it reads. Keep out: judging by one (`kinds`).
"""
