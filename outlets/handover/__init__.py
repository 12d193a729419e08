"""Handover: copies of shared data given to their receivers, marked, signed and on record (五(五)).

Belongs here: packages, their seal and encryption, watermarks and their traces. Keep out: what may
leave (`governance`), the extracts that copies are made of (`outlets.shares`).
"""
