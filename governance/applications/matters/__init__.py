"""Matters: what goes through the offices beside grants: openings, interfaces, delegations.

Belongs here: their state machines (one module each), and filing, storing and reading them. Keep
out: grants (`governance.grants`), entering acts and handing data over (`flow.governing`).
"""
