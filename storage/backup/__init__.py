"""Backups as bytes: the folder that holds them, its generations and the files they are made of.

Belongs here: what lies in a backup's folder, encryption, checking it. Keep out: what of a home is
copied, in which order, and putting a home together again (`flow.backup`).
"""
