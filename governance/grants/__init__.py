"""Grants: the decision whether one is in force on a day, and its page of Chinese text.

Belongs here: decisions. Keep out: making an extract (`outlets.shares`).
"""
