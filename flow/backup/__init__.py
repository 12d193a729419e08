"""BACKUP: a home copied elsewhere, checked there, and put together again (八(四)).

Belongs here: what is copied in which order, and the acts and records of it. Keep out: what lies in
a backup's folder (`storage.backup`).
"""
