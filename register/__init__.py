"""WHAT BECAME of each delivery: landed, judged, refused, held, passed, applied, looked at.

Belongs here: receipts, verdicts, outcomes, approvals and their ledgers, and the values that travel
between stages. Keep out: doing any of it.
"""
