"""Grants: whether one holds on a day and why, and its page of Chinese text.

Belongs here: decisions. Keep out: making an extract (`outlets.shares`).
"""
