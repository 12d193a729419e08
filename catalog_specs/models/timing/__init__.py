"""Declarations about time: the calendar of a year, and what of a resource is due by when.

Belongs here: what is written of days and terms. Keep out: counting on them.
"""
