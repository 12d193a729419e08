"""Supervision: the facts that violations are suspected from, gathered at the end of a run."""
