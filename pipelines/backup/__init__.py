"""Backups by a schedule: made every night, checked every week, where settings name a folder.

Belongs here: jobs and when they run. Keep out: what they do (`flow.backup.plans`).
"""
