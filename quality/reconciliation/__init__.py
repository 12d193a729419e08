"""Reconciliation: referred items compared with their one source, and what disagrees (三(六))."""
