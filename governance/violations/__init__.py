"""Violations: which of the ten of 十(一) is suspected, and what a named post makes of it.

Detectors are pure functions of facts, one file each in `detectors/`. What they suspect is a signal:
it counts only when a named post confirms it.
"""
