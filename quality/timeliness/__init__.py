"""Timeliness: what is due by when, what came, what is late or missing, and stale tables (四(三)).

Belongs here: periods and their due moments, settling them by what came, gathering that from the
register, and the ledger of what was settled. Keep out: the calendar (`catalog_specs.working_days`),
when somebody looks (`flow`).
"""
