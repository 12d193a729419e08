"""WHEN AND WITH WHAT: settings, the run without Dagster, and the Dagster definitions.

Belongs here: composition. Keep out: what a stop does (`flow.stops` and below).
"""
